// One statement at its place in a dossier: whether it may, and what it would change. Mirror of dossier_judge.cpp: the
// same order of checks, the same reasons.
import { refKey, sameRef, type AuthorityRef, type LogIndex, type PartyId, type StatementId } from "../model/ids.ts";
import { isAssembly } from "../model/party.ts";
import { dossierChain } from "./chains.ts";
import { maxGrants, type Dossier } from "./dossier.ts";
import { namedRef, type Granted, type NewEpoch } from "./dossier_bodies.ts";
import { dossierEffects } from "./dossier_change.ts";
import { checkFrame, findAuthor, isOfficer, reusesFiles, type AuthorFound, type Reason } from "./judging.ts";
import { rowOf, type Kind } from "./kinds.ts";
import { brokenOutcome, effectiveOutcome, voidOutcome, type Outcome } from "./outcome.ts";
import { epochBegun, namedParties, sealedBodyOf } from "./peek.ts";
import { lookUpPin, type Register, type Registers } from "./register.ts";
import { judgeRouting, requestChecks } from "./request_judge.ts";
import { requestOver } from "./request_state.ts";
import type { BodyOf, SignedStatement, Statement } from "./statement.ts";

/**
 * Each epoch costs every end a key, and a grant a participant, for ever. The last ones are for `revoked` alone: whoever
 * uses the others up keeps nobody in (decision 0308).
 */
export const maxEpochs = 2000;
export const epochsForRevoking = maxGrants;

/** A statement, where it is to stand, and by whom it was found to be. */
export interface Case {
  dossier: Dossier;
  s: Statement;
  at: LogIndex;
  registers: Registers;
  author: AuthorFound;
  voucherMissing: boolean;
}

export function judgeDossier(dossier: Dossier, signed: SignedStatement, at: LogIndex, registers: Registers): Outcome {
  const { state, chain } = dossier;
  const s = signed.statement;
  const frame = checkFrame(s, chain, state.head, state.stopped, at);
  if (frame !== undefined) return frame;
  const found = findAuthor(signed, at, registers);
  if ("outcome" in found) return found.outcome;
  const one: Case = { dossier, s, at, registers, author: found.author, voucherMissing: false };
  let reason = place(one);
  if (reason !== "") return voidOutcome(reason);
  if (partyMissing(one)) return brokenOutcome("broken.register_missing");
  reason = signer(one) || sealsToCurrentEpoch(one);
  if (reason !== "") return voidOutcome(reason);
  reason = check(one);
  if (one.voucherMissing) return brokenOutcome("broken.register_missing");
  if (reason !== "") return voidOutcome(reason);
  if (reusesFiles(s, state.files)) return voidOutcome("void.file_reused");
  return effectiveOutcome(dossierEffects(dossier, s, at));
}

function place({ dossier, s }: Case): Reason {
  const row = rowOf(s.kind);
  if (row.chain !== "dossier") return "void.wrong_chain";
  if (row.startsChain) return s.seq === 0 ? "" : "void.not_first";
  return dossier.opened ? "" : "void.not_opened";
}

/** A Party that a body names and that nobody shows us. */
const partyMissing = ({ s, registers }: Case): boolean =>
  namedParties(s).some((party) => registers.byParty(party)?.founded !== true);

function signer({ dossier, s, at, author }: Case): Reason {
  if (!isOfficer(author)) return "void.not_officer";
  const me = author.ref;
  // A library is read by all and written by one: nobody else spoils its keys for the others (decision 1751).
  if (dossier.opened && dossier.kind === "library" && !sameRef(me, dossier.opener)) return "void.not_opener";
  const participant = dossier.standing(me, at) === "participant";
  switch (rowOf(s.kind).signer) {
    case "opener_officer":
      return s.kind === "opened" || sameRef(me, dossier.opener) ? "" : "void.not_opener";
    case "participant_officer": {
      if (!participant) return "void.not_a_participant";
      const until = dossier.accessUntil(me);
      return until !== undefined && s.at >= until ? "void.access_expired" : "";
    }
    case "revoker": {
      if (!participant) return "void.not_a_participant";
      return sameRef(me, dossier.opener) || me.party === (s.body as BodyOf<"revoked">).party ? "" : "void.not_revoker";
    }
    case "second_officer": {
      const item = dossier.item((s.body as BodyOf<"approved">).entry);
      if (item === undefined || item.kind !== "entry") return "void.unknown_entry";
      const second = sameRef(item.owner, me) && item.author !== s.author.member && !author.member.service;
      return second ? "" : "void.not_second_officer";
    }
    case "owner_officer":
      return ""; // by entry: ownsAll
    default:
      return "void.wrong_chain";
  }
}

