// How an authority that lost its custodians gets a new one (platform/agent/recover.cpp).
import { attempt, fail, isFailure } from "../base/failure.ts";
import { generateIdentity } from "../crypto/age/hybrid.ts";
import { hexEncode, wipe } from "../crypto/bytes.ts";
import { codeEncode } from "../crypto/crockford.ts";
import { deriveInvitation, generateInvitationCode } from "../crypto/invitation.ts";
import { systemRandom } from "../crypto/random.ts";
import type { AuthorityId, Hex } from "../model/ids.ts";
import { randomId } from "../record/chains.ts";
import { comparisonDigits, recordDigest, type SignedRecord } from "../record/enrolment_record.ts";
import { sealCard } from "../record/invitation.ts";
import type { KeyringFile } from "../record/key_files.ts";
import { verifyKeyOf } from "../record/keys.ts";
import { maxInvitation, recoveryDelay, type Candidacy, type Recovery } from "../record/register.ts";
import type { AuthorityRecovered } from "../record/register_bodies.ts";
import { encodeShareFile, type ShareFile } from "../record/share_file.ts";
import { bodyOf } from "../record/statement.ts";
import {
  membership, now, own, ownKnown, requireMaySign, requireRole, signingKey,
} from "./acting.ts";
import type { InvitationMade, RecoveryDone } from "./api.ts";
import { requireSettled } from "./counting.ts";
import { hour, type Environment } from "./environment.ts";
import { sealKeptCode } from "./invitation_code.ts";
import { fetchBlob, openKeyring, sealKeyring, sealSecret } from "./keyring.ts";
import { appendToRegister } from "./people.ts";
import { approvalOf, candidateRecord, chooseCandidate, coveredApprovals } from "./recovery_candidates.ts";
import {
  combineParts, holderName, openShare, ownShare, partOf, readEnvelope, requireHeld, sameHolder,
} from "./recovery_parts.ts";
import { startEpochs } from "./rotate.ts";
import type { Unlocked } from "./secrets.ts";
import type { AgentState } from "./state.ts";
import { openAgent, openAsCandidate, synchronise } from "./synchronise.ts";

const digitsAlone = (text: string): string => text.replace(/[^0-9]/g, "");

/** A holder invites the new custodian: the code travels outside the platform, the invitee enrols with it. */
export async function beginRecovery(state: AgentState, authority: AuthorityId, hours: number): Promise<InvitationMade> {
  await synchronise(state);
  await requireMaySign(state);
  requireHeld(state, authority);
  if (!Number.isInteger(hours) || hours < 1 || hours * hour > maxInvitation) {
    return fail("invalid_input", "invitation.hours");
  }
  const register = own(state);
  if (!register.logPolicy().witnessed) return fail("forbidden", "void.recovery_needs_witnesses");
  const description = register.authority(authority)?.description ?? fail("not_found", "authority.unknown");
  const code = generateInvitationCode();
  const secrets = deriveInvitation(code);
  const invitation = randomId(systemRandom, 16);
  const member = randomId(systemRandom, 16);
  const notAfter = now(state) + hours * hour;
  const order = {
    authority,
    invitationId: invitation,
    memberId: member,
    notAfter,
    redeemSha256: hexEncode(secrets.redeemDigest),
    card: sealCard({
      party: register.party, code: register.code, registerChain: register.chain, registerLength: register.head.length,
      registerHead: register.head.last ?? fail("integrity", "register.incomplete"), authority,
      authorityName: description.name, member, role: "custodian", service: false,
      logPolicy: register.logPolicy().text,
    }, secrets.card, invitation),
    keptCode: sealKeptCode({ code, authorityKind: description.kind, authorityName: description.name },
      membership(state).identity.recipient.text),
  };
  for (let tried = 0; ; ++tried) {
    const sent = await attempt(() => state.environment.server.beginRecovery(order));
    if (!("failure" in sent)) break;
    const again = tried < 2 && sent.failure.key === "session.step_up" &&
      await state.environment.observer.stepUp?.() === true;
    if (!again) throw sent.failure;
  }
  return { invitation, code: codeEncode(code), notAfter };
}

