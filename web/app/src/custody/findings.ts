// What checking a bundle found: values for a page, a report or a program, without a word of any language. Mirror of
// platform/custody/findings.hpp.
import type { Failure } from "../base/failure.ts";
import type {
  AttachmentId, AuthorityRef, ChainId, Digest, LogIndex, MemberId, PartyId, StatementId, UnixSeconds,
} from "../model/ids.ts";
import type { Caveats, HandlingPolicy } from "../model/policy.ts";
import type { DossierKind } from "../record/dossier_bodies.ts";
import type { Kind } from "../record/kinds.ts";
import type { BodyFile } from "../record/sealed_body.ts";
import type { BundleForm } from "./manifest.ts";

/** One check and how it went. `unproven` is no failure: it is what this bundle cannot show, and says so. */
export type CheckVerdict = "passed" | "unproven" | "failed";
export interface Check {
  /**
   * "archive", "maker", "log", "places", "registers", "parties", "statements", "receipts", "files", "ciphertext", "keys",
   * "restrictions", "completeness": "custody.check.<key>.<verdict>" stands in the catalogue; where it failed
   * "custody.check_failed.<key>", with "statements_read", "contents" and "nothing_else" beside them.
   */
  key: string;
  verdict: CheckVerdict;
  arguments: Record<string, string>;
}

/** How the verifier knows that a register is the one of the State or body it names. */
export type Basis =
  | "given" // its fingerprint is the one that was given
  | "pinned" // a Party whose fingerprint was given has checked it, by note verbale
  | "vouched" // it stands in a list that such a Party accepts
  | "not_compared"; // nobody compared it: look at the fingerprint

export interface PartyFound {
  code: string;
  name: string;
  id: PartyId;
  /** The fingerprint for people. */
  digits: string;
  basis: Basis;
  /** Code of the Party that pinned it or accepted the list. */
  by: string;
  statements: number;
}

/** An authority with what its register says of it. */
export interface Label {
  ref: AuthorityRef;
  code: string;
  authority: string;
}

export interface Person {
  authority: Label;
  member: MemberId;
  /** As of the statement. */
  name: string;
  role: string;
}

/** When a statement was made: its author's word, and the checkpoint that first covers it in this bundle. */
export interface Moment {
  at: UnixSeconds;
  index: LogIndex;
  checkpointSize: number;
  /** Of the quorum; absent without witnesses. */
  cosignedAt?: UnixSeconds | undefined;
  /** Dated more than 10 minutes after it was cosigned. */
  disputed: boolean;
}

export type Evidence = "statement" | "ciphertext" | "plain_file" | "opened";
export interface AttachmentFound {
  id: AttachmentId;
  sealedSize: number;
  sealedSha256: Digest;
  evidence: Evidence;
  /** Told, and proven by the statement's commit. */
  file?: BodyFile | undefined;
}

export interface EntryFound {
  seq: number;
  id: StatementId;
  author: Person;
  when: Moment;
  /** As far as it was judged. */
  effective: boolean;
  voidReason: string;
  withdrawn: boolean;
  sealedToStaleEpoch: boolean;
  /** The clear half of the restrictions in force; only the entry's own where the dossier was not replayed. */
  policy?: HandlingPolicy | undefined;
  caveats?: Caveats | undefined;
  /** Opened with a key of the bundle; else the maker's word. */
  caveatsProven: boolean;
  /** Only where a key of the bundle opened it. */
  title?: string | undefined;
  attachments: AttachmentFound[];
}

/** Any other statement of the dossier, for the chronology. */
export interface ActFound {
  seq: number;
  id: StatementId;
  kind: Kind;
  author: Person;
  when: Moment;
  effective: boolean;
  voidReason: string;
  /** Who was let in, shut out or consented to. */
  to: Label[];
  /** That it names. */
  entries: number[];
  policy?: HandlingPolicy | undefined;
  /** Of a consent: access until. */
  until?: UnixSeconds | undefined;
  /** Of a consent: to be granted before. */
  before?: UnixSeconds | undefined;
  /** That a grant spends. */
  consents: number[];
}

export interface ReceiptFound {
  who: Person;
  kind: "fetched" | "opened_receipt" | "unreadable";
  entrySeq: number;
  when: Moment;
}

export interface CosignerFound {
  name: string;
  at: UnixSeconds;
}

export interface LogFound {
  origin: string;
  size: number;
  root: Digest;
  witnessed: boolean;
  /** In the policy. */
  witnesses: number;
  quorum: number;
  quorumTime?: UnixSeconds | undefined;
  cosigners: CosignerFound[];
  /** The bundle holds the log, and nothing is missing or stands twice. */
  complete: boolean;
}

/** What is told of a bundle that holds. */
export interface Told {
  form: BundleForm;
  /** Every statement of the dossier is shown and was replayed. */
  history: boolean;
  dossier: ChainId;
  dossierLength: number;
  /** Statements of the dossier that are proven to stand there and are not shown. */
  leftOut: number;
  kind?: DossierKind | undefined;
  opener?: Label | undefined;
  open: boolean;
  participants: Label[];
  maker: Person;
  madeAt: UnixSeconds;
  /** What the maker signed: a name for exactly this bundle. */
  manifestSha256: Digest;
  log: LogFound;
  /** The bundle holds keys: whoever has it reads the dossier. */
  keys: boolean;
  parties: PartyFound[];
  entries: EntryFound[];
  acts: ActFound[];
  receipts: ReceiptFound[];
  /** Of statements, proofs and checkpoints in the archive. */
  proofBytes: number;
  totalBytes: number;
}

/** `told` is absent where a check failed: what is not proven is not told. */
export interface Findings {
  checks: Check[];
  failure?: Failure | undefined;
  told?: Told | undefined;
}
