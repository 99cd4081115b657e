// A recovery identity of one's own authority in parts, and the drill (platform/agent/recovery_set.cpp).
import { attempt, ensure, fail } from "../base/failure.ts";
import { generateIdentity, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { wipe, type Bytes } from "../crypto/bytes.ts";
import { shamirSplit, type ShamirShare } from "../crypto/shamir.ts";
import type { AuthorityId, Digest, Recipient } from "../model/ids.ts";
import type { RecoveryHolder, RecoveryShare } from "../record/register_bodies.ts";
import type { Register } from "../record/register.ts";
import { encodePrintedShare, encodeShareFile, shareDigest, type ShareFile } from "../record/share_file.ts";
import { keyring, membership, own, requireRole } from "./acting.ts";
import type { HeldShare, RecoveryKeeper, RecoverySetOrder } from "./api.ts";
import { sealSecret } from "./keyring.ts";
import { appendToRegister } from "./people.ts";
import {
  combineParts, holderName, isHolder, openShare, ownShare, partOf, readEnvelope, requireHeld, sameHolder, selfAsHolder,
} from "./recovery_parts.ts";
import { resealKeyring } from "./rotate.ts";
import type { AgentState, SealedFile } from "./state.ts";
import { synchronise } from "./synchronise.ts";

const mostParts = 32;

/** Drawn, and nothing said of it yet: the printed part is to be safe before anything is signed. */
export interface PreparedRecovery {
  authority: AuthorityId;
  threshold: number;
  holders: RecoveryHolder[];
  identity: HybridIdentity;
  /** In the order of the holders; the printed one last. */
  shares: ShamirShare[];
  /** The sheet for the sealed envelope; "": none. */
  envelope: string;
}

export function wipePrepared({ identity, shares }: PreparedRecovery): void {
  wipe(identity.seed, ...shares.map(({ value }) => value));
}

/** Every custodian of this Party: who may hold a part. */
export async function recoveryKeepers(state: AgentState): Promise<RecoveryKeeper[]> {
  await synchronise(state);
  const register = own(state);
  const me = selfAsHolder(state);
  return register.authorities().flatMap(({ description }) => register.members(description.id)
    .filter(({ role }) => role === "custodian")
    .map(({ id, displayName }) => ({
      authority: description.id, authorityName: description.name, member: id, displayName,
      self: sameHolder(me, { authority: description.id, member: id }),
    })));
}

function recipientOf(register: Register, { authority, member }: RecoveryHolder): Recipient {
  const found = register.member(member);
  const custodian = found !== undefined && found.authority === authority && found.role === "custodian";
  return custodian ? found.recipient : fail("not_found", "recovery.holder_unknown", { name: member.slice(0, 8) });
}

/** A new recovery identity in k of n parts, drawn here. Nothing is signed. */
export async function prepareRecovery(
  state: AgentState, { threshold, holders, envelope }: RecoverySetOrder,
): Promise<PreparedRecovery> {
  await synchronise(state);
  requireRole(state, "custodian");
  const register = own(state);
  const { authority } = membership(state);
  holders.forEach((holder, i) => {
    recipientOf(register, holder);
    if (holders.findIndex((other) => sameHolder(other, holder)) !== i) {
      fail("invalid_input", "recovery.holder_twice", { name: holderName(register, holder) });
    }
  });
  const parts = holders.length + (envelope ? 1 : 0);
  if (!Number.isInteger(threshold) || threshold < 2 || parts < threshold + 1 || holders.length < threshold ||
      parts > mostParts) {
    return fail("invalid_input", "void.recovery_shares");
  }
  const identity = generateIdentity();
  const shares = shamirSplit(identity.seed, { k: threshold, n: parts });
  const printed = envelope ? shares[parts - 1] : undefined;
  return {
    authority, threshold, holders: holders.map(({ authority: of, member }) => ({ authority: of, member })), identity,
    shares,
    envelope: printed === undefined ? ""
      : encodePrintedShare({ party: register.code, file: { authority, share: printed } }),
  };
}

/** The new identity stands, and the one before ends. */
export async function setRecovery(state: AgentState, prepared: PreparedRecovery): Promise<void> {
  await synchronise(state);
  requireRole(state, "custodian");
  const { authority, identity, threshold, holders, shares } = prepared;
  if (membership(state).authority !== authority) fail("precondition_failed", "recovery.not_prepared");
  await appendToRegister(state, "recovery_set", async () => {
    const register = own(state);
    const listed: RecoveryShare[] = [];
    const files: SealedFile[] = [];
    shares.forEach((share, i) => {
      const holder = holders[i];
      if (holder === undefined) {
        listed.push({ share: shareDigest(share) });
        return;
      }
      const file = sealSecret([recipientOf(register, holder)], encodeShareFile({ authority, share }));
      files.push(file);
      listed.push({ holder, file: file.sha256, share: shareDigest(share) });
    });
    // To the members and the new recovery recipient alone: the old one opens nothing from here on.
    const audience = register.members(authority).map(({ recipient }) => recipient);
    const sealed = await resealKeyring(state, [...audience, identity.recipient.text]);
    return {
      body: { authority, recipient: identity.recipient.text, threshold, shares: listed, keyring: sealed.sha256 },
      files: [...files, sealed],
    };
  });
  wipePrepared(prepared);
}

/** The parts one holds, each opened and compared with what the register says of it. */
export async function recoveryShares(state: AgentState): Promise<HeldShare[]> {
  await synchronise(state);
  const rows: HeldShare[] = [];
  for (const { description } of own(state).authorities()) {
    const set = own(state).recovery(description.id);
    if (set === undefined || !isHolder(set, selfAsHolder(state))) continue;
    const read = await attempt(() => ownShare(state, description.id));
    if ("failure" in read && read.failure.code === "unavailable") throw read.failure;
    if ("value" in read) wipe(read.value.share.value);
    rows.push({
      authority: description.id, authorityName: description.name, threshold: set.threshold, parts: set.shares.length,
      opens: "value" in read, problem: "failure" in read ? read.failure.key : "",
    });
  }
  return rows;
}

/** The drill: that one's part opens, as an age file to the authority, to hand over by any way. */
export async function proveShare(state: AgentState, authority: AuthorityId): Promise<Bytes> {
  await synchronise(state);
  requireHeld(state, authority);
  const share = await ownShare(state, authority);
  const generation = own(state).generation(authority);
  ensure(generation !== undefined, "an authority has a generation");
  // To the authority's own key: its members hold all that the identity opens, so they learn nothing by it.
  const { bytes } = sealSecret([generation.recipient], encodeShareFile(share));
  wipe(share.share.value);
  return bytes;
}

/**
 * A custodian of the authority puts the parts together, compares and forgets: every holder's is needed, his own he need
 * not bring. `recovery_drilled` says so to everybody.
 */
export async function drillRecovery(
  state: AgentState, { proofs, envelopes }: { proofs: readonly Bytes[]; envelopes: readonly string[] },
): Promise<void> {
  await synchronise(state);
  requireRole(state, "custodian");
  const { authority } = membership(state);
  const register = own(state);
  const set = register.recovery(authority);
  if (set === undefined) return fail("not_found", "void.recovery_unknown");
  const { generations } = await keyring(state);
  const proven = new Map<Digest, ShareFile>();
  try {
    const keep = (share: ShareFile): boolean => {
      const part = partOf(set, share.share);
      if (part !== undefined) proven.set(part.share, share);
      return part !== undefined;
    };
    for (const file of proofs) {
      let opened: ShareFile | undefined;
      // A holder may have sealed to the generation before.
      for (const identity of [...generations].reverse()) {
        const tried = await attempt(() => openShare(file, identity, authority));
        if ("value" in tried) {
          opened = tried.value;
          break;
        }
      }
      if (opened === undefined || !keep(opened)) return fail("invalid_input", "recovery.proof_wrong");
    }
    for (const text of envelopes) keep(readEnvelope(register, authority, text));
    if (isHolder(set, selfAsHolder(state))) keep(await ownShare(state, authority));
    const missing = set.shares.flatMap(({ holder, share }) =>
      (holder === undefined || proven.has(share) ? [] : [holderName(register, holder)]));
    if (missing.length > 0) fail("invalid_input", "recovery.drill_incomplete", { holders: missing.join(", ") });
    wipe(combineParts(set, [...proven.values()]).seed);
  } finally {
    for (const { share } of proven.values()) wipe(share.value);
  }
  await appendToRegister(state, "recovery_drilled", () => ({ body: { authority, recoverySet: set.statement } }));
}
