// What the trusted end needs of the world, in the words of platform/ports/server.hpp and profile_store.hpp. Ids and
// digests are lower-case hex everywhere in src/agent; bytes are Uint8Array; times are integer seconds since 1970 UTC.
import type { Hex, Seconds } from "./api.ts";

export interface ServerInfo { name: string; version: string; logOrigin: string; logKey: string; time: Seconds; training: boolean; backupsKeptDays?: number | undefined }
export type SessionScope = "full" | "enrolment" | "kit";
export type SignInKey = "sign_in" | "kit" | "service" | "passkey";
/** What navigator.credentials.get() gave, over a challenge of challenge(). */
export interface Assertion {
  credentialId: Uint8Array;
  clientData: Uint8Array;
  authenticatorData: Uint8Array;
  signature: Uint8Array;
}
/** What navigator.credentials.create() gave; `unlocks`: its PRF recipient is in the bundle. */
export interface NewPasskey {
  challenge: Uint8Array;
  clientData: Uint8Array;
  attestationObject: Uint8Array;
  unlocks: boolean;
}
export interface PasskeyRecord { id: number; unlocks: boolean; createdAt: Seconds }
export interface Challenge { challenge: Uint8Array; expiresAt: Seconds }
export interface SignIn {
  userName: string;
  challenge: Uint8Array;
  with: SignInKey;
  /** Absent where a passkey alone signs in. */
  signature?: Uint8Array;
  totp?: string;
  passkey?: Assertion;
}
export interface SignedIn { scope: SessionScope; expiresAt: Seconds }
/** A kit without a second factor opens nothing yet (protocol §7): ask again at `availableAt`. */
export interface SignInAnswer { session?: SignedIn; availableAt: Seconds }

export type InvitationKind = "founder" | "authority" | "member" | "rekey" | "administrator" | "recovery";
export interface Redeemed { invitationId: Hex; kind: InvitationKind; card: Uint8Array; expiresAt: Seconds }

/** Bytes that travel inside an append, named by their digest: grants, sealed bodies, keyrings (≤ 1 MiB each). */
export interface Blob { sha256: Hex; data: Uint8Array }
/** Statements in order with their blobs: stored all or none. An envelope is its JSON text, byte for byte as signed. */
export interface Append { envelopes: string[]; blobs: Blob[] }
/** `proof`: C2SP tlog-proof under a checkpoint with the log's signature. */
export interface Appended { id: Hex; index: number; proof: string }
export interface ChainItem { seq: number; id: Hex; index: number; envelope: string }
/** Items by seq from the one asked for; may be fewer than asked: ask again. headSeq −1: the chain is empty. */
export interface ChainPage { headSeq: number; items: ChainItem[] }

