// One statement at its place in a register: whether it may, and what it would change. Mirror of register_judge.cpp: the
// same order of checks, the same reasons.
import type { AuthorityId, LogIndex, Recipient, StatementId, VerifyKey } from "../model/ids.ts";
import { isState } from "../model/party.ts";
import { parseSignedCheckpoint } from "../tlog/checkpoint.ts";
import { verifyCheckpoint, type VerifiedCheckpoint } from "../tlog/policy.ts";
import { logNumber, logOf, placeOf } from "../tlog/succession.ts";
import { isFailure } from "../base/failure.ts";
import { registerChain } from "./chains.ts";
import { recordDigest, recordSignatureHolds, type EnrolmentRecord, type SignedRecord } from "./enrolment_record.ts";
import { envelopeVerifies } from "./envelope.ts";
import { checkFrame, reusesFiles, type Reason } from "./judging.ts";
import { keyDigest } from "./keys.ts";
import { rowOf, type Kind } from "./kinds.ts";
import { readLogPolicy, judgeSeen, type LogPolicy } from "./log_policy.ts";
import { brokenOutcome, effectiveOutcome, voidOutcome, type Outcome } from "./outcome.ts";
import { maxInvitation, maxMembers, recoveryDelay, type Recovery, type Register } from "./register.ts";
import type { AuthorityRecovered, InvitationPurpose, NewGeneration } from "./register_bodies.ts";
import { candidateKey, registerEffects } from "./register_change.ts";
import type { BodyOf, SignedStatement, Statement } from "./statement.ts";

/** A statement and where it is to stand. */
interface Case {
  register: Register;
  signed: SignedStatement;
  s: Statement;
  at: LogIndex;
}

export function judgeRegister(register: Register, signed: SignedStatement, at: LogIndex): Outcome {
  const { state, chain } = register;
  const one: Case = { register, signed, s: signed.statement, at };
  const wrong = checkFrame(one.s, chain, state.head, state.stopped, at) ?? authenticate(one);
  if (wrong !== undefined) return wrong;
  for (const pass of [membership, seen, signer, check]) {
    const reason = pass(one);
    if (reason !== "") return voidOutcome(reason);
  }
  if (reusesFiles(one.s, state.files)) return voidOutcome("void.file_reused");
  return effectiveOutcome(registerEffects(one.s));
}

/** The authority a body speaks about; undefined for those that speak about the Party. */
function namedAuthority({ kind, body }: Statement): AuthorityId | undefined {
  switch (kind) {
    case "member_added":
    case "member_rekeyed":
    case "authority_recovered":
      return body.record.record.authority;
    case "visa_set":
    case "invited":
    case "member_removed":
    case "role_changed":
    case "authority_rekeyed":
    case "recovery_set":
    case "recovery_drilled":
    case "recovery_approved":
    case "recovery_refused":
      return body.authority;
    default:
      return undefined;
  }
}

/** A statement that brings its own key: nobody knew its author before. */
function ownKey({ kind, body }: Statement): VerifyKey | undefined {
  if (kind === "founded") return body.key;
  return kind === "authority_recovered" ? body.record.record.key : undefined;
}

function authenticate({ register, signed, s }: Case): Outcome | undefined {
  if (s.author.registerChain !== register.chain) return voidOutcome("void.author_foreign");
  const own = ownKey(s);
  const key = own ?? register.keyEver(s.author.member, s.author.key);
  if (key === undefined || (own !== undefined && keyDigest(own) !== s.author.key)) {
    return voidOutcome("void.author_unknown");
  }
  return envelopeVerifies(signed.envelope, key) ? undefined : brokenOutcome("broken.signature");
}

function membership({ register, s, at }: Case): Reason {
  const kind = rowOf(s.kind);
  if (kind.chain !== "register") return "void.wrong_chain";
  if (kind.startsChain) return s.seq === 0 ? "" : "void.not_first";
  if (!register.founded) return "void.not_founded";
  if (kind.signer === "new_custodian") return "";
  const author = register.member(s.author.member, at);
  if (author === undefined || author.authority !== s.author.authority) return "void.not_a_member";
  return keyDigest(author.key) === s.author.key ? "" : "void.old_key";
}

