// Internal to src/agent: whole files through the age stream, between a person's File and ciphertext in the profile.
// Plain bytes are never written anywhere here: what opens goes to a sink that the caller gives, or nowhere.
import { fail } from "../base/failure.ts";
import { hexEncode } from "../crypto/bytes.ts";
import { singleProfile } from "../crypto/age/file.ts";
import type { HybridIdentity, HybridRecipient } from "../crypto/age/hybrid.ts";
import { createOpener, createSealer, startFile } from "../crypto/age/stream.ts";
import { createSha256 } from "../crypto/sha256.ts";
import type { Digest } from "../model/ids.ts";
import type { TransferPhase } from "./api.ts";
import type { Environment } from "./environment.ts";
import type { BlobFile, Sink } from "./ports.ts";

/** What is read and sealed at a time. */
const piece = 4 * 1024 * 1024;

export interface BulkTotals {
  fileBytes: number;
  fileSha256: Digest;
  plaintextBytes: number;
  plaintextSha256: Digest;
}

/** Says how far it is; asks whether to go on. unavailable "transfer.cancelled". */
export type Watch = (done: number) => void;
export function watch({ observer }: Environment, phase: TransferPhase, name: string, total: number): Watch {
  return (done) => {
    observer.onTransfer({ phase, name, done, total });
    if (observer.cancelled()) fail("unavailable", "transfer.cancelled");
  };
}

/** Seals a File into a place of the profile, from its first byte. invalid_input "file.unreadable" | "file.changed". */
export async function sealInto(
  environment: Environment, recipient: HybridRecipient, source: globalThis.Blob, name: string, stage: BlobFile,
): Promise<BulkTotals> {
  const sealer = createSealer(startFile([recipient]));
  const said = watch(environment, "seal", name, source.size);
  stage.truncate(0);
  let written = 0;
  const write = (bytes: Uint8Array): void => {
    stage.writeAt(written, bytes);
    written += bytes.length;
  };
  said(0);
  for (let at = 0; at < source.size; at += piece) {
    const bytes = await readSource(source, at, Math.min(at + piece, source.size), name);
    write(sealer.update(bytes));
    bytes.fill(0);
    said(Math.min(at + piece, source.size));
  }
  write(sealer.finish());
  stage.flush();
  const totals = sealer.totals();
  if (totals.plaintextBytes !== source.size) fail("invalid_input", "file.changed", { file: name });
  return hexTotals(totals);
}

async function readSource(source: globalThis.Blob, from: number, to: number, name: string): Promise<Uint8Array> {
  try {
    const bytes = new Uint8Array(await source.slice(from, to).arrayBuffer());
    if (bytes.length === to - from) return bytes;
  } catch {
    // A file that was changed or went away while it was read.
  }
  return fail("invalid_input", "file.unreadable", { file: name });
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
 * Opens the ciphertext in a place, to its end; what opens goes to `sink` before the end is known. Throws the age
 * failures (integrity "age.…"), "transfer.cancelled", and what the sink throws.
 */
export async function openFrom(
  identity: HybridIdentity, stage: BlobFile, sink: Sink | null, said: Watch,
): Promise<BulkTotals> {
  const opener = createOpener(identity, singleProfile);
  const buffer = new Uint8Array(piece);
  let opened = 0;
  const take = async (plain: Uint8Array): Promise<void> => {
    opened += plain.length;
    if (sink !== null && plain.length > 0) await sink(plain);
    else plain.fill(0);
  };
  for (let at = 0; ; ) {
    const count = stage.readAt(at, buffer);
    if (count === 0) break;
    at += count;
    await take(opener.update(buffer.subarray(0, count)));
    said(opened);
    // So that a cancellation, and progress, can come in between.
    await Promise.resolve();
  }
  await take(opener.finish());
  said(opened);
  return hexTotals(opener.totals());
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
  const write = (bytes: Uint8Array): void => {
    target.writeAt(written, bytes);
    written += bytes.length;
  };
  const pass = (plain: Uint8Array): void => {
    write(sealer.update(plain));
    plain.fill(0);
  };
  const opened = await openFrom(identity, source, pass, watch(environment, "seal", name, size));
  write(sealer.finish());
  target.flush();
  return { opened, sealed: hexTotals(sealer.totals()) };
}
