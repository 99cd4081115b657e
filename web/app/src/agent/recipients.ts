// Internal to src/agent: authorities as people name them, and back (platform/agent/recipients.hpp).
import { fail } from "../base/failure.ts";
import type { AuthorityRef, PartyId } from "../model/ids.ts";
import { parsePartyCode } from "../model/party.ts";
import { pinBasis } from "../record/register.ts";
import { authorityOf, own } from "./acting.ts";
import type { AuthorityLabel } from "./api.ts";
import type { AgentState } from "./state.ts";
import { mayReadOf } from "./successor.ts";

async function partyOf(state: AgentState, code: string): Promise<PartyId> {
  // By own pins first: the code as this Party signed it, not as the server lists it.
  if (own(state).code === code) return own(state).party;
  const pin = own(state).pins().find((each) => each.code === code);
  if (pin !== undefined) return pin.party;
  for (const row of await state.book.directory(state.environment)) {
    if (row.code !== code || row.foundedId === undefined) continue;
    await state.book.updateParty(state.environment, state.log, row.foundedId);
    if (pinBasis(state.book, own(state), row.foundedId) === undefined) {
      fail("forbidden", "party.not_pinned", { party: code });
    }
    return row.foundedId;
  }
  return fail("not_found", "party.unknown", { party: code });
}

/**
 * "PARTY" (its only authority, or its root) or "PARTY/authority" (name, kind, or the beginning of the id in hex), of a
 * pinned Party. not_found "party.unknown" | "authority.unknown", forbidden "party.not_pinned", invalid_input
 * "name.ambiguous".
 */
export async function resolveAuthority(state: AgentState, text: string): Promise<AuthorityRef> {
  const slash = text.indexOf("/");
  const code = parsePartyCode(slash < 0 ? text : text.slice(0, slash));
  const party = await partyOf(state, code);
  const known = await state.book.updateParty(state.environment, state.log, party);
  const register = known.replayed;
  const all = register.authorities();
  if (slash < 0) {
    const only = all.length === 1 ? all[0]?.description.id : undefined;
    return { party, authority: only ?? register.root };
  }
  const wanted = text.slice(slash + 1);
  // A whole id names one, whatever another of them calls itself.
  const byId = all.find(({ description }) => description.id === wanted);
  if (byId !== undefined) return { party, authority: byId.description.id };
  const byName = all.find(({ description }) => description.name === wanted);
  if (byName !== undefined) return { party, authority: byName.description.id };
  const found = all.filter(
    ({ description }) => description.kind === wanted || (wanted.length >= 4 && description.id.startsWith(wanted)),
  );
  if (found.length > 1) fail("invalid_input", "name.ambiguous", { name: text });
  const one = found[0];
  if (one === undefined) return fail("not_found", "authority.unknown", { party: code, name: wanted });
  return { party, authority: one.description.id };
}

export function labelOf(state: AgentState, ref: AuthorityRef): AuthorityLabel {
  const label: AuthorityLabel = { partyCode: "", authorityName: "", foundedId: ref.party, authority: ref.authority };
  const register = state.book.byParty(ref.party);
  // An unpinned Party's name for itself is not shown as its name.
  if (register === undefined || !mayReadOf(state, ref.party)) return label;
  label.partyCode = register.code;
  label.authorityName = register.authority(ref.authority)?.description.name ?? "";
  return label;
}

/** "SEN/CENTIF"; the fingerprint's beginning where the Party is not known. */
export const textOf = (label: AuthorityLabel): string =>
  label.partyCode === "" ? `?${label.foundedId.slice(0, 8)}` : `${label.partyCode}/${label.authorityName}`;

export const ownLabel = (state: AgentState): AuthorityLabel => labelOf(state, authorityOf(state));