function seen({ register, s, at }: Case): Reason {
  const judged = (policy: LogPolicy | undefined): Reason =>
    policy === undefined ? "void.seen_forged" : judgeSeen(policy, s.seen, at);
  if (s.kind === "founded") return judged(readLogPolicy(s.body.logPolicy));
  const reason = judged(register.logPolicy(at));
  // A Party adopts a new origin by a statement that may have seen only that.
  return s.kind === "log_policy_set" && reason === "void.seen_forged" ? judged(readLogPolicy(s.body.logPolicy)) : reason;
}

function signer({ register, s, at }: Case): Reason {
  const row = rowOf(s.kind);
  if (row.signer === "first_custodian" || row.signer === "new_custodian") return "";
  const author = register.member(s.author.member, at);
  const custodian = author?.role === "custodian";
  const authority = namedAuthority(s);
  const ofNamed = authority !== undefined && author?.authority === authority;
  const ofRoot = (): Reason => (custodian && author.authority === register.root ? "" : "void.not_root_custodian");
  const ofIt = (): Reason => (custodian && ofNamed ? "" : "void.not_custodian");
  switch (row.signer) {
    case "root_custodian":
      return ofRoot();
    case "authority_custodian":
      return ofIt();
    case "inviter":
      return (s.body as BodyOf<"invited">).purpose === "authority" ? ofRoot() : ofIt();
    case "member_or_custodian": {
      const { reason, record } = s.body as BodyOf<"member_rekeyed">;
      const himself = record.record.member === s.author.member;
      if (reason === "rotated") return himself && ofNamed ? "" : "void.not_the_member";
      return custodian && ofNamed && !himself ? "" : "void.not_custodian";
    }
    case "recovery_holder": {
      const set = register.recovery(authority as AuthorityId, at);
      const holds = set?.shares.some(({ holder }) =>
        holder !== undefined && holder.authority === s.author.authority && holder.member === s.author.member);
      return holds === true ? "" : "void.not_a_holder";
    }
    default:
      return "void.wrong_chain";
  }
}

const fresh = ({ register }: Case, recipient: Recipient): boolean => !register.state.usedRecipients.has(recipient);

function freshKeys(one: Case, record: EnrolmentRecord): Reason {
  const first = record.firstGeneration;
  const freshKey = !one.register.state.usedKeys.has(record.key);
  const distinct = first === undefined || first.recipient !== record.recipient;
  const freshFirst = first === undefined || fresh(one, first.recipient);
  return freshKey && fresh(one, record.recipient) && freshFirst && distinct ? "" : "void.key_reused";
}

function nextGeneration(one: Case, authority: AuthorityId, next: NewGeneration): Reason {
  const current = one.register.generation(authority, one.at);
  if (current === undefined || next.generation !== current.number + 1) return "void.generation";
  return fresh(one, next.recipient) ? "" : "void.key_reused";
}

/** A new member's or a member's new record against the invitation it answers. */
function answers(one: Case, answer: SignedRecord, purpose: InvitationPurpose): Reason {
  const { record } = answer;
  const invitation = record.invitation === undefined ? undefined : one.register.invitation(record.invitation);
  if (invitation === undefined) return "void.invitation_unknown";
  const invited = invitation.body;
  if (invitation.spent) return "void.invitation_spent";
  if (one.s.at > invited.notAfter) return "void.invitation_expired";
  const asInvited = invited.purpose === purpose && invited.authority === record.authority &&
    invited.member === record.member && invited.role === record.role && invited.service === record.service;
  const first = purpose === "authority";
  if (!asInvited || record.party !== one.register.party || first !== (record.firstGeneration !== undefined)) {
    return "void.record_differs";
  }
  if (!recordSignatureHolds(answer)) return "void.record_signature";
  return freshKeys(one, record);
}

type Check<K extends Kind> = (body: BodyOf<K>, one: Case) => Reason;
type Checks = { [K in Kind]?: Check<K> };

