// What the screens may ask of the trusted end. One implementation lives in the agent worker (src/agent), reached through
// src/agent/client.ts; the screens hold no key, no session and no statement, only these views.
//
// The shapes follow platform/agent/*.hpp, so that the command line and the page can do the same. Ids and digests are
// lower-case hex, times are integer seconds since 1970 UTC, sizes are bytes. Words for keys come from the catalogues:
// an error's are `error.<key>`, a warning's `warning.<key>`, a notice's `notice.<key>`.

export type Hex = string;
export type Seconds = number;

export type ErrorCode =
  | "invalid_input" | "unauthenticated" | "forbidden" | "not_found" | "conflict" | "precondition_failed" | "expired"
  | "too_large" | "too_many" | "integrity" | "storage_full" | "unavailable" | "unsupported";

/** What an AgentApi promise is rejected with. `arguments` fill the places of the catalogue's sentence; never a secret. */
export interface AgentFailure {
  code: ErrorCode;
  key: string;
  arguments: Record<string, string>;
}

export interface Notice { key: string; arguments: Record<string, string> }
export type TransferPhase = "seal" | "upload" | "download" | "open";
export interface Transfer { phase: TransferPhase; name: string; done: number; total: number }

/**
 * What goes up by itself, also while nobody has unlocked: so many files, of which so many are not whole yet; bytes of
 * all of them. `held`: the line or the server is what it waits for.
 */
export interface Carrying { files: number; left: number; done: number; total: number; held: boolean }

// --- Who one is ----------------------------------------------------------------------------------------------------

/** Public facts of the account this browser profile belongs to; null: nobody has enrolled or signed in here. */
export interface Account { origin: string; userName: string; kind: "member" | "administrator" | "auditor"; language: "en" | "fr" }

export interface PassphraseProposal { passphrase: string; strengthBits: number }
export interface PassphraseCheck { bits: number; needed: number; good: boolean }

export interface SignInOrder { userName?: string; passphrase: string; totp?: string; passkey?: PasskeyAnswer }
export interface PasskeyAnswer {
  /** JSON of the WebAuthn response, as PublicKeyCredential.toJSON() writes it. */
  response: unknown;
  /** First PRF output, where the authenticator gave one. */
  prf?: Uint8Array;
}
export interface KitFacts { origin: string; userName: string }
export interface KitSignInOrder { kit: string; newPassphrase: string; totp?: string; passkey?: PasskeyAnswer }
export interface KitSignIn { kit?: string; availableAt: Seconds }
/** The sheet without the second factor: until when one waits; after that, what a new authenticator is set up with. */
export interface KitAlone { availableAt: Seconds; setup?: TotpSetup }
/** A member who waits to come in by his sheet alone, or who has come in so within the last 30 days. */
export interface KitAttempt { member: Hex; displayName: string; self: boolean; since?: Seconds; availableAt?: Seconds; usedAt?: Seconds }

export interface Welcome {
  kind: "founder" | "authority" | "member" | "rekey" | "administrator" | "recovery";
  partyCode: string;
  partyDigits: string;
  authorityName: string;
  role: string;
  logOrigin: string;
  policy: string;
  inviter: string;
  /** Of a founder: this State or body has founded before, and says now which key record it follows. */
  anew?: boolean;
}
export interface TotpSetup { secret: string; uri: string }

/** Enrolment in steps, so that each screen asks one thing. Order: begin → (secondFactor) → kit → answer. */
export interface EnrolmentBegin { sheet: string; code: string }
export interface EnrolmentWay {
  userName: string;
  passphrase: string;
  language: "en" | "fr";
  displayName: string;
  foundCode?: string;
  partyName?: string;
  authorityKind?: string;
  authorityName?: string;
  /** A State that lost every key: the register that this one follows, by its digits, and the note verbale that says so. */
  succeeds?: string;
  noteVerbale?: string;
}
export interface EnrolmentOutcome {
  state: "live" | "answered";
  comparisonDigits: string;
  partyDigits: string;
  foundAuthority: Hex;
}

export interface Membership {
  partyCode: string;
  authorityName: string;
  authorityKind: string;
  registerChain: Hex;
  authority: Hex;
  member: Hex;
  role: string;
  acting: boolean;
}

export interface LogStatus {
  origin: string;
  size: number;
  root: Hex;
  checkpointTime: Seconds;
  witnessed: boolean;
  policy: string;
  countingSize: number;
  fresh: boolean;
  quorum: number;
  witnesses: { name: string; key: string; url: string; at?: Seconds }[];
  /** False while the first full reading of the log goes on: reading works, nothing is sealed or signed. */
  complete: boolean;
}

export interface Alarm { name: string; what: string; at: Seconds; standing: boolean; resolution: string }

// --- Dossiers ------------------------------------------------------------------------------------------------------

export type Onward = "participants_only" | "own_party" | "source_consent" | "free";
export interface PolicyOrder {
  onward: Onward;
  reviewAt?: Seconds;
  expiresAt?: Seconds;
  caveats: string[];
  handling: string[];
  words: string;
}
export interface PolicyView extends PolicyOrder { sealedHalfKnown: boolean }

export interface AuthorityLabel { partyCode: string; authorityName: string; foundedId: Hex; authority: Hex }

export interface SourceFile { file: File; name: string; type: string }
export interface SendOrder {
  files: SourceFile[];
  to: string[];
  title: string;
  message: string;
  policy: PolicyOrder;
  together: boolean;
}
export interface SentFile { attachment: Hex; name: string; size: number; sha256: Hex }
export interface Sent { chain: Hex; seq: number; entry: Hex; index: number; to: string[]; files: SentFile[]; counting: boolean }
/** `content`: rows that answer a request. */
export interface AddOrder {
  chain: Hex; files: SourceFile[]; title: string; message: string; policy?: PolicyOrder; content?: RequestContent;
  /** Of an answer to a request, where it says so. */
  language?: string;
}
export interface Draft {
  name: string; chain: Hex; stage: "sealing" | "uploading" | "signed" | "stands"; at: Seconds; to: string[];
  /** It goes on already: after unlocking by itself, or by another screen. */
  underWay: boolean;
  /** It sends nothing to anybody: a draft is being kept. */
  keeps?: boolean;
  /** Files that were not sealed when the page went away: to be chosen again, as resumeDraft() takes them. */
  missing: string[];
}

/** Whom a draft is for: a Party that may have no account yet; without an authority its only one, or its root. */
export interface DraftTo { partyCode: string; authority?: Hex }
export interface DraftFile { seq: number; attachment: Hex; name: string; type: string; size: number }
/** A draft as somebody saw it: its dossier, and the entry that was the newest. */
export interface DraftVersion { chain: Hex; seq: number }
/** A draft kept for the whole authority, on the server, sealed. `read`: false, nothing but date and author is known here. */
export interface KeptDraft extends DraftVersion {
  read: boolean;
  title: string;
  message: string;
  to: DraftTo[];
  together: boolean;
  policy: PolicyOrder;
  files: DraftFile[];
  at: Seconds;
  author: string;
  /** Display names: second case officers' signatures over this very version (domain.md §4); another version has none. */
  approvedBy: string[];
  /** Whoever is here is not its author and has not approved it yet. */
  mayApprove: boolean;
}
export interface DraftOrder {
  /** Another version of this one, "draft.changed" if a colleague was faster; else a new one. */
  of?: DraftVersion;
  files: SourceFile[];
  /** Attachments of the version before that stay. */
  kept: Hex[];
  /** "MLI", "FRA/FIU" */
  to: string[];
  title: string;
  message: string;
  policy: PolicyOrder;
  together: boolean;
}