/**
 * A holder's word for that very record, with his part sealed to it. `digits` as the candidate reads them out: always
 * needed.
 */
export async function approveRecovery(
  state: AgentState, authority: AuthorityId, invitation: Hex, digits: string,
): Promise<void> {
  await synchronise(state);
  requireHeld(state, authority);
  const { record } = await chooseCandidate(state, authority, invitation);
  // Nobody but the candidate can say whether this is his record: the server brought it.
  if (digitsAlone(digits) === "") fail("invalid_input", "invitation.digits_needed");
  if (digitsAlone(digits) !== digitsAlone(comparisonDigits(record))) fail("integrity", "invitation.digits_differ");
  const share = await ownShare(state, authority);
  const file = sealSecret([record.recipient], encodeShareFile(share));
  wipe(share.share.value);
  await appendToRegister(state, "recovery_approved", () => {
    // The whole register stands behind this word: what it says of the authority must count.
    requireSettled(state, ownKnown(state).copy);
    return { body: { authority, record: recordDigest(record), share: file.sha256 }, files: [file] };
  });
}

/**
 * A custodian of the authority says no: it ends that candidate's chance for good. `record` by its digest, as the register
 * has it from the holders' approvals; or `invitation`, of one whom nobody has approved yet.
 */
export async function refuseRecovery(
  state: AgentState, candidate: { record?: Hex; invitation?: Hex },
): Promise<void> {
  await synchronise(state);
  requireRole(state, "custodian");
  const { authority } = membership(state);
  // By what the register says first: a server that hides the row must not keep a custodian from saying no.
  const approved = own(state).candidacies(authority).find((one) => !one.refused && one.record === candidate.record);
  const record = approved?.record ??
    recordDigest((await chooseCandidate(state, authority, candidate.invitation ?? "")).record);
  await appendToRegister(state, "recovery_refused", () => ({ body: { authority, record } }));
}

// --- the new custodian ---------------------------------------------------------------------------------------------

/** What the candidate has gathered; nothing of it is used before all of it holds. */
interface Gathered { record: SignedRecord; references: AuthorityRecovered["refs"]; keyring: KeyringFile }

async function ownRecord(state: AgentState): Promise<SignedRecord> {
  const { authority, member, identity } = membership(state);
  const key = verifyKeyOf(signingKey(state));
  for (const row of await state.environment.server.recoveries(authority)) {
    const read = await attempt(() => candidateRecord(own(state), authority, row));
    if ("failure" in read) continue;
    const { record } = read.value;
    if (record.member === member && record.key === key && record.recipient === identity.recipient.text) return read.value;
  }
  return fail("not_found", "recovery.no_candidacy");
}

const notEnough = (have: number, need: number): never =>
  fail("unavailable", "recovery.not_enough", { have: String(have), need: String(need) });

async function openParts(
  state: AgentState, set: Recovery, { approvals }: Candidacy, envelopes: readonly string[], unreadable: string[],
): Promise<ShareFile[]> {
  const register = own(state);
  const { authority, identity } = membership(state);
  const parts = envelopes.map((text) => readEnvelope(register, authority, text));
  for (const { statement } of approvals) {
    const said = approvalOf(state, statement);
    const { author } = said.statement;
    const name = holderName(register, author);
    try {
      const body = bodyOf(said, "recovery_approved") ?? fail("integrity", "share.mismatch");
      const file = await fetchBlob(state.environment, register.chain, body.share);
      const share = openShare(file, identity, authority);
      if (!sameHolder(partOf(set, share.share)?.holder, author)) fail("integrity", "share.mismatch");
      parts.push(share);
    } catch (error) {
      // Another file than the signed one, or none, is the server's doing, not the holder's.
      if (!isFailure(error) || error.code !== "integrity" || error.key === "blob.digest") throw error;
      unreadable.push(name);
      state.environment.observer.onNotice({ key: "recovery.part_unreadable", arguments: { name } });
    }
  }
  // A part from the envelope that is also a holder's counts once.
  const different = new Set(parts.map(({ share }) => share.index)).size;
  if (different < set.threshold) {
    fail("integrity", "recovery.parts_missing", {
      have: String(different), need: String(set.threshold), holders: unreadable.join(", "),
    });
  }
  return parts;
}

