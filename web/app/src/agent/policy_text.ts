// Internal to src/agent: policies between what a person gives, statements, and what is shown
// (platform/agent/policy_text.hpp; the sheet of restrictions: restriction_sheet.ts).
import { fail } from "../base/failure.ts";
import { isCaveatArticle, isHandlingCode, onwardRules, type Caveats, type HandlingPolicy } from "../model/policy.ts";
import type { PolicyOrder, PolicyView } from "./api.ts";
import { normalised } from "./normalise.ts";

export interface PolicyHalves {
  clear: HandlingPolicy;
  sealed: Caveats;
}

const sortedOnce = (values: readonly string[]): string[] => [...new Set(values)].sort();
const isDate = (at: number | undefined): boolean => at === undefined || (Number.isSafeInteger(at) && at >= 0);

/** invalid_input "policy.onward" | "policy.caveat" | "policy.handling" | "policy.dates". */
export function policyOf(order: PolicyOrder): PolicyHalves {
  if (!onwardRules.includes(order.onward)) fail("invalid_input", "policy.onward", { value: order.onward });
  for (const article of order.caveats) {
    if (!isCaveatArticle(article)) fail("invalid_input", "policy.caveat", { value: article });
  }
  for (const code of order.handling) {
    if (!isHandlingCode(code)) fail("invalid_input", "policy.handling", { value: code });
  }
  const words = normalised(order.words);
  if (!isDate(order.reviewAt) || !isDate(order.expiresAt)) fail("invalid_input", "policy.dates");
  return {
    clear: { onward: order.onward, reviewAt: order.reviewAt, expiresAt: order.expiresAt },
    sealed: { articles: sortedOnce(order.caveats), handling: sortedOnce(order.handling), words },
  };
}

export const isEmptyCaveats = (caveats: Caveats): boolean =>
  caveats.articles.length === 0 && caveats.handling.length === 0 && caveats.evaluation === undefined &&
  caveats.words === "";

/** Without a sealed half only the clear one is known. */
export function viewOfPolicy(clear: HandlingPolicy, sealed: Caveats | undefined): PolicyView {
  const view: PolicyView = { onward: clear.onward, caveats: [], handling: [], words: "", sealedHalfKnown: false };
  if (clear.reviewAt !== undefined) view.reviewAt = clear.reviewAt;
  if (clear.expiresAt !== undefined) view.expiresAt = clear.expiresAt;
  if (sealed !== undefined) {
    view.caveats = [...sealed.articles];
    view.handling = [...sealed.handling];
    view.words = sealed.words;
    view.sealedHalfKnown = true;
  }
  return view;
}