/** A key that somebody without an account gave on paper: hybrid, or X25519 alone, which a quantum computer would break. */
export interface PaperKey { kind: "hybrid" | "x25519"; text: string }
export interface SealToFileOrder {
  /** As typed, pasted or scanned. */
  key: string;
  /** Of the file: "….tar.age". */
  name: string;
  files: SourceFile[];
  title: string;
  message: string;
  policy: PolicyOrder;
}
export interface SealedToFile {
  name: string; size: number; sha256: Hex; kind: PaperKey["kind"];
  /** In both languages, to be kept beside it; one lies inside, too. */
  sheet: { name: string; text: string };
}

export interface AttachmentView {
  attachment: Hex;
  sealedSize: number;
  name: string;
  type: string;
  size: number;
  state: "available" | "withdrawn" | "withheld";
}
export type Outcome = "ok" | "void" | "unreadable" | "unverified" | "incomplete";
export interface EntryView {
  seq: number;
  id: Hex;
  index: number;
  author: AuthorityLabel;
  authorName: string;
  at: Seconds;
  epoch: number;
  opened: boolean;
  title: string;
  message: string;
  /** What it says in rows: of a request, or of an answer to one. */
  content?: RequestContent;
  /** Of a work of the library: what this version of it is. */
  work?: LibraryVersion;
  /** A State's row of the report, of which this tells it; and what the State says of it. */
  reportRow?: ReportRow;
  rowAnswer?: RowAnswer;
  /** Of an entry of a request, where it says it itself. */
  language?: string;
  /** It is another entry in another language, or asks for it. */
  version?: LanguageVersion;
  enquiry?: Enquiry;
  enquiryAnswer?: EnquiryAnswer;
  attachments: AttachmentView[];
  policy: PolicyView;
  void: boolean;
  outcome: Outcome;
  /** Of an entry that was just found unreadable: why, the key of an error. */
  problem?: string;
  warnings: string[];
  counting: boolean;
  unread: boolean;
  own: boolean;
}
export interface ActView { seq: number; id: Hex; kind: string; author: AuthorityLabel; at: Seconds; void: boolean; about: string }
export interface DossierView {
  chain: Hex;
  kind: string;
  title: string;
  opener: AuthorityLabel;
  participants: AuthorityLabel[];
  state: "open" | "closed" | "broken" | "incomplete" | "unverified";
  epoch: number;
  policy: PolicyView;
  openedAt: Seconds;
  lastAt: Seconds;
  lastIndex: number; // of its newest statement in the log
  entries: EntryView[];
  acts: ActView[];
  unread: number;
  warnings: string[];
  /** A draft of the authority acted for, or what was one: shown under /drafts, not in the inbox. */
  draft?: boolean;
  /** Which of one's own authorities takes part and is acted for. */
  own: AuthorityLabel;
}

export interface OpenedFile {
  attachment: Hex;
  name: string;
  type: string;
  size: number;
  sha256: Hex;
  seq: number;
  /** Of a restricted file: the sheet in both languages, to be kept beside it. */
  restrictionSheet?: { name: string; text: string };
}
export interface ReceiptView {
  authority: AuthorityLabel;
  memberName: string;
  member: Hex;
  kind: "fetched" | "opened_receipt" | "unreadable";
  entrySeq: number;
  at: Seconds;
}
export interface Verified { statements: number; voidStatements: number; grants: number; entries: number; logSize: number; problems: string[] }
export interface ConsentOrder { chain: Hex; to: string; purpose: string; entries: number[]; grantBefore: Seconds; accessUntil?: Seconds }
/** Identities in the clear and age files, as stock `age -d -i` takes them, in one archive. */
export interface Exported { identities: number; files: number }
/** `what`: what was shared, a request itself, or an answer to one. `from`: the authority whose item it is. */
export interface SearchHit {
  chain: Hex;
  seq: number;
  title: string;
  excerpt: string;
  at: Seconds;
  from: AuthorityLabel;
  what: "shared" | "request" | "answer";
  files: number;
}

// --- The library ---------------------------------------------------------------------------------------------------

type LibraryVersion = import("../record/sealed_body.ts").LibraryVersion;
export type VisaAct = import("../model/visa.ts").VisaAct;
/** `awaits`: it was changed, and that is not co-signed yet; until it is, what either rule asks is asked. */
/** From where and how the people of one's own Party come in. Seconds. "code": six digits alone; "passkey": a passkey alone. */
export interface AccessRules { ranges: string[]; factor: "any" | "code" | "passkey"; idle: Seconds; absolute: Seconds; exportRefused: boolean }
/** Without `set` the Party has set none, and these are the server's. `may`: whoever is acted for can set them anew. */
export interface AccessRulesView extends AccessRules { nativeOnly: boolean; certificate: boolean; set?: { id: Hex; by: string; at: Seconds }; may: boolean }

export interface VisaRule { acts: VisaAct[]; awaits: boolean }
type ReportRow = import("../record/report_row.ts").ReportRow;
type PublishedRow = import("../record/notice_bodies.ts").PublishedRow;
type RowAnswer = import("../model/notices.ts").RowAnswer;
type RowDifference = import("../casework/report_row.ts").RowDifference;
/** Somebody who cannot be given a work now, and why: the key of a failure. */
export interface LeftOut { name: string; why: string }
/** A work that is sealed to every authority. */
export interface WorkView {
  chain: Hex;
  publisher: AuthorityLabel;
  /** Published by the authority acted for. */
  own: boolean;
  /** The newest first; `work` says what each is, as far as it opens. */
  versions: EntryView[];
  /** Of `versions`: the newest that was not withdrawn. */
  current?: number;
  withdrawn: boolean;
  /** Of an own work: "MLI/CENTIF", who could have it and does not yet. */
  lacking: string[];
  /** Why it cannot be shown as it is now: the key of a failure. */
  problem?: string;
}
export interface PublishOrder {
  /** A new version of it; what is not said then stays as it is in the current one. */
  work?: Hex;
  files: SourceFile[];
  /** Of each file, in their order. */
  languages: string[];
  kind?: LibraryVersion["kind"];
  titleEn?: string;
  titleFr?: string;
  /** "": its date. */
  version: string;
  date: string;
  summaryEn?: string;
  summaryFr?: string;
}
/** `given`: how many other authorities can read it now. */
export interface Published { sent: Sent; given: number; leftOut: LeftOut[] }
export interface ShareResult { given: string[]; works: number; leftOut: LeftOut[] }

// --- Requests for assistance ---------------------------------------------------------------------------------------

type LanguageVersion = import("../record/sealed_body.ts").LanguageVersion;
type Enquiry = import("../record/sealed_body.ts").Enquiry;
type EnquiryAnswer = import("../record/sealed_body.ts").EnquiryAnswer;
type VersionState = import("../model/language_version.ts").VersionState;
type EnquiryReply = import("../model/enquiry.ts").EnquiryReply;
type RequestRouting = import("../record/request_bodies.ts").RequestRouting;
type RequestContent = import("../record/request_content.ts").RequestContent;
type Words = typeof import("../model/request.ts");
export type RequestStatus = Words["requestStatuses"][number];
export type Obstacle = Words["obstacles"][number];
export type OffPlatformAct = Words["offPlatformActs"][number];
export type Medium = Words["media"][number];

