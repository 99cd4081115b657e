// A dossier chain, replayed statement by statement from `opened` (protocol, section 4). A value, like Register; it judges
// each statement by the registers as of its log index and remembers since when what was so. Mirror of dossier.hpp.
import { ensure, Failure } from "../base/failure.ts";
import {
  refKey, refOfKey, sameRef, zeroId, type AttachmentId, type AuthorityRef, type ChainId, type Digest, type LogIndex,
  type MemberId, type Recipient, type StatementId, type UnixSeconds,
} from "../model/ids.ts";
import type { HandlingPolicy, Onward } from "../model/policy.ts";
import type { AttachmentLine, Consented, DossierKind } from "./dossier_bodies.ts";
import { changeDossier } from "./dossier_change.ts";
import { judgeDossier } from "./dossier_judge.ts";
import type { Kind } from "./kinds.ts";
import { noHead, type Head, type Outcome } from "./outcome.ts";
import { now, type Registers } from "./register.ts";
import type { RequestState } from "./request_state.ts";
import type { SignedStatement } from "./statement.ts";

export const maxGrants = 700;
export const maxAttachments = 1000;

export type Standing =
  | "none" // never was let in, or was revoked
  | "past_reader" // holds epochs, not the current one: reads and signs receipts for these, adds nothing
  | "participant";

export interface DossierEpoch {
  /** From 1. */
  number: number;
  recipient: Recipient;
  startedBy: StatementId;
  author: AuthorityRef;
  /** In force when it began: what its grants' policy line says (see policyLine). */
  policy: StatementId;
}
export interface DossierGrant {
  epoch: number;
  generation: number;
  file: Digest;
  statement: StatementId;
  since: LogIndex;
  /** The consent it rests on gave it until then only. */
  accessUntil?: UnixSeconds | undefined;
  /** Ended: revoked, or over. */
  until?: LogIndex | undefined;
}
/** A statement that carries sealed content: an entry, or another with `sealed`. Its author's authority owns it. */
export interface DossierItem {
  id: StatementId;
  seq: number;
  index: LogIndex;
  kind: Kind;
  epoch: number;
  owner: AuthorityRef;
  author: MemberId;
  at: UnixSeconds;
  sealed: Digest;
  /** The stricter of the dossier's and its own, unless its owner released it. */
  inForce: HandlingPolicy;
  /** Sealed to a stale epoch: shown with a warning. */
  stale: boolean;
  withdrawn: boolean;
  approvedBy: MemberId[];
  attachments: AttachmentLine[];
}
export interface DossierConsent {
  id: StatementId;
  owner: AuthorityRef;
  body: Consented;
  upToSeq: number;
  spent: boolean;
}
/** Why nothing may be sealed to the current epoch before `epoch_started` (or `revoked`) is appended. */
export type Stale =
  | "no"
  | "generation" // a participant has a newer generation than its grant: somebody left
  | "author_left" // whoever made the epoch is no participant any more and knows its key
  | "access_expired"; // a consent's `accessUntil` has passed

export interface Reader {
  changes: { at: LogIndex; standing: Standing }[];
  /** Ever. */
  grants: DossierGrant[];
  /** Of a participant that a consent let in. */
  accessUntil?: UnixSeconds | undefined;
}
export const standingNow = (reader: Reader): Standing => reader.changes.at(-1)?.standing ?? "none";

/** What a Dossier holds: plain values, which structured cloning copies. Only dossier_judge and dossier_change use it. */
export interface DossierState {
  head: Head;
  stopped: boolean;
  open: boolean;
  everRevoked: boolean;
  opening?: {
    kind: DossierKind; opener: AuthorityRef; at: UnixSeconds; policy: HandlingPolicy; policyStatement: StatementId;
    basis: StatementId;
  } | undefined;
  epochs: DossierEpoch[];
  /** By refKey(). */
  readers: Map<string, Reader>;
  items: DossierItem[];
  itemById: Map<StatementId, number>;
  seqById: Map<StatementId, number>;
  consents: Map<StatementId, DossierConsent>;
  request?: RequestState | undefined;
  attachmentIds: Set<AttachmentId>;
  /** Listed by effective statements. */
  files: Set<Digest>;
}

const emptyState = (): DossierState => ({
  head: noHead(), stopped: false, open: false, everRevoked: false, epochs: [], readers: new Map(), items: [],
  itemById: new Map(), seqById: new Map(), consents: new Map(), attachmentIds: new Set(), files: new Set(),
});

export class Dossier {
  constructor(readonly chain: ChainId, readonly state: DossierState = emptyState()) {}

  copy(): Dossier {
    return new Dossier(this.chain, structuredClone(this.state));
  }

  /** What the statement would do at log index `at`, which must be larger than the last one's. Changes nothing. */
  judge(statement: SignedStatement, at: LogIndex, registers: Registers): Outcome {
    return judgeDossier(this, statement, at, registers);
  }

