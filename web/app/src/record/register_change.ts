// What an effective statement changes in a register. Mirror of register_change.cpp.
import { ensure } from "../base/failure.ts";
import type { AuthorityId, Digest, LogIndex, MemberId, Recipient, VerifyKey } from "../model/ids.ts";
import type { DisplayName } from "../model/party.ts";
import type { EnrolmentRecord } from "./enrolment_record.ts";
import { keyDigest } from "./keys.ts";
import type { Effect } from "./outcome.ts";
import { listedFiles } from "./peek.ts";
import type { AuthorityHistory, Candidate, MemberHistory, Register } from "./register.ts";
import type { AuthorityDescription } from "./register_bodies.ts";
import type { SignedStatement, Statement } from "./statement.ts";
import { set, type Timeline } from "./timeline.ts";

export const candidateKey = (authority: AuthorityId, record: Digest): string => authority + record;

export function registerEffects({ kind, body }: Statement): Effect[] {
  switch (kind) {
    case "founded":
      return [
        { effect: "chain_started" },
        { effect: "authority_created", authority: body.authority.id },
        { effect: "generation_started", authority: body.authority.id, generation: 1 },
        { effect: "member_admitted", authority: body.authority.id, member: body.member, role: "custodian" },
        { effect: "log_policy_changed" },
      ];
    case "authority_added": {
      const { record } = body.record;
      return [
        ...spent(record),
        { effect: "authority_created", authority: body.authority.id },
        { effect: "generation_started", authority: body.authority.id, generation: 1 },
        { effect: "member_admitted", authority: body.authority.id, member: record.member, role: record.role },
      ];
    }
    case "pinned":
    case "unpinned":
      return [{ effect: "pin_changed", code: body.code }];
    case "log_policy_set":
      return [{ effect: "log_policy_changed" }];
    case "access_policy_set":
      return [{ effect: "access_policy_changed" }];
    case "invited":
      return [{ effect: "invitation_made", invitation: body.invitation }];
    case "member_added": {
      const { record } = body.record;
      return [
        ...spent(record),
        { effect: "member_admitted", authority: record.authority, member: record.member, role: record.role },
      ];
    }
    case "member_removed":
      return [
        { effect: "member_left", authority: body.authority, member: body.member },
        { effect: "generation_started", authority: body.authority, generation: body.next.generation },
      ];
    case "role_changed":
      return [{ effect: "role_set", authority: body.authority, member: body.member, role: body.role }];
    case "authority_rekeyed":
      return [{ effect: "generation_started", authority: body.authority, generation: body.next.generation }];
    case "member_rekeyed": {
      const { record } = body.record;
      const out: Effect[] = [
        { effect: "member_key_changed", authority: record.authority, member: record.member }, ...spent(record),
      ];
      if (body.next !== undefined) {
        out.push({ effect: "generation_started", authority: record.authority, generation: body.next.generation });
      }
      return out;
    }
    case "authority_recovered": {
      const { record } = body.record;
      return [
        { effect: "member_admitted", authority: record.authority, member: record.member, role: record.role },
        { effect: "generation_started", authority: record.authority, generation: body.next.generation },
      ];
    }
    default:
      return [];
  }
}

const spent = ({ invitation }: EnrolmentRecord): Effect[] =>
  invitation === undefined ? [] : [{ effect: "invitation_spent", invitation }];

const newMember = (record: EnrolmentRecord): MemberHistory =>
  ({ authority: record.authority, service: record.service, present: [], role: [], keys: [], allKeys: [] });

