// Internal to src/agent: plain files become age files on the server (platform/agent/seal.hpp).
import { Failure, fail, isFailure } from "../base/failure.ts";
import { hexEncode, wipe } from "../crypto/bytes.ts";
import { sealFile } from "../crypto/age/file.ts";
import { parseRecipient } from "../crypto/age/hybrid.ts";
import { systemRandom } from "../crypto/random.ts";
import { sha256Hex } from "../crypto/sha256.ts";
import { zeroId, type AttachmentId, type ChainId, type Digest, type Recipient } from "../model/ids.ts";
import { randomId } from "../record/chains.ts";
import type { AttachmentLine } from "../record/dossier_bodies.ts";
import { commitOf, encodeBody, isFileName, type BodyFile, type SealedBody } from "../record/sealed_body.ts";
import { membership } from "./acting.ts";
import type { SourceFile } from "./api.ts";
import { sealInto } from "./bulk.ts";
import { stagedPlace } from "./carriage.ts";
import { aside, unattended } from "./environment.ts";
import { normalised } from "./normalise.ts";
import type { UploadTicket } from "./ports.ts";
import type { AgentState, SealedFile } from "./state.ts";

/** A body while it is being filled. */
export type Draft<Body> = { -readonly [Field in keyof Body]: Body[Field] };

/** A file on its way. What is secret in it (name, digest, salt) is kept on the device only inside a sealed draft. */
export interface OutgoingFile {
  /** Of this page; a page that was loaded anew has none. */
  source?: globalThis.Blob;
  /** Instead: where it lies sealed already, in a draft of one's own authority. */
  from?: { chain: ChainId; seq: number; attachment: AttachmentId };
  /** When the source was last changed, in milliseconds: tells the same file chosen again. */
  modified: number;
  /** Id, name, type and size; digest and salt once it is sealed. */
  file: BodyFile;
  sealedSize: number;
  sealedSha256: Digest;
  /** The whole age file lies in the profile. */
  sealed: boolean;
  uploaded: boolean;
  /** Absent: not begun. */
  ticket?: UploadTicket;
}

/** Of the ciphertext in the profile. */
export const stageName = (file: OutgoingFile): string => stagedPlace(file.file.id);

export const lineOf = (file: OutgoingFile): AttachmentLine => ({
  id: file.file.id, size: file.sealedSize, sha256: file.sealedSha256, commit: commitOf(file.file),
});

/** A folder's files keep their folder in their name: a name in a sealed body has no path. */
const flatName = (name: string): string => name.split("/").filter((part) => part !== "").join(" - ");

/** Names as they may stand in a sealed body. invalid_input "file.name". */
export const outgoingFiles = (sources: readonly SourceFile[]): OutgoingFile[] =>
  sources.map(({ file, name, type }) => {
    const shown = normalised(flatName(name === "" ? file.name : name));
    if (!isFileName(shown)) fail("invalid_input", "file.name", { file: shown });
    return {
      source: file,
      modified: Math.max(0, Math.floor(file.lastModified)),
      file: {
        id: randomId(systemRandom, 16), name: shown, type: normalised(type), size: file.size, sha256: zeroId,
        salt: zeroId,
      },
      sealedSize: 0,
      sealedSha256: zeroId,
      sealed: false,
      uploaded: false,
    };
  });

/** Files that a person chose again for a draft whose page went away: each belongs to the one of its name and size. */
export function attachSources(files: OutgoingFile[], chosen: readonly SourceFile[]): void {
  const left = outgoingFiles(chosen);
  for (const file of files) {
    const at = left.findIndex((each) => each.file.name === file.file.name && each.file.size === file.file.size);
    const source = left[at]?.source;
    if (source === undefined) continue;
    file.source = source;
    left.splice(at, 1);
  }
}

async function sealIntoProfile(
  state: AgentState, recipient: Recipient, out: OutgoingFile, remember: () => Promise<void>,
): Promise<void> {
  const { environment } = state;
  const { source } = out;
  if (source === undefined) return fail("invalid_input", "draft.files_needed", { file: out.file.name });
  const stage = await environment.profile.place(stageName(out));
  let sealed = false;
  try {
    const totals = await aside(environment, () =>
      sealInto(environment, parseRecipient(recipient), source, out.file.name, stage));
    out.file = {
      ...out.file, size: totals.plaintextBytes, sha256: totals.plaintextSha256, salt: hexEncode(systemRandom(32)),
    };
    out.sealedSize = totals.fileBytes;
    out.sealedSha256 = totals.fileSha256;
    out.sealed = sealed = true;
  } finally {
    stage.close();
    // Half an age file is of no use to anybody, and takes the place that may have been missing.
    if (!sealed) await environment.profile.removePlace(stageName(out));
  }
  await remember();
}

/** Until the server has the whole of it; the carrier goes on when nobody waits any more. */
async function carry({ environment }: AgentState, { file, ticket, sealedSize: total }: OutgoingFile): Promise<void> {
  if (ticket === undefined) return;
  const { name } = file;
  const progress = (done: number): void => environment.observer.onTransfer({ phase: "upload", name, done, total });
  progress(0);
  try {
    await environment.carriage.carry(file.id, { ticket, total }, progress);
  } catch (error) {
    // The carrier knows no names.
    throw isFailure(error, "upload.not_moving") ? new Failure(error.code, error.key, { file: name }) : error;
  }
}

/**
 * Encrypts into the profile and uploads from there, each while the next is sealed; finishes uploads that were cut. Each
 * step may be repeated: what is done is not done again. `remember` is called when something was settled that a later
 * session needs. invalid_input "file.unreadable" | "file.changed" | "draft.files_needed"; unavailable
 * "upload.incomplete", to be run again.
 *
 * Ciphertext goes to the profile first and to the server from there: whatever ends this page while it sends, the next
 * one goes on from the byte the server has, with the same bytes; and once all is sealed, nothing of it needs this end.
 */
export async function sealAndUpload(
  state: AgentState, chain: ChainId, recipient: Recipient, files: readonly OutgoingFile[], remember: () => Promise<void>,
): Promise<void> {
  const { environment } = state;
  const left = files.filter(({ uploaded }) => !uploaded);
  const uploads: Promise<void>[] = [];
  let failed: { error: unknown } | undefined;
  for (const file of left) {
    if (!file.sealed) await sealIntoProfile(state, recipient, file, remember);
    if (failed !== undefined) throw failed.error;
    if (file.ticket === undefined) {
      file.ticket = await environment.server.beginUpload(
        chain, file.file.id, membership(state).authority, file.sealedSize);
      await remember();
    }
    const upload = carry(state, file);
    upload.catch((error: unknown) => (failed ??= { error }));
    uploads.push(upload);
  }
  if (left.length === 0) return;
  await unattended(environment, () => Promise.all(uploads));
  for (const file of left) file.uploaded = true;
  await remember();
}

/** The age file of a sealed body. */
export function sealBody(body: SealedBody, recipient: Recipient): SealedFile {
  const text = encodeBody(body);
  const bytes = sealFile([parseRecipient(recipient)], text);
  wipe(text);
  return { bytes, sha256: sha256Hex(bytes) };
}
