// Internal to src/agent: two registers of one code (platform/agent/successor.hpp).
import { fail } from "../base/failure.ts";
import { refOfKey, type PartyId } from "../model/ids.ts";
import type { Dossier } from "../record/dossier.ts";
import { pinBasis, type Register } from "../record/register.ts";
import type { Succession } from "../record/register_bodies.ts";
import { encodeSigned } from "../record/statement.ts";
import { alarm } from "./evidence.ts";
import { own } from "./acting.ts";
import type { KnownRegister } from "./register_book.ts";
import type { AgentState } from "./state.ts";

/** How often a State may have founded anew before nobody believes it any more; ends every walk. */
const mostSuccessions = 32;

export interface Successor { party: PartyId; noteVerbale: string }

interface Founded { party: PartyId; succeeds: Succession | undefined; known: KnownRegister }

/** Every register of that code that the directory names, each read and checked. */
async function registersOf(state: AgentState, code: string): Promise<Founded[]> {
  const named = new Set<PartyId>();
  for (const row of await state.book.directory(state.environment)) {
    if (row.code === code && row.foundedId !== undefined) named.add(row.foundedId);
  }
  if (named.size > mostSuccessions) return fail("integrity", "pin.two_fingerprints", { party: code });
  const found: Founded[] = [];
  if (named.size < 2) return found;
  for (const party of named) {
    const known = await state.book.updateParty(state.environment, state.log, party);
    // What is filed under this code and is another State's is the directory's error, not a second State.
    if (known.replayed.code === code) found.push({ party, succeeds: known.replayed.succeeds, known });
  }
  return found;
}

const linked = (all: readonly Founded[], one: Founded): boolean =>
  all.some((other) => one.succeeds?.party === other.party || other.succeeds?.party === one.party);

const foundingOf = (known: KnownRegister | undefined): string => {
  const first = known?.copy.items[0];
  return first === undefined ? "" : encodeSigned(first.statement);
};

/**
 * The register that says it follows this Party, of the same code; verified, found by the server's directory. Two founded
 * ids of a code of which none says so: integrity "pin.two_fingerprints", both kept as evidence.
 */
export async function successorOf(state: AgentState, { code, party }: Register): Promise<Successor | undefined> {
  const all = await registersOf(state, code);
  let next: Successor | undefined;
  for (const one of all) {
    if (one.succeeds?.party === party && one.party !== party) {
      // Two that both follow the same one are two States of one name again.
      if (next !== undefined) return fail("integrity", "pin.two_fingerprints", { party: code });
      next = { party: one.party, noteVerbale: one.succeeds.noteVerbale };
    }
    if (linked(all, one)) continue;
    return alarm(state.environment, "pin.two_fingerprints",
      { founded: foundingOf(one.known), other: foundingOf(state.book.knownParty(party)) }, code);
  }
  return next;
}

/**
 * Whether what this Party signed may be opened: it is pinned, or the pinned Party of its code says that it follows it.
 * Nothing is sealed to it any more in the second case. By registers already read.
 */
export function mayReadOf(state: AgentState, party: PartyId): boolean {
  if (pinBasis(state.book, own(state), party) !== undefined) return true;
  const register = state.book.byParty(party);
  if (register === undefined) return false;
  // Back from the pinned Party of this code, register by register. A founded id names what was before it: there is no way
  // round in a circle.
  let later = state.book.foundedAs(register.code)
    .find((candidate) => pinBasis(state.book, own(state), candidate.party) !== undefined);
  while (later?.succeeds !== undefined) {
    const before: PartyId = later.succeeds.party;
    if (before === party) return true;
    later = state.book.byParty(before);
  }
  return false;
}

/** Reads the registers on which mayReadOf() rests for the readers of a dossier. */
export async function readSuccessors(state: AgentState, dossier: Dossier): Promise<void> {
  for (const { party } of [...dossier.state.readers.keys()].map(refOfKey)) {
    const register = state.book.byParty(party);
    if (register === undefined || pinBasis(state.book, own(state), party) !== undefined) continue;
    const pin = own(state).pins().find(({ code }) => code === register.code);
    if (pin === undefined || state.book.knownParty(pin.party) !== undefined) continue;
    await state.book.updateParty(state.environment, state.log, pin.party);
  }
}
