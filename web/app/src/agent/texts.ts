// Words that people give for kinds, and dates that everybody reads (platform/agent/policy_text.cpp).
import { fail } from "../base/failure.ts";
import type { UnixSeconds } from "../model/ids.ts";
import { authorityKinds, type AuthorityKind } from "../model/party.ts";

const organs = ["registry", "otp", "chambers", "tfv", "opcd", "opcv"];

export function authorityKindOf(text: string): AuthorityKind {
  const known = authorityKinds.find((kind) => kind === text);
  if (known !== undefined) return known;
  if (organs.includes(text)) return "court_section";
  if (text === "defence") return "defence_team";
  if (text === "victims") return "victims_team";
  return fail("invalid_input", "authority.kind", { kind: text });
}

/** YYYY-MM-DD, UTC. */
export const dateText = (at: UnixSeconds): string => new Date(at * 1000).toISOString().slice(0, 10);
