// Internal to src/agent: keyrings and generations of one's own authority (platform/agent/rotate.hpp).
import { attempt, ensure, fail } from "../base/failure.ts";
import { generateIdentity } from "../crypto/age/hybrid.ts";
import { utf8 } from "../crypto/bytes.ts";
import type { AuthorityId, MemberId, Recipient } from "../model/ids.ts";
import type { KeyringFile } from "../record/key_files.ts";
import type { NewGeneration } from "../record/register_bodies.ts";
import { keyring, membership, now, own } from "./acting.ts";
import type { EpochOutcome } from "./api.ts";
import { requireSettled } from "./counting.ts";
import { ownDossiers, startEpochIfStale } from "./epoch.ts";
import { sealKeyring } from "./keyring.ts";
import type { AgentState, SealedFile } from "./state.ts";

/** What is handed on is the whole: a keyring that lacks a generation would be refused by everybody. */
async function completeKeyring(state: AgentState): Promise<KeyringFile> {
  // Whoever reads it from now on was let in by a statement that counts.
  const known = state.book.known(membership(state).registerChain);
  ensure(known !== undefined, "one's own register is read");
  requireSettled(state, known.copy);
  const current = await keyring(state);
  if (current.generations.length !== own(state).generations(current.authority).length) {
    fail("integrity", "keyring.incomplete");
  }
  return current;
}

/**
 * Whom a keyring of this authority is for: its members as they are now, one of them left out or with new keys, and the
 * recovery recipient.
 */
export function keyringAudience(
  state: AgentState, authority: AuthorityId, change: { without?: MemberId; with?: Recipient } = {},
): Recipient[] {
  const register = own(state);
  const audience = register
    .members(authority)
    .filter((member) => member.id !== change.without)
    .map((member) => member.recipient);
  if (change.with !== undefined) audience.push(change.with);
  const recovery = register.recovery(authority);
  if (recovery !== undefined) audience.push(recovery.recipient);
  return audience;
}

/** The keyring as it is, for these recipients: somebody joined, or has new keys. */
export const resealKeyring = async (state: AgentState, recipients: Recipient[]): Promise<SealedFile> =>
  sealKeyring(await completeKeyring(state), recipients);

export interface NextGeneration {
  next: NewGeneration;
  keyring: SealedFile;
}

/** The keyring with one more generation, made here. */
export async function nextGeneration(state: AgentState, recipients: Recipient[]): Promise<NextGeneration> {
  const current = await completeKeyring(state);
  const fresh = generateIdentity();
  const grown: KeyringFile = { authority: current.authority, generations: [...current.generations, fresh] };
  return {
    next: { generation: grown.generations.length, recipient: fresh.recipient.text },
    keyring: sealKeyring(grown, recipients),
  };
}

const pendingName = (authority: AuthorityId): string => `rotation/${authority}`;

/** Before the statement that makes new keys: whoever finds this knows that a run may have ended in between. */
export const beginRotation = (state: AgentState): Promise<void> =>
  state.environment.profile.save(pendingName(membership(state).authority), utf8(String(now(state))));

/** A run on this device ended before the last dossier. */
export const pendingRotation = async (state: AgentState): Promise<boolean> =>
  await state.environment.profile.load(pendingName(membership(state).authority)) !== null;

export async function tellRotation({ environment, unlocked }: AgentState): Promise<void> {
  for (const { authority } of unlocked.bundle?.memberships ?? []) {
    if (await environment.profile.load(pendingName(authority)) === null) continue;
    environment.observer.onNotice({ key: "rotation.unfinished", arguments: {} });
    return;
  }
}

/** Starts an epoch on every dossier where this authority takes part and its grant has gone stale [leaver-reads-on]. */
export async function startEpochs(state: AgentState): Promise<EpochOutcome> {
  const { observer, profile } = state.environment;
  const chains = await ownDossiers(state);
  const outcome: EpochOutcome = { started: [], notStarted: [] };
  for (const [done, chain] of chains.entries()) {
    observer.onProgress?.({ of: "rotation", done, total: chains.length });
    // What is left for later is found by the next run: a grant of an old generation is seen to be one.
    if (observer.cancelled()) {
      outcome.notStarted.push({ chain, key: "rotation.interrupted" });
      continue;
    }
    const started = await attempt(() => startEpochIfStale(state, chain));
    if ("failure" in started) {
      outcome.notStarted.push({ chain, key: started.failure.key });
    } else if (started.value) {
      outcome.started.push(chain);
    }
  }
  observer.onProgress?.({ of: "rotation", done: chains.length, total: chains.length });
  if (outcome.notStarted.length === 0) await profile.remove(pendingName(membership(state).authority));
  return outcome;
}