const checks: Checks = {
  founded(body, { s }) {
    if (s.chain !== registerChain(body.key)) return "void.chain_id";
    if (s.author.authority !== body.authority.id || s.author.member !== body.member) return "void.not_the_founder";
    return body.recipient === body.memberRecipient ? "void.key_reused" : "";
  },

  authority_added(body, one) {
    const { state } = one.register;
    if (state.authorities.has(body.authority.id)) return "void.authority_exists";
    if (body.record.record.authority !== body.authority.id) return "void.record_differs";
    if (state.members.has(body.record.record.member)) return "void.member_exists";
    return answers(one, body.record, "authority");
  },

  pinned(body, { register, at }) {
    if (body.party === register.party || body.code === register.code) return "void.pin_self";
    if (!body.acceptsVouches) return "";
    if (isState(body.code)) return "void.voucher";
    const another = register.pins(at).some((pin) => pin.acceptsVouches && pin.code !== body.code);
    return another ? "void.voucher" : "";
  },

  unpinned(body, { register, at }) {
    const pinned = register.pins(at).some((pin) => pin.code === body.code && pin.party === body.party);
    return pinned ? "" : "void.not_pinned";
  },

  vouches_set: () => "",
  log_policy_set: (body) => (readLogPolicy(body.logPolicy) === undefined ? "void.log_policy" : ""),
  access_policy_set: () => "",

  publisher_set: (body, { register, at }) =>
    register.authority(body.authority, at) === undefined ? "void.authority_unknown" : "",

  visa_set: (body, { register, at }) =>
    register.visaActs(body.authority, at).join() === body.acts.join() ? "void.nothing_changed" : "",

  invited(body, { register, s, at }) {
    const { state } = register;
    if (state.invitations.has(body.invitation)) return "void.invitation_exists";
    if (body.notAfter <= s.at || body.notAfter > s.at + maxInvitation) return "void.invitation_period";
    if (body.service && body.role === "custodian") return "void.service_custodian";
    if (body.purpose === "member") return state.members.has(body.member) ? "void.member_exists" : "";
    if (body.purpose === "authority") {
      if (state.authorities.has(body.authority)) return "void.authority_exists";
      if (state.members.has(body.member)) return "void.member_exists";
      return body.role === "custodian" ? "" : "void.first_is_custodian";
    }
    const target = register.member(body.member, at);
    if (target === undefined || target.authority !== body.authority) return "void.member_unknown";
    if (body.member === s.author.member) return "void.own_rekey";
    return target.role === body.role && target.service === body.service ? "" : "void.record_differs";
  },

  member_added(body, one) {
    const { record } = body.record;
    if (one.register.state.members.has(record.member)) return "void.member_exists";
    if (one.register.members(record.authority, one.at).length >= maxMembers) return "void.too_many_members";
    return answers(one, body.record, "member");
  },

  member_removed(body, one) {
    const target = one.register.member(body.member, one.at);
    if (target === undefined || target.authority !== body.authority) return "void.member_unknown";
    // Who leaves must not make the generation that he is to be shut out of; so a custodian always stays, too.
    if (body.member === one.s.author.member) return "void.own_removal";
    return nextGeneration(one, body.authority, body.next);
  },

  role_changed(body, { register, at }) {
    const target = register.member(body.member, at);
    if (target === undefined || target.authority !== body.authority) return "void.member_unknown";
    if (target.role === body.role) return "void.nothing_changed";
    if (target.service && body.role === "custodian") return "void.service_custodian";
    const stepsDown = target.role === "custodian";
    return stepsDown && register.custodians(body.authority, at) < 2 ? "void.last_custodian" : "";
  },

  authority_rekeyed: (body, one) => nextGeneration(one, body.authority, body.next),

  member_rekeyed(body, one) {
    const { record } = body.record;
    const target = one.register.member(record.member, one.at);
    if (target === undefined || target.authority !== record.authority) return "void.member_unknown";
    const same = target.role === record.role && target.service === record.service &&
      record.party === one.register.party && record.firstGeneration === undefined;
    if (!same) return "void.record_differs";
    if (body.next !== undefined) {
      const reason = nextGeneration(one, record.authority, body.next);
      if (reason !== "") return reason;
      if (body.next.recipient === record.recipient) return "void.key_reused";
      return answers(one, body.record, "rekey");
    }
    return recordSignatureHolds(body.record) ? freshKeys(one, record) : "void.record_signature";
  },

  recovery_set(body, one) {
    if (!fresh(one, body.recipient)) return "void.key_reused";
    const holders = new Set<string>();
    const shares = new Set<string>();
    for (const { holder, share } of body.shares) {
      shares.add(share);
      if (holder === undefined) continue;
      const member = one.register.member(holder.member, one.at);
      if (member === undefined || member.authority !== holder.authority || member.role !== "custodian") {
        return "void.recovery_holder";
      }
      holders.add(holder.authority + holder.member);
    }
    const n = body.shares.length;
    const oneEach = shares.size === n && holders.size + 1 >= n; // at most one is printed
    const enough = body.threshold >= 2 && n >= body.threshold + 1 && holders.size >= body.threshold;
    return oneEach && enough ? "" : "void.recovery_shares";
  },

  recovery_drilled: (body, { register, at }) =>
    register.recovery(body.authority, at)?.statement === body.recoverySet ? "" : "void.recovery_unknown",

  recovery_approved(body, { register, s }) {
    const candidate = register.state.candidates.get(candidateKey(body.authority, body.record));
    if (candidate === undefined) return "";
    if (candidate.refused) return "void.recovery_refused";
    return candidate.approvals.has(s.author.member) ? "void.nothing_changed" : "";
  },

  recovery_refused: (body, { register }) =>
    register.state.candidates.get(candidateKey(body.authority, body.record))?.refused === true
      ? "void.nothing_changed" : "",

  authority_recovered(body, one) {
    const { register, s, at } = one;
    const { record } = body.record;
    if (s.author.member !== record.member || s.author.authority !== record.authority) return "void.not_the_candidate";
    if (register.authority(record.authority, at) === undefined) return "void.authority_unknown";
    const custodian = record.role === "custodian" && !record.service && record.firstGeneration === undefined;
    if (!custodian || record.party !== register.party) return "void.record_differs";
    if (register.state.members.has(record.member)) return "void.member_exists";
    if (!recordSignatureHolds(body.record)) return "void.record_signature";
    const reason = freshKeys(one, record) || nextGeneration(one, record.authority, body.next);
    if (reason !== "") return reason;
    if (body.next.recipient === record.recipient) return "void.key_reused";
    const set = register.recovery(record.authority, at);
    return set === undefined ? "void.recovery_unknown" : approvalsHold(one, body, set);
  },
};