/** Its authority may publish for its Party, as on a notice board. */
const isPublisher = ({ author, at }: Case): boolean => author.register.publisher(author.ref.authority, at);

/**
 * What is sealed to the current epoch is readable by all its participants, also by one whose time is over: a new epoch
 * comes first.
 */
function sealsToCurrentEpoch({ dossier, s }: Case): Reason {
  if (sealedBodyOf(s) === undefined || epochBegun(s) !== undefined) return "";
  return dossier.nextAudience(s.at).length === dossier.participants().length ? "" : "void.access_expired";
}

function pinned(one: Case, party: PartyId): boolean {
  const pin = lookUpPin(one.registers, one.author.register, party, one.at);
  // Withholding a list must not decide what takes effect.
  if (pin.basis === undefined && pin.missing) one.voucherMissing = true;
  return pin.basis !== undefined;
}

function mayBeGranted(one: Case, to: AuthorityRef, generation: number): Reason {
  const register = one.registers.byParty(to.party) as Register; // partyMissing
  const current = register.generation(to.authority, one.at);
  if (current === undefined) return "void.authority_unknown";
  if (current.number !== generation) return "void.generation";
  return pinned(one, to.party) ? "" : "void.not_pinned";
}

/** A new epoch granted to exactly this audience, each at its current generation and pinned by the author's Party. */
function newEpoch(one: Case, epoch: NewEpoch, audience: readonly AuthorityRef[]): Reason {
  const { epochs } = one.dossier.state;
  if (epoch.epoch !== epochs.length + 1) return "void.epoch";
  const most = one.s.kind === "revoked" ? maxEpochs : maxEpochs - epochsForRevoking;
  if (epochs.length >= most) return "void.too_many_epochs";
  if (epochs.some((old) => old.recipient === epoch.recipient)) return "void.key_reused";
  const { grants } = epoch;
  if (grants.length !== audience.length || grants.some((line, i) => !sameRef(line, audience[i]!))) {
    return "void.audience";
  }
  for (const line of grants) {
    const reason = mayBeGranted(one, namedRef(line), line.generation);
    if (reason !== "") return reason;
  }
  return "";
}

function consentsSuffice({ dossier, s, author }: Case, body: Granted, epochs: readonly number[]): Reason {
  const needed = dossier.whoMustConsent(author.ref, namedRef(body), epochs);
  if ("refused" in needed) return needed.refused;
  const owners = new Set(needed.owners.map(refKey));
  const named = new Set<string>();
  for (const id of body.consents) {
    const consent = dossier.consent(id);
    if (consent === undefined) return "void.consent_unknown";
    if (consent.spent) return "void.consent_spent";
    if (!sameRef(consent.body, body)) return "void.consent_recipient";
    if (s.at > consent.body.grantBefore) return "void.consent_expired";
    const owner = refKey(consent.owner);
    // What is not needed is not spent; two of one owner would leave open which of them holds.
    if (!owners.has(owner) || named.has(owner)) return "void.consent_not_needed";
    named.add(owner);
    if (!dossier.covers(consent, epochs)) return "void.consent_scope";
  }
  return named.size === owners.size ? "" : "void.consent_missing";
}

function ownsAll({ dossier, author }: Case, entries: readonly StatementId[]): Reason {
  for (const id of entries) {
    const item = dossier.item(id);
    if (item === undefined || item.kind !== "entry") return "void.unknown_entry";
    if (!sameRef(item.owner, author.ref)) return "void.not_owner";
  }
  return "";
}

type Check<K extends Kind> = (body: BodyOf<K>, one: Case) => Reason;
export type Checks = { [K in Kind]?: Check<K> };

