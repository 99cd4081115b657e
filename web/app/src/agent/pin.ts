// Pins: which Party's keys are its own (platform/agent/pin.cpp).
import { fail } from "../base/failure.ts";
import type { PartyId } from "../model/ids.ts";
import { parsePartyCode, type PartyCode } from "../model/party.ts";
import { fingerprintMatches } from "../record/fingerprint.ts";
import { parseSheet } from "../record/founding_sheet.ts";
import { parseLogPolicy } from "../record/log_policy.ts";
import type { Pin } from "../record/register.ts";
import { sameNoteKey } from "../tlog/note.ts";
import { membership, own, requireRole } from "./acting.ts";
import { appendToRegister } from "./people.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";

const registryCode = "X-REG";

async function requireRootCustodian(state: AgentState): Promise<void> {
  state.book.forgetDirectory();
  await synchronise(state);
  requireRole(state, "custodian");
  if (membership(state).authority !== own(state).root) fail("forbidden", "authority.root_only");
}

const pinOf = (state: AgentState, code: PartyCode): Pin | undefined =>
  own(state).pins().find((each) => each.code === code);

/** The register must say the same of itself as the sheet or the digits said of it, before anything is signed. */
async function pin(state: AgentState, code: PartyCode, party: PartyId): Promise<void> {
  const { environment, log, book } = state;
  if (party === own(state).party) fail("invalid_input", "pin.oneself");
  const before = pinOf(state, code);
  if (before?.party === party) return;
  const { replayed, copy } = await book.updateParty(environment, log, party);
  // Two founded ids for one code: an alarm for people, unless the newer register says that it succeeds the older.
  if (before !== undefined && replayed.succeeds?.party !== before.party) {
    fail("integrity", "pin.two_fingerprints", { party: code });
  }
  if (replayed.code !== code) fail("integrity", "pin.another_code", { party: code });
  if (copy.incomplete) fail("integrity", "register.incomplete", { party: code });
  await appendToRegister(state, "pinned", () =>
    ({ body: { code, party, basis: "note_verbale", acceptsVouches: false } }));
}

/**
 * Which Party is the Registry, as this Party sees it: what it remembers of its founding sheet; the Registry itself is the
 * one whose first sheet named none.
 */
export const registryOf = (state: AgentState): PartyId | undefined =>
  own(state).code === registryCode ? own(state).party : pinOf(state, registryCode)?.party;

/** `digits`: eight groups of five, spaces and dashes do not count; compared with the server's founded statement. */
export async function pinByFingerprint(state: AgentState, codeText: string, digits: string): Promise<void> {
  await requireRootCustodian(state);
  const code = parsePartyCode(codeText);
  const rows = (await state.book.directory(state.environment))
    .filter((row) => row.code === code && row.foundedId !== undefined);
  const found = rows.find(({ foundedId }) => fingerprintMatches(digits, foundedId as PartyId));
  if (found !== undefined) return pin(state, code, found.foundedId as PartyId);
  if (rows.length === 0) return fail("not_found", "party.not_founded", { party: code });
  return fail("integrity", "pin.digits_differ", { party: code });
}

/** Pins every Party of the sheet that is not pinned yet and not oneself; gives their codes. */
export async function pinBySheet(state: AgentState, text: string): Promise<string[]> {
  await requireRootCustodian(state);
  const sheet = parseSheet(text);
  if (sheet.server !== state.unlocked.account.origin) {
    return fail("integrity", "sheet.another_server", { server: sheet.server });
  }
  if (!sameNoteKey(parseLogPolicy(sheet.logPolicy).log, own(state).logPolicy().log)) {
    return fail("integrity", "invitation.differs", { what: "log" });
  }
  const pinned: string[] = [];
  for (const { code, party } of sheet.parties) {
    if (party === own(state).party || pinOf(state, code)?.party === party) continue;
    await pin(state, code, party);
    pinned.push(code);
  }
  return pinned;
}

export async function unpin(state: AgentState, codeText: string): Promise<void> {
  await requireRootCustodian(state);
  const code = parsePartyCode(codeText);
  const known = pinOf(state, code);
  if (known === undefined) return fail("not_found", "party.not_pinned", { party: code });
  await appendToRegister(state, "unpinned", () => ({ body: { code, party: known.party } }));
}