/** What a person fills in. `unconfirmed`: Art. 96(1), asked by other means as well, to be confirmed. */
export interface RequestForm {
  title: string;
  routing: RequestRouting;
  due?: Seconds;
  unconfirmed: boolean;
  content: RequestContent;
}
/** The request in another language, sent with it or, without content, promised for a day. */
export interface RequestVersion {
  language: string;
  title: string;
  content?: RequestContent;
  translator: string;
  /** Of one that is promised; "": none. */
  due: string;
  /** This one, and not what the form says. */
  authentic: boolean;
}
export interface RequestOrder {
  form: RequestForm;
  versions?: RequestVersion[];
  /** "PARTY" or "PARTY/authority"; off the platform a State's code alone. */
  to: string;
  /** Who else takes part. */
  with: string[];
  /** The State has no account here: everything is recorded by this side. */
  offPlatform: boolean;
  /** The routing is sealed. */
  confidential: boolean;
  message: string;
  files: SourceFile[];
  policy: PolicyOrder;
  /** Of the elements that the State's law requires: what the request contains. */
  lawElements?: string[];
}
/** A request that is kept as a draft; recipients, message, restrictions and documents are the draft's. */
export interface KeptRequest { form: RequestForm; offPlatform: boolean; confidential: boolean; lawElements: string[] }
/** What the requested State's own board says of a request. */
export interface LawFindingView {
  /** returned: it will likely come back. tip_off: the holder may hear of it. note: to know before sending. */
  weight: "returned" | "tip_off" | "note";
  /** warning.<key> */
  key: string;
  arguments: Record<string, string>;
  /** Article, keyword and source of the provision it rests on; "": the Statute, or silence. */
  ground: string;
  /** It is sent all the same only with a reason. */
  needsReason: boolean;
}
/** `help`: what would help. */
export interface ObstacleText { code: string; text: string; help: string }
/** One step of the table of states, with what goes with it. An empty `to` keeps the status: obstacles or a remark alone. */
export interface StatusOrder {
  chain: Hex;
  /** As the person saw it; undefined: whatever it is. */
  from?: RequestStatus;
  to: RequestStatus | "";
  /** Sealed. */
  reason: string;
  obstacles: ObstacleText[];
  inPart: boolean;
  /** Clear, for the Assembly. */
  remark: string;
  remarkNamed: boolean;
  /** Of a Chamber, for `referred`. */
  decision: string;
  refs: Hex[];
}
/** An entry in another language, or the wish for it (record/language_versions.ts). */
export interface VersionOrder {
  chain: Hex;
  /** An entry by its place; undefined: the request itself. */
  of?: number;
  state: VersionState;
  language: string;
  translator: string;
  /** A day, of one that is asked for; "": none. */
  due: string;
  authentic: boolean;
  title: string;
  message: string;
  content?: RequestContent;
  files: SourceFile[];
  /** undefined: what binds the entry it translates. */
  policy?: PolicyOrder;
}
/** One language of an entry, as one Party gives it. */
export interface VersionView {
  language: string;
  /** Of the newest. */
  state: VersionState;
  by: AuthorityLabel;
  /** By the Party whose entry it is. */
  own: boolean;
  translator: string;
  /** Of one that is asked for, or asked for anew; "": none. */
  due: string;
  /** Days since then. */
  late: number;
  authentic: boolean;
  /** Of its text; undefined: there is none yet. */
  seq?: number;
  title: string;
  message: string;
  content?: RequestContent;
}
/** An entry of which there are versions, or could be. */
export interface VersionedView {
  seq: number;
  author: AuthorityLabel;
  title: string;
  /** Of the entry itself; "": not said, or not opened. */
  language: string;
  authentic: boolean;
  versions: VersionView[];
}
/** What calls itself a version and is not taken for one; `reason`: error.<reason>. */
export interface RefusedVersion { seq: number; by: AuthorityLabel; language: string; reason: string }
/** Whence a request came: the enquiry's dossier, and whether this reader has it. `at` 0: not known here. */
export interface EnquiryLink { dossier: Hex; here: boolean; title: string; at: Seconds }

// Enquiries: "does such information exist?", asked without form. No status, no figure, no legal effect.
export interface EnquiryOrder {
  to: string;
  title: string;
  message: string;
  kinds: string[];
  /** A day; "": none. */
  answerBy: string;
  /** Persons, entities, accounts and assets, nothing else. */
  content: RequestContent;
  files: SourceFile[];
  policy: PolicyOrder;
}
export interface EnquiryReplyOrder { chain: Hex; answer: string; message: string; files: SourceFile[] }
export interface EnquiryReplyView { seq: number; by: AuthorityLabel; at: Seconds; answer: EnquiryReply; message: string }
/** A request that was made of it, as far as it was opened here. */
export interface EnquiryRequest { dossier: Hex; reference: string; status: RequestStatus }
export interface EnquiryView {
  chain: Hex;
  /** Of the entry that asks. */
  seq: number;
  entry: Hex;
  title: string;
  message: string;
  from: AuthorityLabel;
  to: AuthorityLabel[];
  /** Asked by one's own Party. */
  mine: boolean;
  asks: Enquiry;
  content: RequestContent;
  at: Seconds;
  /** Days since an answer was asked for, and none came. */
  late: number;
  answers: EnquiryReplyView[];
  requests: EnquiryRequest[];
  unread: number;
  state: DossierView["state"];
  warnings: string[];
}
/** `unopened`: shares received and not opened; an enquiry among them is not known yet. */
export interface Enquiries { items: EnquiryView[]; unopened: number }

/** What happened by other means. `scanEntry`: an entry of one's own that carries it. */
export interface RecordOrder { chain: Hex; act: OffPlatformAct; medium: Medium; date: Seconds; note: string; scanEntry?: number }
export interface RequestMoveView { to: RequestStatus; needs: ("reason" | "obstacles" | "remark" | "court" | "reminded")[] }
/** What the other side recorded of what happened by other means. `words`: the note, where it could be opened. */
export interface OffPlatformView {
  seq: number;
  id: Hex;
  act: OffPlatformAct;
  medium: Medium;
  date: Seconds;
  words: string;
}
/** A freeze or seizure that lapses on a day: as the newest opened entry of the authority that tells of it has it. */
export interface MeasureEndView {
  by: AuthorityLabel;
  key: string;
  kind: "freeze" | "seizure";
  /** Its number, where one was given. */
  order: string;
  ends: string;
}

/** An answer that is due, or a measure that lapses. */
export interface DeadlineView {
  request: RequestView;
  measure?: MeasureEndView | undefined;
  /** ISO 8601 */
  day: string;
  state: "none" | "later" | "soon" | "today" | "overdue";
  /** Until it, or since. */
  days: number;
  /** The same, of the requested State. */
  workingDays: number;
  /** False: Monday to Friday was counted, without holidays. */
  published: boolean;
}