const checks: Checks = {
  opened(body, one) {
    const { s, author } = one;
    if (s.chain !== dossierChain(s.author.authority, body.epoch.recipient)) return "void.chain_id";
    if (isAssembly(author.register.code)) return "void.assembly";
    if (body.kind === "library" && !isPublisher(one)) return "void.not_publisher";
    const audience = body.epoch.grants.map(namedRef);
    if (!audience.some((ref) => sameRef(ref, author.ref))) return "void.audience";
    const ownOnly = audience.every((ref) => ref.party === author.ref.party);
    if (body.kind === "internal" && !ownOnly) return "void.internal";
    return newEpoch(one, body.epoch, audience);
  },

  entry(body, one) {
    const { dossier } = one;
    if (!dossier.open) return "void.closed";
    if (dossier.kind === "library" && !isPublisher(one)) return "void.not_publisher";
    if (body.epoch !== dossier.state.epochs.length) return "void.epoch";
    if (body.basis !== dossier.basis) return "void.basis";
    const reason = judgeRouting(body, one);
    if (reason !== "") return reason;
    const ids = new Set<string>();
    for (const { id } of body.attachments) {
      if (dossier.state.attachmentIds.has(id) || ids.has(id)) return "void.attachment_reused";
      ids.add(id);
    }
    // What everybody may read does not wait until the key of each of them is checked again.
    if (dossier.kind === "library") return "";
    for (const ref of dossier.participants()) {
      if (!pinned(one, ref.party)) return "void.not_pinned";
    }
    return "";
  },

  granted(body, one) {
    const { dossier, at, author } = one;
    if (body.basis !== dossier.basis) return "void.basis";
    const to = namedRef(body);
    if (dossier.kind === "internal" && to.party !== dossier.opener.party) return "void.internal";
    const reason = mayBeGranted(one, to, body.generation);
    if (reason !== "") return reason;
    const epochs: number[] = [];
    for (const { epoch } of body.grants) {
      if (epoch < 1 || epoch > dossier.state.epochs.length) return "void.epoch";
      if (!dossier.holds(author.ref, epoch, at)) return "void.epoch_not_held";
      if (dossier.holds(to, epoch, at)) return "void.nothing_changed";
      epochs.push(epoch);
    }
    const newcomer = dossier.standing(to, at) !== "participant";
    if (newcomer && dossier.participants().length >= maxGrants) return "void.too_many_participants";
    return consentsSuffice(one, body, epochs);
  },

  epoch_started(body, one) {
    if (body.policy !== one.dossier.policyStatement) return "void.policy";
    return newEpoch(one, body.epoch, one.dossier.nextAudience(one.s.at));
  },

  revoked(body, one) {
    const { dossier, s, at } = one;
    const whom = namedRef(body);
    if (dossier.standing(whom, at) === "none") return "void.not_a_participant";
    if (sameRef(whom, dossier.opener)) return "void.opener_stays";
    // Whoever is asked goes on reading what it is asked, until nothing is asked any more.
    const { request } = dossier.state;
    if (request?.requested !== undefined && !requestOver(request) && sameRef(request.requested, whom)) {
      return "void.requested_stays";
    }
    return newEpoch(one, body.epoch, dossier.nextAudience(s.at).filter((ref) => !sameRef(ref, whom)));
  },

  policy_changed: (body, one) => newEpoch(one, body.epoch, one.dossier.nextAudience(one.s.at)),
  closed(_, { dossier }) {
    if (!dossier.open) return "void.closed";
    // Whoever asked cannot end the matter by locking the room.
    const { request } = dossier.state;
    return request !== undefined && !requestOver(request) ? "void.request_not_over" : "";
  },
  reopened: (_, { dossier }) => (dossier.open ? "void.nothing_changed" : ""),

  approved(body, { dossier, s }) {
    const item = dossier.item(body.entry);
    if (item === undefined) return "void.unknown_entry"; // signer() has asked
    if (item.sealed !== body.digest) return "void.digest";
    return item.approvedBy.includes(s.author.member) ? "void.nothing_changed" : "";
  },

  consented(body, one) {
    const { dossier, s, at, author, registers } = one;
    const reason = ownsAll(one, body.entries);
    if (reason !== "") return reason;
    for (const epoch of body.epochs) {
      if (epoch < 1 || epoch > dossier.state.epochs.length) return "void.epoch";
      const owns = sameRef(author.ref, dossier.opener) || dossier.items.some((item) =>
        item.kind === "entry" && item.epoch === epoch && sameRef(item.owner, author.ref));
      if (!owns) return "void.not_owner";
    }
    if (!dossier.state.seqById.has(body.upTo)) return "void.unknown_statement";
    const inTime = body.grantBefore > s.at && (body.accessUntil === undefined || body.accessUntil > s.at);
    if (!inTime) return "void.consent_period";
    if (registers.byParty(body.party)?.authority(body.authority, at) === undefined) return "void.authority_unknown";
    return pinned(one, body.party) ? "" : "void.not_pinned";
  },

  released: (body, one) => ownsAll(one, body.entries),

  withdrawn(body, one) {
    const reason = ownsAll(one, body.entries);
    if (reason !== "") return reason;
    return body.entries.some((id) => one.dossier.item(id)?.withdrawn) ? "void.nothing_changed" : "";
  },

  ...requestChecks,
};

const check = (one: Case): Reason => {
  const judge = checks[one.s.kind] as Check<Kind> | undefined;
  return judge === undefined ? "void.wrong_chain" : judge(one.s.body, one);
};
