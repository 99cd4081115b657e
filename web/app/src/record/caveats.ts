// The sealed half of restrictions, for whoever has opened it. Mirror of caveats.hpp.
import type { StatementId } from "../model/ids.ts";
import { noCaveats, stricterCaveats, type Caveats } from "../model/policy.ts";
import type { Dossier, DossierItem } from "./dossier.ts";
import type { SealedBody } from "./sealed_body.ts";
import { bodyOf, type SignedStatement } from "./statement.ts";

/** The items whose sealed halves bind this one: the policy statement in force when it was appended, and every later one. */
export function policyItemsFor(dossier: Dossier, item: DossierItem): StatementId[] {
  // A later one binds where it tightens, and a union of caveats only ever tightens.
  let ids: StatementId[] = [];
  for (const other of dossier.items) {
    if (other.kind !== "opened" && other.kind !== "policy_changed") continue;
    if (other.seq < item.seq) ids = [];
    ids.push(other.id);
  }
  return ids;
}

/** A sealed body that was opened and checked against its statement; undefined: not known. */
export type OpenedBodies = (id: StatementId) => SealedBody | undefined;

/**
 * What is in force for an item: the union of the policy statements that bind it and its own; what its owner released it
 * to instead. `effective` are the effective statements of the chain, in order. undefined: some half is not known.
 */
export function caveatsInForce(
  dossier: Dossier, effective: readonly SignedStatement[], item: DossierItem, bodies: OpenedBodies,
): Caveats | undefined {
  // Released: the owner's last word about this entry replaces both halves.
  for (let i = effective.length - 1; i >= 0; --i) {
    const released = bodyOf(effective[i]!, "released");
    if (released === undefined || !released.entries.includes(item.id)) continue;
    if (released.sealed === undefined) return noCaveats();
    const body = bodies(effective[i]!.id);
    return body === undefined ? undefined : (body.caveats ?? noCaveats());
  }
  const own = bodies(item.id);
  if (own === undefined) return undefined;
  let caveats = own.caveats ?? noCaveats();
  for (const id of policyItemsFor(dossier, item)) {
    const body = bodies(id);
    if (body === undefined) return undefined;
    if (body.caveats !== undefined) caveats = stricterCaveats(body.caveats, caveats);
  }
  return caveats;
}