export interface RequestView {
  chain: Hex;
  title: string;
  side: "requesting" | "requested" | "none";
  requesting: AuthorityLabel;
  requested?: AuthorityLabel;
  /** Of a State that is not here; else "". */
  requestedCode: string;
  routing?: RequestRouting;
  confidential: boolean;
  /** Confidential, and `routing` is what was opened of it. */
  withheldKnown: boolean;
  /** Of the entry that asks. */
  seq: number;
  status: RequestStatus;
  statusAt: Seconds;
  /** False: what set it awaits co-signature. */
  statusCounting: boolean;
  /** It rests on an act off the platform, as one side tells it. */
  statusRecorded?: { by: RequestView["side"]; confirmed: boolean };
  sentAt: Seconds;
  firstDue?: Seconds;
  due?: Seconds;
  overdue: boolean;
  proposal?: { id: Hex; mine: boolean; due: Seconds };
  acknowledgedAt?: Seconds;
  repliedAt?: Seconds;
  executedAt?: Seconds;
  overAt?: Seconds;
  /** Withdrawn or closed. */
  over: boolean;
  refusedInPart: boolean;
  obstacles: Obstacle[];
  /** Of the requesting side. */
  reminders: number;
  offPlatform: number;
  /** Entries with versions; first the request itself, always. */
  texts: VersionedView[];
  refusedVersions: RefusedVersion[];
  /** The obstacle, by a version that came after it. */
  translationAnswered: boolean;
  /** That it follows. */
  enquiry?: EnquiryLink;
  /** That lapse, of every entry that was opened. */
  measures: MeasureEndView[];
  /** Of the other side, which nobody has confirmed. */
  toConfirm: OffPlatformView[];
  /** What this side may do now: steps, obstacles it may name, acts outside it may record. */
  next: RequestMoveView[];
  mayName: Obstacle[];
  mayRecord: OffPlatformAct[];
  /** Of the request itself, once opened. */
  content?: RequestContent;
  /** Of the dossier. */
  state: DossierView["state"];
  warnings: string[];
  unread: number;
}
/** Days as "2026-09-16". Without a period the reporting year of today; without `asOf` as it stands today. */
export interface ReportOrder { from?: string; to?: string; asOf?: string; hideBelow: number; language: "en" | "fr" }
/** Of each figure in its order, null: hidden. Days in tenths, null: hidden, or nothing to take them of. */
export interface ReportTally {
  counts: (number | null)[];
  acknowledgeMedian: number | null;
  acknowledge90: number | null;
  replyMedian: number | null;
  reply90: number | null;
}
export interface OwnReport {
  own: string;
  /** Of a State its own row alone; of a body every Party's, as far as it and this body dealt with one another. */
  state: boolean;
  from: string;
  to: string;
  asOf: string;
  figures: { name: string; part: boolean; title: string }[];
  rows: { party: string; received: ReportTally; sent: ReportTally }[];
  /** As a spreadsheet opens it in that language, as an object, and what was counted. */
  csv: string;
  json: string;
  facts: string;
  /** Requests whose routing is sealed: in no figure. */
  confidential: number;
  /** Files whose chain is broken or incomplete here: they may be missing. */
  unreadable: number;
}
/** By the place of a figure; null: hidden. */
export interface RowFigures { received: (number | null)[]; sent: (number | null)[] }
export interface RowView {
  chain: Hex;
  /** Of the entry that tells of it. */
  seq: number;
  /** That entry's statement: what an answer is an answer to. */
  told: Hex;
  /** The entry was taken back: the State was told all the same. */
  withdrawn: boolean;
  row: ReportRow;
  figures: RowFigures;
  /** That tells of it. */
  organ: AuthorityLabel;
  side: "organ" | "state" | "none";
  proposedAt: Seconds;
  /** Unless it is confirmed. */
  publishFrom: Seconds;
  counting: boolean;
  /** By the State, after that. */
  answer?: { said: RowAnswer; at: Seconds; by: string; words: string };
  /** That one and those before it, those that were taken back as well. */
  answers: { said: RowAnswer; index: number; at: Seconds; withdrawn: boolean }[];
  /** Something that came after it was not opened here. */
  unread: boolean;
  /** What stands on the organ's board for the State and days of the period. */
  published?: { id: Hex; index: number; at: Seconds; row: PublishedRow };
  /** Why that is not what was told and answered here. */
  publishedDiffers: ("period" | "figures" | "date" | "answer")[];
}
export interface RowComparison {
  view: RowView;
  /** By the State alone: nobody else knows all its dealings with the organ. */
  counted: boolean;
  differences: RowDifference[];
  /** Figures that this page has no name for: nobody confirms them with it. */
  unknown: string[];
  /** Files whose chain is broken or incomplete here: their requests may be missing. */
  unreadable: number;
}
/** Days as "2026-09-16"; `to` is "SEN" or "SEN/authority", `toDay` the last day of the period. */
export interface RowOrder {
  to: string;
  from: string;
  toDay: string;
  asOf?: string;
  hideBelow: number;
  title: string;
  message: string;
}
export interface ProposedRow { sent: Sent; row: ReportRow; figures: RowFigures; unreadable: number }
export interface PublishedRowView {
  id: Hex; organ: string; authority: string; at: Seconds; counting: boolean; row: PublishedRow; figures: RowFigures;
  /** From what this device knows of it; of one's own Party also that no file that was opened here tells of it. */
  differs: (RowView["publishedDiffers"][number] | "not_told")[];
}
export interface PublishedTable {
  /** Absent: no row of any is published. */
  period?: { from: string; to: string };
  /** Of which something is published, the newest first. */
  periods: { from: string; to: string }[];
  figures: OwnReport["figures"];
  /** By State, then organ. */
  rows: PublishedRowView[];
  /** Not co-signed yet, or of a disputed date: in no sum. */
  pending: PublishedRowView[];
  /** Of these rows and of nothing else. */
  sums: RowFigures;
  /** Of organs that published something of the period: States on the platform without a row of theirs. */
  missing: { organ: string; states: string[] }[];
  unread: NoticeList["unread"];
  csv: string;
  json: string;
}
export interface ChronologyRow {
  seq: number;
  id: Hex;
  at: Seconds;
  counting: boolean;
  author: AuthorityLabel;
  authorName: string;
  side: RequestView["side"];
  kind: string;
  from: string;
  to: string;
  /** Off the platform. */
  act: string;
  medium: string;
  /** A due date, or of an act off the platform. */
  date?: Seconds;
  obstacles: ObstacleText[];
  remark: string;
  /** Reason, message, note: opened. */
  words: string;
  inPart: boolean;
  void: boolean;
  voidReason: string;
  /** An act off the platform, by the other side. */
  confirmed: boolean;
  number: number;
  files: number;
}

// --- One's own authority's casebook --------------------------------------------------------------------------------

/** `name`: by the register, of a leaver his last; "" where it never named him. */
export interface CasebookPerson { member: Hex; name: string; left: boolean }
interface Noted { by: CasebookPerson; at: Seconds }
export interface AssignmentView extends Noted {
  dossier: Hex;
  member: CasebookPerson;
  deputy?: CasebookPerson | undefined;
  /** For the member today. */
  acting?: CasebookPerson | undefined;
  /** One's own to deal with today. */
  mine: boolean;
}
/** Days as "2026-09-16", both counted; without a deputy nobody acts for the member. */
export interface DeputyshipView extends Noted {
  member: CasebookPerson;
  deputy?: CasebookPerson | undefined;
  from: string;
  until: string;
  today: boolean;
}
/** How `dossier` stands to `other`. */
export type LinkRelation = import("../model/casebook.ts").LinkRelation;
export interface DossierLinkView extends Noted { dossier: Hex; other: Hex; relation: LinkRelation }
export interface InternalRemarkView extends Noted { dossier: Hex; text: string }
export type CasebookNote = import("../record/casebook_bodies.ts").CasebookNote;
export interface CasebookView {
  assignments: AssignmentView[];
  /** Those that have not ended. */
  deputyships: DeputyshipView[];
  links: DossierLinkView[];
  remarks: InternalRemarkView[];
  /** Notes that cannot be read: they take nothing from the others. */
  unreadable: number;
  /** The server holds back its end. */
  incomplete: boolean;
}