  /** The same, and does it. After `broken` or `unsupported` the dossier stands still. */
  apply(statement: SignedStatement, at: LogIndex, registers: Registers): Outcome {
    const outcome = this.judge(statement, at, registers);
    if (outcome.verdict === "broken" || outcome.verdict === "unsupported") {
      this.state.stopped = true;
      return outcome;
    }
    if (outcome.verdict === "effective") changeDossier(this, statement, at, registers);
    this.state.seqById.set(statement.id, statement.statement.seq);
    this.state.head = { length: this.state.head.length + 1, last: statement.id, index: at };
    return outcome;
  }

  get head(): Head { return this.state.head; }
  /** False: statement 0 was void; nothing in this chain can ever take effect. */
  get opened(): boolean { return this.state.opening !== undefined; }
  get open(): boolean { return this.state.open; }

  // --- after `opened` (ensured) ------------------------------------------------------------------------------------
  get #opening(): NonNullable<DossierState["opening"]> {
    ensure(this.state.opening !== undefined, "the dossier is opened");
    return this.state.opening;
  }
  get kind(): DossierKind { return this.#opening.kind; }
  get opener(): AuthorityRef { return this.#opening.opener; }
  get openedAt(): UnixSeconds { return this.#opening.at; }
  get policy(): HandlingPolicy { return this.#opening.policy; }
  /**
   * The statement that set the policy in force (a grant's policy line names it; zeros when the grant is listed by that
   * very statement).
   */
  get policyStatement(): StatementId { return this.#opening.policyStatement; }
  /** The last statement that changed participants, policy or epoch. */
  get basis(): StatementId { return this.#opening.basis; }

  // --- who reads ---------------------------------------------------------------------------------------------------
  standing(who: AuthorityRef, before: LogIndex = now): Standing {
    const changes = this.state.readers.get(refKey(who))?.changes ?? [];
    for (let i = changes.length - 1; i >= 0; --i) {
      if (changes[i]!.at < before) return changes[i]!.standing;
    }
    return "none";
  }

  #whoever(where: (reader: Reader) => boolean): AuthorityRef[] {
    const keys: string[] = [];
    for (const [key, reader] of this.state.readers) if (where(reader)) keys.push(key);
    return keys.sort().map(refOfKey);
  }
  /** Sorted. */
  participants(): AuthorityRef[] { return this.#whoever((reader) => standingNow(reader) === "participant"); }
  /** These and past readers, sorted. */
  readers(): AuthorityRef[] { return this.#whoever((reader) => standingNow(reader) !== "none"); }
  /** Whoever was a participant once, be it no reader any more, sorted. */
  everLetIn(): AuthorityRef[] { return this.#whoever(() => true); }

  // --- epochs and grants -------------------------------------------------------------------------------------------
  /** [0] is epoch 1. */
  get epochs(): readonly DossierEpoch[] { return this.state.epochs; }
  /** The current one. */
  get epoch(): DossierEpoch {
    const current = this.state.epochs.at(-1);
    ensure(current !== undefined, "an opened dossier has an epoch");
    return current;
  }

  /** The grants an authority has now, by epoch. What a revocation ended is gone. */
  grants(to: AuthorityRef): DossierGrant[] {
    const all = this.state.readers.get(refKey(to))?.grants ?? [];
    return all.filter((grant) => grant.until === undefined).sort((a, b) => a.epoch - b.epoch);
  }

  holds(who: AuthorityRef, epoch: number, before: LogIndex = now): boolean {
    const all = this.state.readers.get(refKey(who))?.grants ?? [];
    return all.some((grant) =>
      grant.epoch === epoch && grant.since < before && (grant.until === undefined || grant.until >= before));
  }

  /**
   * A consent let it in until then: as a participant, or (past reader) to the last grant it holds. What is over ends
   * with the next epoch; a server serves nothing after it.
   */
  accessUntil(who: AuthorityRef): UnixSeconds | undefined {
    const reader = this.state.readers.get(refKey(who));
    if (reader === undefined) return undefined;
    if (standingNow(reader) !== "past_reader") return reader.accessUntil;
    let last: UnixSeconds | undefined;
    for (const grant of reader.grants) {
      if (grant.until !== undefined) continue;
      if (grant.accessUntil === undefined) return undefined;
      last = Math.max(last ?? grant.accessUntil, grant.accessUntil);
    }
    return last;
  }

  /** What the `# policy:` line of a grant of that epoch, listed by that statement, must say. */
  policyLine(epoch: number, listedBy: StatementId): StatementId {
    const found = this.state.epochs[epoch - 1];
    ensure(found !== undefined, "an epoch of this dossier");
    return found.policy === listedBy ? zeroId : found.policy;
  }

  /** `at` is the time the next statement will bear. */
  stale(registers: Registers, at: UnixSeconds, before: LogIndex = now): Stale {
    if (this.#anyExpired(at)) return "access_expired";
    if (this.standing(this.epoch.author, before) !== "participant") return "author_left";
    // Everybody may read a library: it matters only once somebody was shut out.
    if (this.kind === "library" && !this.state.everRevoked) return "no";
    for (const [key, reader] of this.state.readers) {
      if (standingNow(reader) !== "participant") continue;
      const ref = refOfKey(key);
      const current = registers.byParty(ref.party)?.generation(ref.authority, before);
      const granted = reader.grants.filter((grant) =>
        grant.epoch === this.state.epochs.length && grant.until === undefined).at(-1);
      ensure(granted !== undefined, "a participant has a grant of the current epoch");
      if (current === undefined || current.number !== granted.generation) return "generation";
    }
    return "no";
  }

  #anyExpired(at: UnixSeconds): boolean {
    for (const reader of this.state.readers.values()) {
      if (standingNow(reader) === "participant" && isOver(reader, at)) return true;
    }
    return false;
  }

  /** The participants a new epoch must be granted to at that time, at their current generations. Sorted. */
  nextAudience(at: UnixSeconds): AuthorityRef[] {
    return this.#whoever((reader) => standingNow(reader) === "participant" && !isOver(reader, at));
  }

  // --- content -----------------------------------------------------------------------------------------------------
  /** In order of seq. */
  get items(): readonly DossierItem[] { return this.state.items; }
  item(id: StatementId): DossierItem | undefined {
    const place = this.state.itemById.get(id);
    return place === undefined ? undefined : this.state.items[place];
  }

  /** Of a request that was sent. */
  get request(): RequestState | undefined { return this.state.request; }

  /** In order of their ids. */
  consents(): DossierConsent[] {
    return [...this.state.consents.keys()].sort().map((id) => this.state.consents.get(id) as DossierConsent);
  }
  consent(id: StatementId): DossierConsent | undefined { return this.state.consents.get(id); }

  /**
   * The owners whose consent a grant of these epochs by `granter` to `to` needs, sorted: of every entry they open, and
   * the opener for the audience itself. Failure when no consent would do (forbidden, the same "void.…" reason the judge
   * gives). What is asked before a grant is signed.
   */
  consentsNeeded(granter: AuthorityRef, to: AuthorityRef, epochs: readonly number[]): AuthorityRef[] {
    const needed = this.whoMustConsent(granter, to, epochs);
    if ("refused" in needed) throw new Failure("forbidden", needed.refused);
    return needed.owners;
  }

  /** The same as a value. */
  whoMustConsent(
    granter: AuthorityRef, to: AuthorityRef, epochs: readonly number[],
  ): { owners: AuthorityRef[] } | { refused: "void.own_party" | "void.participants_only" } {
    const owners = new Set<string>();
    const ask = (owner: AuthorityRef, rule: Onward): "void.own_party" | "void.participants_only" | "" => {
      if (sameRef(owner, granter) || sameRef(owner, to) || rule === "free") return "";
      if (rule === "own_party") return to.party === granter.party ? "" : "void.own_party";
      if (rule === "participants_only") return "void.participants_only";
      owners.add(refKey(owner));
      return "";
    };
    // Who else may listen is the opener's to say, as though it had an entry in every epoch: otherwise anybody could let
    // somebody in before the first entry of an epoch.
    let refused = ask(this.opener, this.policy.onward);
    const wanted = new Set(epochs);
    for (const item of this.state.items) {
      if (refused !== "") break;
      if (item.kind === "entry" && wanted.has(item.epoch)) refused = ask(item.owner, item.inForce.onward);
    }
    return refused === "" ? { owners: [...owners].sort().map(refOfKey) } : { refused };
  }

  /** Whether the consent names everything of its owner that a grant of these epochs would open. */
  covers({ owner, body, upToSeq }: DossierConsent, epochs: readonly number[]): boolean {
    const touched = new Set(body.epochs);
    for (const id of body.entries) touched.add((this.item(id) as DossierItem).epoch);
    const wanted = new Set(epochs);
    const entries = new Set(body.entries);
    for (const item of this.state.items) {
      const matters = item.kind === "entry" && sameRef(item.owner, owner) && wanted.has(item.epoch) &&
        item.inForce.onward === "source_consent";
      if (!matters) continue;
      const listed = body.epochs.length === 0 ? entries.has(item.id) : body.epochs.includes(item.epoch);
      if (!listed || item.seq > upToSeq) return false;
    }
    // As the opener's say about the audience: each epoch, or an entry in it, must be named.
    return !sameRef(owner, this.opener) || this.policy.onward !== "source_consent" ||
      epochs.every((epoch) => touched.has(epoch));
  }
}

const isOver = (reader: Reader, at: UnixSeconds): boolean => reader.accessUntil !== undefined && at >= reader.accessUntil;