export interface Enrolment {
  userName: string;
  language: string;
  record?: Uint8Array;
  mac?: Uint8Array;
  signInKey: Uint8Array;
  kitKey: Uint8Array;
  bundle?: Uint8Array;
  totp?: string;
  /** Instead of a code, the second factor of a new account. */
  newPasskey?: NewPasskey;
  /** Instead of a code, of who has an account already; over this challenge. */
  passkey?: { assertion: Assertion; challenge: Uint8Array };
  append?: Append;
}
export type EnrolmentState = "open" | "answered" | "live";
export interface ServerMembership { register: Hex; party: string; authority: Hex; member: Hex; role: string }
export type AccountKind = "member" | "administrator" | "auditor" | "service";
export interface Me {
  userName: string;
  kind: AccountKind;
  memberships: ServerMembership[];
  bundleVersion: number;
  language: string;
  secondFactors: string[];
  /** When somebody last began with this account's kit alone; absent where there is nothing to tell. */
  kitTriedAt?: Seconds;
}
export interface StoredBundle { version: number; bundle: Uint8Array }
export interface BundleChange {
  expectedVersion: number;
  bundle: Uint8Array;
  signInKey: Uint8Array;
  kitKey: Uint8Array;
  challenge: Uint8Array;
  signedWith: SignInKey;
  signature: Uint8Array;
  /** A new second factor in the place of all there were, where the kit alone has waited, and its first code. */
  fresh?: { totpSecret: Uint8Array; totp: string } | undefined;
}
/** A member who waits to come in by his kit alone, or who has. */
export interface KitAttemptRecord { member: Hex; since?: Seconds; availableAt?: Seconds; usedAt?: Seconds }
/** `tag` is opaque; hand it back to replace exactly this one. */
export interface StoredState { tag: string; state: Uint8Array }
export interface SessionRow {
  id: string; scope: string; address: string; createdAt: Seconds; lastSeenAt: Seconds; current: boolean; userName: string;
}
/** openapi.yaml, Notices: where a mail without content goes. Quiet hours are minutes after midnight, UTC. */
export interface NoticesWanted { address: string; every: number; quiet?: { from: number; until: number } }
export interface NoticesRow extends NoticesWanted { refused: boolean; sentAt?: Seconds; failedAt?: Seconds; failure: string }
/** openapi.yaml, BoardRow: what administrators see of a Party. */
export interface BoardRow extends PartyRow {
  stage: string; waitsFor: string; since?: Seconds; seenOn?: Seconds; recovery: string; authorities: number;
  authoritiesLive: number; custodians: number; pinnedBy: number; bytes: number; quota: number; ownQuota: boolean;
  sessions: number;
}
export interface RefusalRow { cause: string; at: Seconds; userName: string; seconds: number }
export interface PartyRow { code: string; name: string; registerChain?: Hex; foundedId?: Hex; state: string }
export interface DossierRow { chain: Hex; kind: string; openedAt: Seconds; headSeq: number; lastIndex: number }
export interface Page<Row> { items: Row[]; nextCursor?: string }
export interface InvitationOrder {
  append: Append;
  invitationId: Hex;
  redeemSha256: Hex;
  card: Uint8Array;
  keptCode: Uint8Array;
}
export interface InvitationRow {
  invitationId: Hex;
  authority: Hex;
  role: string;
  state: string; // open | answered | spent | cancelled | expired
  notAfter: Seconds;
  record?: Uint8Array;
  mac?: Uint8Array;
  keptCode?: Uint8Array;
}
/** What a holder leaves for whoever is to take over an authority that lost its custodians. */
export interface RecoveryOrder {
  authority: Hex;
  invitationId: Hex;
  memberId: Hex;
  notAfter: Seconds;
  redeemSha256: Hex;
  card: Uint8Array;
  keptCode: Uint8Array; // age file to the holder
}
export interface PartyInvitation {
  invitationId: Hex; redeemSha256: Hex; card: Uint8Array; notAfter: Seconds; memberId: Hex;
  /** Of a Party that founds anew: the founded id in force. */
  succeeds?: Hex;
}
export interface UploadTicket { location: string; ticket: string }
export interface AuditRow { number: number; at: Seconds; actor: string; action: string; subject: string; outcome: string }

/** How far the repair is of a log that was put back to an older copy (platform/ports/log_repair.hpp). */
export interface RepairStatus {
  behind: boolean;
  repairable: boolean;
  size: number; // what the server holds
  target: number; // what it has signed; 0 when nobody has shown it
  entries: number; // it knows the entries up to here
  missing: number; // of those it lacks the statement
  lost: number; // age files that nobody has brought back
  lostFrom: number; // the first statement that lists one
}
export interface RepairPlaced { placed: number; blobs: number; wanted: number; status: RepairStatus }

/** Takes bytes in order; what it throws ends the transfer and comes out unchanged. */
export type Sink = (bytes: Uint8Array) => void | Promise<void>;

/**
 * Everything the trusted end asks of a server; it trusts none of the answers. Failures: a transport failure is
 * `unavailable`, a refused sign-in or ended session `unauthenticated`, not yours or not there `not_found`. An append to
 * a chain that has moved on is `conflict`. A request that timed out may have been carried out: appends are idempotent by
 * statement id, so the same bytes may be sent again. `signal` aborts what is under way.
 */