// --- People and Parties --------------------------------------------------------------------------------------------

/** `service`: a machine. */
export interface MemberView { member: Hex; displayName: string; role: string; self: boolean; service?: boolean }
export interface InvitationMade { invitation: Hex; code: string; notAfter: Seconds }
export interface PendingInvitation {
  invitation: Hex;
  kind: "member" | "authority" | "rekey";
  role: string;
  state: "open" | "answered" | "expired" | "cancelled" | "spent";
  notAfter: Seconds;
  displayName: string;
  comparisonDigits: string;
  comparisonRequired: boolean;
  problem: string;
  service?: boolean;
}
/** How far something is that goes through every dossier, or gives the log back what it lost. */
export interface Progress { of: "rotation" | "report" | "repair"; done: number; total: number }
export interface StolenDevice { epochs: EpochOutcome; invitation: InvitationMade }
export interface RotationStatus {
  unfinished: boolean; // a run on this device ended before the last dossier
  generation: number;
  dossiers: number;
  stale: Hex[]; // still sealed to an old generation of somebody in them
}
export interface FormerMember { member: Hex; displayName: string; since: Seconds; until: Seconds }
export interface KeptEntry {
  seq: number;
  at: Seconds; // of the entry
  attachments: number;
  fetchedAt?: Seconds; // by himself; absent: no record of it
  openedAt?: Seconds;
}
export interface KeptDossier {
  chain: Hex;
  title: string; // where this device has opened it
  epochs: number[];
  entries: KeptEntry[];
  fetched: number;
}
/** What a member may have kept. */
export interface KeptReport {
  member: Hex;
  displayName: string;
  authorityName: string;
  since: Seconds;
  until?: Seconds; // absent: he is still a member
  generations: number; // of the authority's keys that he held
  dossiers: KeptDossier[];
  entries: number;
  fetched: number;
}
export interface EpochOutcome { started: Hex[]; notStarted: { chain: Hex; key: string }[] }
/** A custodian of one's own Party: who may hold a part of a recovery identity. */
export interface RecoveryKeeper { authority: Hex; authorityName: string; member: Hex; displayName: string; self: boolean }
export interface RecoverySetOrder {
  /** How many parts are needed; there is at least one more. */
  threshold: number;
  holders: { authority: Hex; member: Hex }[];
  /** One more part on paper, for a sealed envelope. */
  envelope: boolean;
}
export interface RecoveryHolderView {
  printed: boolean;
  authority: Hex;
  member: Hex;
  authorityName: string;
  displayName: string;
  self: boolean;
  custodian: boolean; // still; if not, a new set is needed
  seenAt: Seconds; // the newest statement he signed in the register
  longUnseen: boolean; // for 180 days
}
export interface RecoveryCandidate {
  invitation: Hex;
  record: Hex; // SHA-256 of the enrolment record; "" while unanswered
  displayName: string; // as he wrote it
  comparisonDigits: string;
  state: "open" | "answered" | "refused" | "spent" | "cancelled" | "expired";
  notAfter: Seconds;
  approvals: { holder: string; member: Hex; at: Seconds; counting: boolean }[];
  notBefore: Seconds; // when he may finish, once enough have approved; else 0
  problem: string; // key of the error when the answer does not verify
}
export interface RecoveryView {
  authority: Hex;
  authorityName: string;
  own: boolean; // the authority acted for
  holder: boolean; // one holds a part
  custodians: number;
  live: boolean;
  witnessed: boolean; // without witnesses there is no clock to believe, and no recovery
  set: boolean;
  threshold: number;
  setAt: Seconds;
  drilled: boolean;
  outdated: boolean; // a holder left: set it anew
  holders: RecoveryHolderView[];
  candidates: RecoveryCandidate[];
}
export interface HeldShare { authority: Hex; authorityName: string; threshold: number; parts: number; opens: boolean; problem: string }
export interface RecoveryDone {
  authority: Hex;
  authorityName: string;
  generation: number;
  unreadable: string[]; // holders whose part did not open: tell them
  epochs: EpochOutcome;
  again: boolean; // it was done before
}
export interface AuthorityView {
  authority: Hex; name: string; kind: string; generation: number; custodians: number; live: boolean; root: boolean;
  /** Display names of its custodians, where the Party's key is checked: whom one may call. */
  managers: string[];
  /** Of one's own Party: it may write on the notice board. */
  publisher?: boolean;
}
export interface PartyView {
  code: string;
  name: string;
  state: string;
  fingerprint: string;
  /** Fingerprint of the register that this one says it follows … */
  succeeds?: string;
  noteVerbale?: string; // … as it names it
  /** Fingerprint of the one that says it follows this one: nothing is sealed to this any more. */
  succeededBy?: string;
  pinned: "" | "note_verbale" | "vouched" | "own";
  authorities: AuthorityView[];
  problem: string;
}
export interface SuccessionDossier {
  chain: Hex;
  title: string; // where this device has opened it
  was: AuthorityLabel[]; // the authorities of the old register that took part
  entries: number; // that they could read
  epochs: number[];
  mayGrant: boolean; // one's own authority may give the new one what the old one had …
  consentsOf: string[]; // … once these owners have agreed
  problem: string; // key of the error why not
  given?: boolean; // the new one has all of it already
}
export interface SuccessionView {
  code: string;
  oldFingerprint: string;
  newFingerprint: string;
  noteVerbale: string; // as the new register names it
  pinned: boolean; // the new one is
  to: string; // the authority it would be given to, "SEN/FIU"; "" while it is not pinned
  dossiers: SuccessionDossier[];
}
export interface SheetView { server: string; registryFingerprint: string; policy: string; parties: { code: string; fingerprint: string }[]; date: string }
/** How far the repair is of a log that was put back to an older copy. */
export type RepairStatus = import("./ports.ts").RepairStatus;
/** What this device gave back to such a server. */
export interface Resubmitted {
  before: RepairStatus;
  after: RepairStatus;
  entries: number; // of the log, that the server did not know
  statements: number; // that it had lost
  blobs: number; // age files that it had lost: grants, keyrings, sealed bodies
  wanted: number; // … of these statements that it lacks, and this device has not
}
export interface RegisterNews {
  seq: number; id: Hex; index: number; kind: string; memberName: string; at: Seconds;
  signedBy: "this_device" | "own_key_elsewhere" | "colleague"; void: boolean; counting: boolean; disputed: boolean;
}

// --- Account and administration --------------------------------------------------------------------------------------

export interface SessionRow { id: string; scope: string; address: string; createdAt: Seconds; lastSeenAt: Seconds; current: boolean; userName: string }
export interface PasskeyRow { id: string; name: string; createdAt: Seconds; prf: boolean }
/** Where a mail without content goes, seconds between two at least, quiet hours in minutes after midnight UTC, and how the last went. */
export interface NoticesWanted { address: string; every: number; quiet?: { from: number; until: number } }
export interface Notices extends NoticesWanted { refused: boolean; sentAt?: Seconds; failedAt?: Seconds; failure: string }
/** Where a State or body stands, by what the server sees; `waitsFor` is the first thing that is missing, "" when nothing is. */
export interface AdminPartyRow {
  code: string;
  name: string;
  state: string;
  founded: boolean;
  stage: string; // created | invited | founded | live | succeeded: word.board_stage.*
  waitsFor: string; // word.board_wait.*, word.board_next.*
  since?: Seconds;
  seenOn?: Seconds; // the month of the newest sign-in of an access manager
  recovery: string; // word.board_recovery.*
  authorities: number;
  authoritiesLive: number;
  custodians: number;
  pinnedBy: number;
  bytes: number;
  quota: number;
  ownQuota: boolean;
  sessions: number;
}
/** Why somebody was refused: word.support_cause.*, word.support_next.*. */
export interface SupportAnswer { cause: string; at: Seconds; userName: string; seconds: number }
export interface AuditRow { number: number; at: Seconds; actor: string; action: string; subject: string; outcome: string }
export interface FounderInvitation { invitation: Hex; member: Hex; code: string; notAfter: Seconds }

