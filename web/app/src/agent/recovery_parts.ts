// Internal to src/agent: the parts of a recovery identity (platform/agent/recovery_parts.hpp).
import { ensure, fail, isFailure } from "../base/failure.ts";
import { identityFromSeed, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { openFile, singleProfile } from "../crypto/age/file.ts";
import { wipe, type Bytes } from "../crypto/bytes.ts";
import { shamirCombine, type ShamirShare } from "../crypto/shamir.ts";
import type { AuthorityId } from "../model/ids.ts";
import type { Recovery, Register } from "../record/register.ts";
import type { RecoveryHolder, RecoveryShare } from "../record/register_bodies.ts";
import { parsePrintedShare, parseShare, shareDigest, type ShareFile } from "../record/share_file.ts";
import { includesRole } from "../model/party.ts";
import { membership, own } from "./acting.ts";
import { fetchBlob } from "./keyring.ts";
import type { AgentState } from "./state.ts";

export const sameHolder = (a: RecoveryHolder | undefined, b: RecoveryHolder): boolean =>
  a !== undefined && a.authority === b.authority && a.member === b.member;

export const isHolder = (set: Recovery, holder: RecoveryHolder): boolean =>
  set.shares.some((share) => sameHolder(share.holder, holder));

export const selfAsHolder = (state: AgentState): RecoveryHolder => {
  const { authority, member } = membership(state);
  return { authority, member };
};

/** The authority, if one holds a part of its recovery set. not_found "recovery.not_a_holder". */
export function requireHeld(state: AgentState, authority: AuthorityId): Recovery {
  const set = own(state).recovery(authority);
  return set !== undefined && isHolder(set, selfAsHolder(state)) ? set : fail("not_found", "recovery.not_a_holder");
}

/** A part that somebody brought, under an age file to `identity`. integrity "share.does_not_open" | "share.mismatch". */
export function openShare(file: Bytes, identity: HybridIdentity, authority: AuthorityId): ShareFile {
  let plaintext: Bytes;
  try {
    plaintext = openFile(identity, file, singleProfile);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return fail("integrity", "share.does_not_open", {}, error.key);
  }
  try {
    const share = parseShare(plaintext);
    return share.authority === authority ? share : fail("integrity", "share.mismatch");
  } finally {
    wipe(plaintext);
  }
}

/** Which of the set's parts this is; undefined: none of them. */
export function partOf(set: Recovery, share: ShamirShare): RecoveryShare | undefined {
  const digest = shareDigest(share);
  return set.shares.find((part) => part.share === digest);
}

/**
 * One's own part: the file that the statement names, opened by oneself, with the digest that the statement names.
 * integrity "share.does_not_open" | "share.malformed" | "share.mismatch".
 */
export async function ownShare(state: AgentState, authority: AuthorityId): Promise<ShareFile> {
  const set = own(state).recovery(authority);
  if (set === undefined) return fail("not_found", "void.recovery_unknown");
  const me = selfAsHolder(state);
  const part = set.shares.find((each) => sameHolder(each.holder, me));
  if (part === undefined) return fail("not_found", "recovery.not_a_holder");
  ensure(part.file !== undefined, "a holder's part is a file");
  const file = await fetchBlob(state.environment, own(state).chain, part.file);
  const share = openShare(file, membership(state).identity, authority);
  return shareDigest(share.share) === part.share ? share : fail("integrity", "share.mismatch");
}

/** The identity that the set names, from at least k of its parts. integrity "recovery.does_not_combine". */
export function combineParts(set: Recovery, parts: readonly ShareFile[]): HybridIdentity {
  const chosen = new Map<number, ShamirShare>();
  for (const { share } of parts) {
    if (!chosen.has(share.index) && chosen.size < set.threshold) chosen.set(share.index, share);
  }
  const seed = chosen.size < set.threshold ? null : shamirCombine([...chosen.values()]);
  if (seed?.length !== 32) return fail("integrity", "recovery.does_not_combine");
  const identity = identityFromSeed(seed);
  return identity.recipient.text === set.recipient ? identity : fail("integrity", "recovery.does_not_combine");
}

/** What a typed sheet says, if it is a part of this set. invalid_input "envelope.malformed" | "envelope.another". */
export function readEnvelope(register: Register, authority: AuthorityId, text: string): ShareFile {
  const { file } = parsePrintedShare(text);
  const set = register.recovery(authority);
  const known = set !== undefined && file.authority === authority && partOf(set, file.share) !== undefined;
  return known ? file : fail("invalid_input", "envelope.another");
}

/** Once a session, to the custodians of an authority: a holder left, or somebody is about to take it over. */
export function tellRecovery(state: AgentState): void {
  const register = own(state);
  const person = register.member(membership(state).member);
  if (person === undefined || !includesRole(person.role, "custodian")) return;
  const { observer } = state.environment;
  const { authority } = person;
  if (register.recoveryOutdated(authority)) observer.onNotice({ key: "recovery.outdated", arguments: {} });
  const set = register.recovery(authority);
  for (const { approvals, refused } of register.candidacies(authority)) {
    if (refused || set === undefined) continue;
    observer.onNotice({
      key: "recovery.under_way", arguments: { have: String(approvals.length), need: String(set.threshold) },
    });
  }
}

/** How a holder is named to people: "FIU/FIU-07". */
export function holderName(register: Register, { authority, member }: RecoveryHolder): string {
  const authorityName = register.authority(authority)?.description.name ?? authority.slice(0, 8);
  return `${authorityName}/${register.member(member)?.displayName ?? member.slice(0, 8)}`;
}
