// What a State that founded anew could be given again, by whom (platform/agent/succession.cpp).
import { attempt, fail } from "../base/failure.ts";
import type { AuthorityRef, PartyId } from "../model/ids.ts";
import { parsePartyCode, type PartyCode } from "../model/party.ts";
import { fingerprintDigits } from "../record/fingerprint.ts";
import { pinBasis } from "../record/register.ts";
import { authorityOf, dossier, own } from "./acting.ts";
import type { SuccessionDossier, SuccessionView } from "./api.ts";
import { loadCache } from "./content_cache.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { ownDossiers } from "./epoch.ts";
import { labelOf, resolveAuthority, textOf } from "./recipients.ts";
import type { AgentState } from "./state.ts";
import { successorOf, type Successor } from "./successor.ts";
import { synchronise } from "./synchronise.ts";

/** The register before the newest of a code: what is pinned, if the newest is not, else what the pinned one follows. */
async function pairOf(state: AgentState, code: PartyCode): Promise<{ old: PartyId; next: Successor }> {
  for (const row of await state.book.directory(state.environment)) {
    if (row.code !== code || row.foundedId === undefined) continue;
    const known = await state.book.updateParty(state.environment, state.log, row.foundedId);
    const next = await successorOf(state, known.replayed);
    if (next === undefined) continue;
    // The last step of several: nobody follows its successor.
    const newer = await state.book.updateParty(state.environment, state.log, next.party);
    if (await successorOf(state, newer.replayed) === undefined) return { old: row.foundedId, next };
  }
  return fail("not_found", "party.not_succeeded", { party: code });
}

function whatItHad(state: AgentState, known: KnownDossier, old: PartyId): SuccessionDossier | undefined {
  const { replayed, copy } = known;
  const me = authorityOf(state);
  const row: SuccessionDossier = {
    chain: copy.chain, title: "", was: [], entries: 0, epochs: [], mayGrant: false, consentsOf: [], problem: "",
  };
  for (const reader of replayed.readers()) {
    if (reader.party !== old) continue;
    row.was.push(labelOf(state, reader));
    for (const { number } of replayed.epochs) {
      const had = replayed.holds(reader, number) && replayed.holds(me, number);
      if (had && !row.epochs.includes(number)) row.epochs.push(number);
    }
  }
  if (row.was.length === 0) return undefined;
  row.epochs.sort((a, b) => a - b);
  row.entries = replayed.items.filter(({ kind, epoch }) => kind === "entry" && row.epochs.includes(epoch)).length;
  return row;
}

/** Whether one's own authority may give the new one what the old one had, and once whose consent is there. */
async function judge(
  state: AgentState, known: KnownDossier, row: SuccessionDossier, old: PartyId, to: AuthorityRef | undefined,
): Promise<void> {
  if (to === undefined) {
    row.problem = "party.founded_anew";
    return;
  }
  if (row.epochs.length === 0) {
    row.problem = "epoch.not_granted";
    return;
  }
  const owners = await attempt(() => known.replayed.consentsNeeded(authorityOf(state), to, row.epochs));
  if ("failure" in owners) {
    row.problem = owners.failure.key;
  } else if (owners.value.some(({ party }) => party === old)) {
    // Whose keys are gone agrees to nothing any more.
    row.problem = "succession.owner_lost";
  } else {
    row.mayGrant = true;
    row.consentsOf = owners.value.map((owner) => textOf(labelOf(state, owner)));
  }
  row.given = row.epochs.every((epoch) => known.replayed.holds(to, epoch));
}

/**
 * not_found "party.not_succeeded" when it has not founded anew. `toText`: the authority to give it to, "SEN/FIU"; needed
 * where the new State has several, and its key must be checked.
 */
export async function succession(state: AgentState, codeText: string, toText: string): Promise<SuccessionView> {
  state.book.forgetDirectory();
  await synchronise(state);
  const code = parsePartyCode(codeText);
  const { old, next } = await pairOf(state, code);
  const view: SuccessionView = {
    code,
    oldFingerprint: fingerprintDigits(old),
    newFingerprint: fingerprintDigits(next.party),
    noteVerbale: next.noteVerbale,
    pinned: pinBasis(state.book, own(state), next.party) !== undefined,
    to: "",
    dossiers: [],
  };
  let to: AuthorityRef | undefined;
  if (view.pinned) {
    to = await resolveAuthority(state, toText === "" ? code : toText);
    view.to = textOf(labelOf(state, to));
  }
  for (const chain of await ownDossiers(state)) {
    const known = await dossier(state, chain);
    // What is in the library its publisher gives to whoever lacks it.
    if (!known.replayed.opened || known.replayed.kind === "library") continue;
    const row = whatItHad(state, known, old);
    if (row === undefined) continue;
    const cache = await loadCache(state, chain);
    for (const { id } of known.replayed.items) {
      row.title ||= cache.bodies.get(id)?.title ?? "";
    }
    await judge(state, known, row, old, to);
    view.dossiers.push(row);
  }
  return view;
}
