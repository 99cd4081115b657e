// Internal to src/agent: dossier identities and the grants that hand them on (platform/agent/epoch.hpp).
import { attempt, ensure, fail, type Failure } from "../base/failure.ts";
import { generateIdentity, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { wipe } from "../crypto/bytes.ts";
import { isHex, refKey, refOfKey, type AuthorityRef, type ChainId, type StatementId } from "../model/ids.ts";
import type { NewEpoch } from "../record/dossier_bodies.ts";
import { checkGrant, encodeGrant, parseGrant } from "../record/key_files.ts";
import type { Head } from "../record/outcome.ts";
import { pinBasis } from "../record/register.ts";
import type { SignedStatement } from "../record/statement.ts";
import { authorityOf, composeNext, dossier, keyring, membership, now, own, requireComplete, sign } from "./acting.ts";
import { appendSettled } from "./append.ts";
import { ChainCopy } from "./chain_copy.ts";
import { requireCounts, requireSettled } from "./counting.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { fetchBlob, sealSecret } from "./keyring.ts";
import { openSingle } from "./open.ts";
import { addFile, newPackage, type AgentState, type Package, type SealedFile } from "./state.ts";
import { successorOf } from "./successor.ts";

/** The dossiers whose beginning this device keeps. */
async function knownDossiers(state: AgentState): Promise<ChainId[]> {
  const chains: ChainId[] = [];
  for (const name of await state.environment.profile.list("chains")) {
    const chain = name.slice(name.lastIndexOf("/") + 1);
    if (!isHex(chain, 32)) continue;
    let first = state.dossiers.known(chain)?.copy.items[0];
    if (first === undefined) {
      const copy = new ChainCopy(chain);
      await copy.restore(state.environment.profile);
      first = copy.items[0];
    }
    if (first?.statement.kind === "opened") chains.push(chain);
  }
  return chains;
}

/** The chains of every dossier of the authority acted for, by the server's list: untrusted, and only a place to look. */
export async function ownDossiers(state: AgentState): Promise<ChainId[]> {
  const most = 100_000;
  const listed = new Set<ChainId>();
  let cursor: string | undefined;
  do {
    const page = await state.environment.server.dossiers(membership(state).authority, cursor);
    for (const row of page.items) listed.add(row.chain);
    cursor = page.nextCursor === "" ? undefined : page.nextCursor;
    // A page that leads on brings something: pages of nothing would never end.
    if (listed.size > most || (page.items.length === 0 && cursor !== undefined)) fail("integrity", "dossiers.endless");
  } while (cursor !== undefined);
  const chains = [...listed];
  // The list is the server's word. What this device has read before does not vanish with a row of it.
  for (const chain of await knownDossiers(state)) {
    if (listed.has(chain)) continue;
    const read = await attempt(() => dossier(state, chain));
    if ("failure" in read && read.failure.code === "unavailable") throw read.failure;
    // Not ours any more: the server need not list it. A broken one shows itself where it is read.
    if ("value" in read && read.value.replayed.standing(authorityOf(state)) !== "participant") continue;
    state.environment.observer.onNotice({ key: "dossier.not_listed", arguments: { dossier: chain.slice(0, 12) } });
    chains.push(chain);
  }
  return chains;
}

/** Whether sealing to a Party is allowed: pinned, register complete, and what its key came with counts. */
export async function requireSealable(state: AgentState, to: AuthorityRef): Promise<void> {
  const known = await state.book.updateParty(state.environment, state.log, to.party);
  const register = known.replayed;
  const party = { party: register.code };
  if (known.copy.incomplete) fail("integrity", "register.incomplete", party);
  // Its old keys are lost, or in somebody's hands: the State says so itself, in the register that follows.
  if (await successorOf(state, register) !== undefined) fail("forbidden", "party.founded_anew", party);
  if (pinBasis(state.book, own(state), to.party) === undefined) fail("forbidden", "party.not_pinned", party);
  const generation = register.generation(to.authority);
  if (generation === undefined) return fail("not_found", "authority.unknown", party);
  // Pin and key count once the statements that introduced them are under a checkpoint that meets the policy.
  if (pinBasis(state.book, own(state), to.party, state.log.countingSize) === undefined) {
    fail("unavailable", "log.not_yet_witnessed");
  }
  const maker = known.copy.items.find((item) => item.index === generation.since);
  ensure(maker !== undefined, "a generation was begun by a statement");
  requireCounts(state, generation.since, maker.statement.statement.at);
}

export interface GrantMade {
  file: SealedFile;
  generation: number;
}

/** One grant of an identity to an authority's current generation. */
export async function makeGrant(
  state: AgentState, chain: ChainId, epoch: number, to: AuthorityRef, policy: StatementId, identity: HybridIdentity,
): Promise<GrantMade> {
  await requireSealable(state, to);
  const generation = state.book.byParty(to.party)?.generation(to.authority);
  ensure(generation !== undefined, "whom one may seal to has a generation");
  const text = encodeGrant({
    chain, epoch, authority: to.authority, generation: generation.number, policy, identity,
  });
  return { file: sealSecret([generation.recipient], text), generation: generation.number };
}

/** Sorted, each once: the one order that grants stand in. */
export const sortedRefs = (refs: readonly AuthorityRef[]): AuthorityRef[] =>
  [...new Set(refs.map(refKey))].sort().map(refOfKey);

export interface EpochPlan {
  chain: ChainId;
  number: number;
  audience: AuthorityRef[];
  /** Zeros where the statement that lists the grants sets the policy. */
  policyLine: StatementId;
}
export interface FreshEpoch {
  identity: HybridIdentity;
  epoch: NewEpoch;
  grants: SealedFile[];
}

/**
 * A fresh identity with a grant for each of these authorities at its current generation. No grant to an authority of a
 * Party that is not pinned, whose register is incomplete, or whose generation does not count yet.
 */
export async function makeEpoch(state: AgentState, plan: EpochPlan): Promise<FreshEpoch> {
  const identity = generateIdentity();
  const epoch: NewEpoch = { epoch: plan.number, recipient: identity.recipient.text, grants: [] };
  const fresh: FreshEpoch = { identity, epoch, grants: [] };
  for (const to of sortedRefs(plan.audience)) {
    const made = await makeGrant(state, plan.chain, plan.number, to, plan.policyLine, identity);
    fresh.epoch.grants.push({ ...to, generation: made.generation, grant: made.file.sha256 });
    fresh.grants.push(made.file);
  }
  return fresh;
}

/**
 * Of a failure of openEpoch: whether it shows, by what was signed, that whoever granted the key is at fault. Everything
 * else is a colleague's doing (his keyring), the server's, or of the moment, and no receipt says it.
 */
export const isGrantFault = ({ code, key }: Failure): boolean => code === "integrity" && key.startsWith("grant.");

/**
 * The identity of one epoch, from the grants of one's own authority: digest, lines and derivation are checked, with
 * exactly the one identity of the keyring that the statement names. forbidden "epoch.not_granted"; integrity "grant.*"
 * when none of the grants holds; integrity "keyring.*" when that cannot be told, for the authority's own keys are not
 * whole here; integrity "epoch.repeated" when a later epoch has the same identity.
 */
export async function openEpoch(state: AgentState, known: KnownDossier, epoch: number): Promise<HybridIdentity> {
  const dossierOf = known.replayed;
  const facts = dossierOf.epochs[epoch - 1];
  if (facts === undefined) return fail("integrity", "grant.no_such_epoch");
  // One identity in two epochs would hand an old reader the new one.
  const twin = dossierOf.epochs.find((other) => other.number !== epoch && other.recipient === facts.recipient);
  // Whoever wrote in the first of the two is not to blame for the second.
  if (twin !== undefined) fail("integrity", twin.number < epoch ? "grant.epoch_repeated" : "epoch.repeated");
  const { generations } = await keyring(state);
  let failure: Failure | undefined;
  for (const grant of dossierOf.grants(authorityOf(state))) {
    if (grant.epoch !== epoch) continue;
    const maker = known.copy.items.find((item) => item.statement.id === grant.statement);
    ensure(maker !== undefined, "a grant is listed by a statement");
    const opened = await attempt(async () => {
      requireCounts(state, grant.since, maker.statement.statement.at);
      if (grant.generation === 0 || grant.generation > own(state).generations(membership(state).authority).length) {
        return fail("integrity", "grant.mismatch");
      }
      const generation = generations[grant.generation - 1];
      // The register has it and this keyring has not: a colleague's doing (keyring.ts), not the grant's author's.
      if (generation === undefined) return fail("integrity", "keyring.incomplete");
      const file = await fetchBlob(state.environment, dossierOf.chain, grant.file);
      const plaintext = openSingle(generation, file, "grant.does_not_open");
      const content = parseGrant(plaintext);
      wipe(plaintext);
      checkGrant(content, {
        chain: dossierOf.chain,
        epoch,
        authority: membership(state).authority,
        generation: grant.generation,
        policy: dossierOf.policyLine(epoch, grant.statement),
        recipient: facts.recipient,
      });
      return content.identity;
    });
    if ("value" in opened) return opened.value;
    // As long as one of several could not be tried, nobody knows that none of them opens.
    if (failure === undefined || isGrantFault(failure)) failure = opened.failure;
  }
  if (failure !== undefined) throw failure;
  return fail("forbidden", "epoch.not_granted");
}

export interface StartedEpoch {
  statement: SignedStatement;
  fresh: FreshEpoch;
}

/** `epoch_started` for the dossier as it is, with its identity. */
export async function composeEpochStarted(state: AgentState, known: KnownDossier, head: Head): Promise<StartedEpoch> {
  const dossierOf = known.replayed;
  requireComplete(state, known);
  requireSettled(state, known.copy);
  const fresh = await makeEpoch(state, {
    chain: dossierOf.chain,
    number: dossierOf.epoch.number + 1,
    audience: dossierOf.nextAudience(now(state)),
    policyLine: dossierOf.policyStatement,
  });
  const statement = await sign(state, composeNext(state, head, dossierOf.chain, "epoch_started", {
    epoch: fresh.epoch, policy: dossierOf.policyStatement,
  }));
  return { statement, fresh };
}

/** True when one was needed and appended [leaver-reads-on]. */
export async function startEpochIfStale(state: AgentState, chain: ChainId): Promise<boolean> {
  const { replayed } = await dossier(state, chain);
  const needed =
    replayed.opened && replayed.standing(authorityOf(state)) === "participant" &&
    replayed.stale(state.book, now(state)) !== "no";
  if (!needed) return false;
  await appendSettled(state, async (): Promise<Package> => {
    const known = await dossier(state, chain);
    const started = await composeEpochStarted(state, known, known.replayed.head);
    const built = newPackage();
    built.statements.push(started.statement);
    for (const grant of started.fresh.grants) addFile(built, grant);
    return built;
  });
  return true;
}

/**
 * The dossier as it must be before anything is sealed to its current epoch: that epoch not stale [leaver-reads-on], the
 * history complete, every participant pinned. unavailable "log.not_yet_witnessed" until what was begun counts.
 */
export async function readyToSeal(state: AgentState, chain: ChainId): Promise<KnownDossier> {
  await startEpochIfStale(state, chain);
  const known = await dossier(state, chain);
  requireComplete(state, known);
  requireSettled(state, known.copy);
  // A library is for everybody: also for who founded anew, or whose key nobody vouches for any more.
  if (known.replayed.kind === "library") return known;
  for (const participant of known.replayed.participants()) await requireSealable(state, participant);
  return known;
}