export interface ServerPort {
  /** The origin of this server, "https://host[:port]": the client's own notion of it. */
  readonly origin: string;
  /**
   * Sessions: a full or kit session is a cookie that no script sees. An enrolment session, which a redeemed code opens,
   * is a token held here and sent instead of the cookie until leaveEnrolment(); `token` is kept only for a reload.
   */
  enrolmentToken(): string;
  useEnrolment(token: string): void;
  /** What is asked between is asked in the own session, by cookie. */
  leaveEnrolment(): void;

  about(): Promise<ServerInfo>;
  challenge(userName: string): Promise<Challenge>;
  signIn(signIn: SignIn): Promise<SignInAnswer>;
  redeem(redeem: Uint8Array): Promise<Redeemed>;
  /** The newest checkpoint: the log's signature first, then whatever cosignatures have arrived for it. */
  checkpoint(logNumber: number): Promise<string>;
  /** The newest that met the server's own policy file; not_found until there is one. */
  witnessedCheckpoint(logNumber: number): Promise<string>;
  /** The first that met it with at least so many entries, as it was then; not_found until there is one. */
  firstWitnessedCheckpoint(logNumber: number, covers: number): Promise<string>;
  /** A verified checkpoint, held against this log: a server that was put back to an older state learns it. */
  offerCheckpoint(logNumber: number, note: string): Promise<void>;
  repairStatus(): Promise<RepairStatus>;
  /** Entries of 64 bytes each, and the hashes of a consistency proof from their tree to that of the target. */
  repairEntries(from: number, entries: Uint8Array, consistency: Uint8Array): Promise<RepairStatus>;
  repairStatements(statements: { index: number; envelope: string }[], blobs: Blob[]): Promise<RepairPlaced>;
  /** The verifier key of the log after that one; not_found when it has none (decision 1602). */
  successor(logNumber: number): Promise<string>;
  tile(logNumber: number, level: number, index: number, width: number): Promise<Uint8Array>;
  entryBundle(logNumber: number, index: number, width: number): Promise<Uint8Array>;

  totpSecret(): Promise<Uint8Array>;
  enrol(enrolment: Enrolment): Promise<Appended[]>;
  /** Once live: a full session in the place of the enrolment's, by a challenge that the sign-in key signed. */
  enterSession(challenge: Uint8Array, signature: Uint8Array): Promise<void>;
  enrolmentState(): Promise<EnrolmentState>;

  me(): Promise<Me>;
  bundle(): Promise<StoredBundle>;
  replaceBundle(change: BundleChange): Promise<void>;
  state(): Promise<StoredState | null>;
  /** "" = none yet; gives the new tag. */
  replaceState(expectedTag: string, state: Uint8Array): Promise<string>;
  /** One has read of it; not_found when there is none. */
  endKitAttempt(): Promise<void>;
  kitAttempts(authority: Hex): Promise<KitAttemptRecord[]>;
  sessions(): Promise<SessionRow[]>;
  endSession(id: string): Promise<void>;
  /** null: no mail is wanted. */
  notices(): Promise<NoticesRow | null>;
  setNotices(wanted: NoticesWanted): Promise<void>;
  removeNotices(): Promise<void>;
  signOut(): Promise<void>;
  /** Shows a second factor once more: the session goes on under a new token. */
  stepUp(factor: { totp: string } | { passkey: Assertion; challenge: Uint8Array }): Promise<void>;
  passkeys(): Promise<PasskeyRecord[]>;
  addPasskey(passkey: NewPasskey): Promise<number>;
  removePasskey(id: number): Promise<void>;
  /** The size of the log at once and whenever it has grown; ends with the session, a broken line, or `signal`. */
  logSizes(signal: AbortSignal): AsyncGenerator<number, void, undefined>;

