// Internal to src/agent: what an agent is made of (platform/agent/state.hpp).
import type { Hex, Seconds } from "./api.ts";
import type { Environment } from "./environment.ts";
import type { Unlocked } from "./secrets.ts";
import type { LogView } from "./log_view.ts";
import type { RegisterBook } from "./register_book.ts";
import type { DossierBook } from "./dossier_book.ts";
import type { CasebookBook } from "./casebook_book.ts";
import type { NoticeBook } from "./notice_book.ts";
import type { Blob, InvitationOrder } from "./ports.ts";
import type { SignedStatement } from "../record/statement.ts";
import type { KeyringFile } from "../record/key_files.ts";
import type { SignedCheckpoint } from "../tlog/checkpoint.ts";

/** An age file and its digest. */
export interface SealedFile { bytes: Uint8Array; sha256: Hex }

/** Statements to append together, with the blobs they name. */
export interface Package {
  statements: SignedStatement[];
  blobs: Blob[];
  /** Of an `invited` statement: what the server takes with it. */
  invitation?: Omit<InvitationOrder, "append">;
}
export const newPackage = (): Package => ({ statements: [], blobs: [] });
export const addFile = (into: Package, file: SealedFile): void => {
  into.blobs.push({ sha256: file.sha256, data: file.bytes });
};

/** One unlocked person at one device, acting for one authority. */
export interface AgentState {
  environment: Environment;
  unlocked: Unlocked;
  acting: number; // index into the bundle's memberships
  log: LogView;
  book: RegisterBook;
  dossiers: DossierBook;
  notices: NoticeBook;
  casebooks: CasebookBook;
  logTime: Seconds; // the log's time …
  logTimeTaken: Seconds; // … when the monotonic clock said this
  witnessedTime?: Seconds; // the newest cosigned time …
  witnessedTimeTaken: Seconds; // … when the monotonic clock said this
  stateTag: string; // of the state file on the server
  stateSavedSize: number;
  keyrings: Map<Hex, { digest: Hex; keyring: KeyringFile }>;
  promised: SignedCheckpoint[]; // under which the server proved that it took a statement
  looksLeft: number; // for cosignatures, a call of a screen
  policiesOf: Hex; // the register whose log policy is in force …
  policiesJudged: number; // … and how many of its statements have been looked at for one
  told: boolean; // what stands in the way of signing, once a session
}

// Functions over it, by file:
//   acting.ts     membership(state) · own(state) · authorityOf(state) · signingKey(state) · self(state)
//                 requireRole(state, role) · now(state) · latestNow(state) · takeWitnessedTime(state)
//                 requireMaySign(state) · requireComplete(state, known) · keyring(state): Promise<KeyringFile>
//                 compose(state, chain, seq, prev, kind, body) · composeNext(state, head, chain, kind, body)
//                 sign(state, statement): Promise<SignedStatement>
//                 refresh(state, chain) · dossier(state, chain) · refreshOwn(state)
//   counting.ts   counts(state, index, at) · requireCounts(state, index, at) · requireSettled(state, copy)
//                 requireTurn(state, statement) · waitForCosigning(state) · onceCounted(state, attempt) · copyOf(state, chain)
//   append.ts     appendSettled(state, build): Promise<Package> · settleDrafts(state)
//   draft_file.ts encodeDraft(made) · decodeDraft(bytes): a signed package as it lies in the profile
//   invited.ts    keepInvited(state, made) · takeInvited(state, wanted) · forgetInvited(profile, invitation)
//   keyring.ts    sealKeyring(keyring, recipients) · fetchBlob(environment, chain, sha256) · openKeyring(…)
//   evidence.ts   alarm(environment, key, pieces, detail): never returns · forkAlarm(…)
//   synchronise.ts synchronise(state) · openAgent(environment, unlocked) · membershipsOf(state) · logStatusOf(state)
