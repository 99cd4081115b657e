// Internal to src/agent: one statement of a dossier beside its entries (platform/agent/act.hpp).
import { attempt, fail } from "../base/failure.ts";
import type { ChainId, StatementId } from "../model/ids.ts";
import type { Kind } from "../record/kinds.ts";
import { isEffective, refusalOf } from "../record/outcome.ts";
import type { SealedBody } from "../record/sealed_body.ts";
import type { BodyOf } from "../record/statement.ts";
import { composeNext, dossier, now, requireComplete, requireRole, sign } from "./acting.ts";
import { appendSettled, settleDrafts } from "./append.ts";
import { loadCache, saveCache } from "./content_cache.ts";
import { onceCounted, requireSettled } from "./counting.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { readyToSeal } from "./epoch.ts";
import { sealBody, type Draft } from "./seal.ts";
import { addFile, newPackage, type AgentState, type Package, type SealedFile } from "./state.ts";
import { synchronise } from "./synchronise.ts";

/** What a statement says under seal; chain, author and nonce are filled in. */
type Texts = Partial<Pick<SealedBody, "purpose" | "reason" | "message" | "caveats" | "obstacles" | "decision">>;
type ActKind = Extract<
  Kind,
  | "granted" | "revoked" | "policy_changed" | "closed" | "reopened" | "approved" | "consented" | "released" | "withdrawn"
  | "status" | "reminded" | "due_proposed" | "due_agreed" | "off_platform" | "off_platform_confirmed" | "routing_disclosed"
>;

/** A statement to be, with the files that travel with it and what it says under seal. */
export type Act = {
  [K in ActKind]: {
    kind: K;
    body: Draft<BodyOf<K>>;
    files?: SealedFile[];
    content?: Texts | undefined;
    /** Of the epoch it begins; else the current one. */
    sealedTo?: string;
  };
}[ActKind];

interface Said {
  id: StatementId;
  body: SealedBody;
}

/** What a statement that begins an epoch says goes to that one, whose grants it brings. */
const sealsToCurrentEpoch = (act: Act): boolean => act.content !== undefined && act.sealedTo === undefined;

async function composeAct(state: AgentState, known: KnownDossier, act: Act): Promise<{ built: Package; said?: Said }> {
  const statement = composeNext(state, known.replayed.head, known.copy.chain, act.kind, act.body);
  const built = newPackage();
  let content: SealedBody | undefined;
  if (act.content !== undefined) {
    content = { chain: statement.chain, author: statement.author, nonce: statement.nonce, files: [], ...act.content };
    const file = sealBody(content, act.sealedTo ?? known.replayed.epoch.recipient);
    (act.body as { sealed?: string }).sealed = file.sha256; // every kind with words has it
    addFile(built, file);
  }
  for (const file of act.files ?? []) addFile(built, file);
  const signed = await sign(state, statement);
  // What would have no effect is not sent: the same judge says so here, in words, before anybody else does.
  const outcome = known.replayed.judge(signed, state.log.size, state.book);
  if (!isEffective(outcome)) throw refusalOf(outcome);
  built.statements.push(signed);
  return content === undefined ? { built } : { built, said: { id: signed.id, body: content } };
}

/**
 * Made anew from the verified dossier as often as somebody else was quicker. What would have no effect is not sent: the
 * same judge says so here, in words, before anybody else does.
 */
export async function appendAct(
  state: AgentState, chain: ChainId, make: (known: KnownDossier) => Act | Promise<Act>,
): Promise<void> {
  await synchronise(state);
  await settleDrafts(state);
  requireRole(state, "officer");
  let said: Said | undefined;
  for (let round = 0; ; ++round) {
    const seals = await onceCounted(state, async () => {
      const known = await dossier(state, chain);
      if (!known.replayed.opened) fail("not_found", "dossier.unknown");
      requireComplete(state, known);
      return sealsToCurrentEpoch(await make(known));
    });
    // Its words are read by whoever holds the epoch: nobody who left, nobody who is not pinned, as with an entry.
    if (seals) await onceCounted(state, () => readyToSeal(state, chain));
    let moved = false;
    const appended = await attempt(() => appendSettled(state, async () => {
      const known = await dossier(state, chain);
      requireComplete(state, known);
      requireSettled(state, known.copy);
      const act = await make(known);
      if (sealsToCurrentEpoch(act) && known.replayed.stale(state.book, now(state)) !== "no") {
        moved = true;
        fail("conflict", "entry.basis_changed");
      }
      const composed = await composeAct(state, known, act);
      said = composed.said;
      return composed.built;
    }));
    if ("value" in appended) break;
    if (!moved || round === 3) throw appended.failure;
  }
  if (said === undefined) return;
  const cache = await loadCache(state, chain);
  cache.bodies.set(said.id, said.body);
  await saveCache(state, cache);
}