/** Of an effective statement. */
export function changeRegister(register: Register, signed: SignedStatement, at: LogIndex): void {
  const r = register.state;
  const { statement: s, id } = signed;
  for (const file of listedFiles(s)) r.files.add(file);

  const authorityOf = (authority: AuthorityId): AuthorityHistory => {
    const found = r.authorities.get(authority);
    ensure(found !== undefined, "an effective statement names authorities that exist");
    return found;
  };
  const memberOf = (member: MemberId): MemberHistory => {
    const found = r.members.get(member);
    ensure(found !== undefined, "an effective statement names members that exist");
    return found;
  };
  const holdKeys = (member: MemberHistory, key: VerifyKey, recipient: Recipient, displayName: DisplayName): void => {
    set(member.keys, at, { key, recipient, displayName });
    member.allKeys.push({ key, digest: keyDigest(key) });
    r.usedKeys.add(key);
    r.usedRecipients.add(recipient);
  };
  const spend = (record: EnrolmentRecord): void => {
    const invitation = record.invitation === undefined ? undefined : r.invitations.get(record.invitation);
    if (invitation !== undefined) invitation.spent = true;
  };
  const admit = (record: EnrolmentRecord): void => {
    const member = r.members.get(record.member) ?? newMember(record);
    r.members.set(record.member, member);
    set(member.present, at, true);
    set(member.role, at, record.role);
    holdKeys(member, record.key, record.recipient, record.displayName);
    authorityOf(record.authority).members.add(record.member);
    spend(record);
  };
  const beginGeneration = (authority: AuthorityId, number: number, recipient: Recipient): void => {
    authorityOf(authority).generations.push({ number, recipient, since: at });
    r.usedRecipients.add(recipient);
  };
  const setKeyring = (authority: AuthorityId, keyring: Digest): void => set(authorityOf(authority).keyring, at, keyring);
  const create = (description: AuthorityDescription): void => {
    r.authorities.set(description.id, {
      authority: { description, since: at }, generations: [], keyring: [], publisher: [], visa: [], recovery: [], members: new Set(),
    });
    r.authorityOrder.push(description.id);
  };
  const pinsOf = (code: string): Timeline<{ code: string; party: string; acceptsVouches: boolean } | undefined> => {
    const timeline = r.pins.get(code) ?? [];
    r.pins.set(code, timeline);
    return timeline;
  };
  const candidate = (authority: AuthorityId, record: Digest): Candidate => {
    const key = candidateKey(authority, record);
    const found = r.candidates.get(key) ?? { authority, approvals: new Map(), refused: false };
    r.candidates.set(key, found);
    return found;
  };
  const forgetCandidates = (authority: AuthorityId): void => {
    for (const [key, one] of r.candidates) if (one.authority === authority) r.candidates.delete(key);
  };

  const { kind, body } = s;
  switch (kind) {
    case "founded":
      r.founding = { party: id, code: body.code, name: body.name, root: body.authority.id, at, succeeds: body.succeeds };
      set(r.logPolicy, at, body.logPolicy);
      create(body.authority);
      beginGeneration(body.authority.id, 1, body.recipient);
      setKeyring(body.authority.id, body.keyring);
      admit({
        party: id, authority: body.authority.id, member: body.member, role: "custodian", service: false,
        displayName: body.displayName, key: body.key, recipient: body.memberRecipient,
      });
      return;
    case "authority_added": {
      const { record } = body.record;
      ensure(record.firstGeneration !== undefined, "the record of a first custodian carries generation 1");
      create(body.authority);
      beginGeneration(body.authority.id, 1, record.firstGeneration.recipient);
      setKeyring(body.authority.id, record.firstGeneration.keyring);
      admit(record);
      return;
    }
    case "pinned":
      set(pinsOf(body.code), at, { code: body.code, party: body.party, acceptsVouches: body.acceptsVouches });
      if (body.acceptsVouches) r.vouchersEver.add(body.party);
      return;
    case "unpinned":
      return set(pinsOf(body.code), at, undefined);
    case "vouches_set":
      return set(r.vouches, at, body.vouches);
    case "log_policy_set":
      return set(r.logPolicy, at, body.logPolicy);
    case "access_policy_set":
      return set(r.accessPolicy, at, body);
    case "publisher_set":
      return set(authorityOf(body.authority).publisher, at, body.publisher);
    case "visa_set":
      return set(authorityOf(body.authority).visa, at, body.acts);
    case "invited":
      r.invitations.set(body.invitation, { body, inviter: s.author.member, madeAt: s.at, spent: false });
      return;
    case "member_added":
      admit(body.record.record);
      return setKeyring(body.record.record.authority, body.keyring);
    case "member_removed":
      set(memberOf(body.member).present, at, false);
      beginGeneration(body.authority, body.next.generation, body.next.recipient);
      return setKeyring(body.authority, body.keyring);
    case "role_changed":
      return set(memberOf(body.member).role, at, body.role);
    case "authority_rekeyed":
      beginGeneration(body.authority, body.next.generation, body.next.recipient);
      return setKeyring(body.authority, body.keyring);
    case "member_rekeyed": {
      const { record } = body.record;
      holdKeys(memberOf(record.member), record.key, record.recipient, record.displayName);
      spend(record);
      if (body.next !== undefined) beginGeneration(record.authority, body.next.generation, body.next.recipient);
      return setKeyring(record.authority, body.keyring);
    }
    case "recovery_set":
      set(authorityOf(body.authority).recovery, at, {
        statement: id, recipient: body.recipient, threshold: body.threshold, shares: body.shares, drilled: false,
      });
      r.usedRecipients.add(body.recipient);
      setKeyring(body.authority, body.keyring);
      // Approvals were given by the holders of the set before.
      return forgetCandidates(body.authority);
    case "recovery_drilled": {
      const current = register.recovery(body.authority);
      ensure(current !== undefined, "a drill is of a recovery set");
      return set(authorityOf(body.authority).recovery, at, { ...current, drilled: true });
    }
    case "recovery_approved": {
      // The first one counts: a holder approves once.
      const { approvals } = candidate(body.authority, body.record);
      if (!approvals.has(s.author.member)) approvals.set(s.author.member, { statement: id, at });
      return;
    }
    case "recovery_refused":
      candidate(body.authority, body.record).refused = true;
      return;
    case "authority_recovered": {
      const { record } = body.record;
      admit(record);
      beginGeneration(record.authority, body.next.generation, body.next.recipient);
      setKeyring(record.authority, body.keyring);
      // The recovery identity has been put together: it is spent, and no later keyring goes to it.
      set(authorityOf(record.authority).recovery, at, undefined);
      return forgetCandidates(record.authority);
    }
    default:
      ensure(false, "an effective statement is of this chain");
  }
}