/** A custody bundle or evidence, checked without network. `facts` are catalogue keys with arguments, in reading order. */
export interface BundleFindings {
  holds: boolean;
  findings: { key: string; arguments: Record<string, string>; outcome: "holds" | "fails" | "not_shown" }[];
  /** Who gave what to whom, and when: of a bundle that holds. Without it there are only the checks (evidence of a fork). */
  told?: import("../custody/findings.ts").Told;
}

// --- Notice boards ---------------------------------------------------------------------------------------------------

/** What each Party says of itself for all others. Absent or empty: any. */
/** Of which there are spreadsheets. */
export type SheetKind = Exclude<NoticeQuery["kind"], "row_published">;
export interface NoticeQuery {
  kind: import("../record/notice_bodies.ts").NoticeSetKind;
  party?: string;
  /** Each word must stand in some text of the row, whatever its case and accents. */
  words?: string;
  role?: string; // of a focal point
  theme?: string;
  language?: string; // that a focal point speaks, or in which requests are taken
  article?: string; // of a law entry: begins with it
  topic?: string; // of a profile
  state?: string; // of a recommendation
  /** As of that day, "2027-01-31"; absent: today. */
  on?: string;
  all?: boolean; // also what is not in force
  toConfirm?: boolean; // of one's own, what should be confirmed
}
export interface NoticeView {
  id: Hex;
  party: string; // its code
  authority: string; // that set it, by its register
  own: boolean; // of the Party acted for
  notice: import("../record/notice_bodies.ts").Notice;
  /** The days on which it says so, its end counted. */
  from: string;
  to?: string | undefined;
  ended: boolean;
  inForce: boolean;
  toConfirm: boolean; // nobody has confirmed it for a year
  counting: boolean; // false: it awaits co-signature
  index: number; // of what set it so, in the log
  at: Seconds;
}
export interface NoticeList {
  rows: NoticeView[]; // by Party, then by what they say
  /** Of which nothing is shown as fact, and why: "not_pinned", or the key of an error. */
  unread: { party: string; why: string; statements: number }[];
}
/** A new row, another content for one that is there (`id`), or its end: `ended` is the last day, and final. */
export interface NoticeChange {
  id?: Hex;
  row?: import("../record/notice_bodies.ts").Notice["row"];
  ended?: string;
}
/** A change that says of some days what another row of one's own board says of them already. */
export interface NoticeConflict { change: number; with: NoticeView }
export type SheetOptions = import("../casework/spreadsheet.ts").ImportOptions;
type SheetImport = import("../casework/spreadsheet.ts").Import;
/** A spreadsheet as it is understood; `changes` is empty while there is a question or a fault. */
export interface NoticesRead extends Pick<SheetImport, "preview" | "questions" | "faults" | "warnings"> {
  changes: NoticeChange[];
  /** Of each change its row, as the spreadsheet counts. */
  numbers: number[];
  fresh: number;
  replaced: number;
  unchanged: number;
  conflicts: NoticeConflict[];
}

export interface AgentEvents {
  transfer(transfer: Transfer): void;
  progress(progress: Progress): void;
  notice(notice: Notice): void;
  /** The session ended or was locked: show the lock screen; nothing decrypted is left in the worker. */
  locked(why: "asked" | "idle" | "session_ended"): void;
  /** Something new was read and verified: views may be asked again. */
  changed(): void;
  alarm(alarm: Alarm): void;
  /** Only a person may decide this; answer with AgentApi.decide(). `what` are keys "change.<key>" or one "notice.<key>". */
  question(id: number, what: Notice[]): void;
  /** A second factor is asked for once more, before an access manager's act: AgentApi.showSecondFactor(). */
  secondFactor(id: number): void;
  /** To the page, not to its screens: the carrier is needed (client.ts). */
  carry(): void;
  /** To the page likewise: a part of the trusted end did not come, another worker is to be started. */
  unfetched(): void;
  /** null: nothing is on its way. Comes while locked, too. */
  carrying(what: Carrying | null): void;
}

export interface AgentApi {
  // before sign-in
  account(): Promise<Account | null>;
  serverInfo(): Promise<{ name: string; version: string; logOrigin: string; time: Seconds; training: boolean; backupsKeptDays?: number | undefined }>;
  proposePassphrase(): Promise<PassphraseProposal>;
  checkPassphrase(passphrase: string, userName: string): Promise<PassphraseCheck>;
  signIn(order: SignInOrder): Promise<void>;
  passkeyRequest(userName: string): Promise<unknown>; // PublicKeyCredentialRequestOptionsJSON
  readKit(text: string): Promise<KitFacts>;
  signInWithKit(order: KitSignInOrder): Promise<KitSignIn>;
  /** Begins the wait of 72 hours, or says how it stands. */
  signInWithKitAlone(kit: string): Promise<KitAlone>;
  /** After it: a new passphrase, the first code of the new second factor; gives the new kit. May be called again. */
  finishKitAlone(newPassphrase: string, totp: string): Promise<string>;
  /** On a browser without the account key: the kit brings it; passphrase and second factor are asked for all the same. */
  takeUpDevice(order: { kit: string; passphrase: string; totp?: string; passkey?: PasskeyAnswer }): Promise<void>;
  /** Without `totp` while the session is still there; else unauthenticated "unlock.second_factor_needed". */
  unlock(passphrase: string, totp?: string): Promise<void>;

  // enrolment
  beginEnrolment(begin: EnrolmentBegin): Promise<Welcome>;
  /** After a reload: the welcome of the invitation that was begun here, its session taken up again; null: none was. */
  takeUpEnrolment(): Promise<Welcome | null>;
  forgetEnrolment(): Promise<void>;
  prepareTotp(userName?: string): Promise<TotpSetup>;
  preparePasskey(userName: string): Promise<unknown>; // PublicKeyCredentialCreationOptionsJSON
  /** Founding anew: that the server has a register of this code with these digits, and the note verbale can be named. */
  checkPredecessor(code: string, succeeds: string, noteVerbale: string): Promise<void>;
  prepareKit(way: EnrolmentWay): Promise<string>; // the kit's text, to be printed and read back before answer()
  readBackKit(typed: string): Promise<boolean>;
  answerEnrolment(factor: { totp?: string; passkey?: PasskeyAnswer }): Promise<EnrolmentOutcome>;
  resumeEnrolment(): Promise<EnrolmentOutcome | null>;
  /**
   * Goes on with the session that answered once the register names the member: nothing is asked again. "gone": the page
   * was loaded again since, or that session is over; signIn() then.
   */
  enterEnrolment(): Promise<"entered" | "waiting" | "gone">;
  /** `passkey` instead of a code (`totp` is "" then), over passkeyRequest(). */
  join(
    begin: EnrolmentBegin, displayName: string, passphrase: string, totp: string, passkey?: PasskeyAnswer,
  ): Promise<EnrolmentOutcome>;
  readSheet(text: string): Promise<SheetView>;

