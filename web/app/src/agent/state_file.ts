// Internal to src/agent: what this person has verified, kept here and on the server (platform/agent/state_file.hpp).
import { ensure, isFailure } from "../base/failure.ts";
import { openFile, sealFile, singleProfile } from "../crypto/age/file.ts";
import { fromUtf8, utf8, type Bytes } from "../crypto/bytes.ts";
import { signingKeyFromSeed } from "../crypto/sign.ts";
import { verifyKeyOf } from "../record/keys.ts";
import type { BundleMembership } from "../record/user_bundle.ts";
import { logNumber } from "../tlog/succession.ts";
import { openState, signState, type StateFile } from "../record/state_file.ts";
import type { AgentState } from "./state.ts";
import type { ChainCopy } from "./chain_copy.ts";
import { alarm } from "./evidence.ts";

const file = "state.age";

/** Sealed to the user and signed by his key; both are those of the first membership, which a bundle always has. */
function keeper(state: AgentState): BundleMembership {
  const first = state.unlocked.bundle?.memberships[0];
  ensure(first !== undefined, "an agent has a bundle");
  return first;
}

function read(state: AgentState, bytes: Bytes): StateFile | undefined {
  const mine = keeper(state);
  try {
    const text = fromUtf8(openFile(mine.identity, bytes, singleProfile));
    if (text === null) return undefined;
    return openState(text, verifyKeyOf(signingKeyFromSeed(mine.signingSeed)));
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

/** What was verified once holds for ever: the same log, and of each chain the same beginning. */
async function holdTo(state: AgentState, known: StateFile): Promise<void> {
  if (known.origin !== state.log.origin) {
    if ((logNumber(known.origin) ?? 0) <= (logNumber(state.log.origin) ?? 0)) return;
    // A log that goes on after this one was seen on another device, and the server shows it no more.
    return alarm(state.environment, "log.successor_denied", { remembered: utf8(known.origin) }, "state file");
  }
  await state.log.requireConsistentHead(
    state.environment, { size: known.logSize, root: known.logRoot }, "state file");
  for (const [chain, { length, head }] of known.chains) {
    if (length === 0) continue;
    const places = state.log.places(chain, length - 1);
    if (places.length !== 1 || places[0]?.id !== head) {
      await alarm(state.environment, "chain.forked", { remembered_id: head }, "state file");
    }
  }
}

export async function exchangeStateFile(state: AgentState): Promise<void> {
  const { profile, server } = state.environment;
  if (state.stateSavedSize === 0) {
    const local = await profile.load(file);
    const here = local === null ? undefined : read(state, local);
    if (here !== undefined) {
      await holdTo(state, here);
      state.stateSavedSize = here.logSize;
    }
    const stored = await server.state();
    if (stored !== null) {
      state.stateTag = stored.tag;
      const there = read(state, stored.state);
      if (there !== undefined) {
        await holdTo(state, there);
        state.stateSavedSize = Math.max(state.stateSavedSize, there.logSize);
      }
    }
  }
  const head = state.log.head();
  if (state.stateSavedSize === head.size) return;

  const content: StateFile = {
    origin: state.log.origin, logSize: head.size, logRoot: head.root, chains: new Map(),
  };
  const add = ({ chain, items }: ChainCopy): void => {
    const last = items.at(-1);
    if (last !== undefined) content.chains.set(chain, { length: items.length, head: last.statement.id });
  };
  for (const { registerChain } of state.unlocked.bundle?.memberships ?? []) {
    const known = state.book.known(registerChain);
    if (known !== undefined) add(known.copy);
  }
  for (const { copy } of state.dossiers.all().values()) add(copy);
  const mine = keeper(state);
  const sealed = sealFile([mine.identity.recipient], utf8(signState(content, signingKeyFromSeed(mine.signingSeed))));
  await profile.save(file, sealed);
  try {
    state.stateTag = await server.replaceState(state.stateTag, sealed);
  } catch (error) {
    // Another device may have written in between: the next session reads what it wrote.
    if (!isFailure(error) || (error.code !== "precondition_failed" && error.code !== "conflict")) throw error;
  }
  state.stateSavedSize = head.size;
}
