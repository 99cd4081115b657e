// Internal to src/agent: whole files through the age stream, between a person's File and ciphertext in the profile.
// Plain bytes are never written anywhere here: what opens goes to a sink that the caller gives, or nowhere.
import { fail } from "../base/failure.ts";
import { hexEncode, type Bytes } from "../crypto/bytes.ts";
import { singleProfile } from "../crypto/age/file.ts";
import type { HybridIdentity, HybridRecipient } from "../crypto/age/hybrid.ts";
import { createSealer, startFile, type FileStart } from "../crypto/age/stream.ts";
import { createBulk, sinkOfPlace, sourceOfBlob, sourceOfPlace, type Bulk, type Source } from "../crypto/bulk/bulk.ts";
import { createSha256 } from "../crypto/sha256.ts";
import type { Digest } from "../model/ids.ts";
import type { TransferPhase } from "./api.ts";
import type { Environment } from "./environment.ts";
import type { BlobFile, Sink } from "./ports.ts";

/** What is read at a time where nothing is encrypted. */
const piece = 4 * 1024 * 1024;

export interface BulkTotals {
  fileBytes: number;
  fileSha256: Digest;
  plaintextBytes: number;
  plaintextSha256: Digest;
}

// One for the worker: its own workers start with the first large file.
let bulk: Bulk | undefined;
const workers = (): Bulk => (bulk ??= createBulk({
  // Without a navigator there are no workers either: a test in one process.
  workers: (globalThis as { navigator?: { hardwareConcurrency: number } }).navigator?.hardwareConcurrency ?? 1,
}));

/** Ends them and what lies in their memory: the session is locked. */
export function closeBulk(): void {
  bulk?.close();
  bulk = undefined;
}

/** Says how far it is; asks whether to go on. unavailable "transfer.cancelled". */
export type Watch = (done: number) => void;
export function watch({ observer }: Environment, phase: TransferPhase, name: string, total: number): Watch {
  return (done) => {
    observer.onTransfer({ phase, name, done, total });
    if (observer.cancelled()) fail("unavailable", "transfer.cancelled");
  };
}

/** A File that was changed, or went away, while it was read: invalid_input "file.unreadable". */
function readable(source: globalThis.Blob, name: string): Source {
  const read = sourceOfBlob(source);
  return async (into) => {
    try {
      return await read(into);
    } catch {
      return fail("invalid_input", "file.unreadable", { file: name });
    }
  };
}

/** Seals a File into a place of the profile, from its first byte. invalid_input "file.unreadable" | "file.changed". */
export async function sealInto(
  environment: Environment, recipient: HybridRecipient, source: globalThis.Blob, name: string, stage: BlobFile,
): Promise<BulkTotals> {
  const progress = watch(environment, "seal", name, source.size);
  progress(0);
  stage.truncate(0);
  const totals = await workers().seal(
    startFile([recipient]), readable(source, name), sinkOfPlace(stage), { progress });
  stage.flush();
  if (totals.plaintextBytes !== source.size) fail("invalid_input", "file.changed", { file: name });
  return hexTotals(totals);
}

/** The bytes of a File, some at a time. invalid_input "file.unreadable". */
export async function* piecesOf(source: globalThis.Blob, name: string): AsyncGenerator<Bytes> {
  const read = readable(source, name);
  for (;;) {
    const buffer = new Uint8Array(piece);
    const count = await read(buffer);
    if (count > 0) yield buffer.subarray(0, count);
    if (count < buffer.length) return;
  }
}

/** Seals what comes in pieces, to the sink; `total`: about how much, to say how far it is. */
export async function sealPieces(
  environment: Environment, start: FileStart, pieces: AsyncGenerator<Bytes>, sink: Sink,
  { name, total }: { name: string; total: number },
): Promise<BulkTotals> {
  const said = watch(environment, "seal", name, total);
  let left: Bytes = new Uint8Array(0);
  let ended = false;
  const source: Source = async (into) => {
    let filled = 0;
    while (filled < into.length && !ended) {
      if (left.length === 0) {
        const { done, value } = await pieces.next();
        ended = done === true;
        if (value !== undefined) left = value;
        continue;
      }
      const taken = left.subarray(0, into.length - filled);
      into.set(taken, filled);
      filled += taken.length;
      left = left.subarray(taken.length);
    }
    return filled;
  };
  said(0);
  try {
    return hexTotals(await workers().seal(start, source, sink, { progress: (done) => said(Math.min(done, total)) }));
  } finally {
    await pieces.return(undefined);
  }
}

/** SHA-256 of a File as it lies on the person's disk; undefined where it cannot be read. */
export async function digestOfSource(source: globalThis.Blob): Promise<Digest | undefined> {
  const hash = createSha256();
  try {
    for (let at = 0; at < source.size; at += piece) {
      hash.update(new Uint8Array(await source.slice(at, at + piece).arrayBuffer()));
    }
    return hexEncode(hash.finish());
  } catch {
    return undefined;
  } finally {
    hash.free();
  }
}

/** Of ciphertext in the profile. */
export function digestOfPlace(file: BlobFile): Digest {
  const hash = createSha256();
  const buffer = new Uint8Array(piece);
  try {
    for (let at = 0; ; ) {
      const count = file.readAt(at, buffer);
      if (count === 0) return hexEncode(hash.finish());
      hash.update(buffer.subarray(0, count));
      at += count;
    }
  } finally {
    hash.free();
  }
}

/**
 * Opens the ciphertext in a place, to its end; what opens goes to `sink` before the end is known, in memory that is
 * good during the call only. Throws the age failures (integrity "age.…"), "transfer.cancelled", and what the sink throws.
 */
export async function openFrom(
  identity: HybridIdentity, stage: BlobFile, sink: Sink | null, progress: Watch,
): Promise<BulkTotals> {
  const nowhere = (): void => undefined;
  return hexTotals(await workers().open(identity, singleProfile, sourceOfPlace(stage), sink ?? nowhere, { progress }));
}

const hexTotals = (totals: {
  fileBytes: number; plaintextBytes: number; fileSha256: Uint8Array; plaintextSha256: Uint8Array;
}): BulkTotals => ({
  fileBytes: totals.fileBytes,
  fileSha256: hexEncode(totals.fileSha256),
  plaintextBytes: totals.plaintextBytes,
  plaintextSha256: hexEncode(totals.plaintextSha256),
});

/** From one recipient's age file to another's; plain bytes only pass through. */
export async function resealBetween(
  environment: Environment, identity: HybridIdentity, source: BlobFile, recipient: HybridRecipient, target: BlobFile,
  { name, size }: { name: string; size: number },
): Promise<{ opened: BulkTotals; sealed: BulkTotals }> {
  const sealer = createSealer(startFile([recipient]));
  target.truncate(0);
  let written = 0;
  const write = (bytes: Bytes): void => {
    target.writeAt(written, bytes);
    written += bytes.length;
  };
  const pass = (plain: Bytes): void => write(sealer.update(plain));
  const opened = await openFrom(identity, source, pass, watch(environment, "seal", name, size));
  write(sealer.finish());
  target.flush();
  return { opened, sealed: hexTotals(sealer.totals()) };
}