  // session
  synchronise(): Promise<LogStatus>;
  logStatus(): Promise<LogStatus>;
  memberships(): Promise<Membership[]>;
  actAs(authority: Hex): Promise<void>;
  lock(): Promise<void>;
  signOut(): Promise<void>;
  decide(question: number, yes: boolean): Promise<void>;
  /** Answers `secondFactor`: false when it was not the right one (ask again); null gives the act up. */
  showSecondFactor(id: number, factor: { totp?: string; passkey?: PasskeyAnswer } | null): Promise<boolean>;

  // dossiers
  dossiers(): Promise<DossierView[]>;
  dossier(chain: Hex): Promise<DossierView>;
  send(order: SendOrder): Promise<Sent[]>;
  addEntry(order: AddOrder): Promise<Sent>;
  /** What is typed and not sent yet, sealed to the person: "send", or "reply-" and a chain. "" is nothing. */
  keepWriting(name: string, text: string): Promise<void>;
  keptWriting(name: string): Promise<string>;
  drafts(): Promise<Draft[]>;
  /** `files`: chosen anew for a draft in stage "sealing" after the page was loaded again ("draft.files_needed"). */
  resumeDraft(name: string, files?: SourceFile[]): Promise<Sent>;
  dropDraft(name: string): Promise<void>;
  /** Drafts of the authority acted for. `open`: what was not read on this device is, with its receipt. */
  keptDrafts(open: boolean): Promise<KeptDraft[]>;
  keepDraft(order: DraftOrder): Promise<DraftVersion>;
  /**
   * As it was seen; then it is closed. "draft.changed": a colleague has kept another version meanwhile; "draft.unknown": it
   * was sent or discarded, perhaps by a colleague.
   */
  sendDraft(version: DraftVersion, into?: Hex): Promise<Sent[]>;
  /** A request as a draft, for a colleague's visa; and, of a draft that is one, what it asks. */
  keepRequest(order: RequestOrder): Promise<DraftVersion>;
  keptRequest(version: DraftVersion): Promise<KeptRequest | undefined>;
  discardDraft(chain: Hex): Promise<void>;
  /** A second case officer's visa on the version as it was seen. "draft.changed"; "void.not_second_officer": its own author. */
  approveDraft(version: DraftVersion): Promise<void>;
  readPaperKey(typed: string): Promise<PaperKey>;
  /** For somebody who cannot receive yet. Leaves no record: nothing is signed, nothing goes to the server. */
  sealToFile(order: SealToFileOrder, to: WritableStream<Uint8Array>): Promise<SealedToFile>;
  /** Verifies, signs receipts, opens bodies: titles, messages and names of the entry become known. */
  openEntry(chain: Hex, seq: number): Promise<EntryView>;
  /** For a file that the page makes of what an opened item says; null: it is not restricted. */
  restrictionsBeside(chain: Hex, seq: number, file: { name: string; sha256: Hex }): Promise<{ name: string; text: string } | null>;
  /** Decrypts into `to` (a stream the page made of a save picker or of OPFS); resolves after every check passed. */
  saveAttachment(chain: Hex, seq: number, attachment: Hex, to: WritableStream<Uint8Array>): Promise<OpenedFile>;
  /** For previews: whole plaintext after every check, at most 64 MiB ("too_large" beyond). */
  previewAttachment(chain: Hex, seq: number, attachment: Hex): Promise<{ file: OpenedFile; bytes: Uint8Array }>;
  cancelTransfer(): Promise<void>;
  verifyDossier(chain: Hex): Promise<Verified>;
  receipts(chain: Hex): Promise<ReceiptView[]>;
  grant(chain: Hex, to: string): Promise<void>;
  consent(order: ConsentOrder): Promise<void>;
  release(chain: Hex, entries: number[], policy: PolicyOrder): Promise<void>;
  revoke(chain: Hex, from: string): Promise<void>;
  withdraw(chain: Hex, seq: number, reason: string): Promise<void>;
  setPolicy(chain: Hex, policy: PolicyOrder): Promise<void>;
  closeDossier(chain: Hex): Promise<void>;
  reopenDossier(chain: Hex): Promise<void>;
  // the library
  /** Titles are opened, without a receipt; documents are opened, shown and saved as those of any entry. */
  library(): Promise<WorkView[]>;
  work(chain: Hex): Promise<WorkView>;
  publishWork(order: PublishOrder): Promise<Published>;
  shareWithNew(): Promise<ShareResult>;
  withdrawWork(chain: Hex, seq: number | undefined, reason: string): Promise<void>;
  // requests for assistance
  requests(): Promise<RequestView[]>;
  request(chain: Hex): Promise<RequestView>;
  /** Every act, with the sealed words of those that this reader may open. */
  chronology(chain: Hex): Promise<ChronologyRow[]>;
  /** Against the requested State's law entries that are in force today; nothing leaves the device. */
  /** What is overdue, lapsed within 90 days, or comes within so many days; `zone`: seconds that the reader's clock is ahead of UTC. */
  deadlines(within: number, zone: number): Promise<DeadlineView[]>;
  checkRequestLaw(order: RequestOrder): Promise<LawFindingView[]>;
  /** forbidden "request.law_reason" {count} where a finding needs a reason and the content has none. */
  sendRequest(order: RequestOrder): Promise<Sent>;
  /** forbidden, conflict, not_found or invalid_input "version.…". */
  sendVersion(order: VersionOrder): Promise<Sent>;
  enquiries(): Promise<Enquiries>;
  enquiry(chain: Hex): Promise<EnquiryView>;
  sendEnquiry(order: EnquiryOrder): Promise<Sent>;
  answerEnquiry(order: EnquiryReplyOrder): Promise<Sent>;
  setRequestStatus(order: StatusOrder): Promise<void>;
  /** Gives its number. */
  remind(chain: Hex, message: string): Promise<number>;
  proposeDue(chain: Hex, due: Seconds, reason: string): Promise<void>;
  /** To the proposal that the person saw (RequestView); a newer one is a conflict. */
  agreeDue(chain: Hex, proposal: Hex): Promise<void>;
  recordOffPlatform(order: RecordOrder): Promise<void>;
  /** The act that the person saw (RequestView.toConfirm), by the id of its statement. */
  confirmOffPlatform(chain: Hex, act: Hex): Promise<void>;
  discloseRouting(chain: Hex): Promise<void>;
  report(order: ReportOrder): Promise<OwnReport>;
  // a State's row of an organ's report: told, answered, published
  reportRows(): Promise<RowView[]>;
  reportRow(chain: Hex): Promise<RowComparison>;
  proposeReportRow(order: RowOrder): Promise<ProposedRow>;
  answerReportRow(chain: Hex, told: Hex, answer: RowAnswer, words: string): Promise<Sent>;
  publishReportRow(chain: Hex): Promise<RowView>;
  /** Everybody's of one period; `answers` are the words of the table. */
  publishedRows(order: {
    from?: string; to?: string; language: "en" | "fr"; answers: Record<PublishedRow["answer"], string>;
  }): Promise<PublishedTable>;

  // one's own authority's casebook
  casebook(): Promise<CasebookView>;
  /** One signed note. forbidden "casebook.nothing_changed" where it stands so already. */
  noteInCasebook(note: CasebookNote): Promise<void>;

