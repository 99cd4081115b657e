// Mirror of platform/model/policy.hpp.
import type { UnixSeconds } from "./ids.ts";

/** Who may be let in later, from the loosest to the strictest: the order is the order of strictness. */
export const onwardRules = ["free", "own_party", "source_consent", "participants_only"] as const;
export type Onward = (typeof onwardRules)[number];

/** The clear half of a policy: what the server sees and helps to keep. The other half (caveats, words) is sealed. */
export interface HandlingPolicy {
  onward: Onward;
  reviewAt?: UnixSeconds | undefined;
  expiresAt?: UnixSeconds | undefined;
}

const strictness = (onward: Onward): number => onwardRules.indexOf(onward);
const earlier = (a: UnixSeconds | undefined, b: UnixSeconds | undefined): UnixSeconds | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);
const notLater = (next: UnixSeconds | undefined, now: UnixSeconds | undefined): boolean =>
  now === undefined || (next !== undefined && next <= now);

/** Field by field the stricter of the two: the stricter rule, the earlier date. A date is stricter than none. */
export const stricterPolicy = (a: HandlingPolicy, b: HandlingPolicy): HandlingPolicy => ({
  onward: strictness(b.onward) > strictness(a.onward) ? b.onward : a.onward,
  reviewAt: earlier(a.reviewAt, b.reviewAt),
  expiresAt: earlier(a.expiresAt, b.expiresAt),
});

/** True when `next` loosens no field of `now`. */
export const onlyTightens = (now: HandlingPolicy, next: HandlingPolicy): boolean =>
  strictness(next.onward) >= strictness(now.onward) && notLater(next.reviewAt, now.reviewAt) &&
  notLater(next.expiresAt, now.expiresAt);

/**
 * The sealed half. Caveats name articles ("93-8-b", "54-3-e", "73", "72"); handling codes are H0 to H3 of European
 * police practice; evaluation is source A, B, C, X and information 1 to 4, together ("B2"). Lists are sorted, each once.
 */
export interface Caveats {
  articles: string[];
  handling: string[];
  evaluation?: string | undefined;
  words: string;
}
export const noCaveats = (): Caveats => ({ articles: [], handling: [], words: "" });

/** "93-8-b": an article of the Statute or rule, its paragraphs and letters, parts of one to four characters. */
export const isCaveatArticle = (text: string): boolean =>
  text.length <= 32 && /^[0-9a-z]{1,4}(?:-[0-9a-z]{1,4})*$/.test(text);
export const isHandlingCode = (text: string): boolean => /^H[0-3]$/.test(text);
export const isEvaluation = (text: string): boolean => /^[ABCX][1-4]$/.test(text);

const union = (a: string[], b: string[]): string[] => [...new Set([...a, ...b])].sort();

/** The union of caveats and codes; the words of both, one under the other; the evaluation of the first that has one. */
export function stricterCaveats(a: Caveats, b: Caveats): Caveats {
  let words = a.words;
  if (b.words !== "" && b.words !== a.words) words = words === "" ? b.words : `${words}\n${b.words}`;
  return {
    articles: union(a.articles, b.articles),
    handling: union(a.handling, b.handling),
    evaluation: a.evaluation ?? b.evaluation,
    words,
  };
}
export const sameCaveats = (a: Caveats, b: Caveats): boolean => JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
const ordered = (c: Caveats): unknown[] => [[...c.articles].sort(), [...c.handling].sort(), c.evaluation ?? null, c.words];