const check = (one: Case): Reason => {
  const judge = checks[one.s.kind] as Check<Kind> | undefined;
  return judge === undefined ? "void.wrong_chain" : judge(one.s.body, one);
};

/**
 * k approvals for this very record by distinct holders, none refused it, and 72 hours lie between the first cosigned
 * checkpoint that covers them and `at`. Without witnesses there is no clock to believe, so there is no recovery.
 */
function approvalsHold({ register, s, at }: Case, body: AuthorityRecovered, set: Recovery): Reason {
  const policy = register.logPolicy(at);
  if (!policy.witnessed) return "void.recovery_needs_witnesses";
  const { record } = body.record;
  const candidate = register.state.candidates.get(candidateKey(record.authority, recordDigest(record)));
  if (candidate === undefined) return "void.recovery_not_approved";
  if (candidate.refused) return "void.recovery_refused";
  // A log comes after all of the one before it, whose end its entry 0 commits to (decision 1602). None is later than the
  // statement that names its checkpoint.
  const number = Math.min(logNumber(policy.origin) ?? 0, logOf(at));
  const covered = new Set<StatementId>();
  let first = Number.POSITIVE_INFINITY;
  for (const ref of body.refs) {
    const approval = [...candidate.approvals.values()].find(({ statement }) => statement === ref.approval);
    if (approval === undefined) return "void.recovery_not_approved";
    const verified = verifiedCheckpoint(policy, ref.checkpoint);
    const time = verified?.quorumTime;
    const covers = verified !== undefined && verified.counts && typeof time === "number" &&
      verified.head.size > 0 && placeOf(number, verified.head.size) > approval.at;
    if (!covers) return "void.recovery_checkpoint";
    first = Math.min(first, time);
    covered.add(ref.approval);
  }
  if (covered.size < set.threshold) return "void.recovery_not_approved";
  return s.at - first >= recoveryDelay ? "" : "void.recovery_too_early";
}

function verifiedCheckpoint({ policy }: LogPolicy, note: string): VerifiedCheckpoint | undefined {
  try {
    return verifyCheckpoint(policy, parseSignedCheckpoint(note));
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}
