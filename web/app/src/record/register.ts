// A Party register, replayed statement by statement from `founded` (protocol, section 3): the only membership list
// anyone may use. Mirror of register.hpp.
//
// A value: copy() it to try something out. It remembers its own past, so that every question may be asked "as of" a log
// index: a statement at index i is judged by what stood in the register before i. `now` is the state after everything
// applied so far.
import { ensure } from "../base/failure.ts";
import type {
  AuthorityId, ChainId, Digest, InvitationId, LogIndex, MemberId, PartyId, Recipient, StatementId, UnixSeconds, VerifyKey,
} from "../model/ids.ts";
import { day, hour } from "../model/ids.ts";
import type { DisplayName, PartyCode, Role } from "../model/party.ts";
import type { VisaAct } from "../model/visa.ts";
import { parseLogPolicy, type LogPolicy } from "./log_policy.ts";
import { noHead, type Head, type Outcome } from "./outcome.ts";
import type {
  AccessPolicySet, AuthorityDescription, Invited, RecoveryShare, Succession, Vouch,
} from "./register_bodies.ts";
import { changeRegister } from "./register_change.ts";
import { judgeRegister } from "./register_judge.ts";
import type { SignedStatement } from "./statement.ts";
import { before as valueBefore, type Timeline } from "./timeline.ts";

/** As of everything applied so far. */
export const now: LogIndex = Number.POSITIVE_INFINITY;

export const maxMembers = 500; // of one authority
export const maxInvitation = 14 * day;
export const recoveryDelay = 72 * hour;

export interface Member {
  id: MemberId;
  authority: AuthorityId;
  displayName: DisplayName;
  role: Role;
  service: boolean;
  key: VerifyKey;
  recipient: Recipient;
}
export interface Generation {
  /** From 1. */
  number: number;
  recipient: Recipient;
  since: LogIndex;
}
export interface Authority {
  description: AuthorityDescription;
  since: LogIndex;
}
export interface Recovery {
  statement: StatementId;
  recipient: Recipient;
  threshold: number;
  shares: RecoveryShare[];
  drilled: boolean;
}
export interface Pin {
  code: PartyCode;
  party: PartyId;
  acceptsVouches: boolean;
}
export interface Invitation {
  body: Invited;
  inviter: MemberId;
  madeAt: UnixSeconds;
  spent: boolean;
}

export interface KeysHeld {
  key: VerifyKey;
  recipient: Recipient;
  displayName: DisplayName;
}
export interface MemberHistory {
  authority: AuthorityId;
  service: boolean;
  present: Timeline<boolean>;
  role: Timeline<Role>;
  keys: Timeline<KeysHeld>;
  /** With the SHA-256 of each, as authors name it. */
  allKeys: { key: VerifyKey; digest: Digest }[];
}
export interface AuthorityHistory {
  authority: Authority;
  generations: Generation[];
  keyring: Timeline<Digest>;
  publisher: Timeline<boolean>;
  visa: Timeline<VisaAct[]>;
  recovery: Timeline<Recovery | undefined>;
  /** Ever. */
  members: Set<MemberId>;
}
/** For an authority that is to be recovered: by authority and digest of the enrolment record. */
export interface Candidate {
  authority: AuthorityId;
  /** By holder. */
  approvals: Map<MemberId, { statement: StatementId; at: LogIndex }>;
  refused: boolean;
}

/** Who would take over an authority that lost its custodians, by the holders' approvals under the set in force. */
export interface Candidacy {
  /** Of the enrolment record. */
  record: Digest;
  /** One a holder, in log order. */
  approvals: { holder: MemberId; statement: StatementId; index: LogIndex }[];
  /** By a custodian of the authority. */
  refused: boolean;
}

/** What a Register holds: plain values, which structured cloning copies. Only register_judge and register_change use it. */
export interface RegisterState {
  head: Head;
  stopped: boolean;
  founding?: {
    party: PartyId; code: PartyCode; name: DisplayName; root: AuthorityId; at: LogIndex; succeeds?: Succession | undefined;
  } | undefined;
  authorityOrder: AuthorityId[];
  authorities: Map<AuthorityId, AuthorityHistory>;
  members: Map<MemberId, MemberHistory>;
  usedKeys: Set<VerifyKey>;
  usedRecipients: Set<Recipient>;
  /** Listed by effective statements. */
  files: Set<Digest>;
  vouchersEver: Set<PartyId>;
  invitations: Map<InvitationId, Invitation>;
  pins: Map<PartyCode, Timeline<Pin | undefined>>;
  vouches: Timeline<Vouch[]>;
  logPolicy: Timeline<string>;
  accessPolicy: Timeline<AccessPolicySet>;
  candidates: Map<string, Candidate>;
}

const emptyState = (): RegisterState => ({
  head: noHead(), stopped: false, authorityOrder: [], authorities: new Map(), members: new Map(), usedKeys: new Set(),
  usedRecipients: new Set(), files: new Set(), vouchersEver: new Set(), invitations: new Map(), pins: new Map(),
  vouches: [], logPolicy: [], accessPolicy: [], candidates: new Map(),
});