async function gather(state: AgentState, envelopes: readonly string[], unreadable: string[]): Promise<Gathered> {
  const register = own(state);
  const { authority } = membership(state);
  const set = register.recovery(authority);
  if (set === undefined) return fail("not_found", "void.recovery_unknown");
  if (!register.logPolicy().witnessed) return fail("forbidden", "void.recovery_needs_witnesses");
  const answer = await ownRecord(state);
  const digest = recordDigest(answer.record);
  const candidacy = register.candidacies(authority).find(({ record }) => record === digest);
  if (candidacy === undefined) return notEnough(0, set.threshold);
  if (candidacy.refused) return fail("forbidden", "recovery.refused");
  if (candidacy.approvals.length < set.threshold) return notEnough(candidacy.approvals.length, set.threshold);
  const { references, first } = await coveredApprovals(state, candidacy);
  if (first === undefined || references.length < set.threshold) return fail("unavailable", "log.not_yet_witnessed");
  const from = first + recoveryDelay;
  if (now(state) < from) return fail("unavailable", "recovery.too_early", { at: String(from) });
  const parts = await openParts(state, set, candidacy, envelopes, unreadable);
  const identity = combineParts(set, parts);
  try {
    const { keyring } = await openKeyring(state.environment, ownKnown(state), authority, identity);
    if (keyring.generations.length !== register.generations(authority).length) fail("integrity", "keyring.incomplete");
    return { record: answer, references, keyring };
  } finally {
    wipe(identity.seed, ...parts.map(({ share }) => share.value));
  }
}

async function takeOver(state: AgentState, envelopes: readonly string[]): Promise<string[]> {
  let unreadable: string[] = [];
  await appendToRegister(state, "authority_recovered", async () => {
    unreadable = [];
    const { record, references, keyring } = await gather(state, envelopes, unreadable);
    const { authority, identity } = membership(state);
    const fresh = generateIdentity();
    const grown: KeyringFile = { authority, generations: [...keyring.generations, fresh] };
    // The recovery identity has been put together: it is spent, and no later keyring goes to it.
    const audience = own(state).members(authority).map(({ recipient }) => recipient);
    const file = sealKeyring(grown, [...audience, identity.recipient.text]);
    return {
      body: {
        record, next: { generation: grown.generations.length, recipient: fresh.recipient.text }, keyring: file.sha256,
        refs: references,
      },
      files: [file],
    };
  });
  return unreadable;
}

/**
 * The candidate, when k have approved and 72 hours are over: opens the parts, puts the identity together, takes the
 * keyring over and begins a generation. May be called again after an interruption.
 *   unavailable "recovery.not_enough" {have, need}, "recovery.too_early" {at}; forbidden "recovery.refused",
 *   "void.recovery_needs_witnesses"; integrity "recovery.parts_missing" {have, need, holders}.
 */
export async function finishRecovery(
  environment: Environment, unlocked: Unlocked, envelopes: readonly string[],
): Promise<RecoveryDone> {
  let unreadable: string[] = [];
  let again = false;
  let actingAs: string | undefined;
  const candidate = await attempt(() => openAsCandidate(environment, unlocked));
  if ("value" in candidate) {
    actingAs = membership(candidate.value).authority;
    unreadable = await takeOver(candidate.value, envelopes);
  } else if (candidate.failure.key === "recovery.no_candidacy") {
    again = true;
  } else {
    throw candidate.failure;
  }
  // From here on he is its custodian like any other.
  const opened = await attempt(() => openAgent(environment, unlocked, { actingAs }));
  if ("failure" in opened) {
    // Another one took it over, or he never answered: there is nothing for him to finish.
    if (again && opened.failure.key === "member.not_in_register") fail("not_found", "recovery.no_candidacy");
    throw opened.failure;
  }
  const state = opened.value;
  const { authority } = membership(state);
  return {
    authority,
    authorityName: own(state).authority(authority)?.description.name ?? "",
    generation: own(state).generation(authority)?.number ?? 0,
    unreadable, again,
    epochs: await startEpochs(state),
  };
}