  parties(): Promise<PartyRow[]>;
  chain(chain: Hex, fromSeq: number, limit: number): Promise<ChainPage>;
  append(append: Append): Promise<Appended[]>;
  blob(chain: Hex, sha256: Hex): Promise<Uint8Array>;
  dossiers(authority: Hex, cursor?: string): Promise<Page<DossierRow>>;

  /**
   * Streams the attachment's ciphertext from `offset` to its end. `sha256` is the statement's digest: used as the entity
   * tag (If-Range), so that a resumed download never joins two files. What the sink took before a failure stays taken:
   * resume from there. A tombstone is `expired` "attachment.withdrawn". Resolves to the size of the whole blob.
   */
  download(
    chain: Hex, attachment: Hex, sha256: Hex, offset: number, sink: Sink, signal?: AbortSignal,
  ): Promise<{ total: number }>;
  /** tus: the size of the ciphertext is known before the first byte. */
  beginUpload(chain: Hex, attachment: Hex, authority: Hex, size: number): Promise<UploadTicket>;
  uploadOffset(ticket: UploadTicket): Promise<number>;
  /** One PATCH at `offset`; gives the new durable offset. `conflict` "upload.offset" when the offset moved. */
  upload(ticket: UploadTicket, offset: number, bytes: Uint8Array | globalThis.Blob, signal?: AbortSignal): Promise<number>;
  abandonUpload(ticket: UploadTicket): Promise<void>;

  invite(order: InvitationOrder): Promise<Appended[]>;
  invitations(authority: Hex): Promise<InvitationRow[]>;
  cancelInvitation(invitation: Hex): Promise<void>;
  beginRecovery(order: RecoveryOrder): Promise<void>;
  recoveries(authority: Hex): Promise<InvitationRow[]>;

  adminParties(): Promise<BoardRow[]>;
  setQuota(code: string, bytes: number | null): Promise<void>;
  support(code: string): Promise<RefusalRow>;
  createParty(code: string, name: string): Promise<void>;
  inviteFounder(code: string, invitation: PartyInvitation): Promise<void>;
  suspendParty(code: string, reason: string): Promise<void>;
  resumeParty(code: string, reason: string): Promise<void>;
  suspendAccount(userName: string, reason: string): Promise<void>;
  resumeAccount(userName: string, reason: string): Promise<void>;
  adminSessions(): Promise<SessionRow[]>;
  adminEndSession(id: string): Promise<void>;
  audit(cursor?: string): Promise<Page<AuditRow>>;
  counts(): Promise<{ name: string; value: number }[]>;
}

/**
 * What one person's client keeps in this browser: account key, statements, sealed cache and state, drafts, evidence.
 * Never a user bundle, never a secret in the clear. Names are relative paths of [a-z0-9._-] joined by '/'. A save is
 * whole or not at all, and durable when it resolves. One tab at a time writes (profile.ts: openProfile()).
 */
export interface ProfileStore {
  load(name: string): Promise<Uint8Array | null>;
  save(name: string, bytes: Uint8Array): Promise<void>;
  appendTo(name: string, bytes: Uint8Array): Promise<void>;
  /** What is not there is removed. */
  remove(name: string): Promise<void>;
  /** Names, sorted, with the folder in front. */
  list(folder: string): Promise<string[]>;
  /** The same, encrypted under a key that this device does not hand out: for the account key, which opens nothing alone. */
  saveWrapped(name: string, secret: Uint8Array): Promise<void>;
  loadWrapped(name: string): Promise<Uint8Array | null>;
  /** Where a large ciphertext under this name lies: outgoing/…, incoming/…, blobs/… (OPFS in a browser). */
  place(name: string): Promise<BlobFile>;
  /** Size of what lies in a place; null: nothing does. */
  placed(folder: string): Promise<string[]>;
  removePlace(name: string): Promise<void>;
}

/** One large file of ciphertext, read and written by position. Open one at a time; close() makes it durable. */
export interface BlobFile {
  size(): number;
  readAt(position: number, into: Uint8Array): number;
  writeAt(position: number, bytes: Uint8Array): void;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}