  noticeBoards(query: NoticeQuery): Promise<NoticeList>;
  /** All or none; the ids of the rows, in the order of the changes. */
  publishNotices(kind: NoticeQuery["kind"], changes: NoticeChange[]): Promise<Hex[]>;
  /** Which of these changes publishNotices() would refuse because another row says the same of some of the days. */
  noticeConflicts(kind: NoticeQuery["kind"], changes: NoticeChange[]): Promise<NoticeConflict[]>;
  /** Publishes nothing: what a spreadsheet says, held against one's own board. */
  readNotices(kind: SheetKind, file: Uint8Array, options: SheetOptions): Promise<NoticesRead>;
  /** Says of these rows, or of all that should be confirmed, that they are still true today; how many. */
  confirmNotices(kind: NoticeQuery["kind"], ids: Hex[]): Promise<number>;
  /** What one's own authority lets leave only with a colleague's visa; set by its access managers, nothing lifts it. */
  visaRule(): Promise<VisaRule>;
  setVisa(acts: VisaAct[]): Promise<void>;
  accessRules(): Promise<AccessRulesView>;
  /**
   * All at once, in place of those that were seen (the id of what set them); what would shut out whoever sets them is refused.
   * By an access manager of the root authority. conflict "access.rules_changed".
   */
  setAccessRules(rules: AccessRules, seen: Hex | undefined): Promise<void>;
  /** Whether an authority of one's own Party may write on its notice board: by an access manager of the founding one. */
  setPublisher(authority: Hex, publisher: boolean): Promise<void>;
  search(words: string): Promise<SearchHit[]>;
  /** Everything one can open, for a machine that never heard of Rogatory: a tar archive with secrets in the clear. */
  exportEverything(to: WritableStream<Uint8Array>): Promise<Exported>;
  makeBundle(chain: Hex, selective: boolean, attachments: Hex[], to: WritableStream<Uint8Array>): Promise<BundleFindings>;
  verifyBundle(file: File, sheet?: string): Promise<BundleFindings>;

  // people
  members(): Promise<MemberView[]>;
  inviteMember(role: string, hours: number): Promise<InvitationMade>;
  inviteAgain(member: Hex, hours: number): Promise<InvitationMade>;
  addAuthority(name: string, kind: string, hours: number): Promise<InvitationMade>;
  pendingInvitations(): Promise<PendingInvitation[]>;
  approveInvitation(invitation: Hex, digits: string): Promise<EpochOutcome>;
  cancelInvitation(invitation: Hex): Promise<void>;
  removeMember(member: Hex): Promise<EpochOutcome>;
  /** A stolen device: its access ends, and its owner is invited as a new member. */
  replaceMember(member: Hex, hours: number): Promise<StolenDevice>;
  formerMembers(): Promise<FormerMember[]>;
  /** What a present or past member may have kept: by display name or the beginning of his id. */
  kept(member: string): Promise<KeptReport>;
  rotationStatus(): Promise<RotationStatus>;
  /** Goes on where an earlier run of new keys for the files ended; cancelTransfer() stops it in order. */
  resumeRotation(): Promise<EpochOutcome>;
  setMemberRole(member: Hex, role: string): Promise<void>;
  rekeySelf(passphrase: string): Promise<void>;
  rekeyAuthority(): Promise<EpochOutcome>;

  // recovery of a lost authority
  recoveryStatus(): Promise<RecoveryView[]>;
  recoveryKeepers(): Promise<RecoveryKeeper[]>;
  /** Draws a new recovery identity and gives the sheet for the envelope (""): nothing is signed before setRecovery(). */
  prepareRecovery(order: RecoverySetOrder): Promise<string>;
  setRecovery(): Promise<void>;
  recoveryShares(): Promise<HeldShare[]>;
  /** The drill, as a holder: an age file to the authority, to hand over by any way. */
  proveShare(authority: Hex): Promise<Uint8Array>;
  drillRecovery(proofs: Uint8Array[], envelopes: string[]): Promise<void>;
  beginRecovery(authority: Hex, hours: number): Promise<InvitationMade>;
  approveRecovery(authority: Hex, invitation: Hex, digits: string): Promise<void>;
  refuseRecovery(candidate: { record?: Hex; invitation?: Hex }): Promise<void>;
  /**
   * The new custodian, who is in no register yet: signs in and takes the authority over, or says how long it lasts yet
   * (unavailable "recovery.not_enough" {have, need}, "recovery.too_early" {at}). He is signed in afterwards.
   */
  finishRecovery(order: SignInOrder, envelopes: string[]): Promise<RecoveryDone>;

  // Parties
  parties(): Promise<PartyView[]>;
  pinByFingerprint(code: string, digits: string): Promise<void>;
  pinBySheet(sheet: string): Promise<string[]>;
  unpin(code: string): Promise<void>;
  makeSheet(codes: string[]): Promise<string>;
  /** What a State that founded anew could be given again; `to` as grant() takes it, "" where it has one authority. */
  succession(code: string, to: string): Promise<SuccessionView>;
  registerNews(): Promise<RegisterNews[]>;
  acknowledgeRegister(): Promise<void>;

  // a log that was put back to an older copy
  repairStatus(): Promise<RepairStatus>;
  /** Gives back what this device has. No key is needed, so also while nobody could be let in; a session is. */
  resubmitLog(): Promise<Resubmitted>;

  // alarms
  alarms(): Promise<Alarm[]>;
  resolveAlarm(name: string, reason: string): Promise<void>;
  exportEvidence(name: string): Promise<Uint8Array>;

  // account
  sessions(): Promise<SessionRow[]>;
  endSession(id: string): Promise<void>;
  /** null: no mail is wanted. */
  notices(): Promise<Notices | null>;
  setNotices(wanted: NoticesWanted): Promise<void>;
  removeNotices(): Promise<void>;
  changePassphrase(old: string, fresh: string): Promise<void>;
  makeNewKit(passphrase: string): Promise<string>;
  checkKit(kit: string): Promise<void>;
  /** When somebody last began with this account's sheet alone; null: nothing to tell. */
  kitTriedAt(): Promise<Seconds | null>;
  /** One has read of it: what still waits ends. */
  endKitAttempt(): Promise<void>;
  /** Of one's own authority, to its custodians. */
  kitAttempts(): Promise<KitAttempt[]>;
  passkeys(): Promise<PasskeyRow[]>;
  preparePasskeyForAccount(): Promise<unknown>;
  addPasskey(name: string, answer: PasskeyAnswer, passphrase: string): Promise<void>;
  removePasskey(id: string, passphrase: string): Promise<void>;

  // administrators and auditors
  adminParties(): Promise<AdminPartyRow[]>;
  createParty(code: string, name: string): Promise<void>;
  /** `anew`: of a State or body that has founded and lost every key. */
  inviteFounder(code: string, days: number, anew?: boolean): Promise<FounderInvitation>;
  suspendParty(code: string, reason: string): Promise<void>;
  resumeParty(code: string, reason: string): Promise<void>;
  suspendAccount(userName: string, reason: string): Promise<void>;
  resumeAccount(userName: string, reason: string): Promise<void>;
  /** How many bytes its authorities may store together; null: what the server gives everybody. */
  setQuota(code: string, bytes: number | null): Promise<void>;
  support(code: string): Promise<SupportAnswer>;
  adminSessions(): Promise<SessionRow[]>;
  adminEndSession(id: string): Promise<void>;
  audit(cursor: string): Promise<{ items: AuditRow[]; next?: string }>;
  counts(): Promise<{ name: string; value: number }[]>;
}