const sorted = (ids: Iterable<string>): string[] => [...ids].sort();

export class Register {
  constructor(readonly chain: ChainId, readonly state: RegisterState = emptyState()) {}

  copy(): Register {
    return new Register(this.chain, structuredClone(this.state));
  }

  /** What the statement would do at log index `at`, which must be larger than the last one's. Changes nothing. */
  judge(statement: SignedStatement, at: LogIndex): Outcome {
    return judgeRegister(this, statement, at);
  }

  /** The same, and does it. After `broken` or `unsupported` the register stands still. */
  apply(statement: SignedStatement, at: LogIndex): Outcome {
    const outcome = this.judge(statement, at);
    if (outcome.verdict === "broken" || outcome.verdict === "unsupported") {
      this.state.stopped = true;
      return outcome;
    }
    if (outcome.verdict === "effective") changeRegister(this, statement, at);
    this.state.head = { length: this.state.head.length + 1, last: statement.id, index: at };
    return outcome;
  }

  get head(): Head { return this.state.head; }
  get founded(): boolean { return this.state.founding !== undefined; }

  // --- after `founded` (ensured) -----------------------------------------------------------------------------------
  get #founding(): NonNullable<RegisterState["founding"]> {
    ensure(this.state.founding !== undefined, "the register is founded");
    return this.state.founding;
  }
  get party(): PartyId { return this.#founding.party; }
  get code(): PartyCode { return this.#founding.code; }
  get name(): DisplayName { return this.#founding.name; }
  get root(): AuthorityId { return this.#founding.root; }
  get foundedAt(): LogIndex { return this.#founding.at; }
  get succeeds(): Succession | undefined { return this.state.founding?.succeeds; }

  // --- members -----------------------------------------------------------------------------------------------------
  /** As of that index; undefined: no member then. */
  member(id: MemberId, before: LogIndex = now): Member | undefined {
    const history = this.state.members.get(id);
    if (history === undefined || valueBefore(history.present, before) !== true) return undefined;
    const keys = valueBefore(history.keys, before);
    const role = valueBefore(history.role, before);
    ensure(keys !== undefined && role !== undefined, "a member has keys and a role from its first day");
    return {
      id, authority: history.authority, displayName: keys.displayName, role, service: history.service, key: keys.key,
      recipient: keys.recipient,
    };
  }

  members(authority: AuthorityId, before: LogIndex = now): Member[] {
    const out: Member[] = [];
    for (const id of sorted(this.state.authorities.get(authority)?.members ?? [])) {
      const member = this.member(id, before);
      if (member !== undefined) out.push(member);
    }
    return out;
  }

  custodians(authority: AuthorityId, before: LogIndex = now): number {
    return this.members(authority, before).filter((member) => member.role === "custodian").length;
  }

  /** Any key the member ever had, by its SHA-256: a signature of a removed member is still his. */
  keyEver(id: MemberId, digest: Digest): VerifyKey | undefined {
    return this.state.members.get(id)?.allKeys.find((candidate) => candidate.digest === digest)?.key;
  }

  // --- authorities -------------------------------------------------------------------------------------------------
  /** Root first. */
  authorities(before: LogIndex = now): Authority[] {
    return this.state.authorityOrder.flatMap((id) => this.authority(id, before) ?? []);
  }

  authority(id: AuthorityId, before: LogIndex = now): Authority | undefined {
    const found = this.state.authorities.get(id)?.authority;
    return found !== undefined && found.since < before ? found : undefined;
  }

  /** The current generation then; undefined: no such authority then. */
  generation(id: AuthorityId, before: LogIndex = now): Generation | undefined {
    const all = this.generations(id);
    for (let i = all.length - 1; i >= 0; --i) {
      if (all[i]!.since < before) return all[i];
    }
    return undefined;
  }

  /** Every generation, in order from 1. */
  generations(id: AuthorityId): readonly Generation[] {
    return this.state.authorities.get(id)?.generations ?? [];
  }

  /** SHA-256 of the keyring file in force then. */
  keyring(id: AuthorityId, before: LogIndex = now): Digest | undefined {
    return valueBefore(this.state.authorities.get(id)?.keyring ?? [], before);
  }

  /** To whom it is encrypted: the members, and the recovery recipient once there is one. */
  keyringRecipients(id: AuthorityId, before: LogIndex = now): Recipient[] {
    const out = this.members(id, before).map((member) => member.recipient);
    const set = this.recovery(id, before);
    if (set !== undefined) out.push(set.recipient);
    return out;
  }

  publisher(id: AuthorityId, before: LogIndex = now): boolean {
    return valueBefore(this.state.authorities.get(id)?.publisher ?? [], before) === true;
  }

  /** What may leave it only with a second officer's visa; rising. */
  visaActs(id: AuthorityId, before: LogIndex = now): VisaAct[] {
    return valueBefore(this.state.authorities.get(id)?.visa ?? [], before) ?? [];
  }

  recovery(id: AuthorityId, before: LogIndex = now): Recovery | undefined {
    return valueBefore(this.state.authorities.get(id)?.recovery ?? [], before);
  }

  candidacies(authority: AuthorityId): Candidacy[] {
    return sorted(this.state.candidates.keys()).flatMap((key) => {
      const found = this.state.candidates.get(key);
      if (found?.authority !== authority) return [];
      const approvals = [...found.approvals].map(([holder, given]) =>
        ({ holder, statement: given.statement, index: given.at }));
      approvals.sort((a, b) => a.index - b.index);
      return [{ record: key.slice(authority.length), approvals, refused: found.refused }];
    });
  }

  /** A holder of the set in force is no custodian any more: it must be replaced by one with a new recovery identity. */
  recoveryOutdated(id: AuthorityId, before: LogIndex = now): boolean {
    return this.recovery(id, before)?.shares.some(({ holder }) => {
      if (holder === undefined) return false;
      const member = this.member(holder.member, before);
      return member === undefined || member.authority !== holder.authority || member.role !== "custodian";
    }) === true;
  }

  /**
   * Two custodians; or one, and a drilled recovery set all of whose holders are still custodians of this Party. Before
   * that its own client refuses `opened` and `entry`, and others warn before they seal to it.
   */
  live(id: AuthorityId, before: LogIndex = now): boolean {
    const custodians = this.custodians(id, before);
    if (custodians !== 1) return custodians > 1;
    return this.recovery(id, before)?.drilled === true && !this.recoveryOutdated(id, before);
  }

  // --- pins and policies -------------------------------------------------------------------------------------------
  /** What this Party pinned itself (by note verbale), sorted by code. */
  pins(before: LogIndex = now): Pin[] {
    return sorted(this.state.pins.keys()).flatMap((code) => valueBefore(this.state.pins.get(code) ?? [], before) ?? []);
  }

  /** Parties whose list this one accepts, or once accepted: their registers are needed wherever its pins are asked for. */
  get vouchersEver(): ReadonlySet<PartyId> { return this.state.vouchersEver; }

  vouches(before: LogIndex = now): readonly Vouch[] {
    return valueBefore(this.state.vouches, before) ?? [];
  }

  logPolicy(before: LogIndex = now): LogPolicy {
    const text = valueBefore(this.state.logPolicy, before);
    ensure(text !== undefined, "a founded register has a log policy");
    return parseLogPolicy(text);
  }

  accessPolicy(before: LogIndex = now): AccessPolicySet | undefined {
    return valueBefore(this.state.accessPolicy, before);
  }

  // --- invitations -------------------------------------------------------------------------------------------------
  invitation(id: InvitationId): Invitation | undefined { return this.state.invitations.get(id); }
  /** In order of their ids, spent ones too. */
  invitations(): Invitation[] {
    return sorted(this.state.invitations.keys()).map((id) => this.state.invitations.get(id) as Invitation);
  }
}

/** All registers one knows. Dossiers and receipts are judged by them. undefined: not known. */
export interface Registers {
  byChain(chain: ChainId): Register | undefined;
  byParty(party: PartyId): Register | undefined;
}

/** How a Party came to be trusted by another. */
export type PinBasis = "own" | "note_verbale" | "vouched";

export interface PinLookup {
  /** undefined: not pinned. */
  basis?: PinBasis | undefined;
  /** It depends on a register nobody shows us: nothing may follow from it. */
  missing: boolean;
}

export function lookUpPin(registers: Registers, by: Register, party: PartyId, before: LogIndex = now): PinLookup {
  if (by.party === party) return { basis: "own", missing: false };
  const other = registers.byParty(party);
  if (other === undefined) return { missing: true };
  if (!other.founded || other.foundedAt >= before) return { missing: false };
  const vouched: PinLookup = { missing: false };
  for (const pin of by.pins(before)) {
    // A pin of this code binds: what the list says of the same code does not count beside it.
    if (pin.code === other.code) return { basis: pin.party === party ? "note_verbale" : undefined, missing: false };
    if (!pin.acceptsVouches) continue;
    const voucher = registers.byParty(pin.party);
    if (voucher === undefined) {
      vouched.missing = true;
      continue;
    }
    if (!voucher.founded || voucher.code !== pin.code) continue;
    const listed = voucher.vouches(before).some((vouch) => vouch.code === other.code && vouch.party === party);
    if (listed) vouched.basis = "vouched";
  }
  return vouched;
}

/**
 * Whether `by` pins `party` as of that index: itself always; what it pinned by note verbale; what the list of a Party
 * that it pinned with "accept the list" vouches for, unless it pinned another founded id for that code itself.
 * undefined: not pinned. (That the code of the pin is the code the Party founded with is checked, too.)
 */
export const pinBasis = (registers: Registers, by: Register, party: PartyId, before?: LogIndex): PinBasis | undefined =>
  lookUpPin(registers, by, party, before).basis;
