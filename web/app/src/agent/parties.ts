// Parties as their registers say, and founding sheets (platform/agent/parties.cpp).
import { attempt, fail, isFailure } from "../base/failure.ts";
import { fingerprintDigits } from "../record/fingerprint.ts";
import { encodeSheet, parseSheet } from "../record/founding_sheet.ts";
import { pinBasis } from "../record/register.ts";
import { now, own } from "./acting.ts";
import type { PartyView, SheetView } from "./api.ts";
import { registryOf } from "./pin.ts";
import { dateText } from "./texts.ts";
import type { PartyRow } from "./ports.ts";
import type { KnownRegister } from "./register_book.ts";
import type { AgentState } from "./state.ts";
import { successorOf } from "./successor.ts";
import { synchronise } from "./synchronise.ts";

async function viewOf(state: AgentState, row: PartyRow): Promise<PartyView> {
  const view: PartyView = {
    code: row.code, name: row.name, state: row.state, fingerprint: "", pinned: "", authorities: [], problem: "",
  };
  const { foundedId: party, registerChain } = row;
  if (party === undefined || registerChain === undefined) return view;
  view.fingerprint = fingerprintDigits(party);
  let known: KnownRegister;
  try {
    known = await state.book.update(state.environment, state.log, registerChain);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { ...view, problem: error.key };
  }
  const register = known.replayed;
  // The directory is the server's word; code, name and id are the register's.
  if (!register.founded || register.party !== party || register.code !== row.code) {
    return { ...view, problem: "party.directory_differs" };
  }
  view.name = register.name;
  if (known.copy.incomplete) view.problem = "register.incomplete";
  if (register.succeeds !== undefined) {
    view.succeeds = fingerprintDigits(register.succeeds.party);
    view.noteVerbale = register.succeeds.noteVerbale;
  }
  const next = await attempt(() => successorOf(state, register));
  if ("failure" in next) view.problem = next.failure.key;
  else if (next.value !== undefined) view.succeededBy = fingerprintDigits(next.value.party);
  view.pinned = pinBasis(state.book, own(state), party) ?? "";
  view.authorities = register.authorities().map(({ description: { id, name, kind } }) => ({
    authority: id, name, kind, generation: register.generation(id)?.number ?? 0, custodians: register.custodians(id),
    live: register.live(id), root: id === register.root,
    ...(register.party === own(state).party ? { publisher: register.publisher(id) } : {}),
    // What nobody has checked is not shown under the names it gives itself.
    managers: view.pinned === "" ? []
      : register.members(id).filter(({ role }) => role === "custodian").map(({ displayName }) => displayName),
  }));
  return view;
}

export async function listParties(state: AgentState): Promise<PartyView[]> {
  state.book.forgetDirectory();
  await synchronise(state);
  const rows = await state.book.directory(state.environment);
  // What this Party pinned is read first, so that a list it accepts (the Registry's) is known for the others.
  for (const { party } of own(state).pins()) {
    try {
      await state.book.updateParty(state.environment, state.log, party);
    } catch (error) {
      if (!isFailure(error) || error.code === "unavailable") throw error;
    }
  }
  const views: PartyView[] = [];
  for (const row of rows) views.push(await viewOf(state, row));
  return views;
}

/** Own Party is always on it, beside the pinned ones named (all pinned ones when none is named). */
export async function makeSheet(state: AgentState, codes: readonly string[]): Promise<string> {
  await synchronise(state);
  const register = own(state);
  const pins = register.pins();
  const parties = [{ code: register.code, party: register.party }];
  for (const code of codes) {
    if (code === register.code) continue;
    const found = pins.find((each) => each.code === code);
    if (found === undefined) return fail("forbidden", "party.not_pinned", { party: code });
    parties.push({ code, party: found.party });
  }
  if (codes.length === 0) parties.push(...pins.map(({ code, party }) => ({ code, party })));
  parties.sort((a, b) => (a.code < b.code ? -1 : 1));
  // The Registry is whom everybody's first sheet names; it does not pin itself, so on its own sheet that is itself.
  const registry = registryOf(state);
  return encodeSheet({
    date: dateText(now(state)),
    server: state.unlocked.account.origin,
    registry: parties.some(({ party }) => party === registry) ? registry : undefined,
    parties,
    logPolicy: register.logPolicy().text,
  });
}

export function readSheet(text: string): SheetView {
  const sheet = parseSheet(text);
  return {
    server: sheet.server,
    registryFingerprint: sheet.registry === undefined ? "" : fingerprintDigits(sheet.registry),
    policy: sheet.logPolicy,
    date: sheet.date,
    parties: sheet.parties.map(({ code, party }) => ({ code, fingerprint: fingerprintDigits(party) })),
  };
}
