// Internal to src/agent: everything that can be checked without opening a document: chain, log, registers, pins, grants,
// sealed digests (platform/agent/verify.cpp).
import { attempt, fail } from "../base/failure.ts";
import { isEffective } from "../record/outcome.ts";
import { authorityOf, dossier } from "./acting.ts";
import type { Hex, Verified } from "./api.ts";
import { openEpoch } from "./epoch.ts";
import { fetchBlob } from "./keyring.ts";
import type { AgentState } from "./state.ts";
import { mayReadOf } from "./successor.ts";
import { synchronise } from "./synchronise.ts";

const isNetwork = (code: string): boolean => code === "unavailable" || code === "unauthenticated";

export async function verifyDossier(state: AgentState, chain: Hex): Promise<Verified> {
  await synchronise(state);
  const known = await dossier(state, chain);
  const { replayed, copy } = known;
  if (!replayed.opened) fail("not_found", "dossier.unknown");
  const me = authorityOf(state);
  const problems: string[] = [];
  const verified: Verified = {
    statements: copy.items.length,
    voidStatements: known.outcomes.filter((outcome) => !isEffective(outcome)).length,
    grants: 0,
    entries: 0,
    logSize: state.log.size,
    problems,
  };
  if (copy.incomplete) problems.push("dossier.incomplete");
  for (const { party, authority } of replayed.participants()) {
    // Who else reads the library is its publisher's to check.
    const apart = replayed.kind === "library" && authority !== replayed.opener.authority;
    if (!apart && !mayReadOf(state, party)) problems.push("party.not_pinned");
    const other = state.book.knownParty(party);
    if (other === undefined || other.copy.incomplete) problems.push("register.incomplete");
  }
  for (const { number } of replayed.epochs) {
    if (!replayed.holds(me, number)) continue;
    const identity = await attempt(() => openEpoch(state, known, number));
    if ("value" in identity) ++verified.grants;
    else if (isNetwork(identity.failure.code)) throw identity.failure;
    else problems.push(identity.failure.key);
  }
  for (const item of replayed.items) {
    if (item.kind !== "entry") continue;
    ++verified.entries;
    if (!replayed.holds(me, item.epoch) || item.withdrawn) continue;
    const body = await attempt(() => fetchBlob(state.environment, copy.chain, item.sealed));
    if ("value" in body) continue;
    if (isNetwork(body.failure.code)) throw body.failure;
    problems.push(body.failure.code === "not_found" ? "attachment.withheld" : body.failure.key);
  }
  for (const reader of replayed.readers()) {
    const receipts = await state.dossiers.updateReceipts(state.environment, state.log, state.book, known, reader);
    verified.statements += receipts.copy.items.length;
    if (receipts.copy.incomplete) problems.push("receipts.incomplete");
  }
  return verified;
}
