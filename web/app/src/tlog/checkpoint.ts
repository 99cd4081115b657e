// C2SP tlog-checkpoint v1.0.0 and tlog-cosignature v1.0.1, as a reader needs them (crypto/tlog/checkpoint.hpp).
import { fail } from "../base/failure.ts";
import { base64Decode, base64Encode } from "../crypto/base64.ts";
import { utf8 } from "../crypto/bytes.ts";
import { verify, type Signature } from "../crypto/sign.ts";
import { Lines, parseDecimal } from "./decimal.ts";
import type { TreeHead } from "./merkle.ts";
import {
  formatNote, isNoteText, mayBeOf, parseNote, signatureType, verifyNoteSignature, type Note, type NoteKey,
  type NoteSignature,
} from "./note.ts";

/** The body of a checkpoint: origin, size, root, and lines that others may add (ours never has any). */
export interface Checkpoint {
  readonly origin: string;
  readonly head: TreeHead;
  readonly extensions: readonly string[];
}

/** A checkpoint with its signature lines, parsed and not yet believed: verifyCheckpoint says what it is worth. */
export interface SignedCheckpoint { readonly checkpoint: Checkpoint; readonly note: Note }

/** "<origin>\n<size>\n<base64 root>\n…": the bytes that are signed. */
export const checkpointText = (checkpoint: Checkpoint): string =>
  [checkpoint.origin, String(checkpoint.head.size), base64Encode(checkpoint.head.root), ...checkpoint.extensions]
    .map((line) => `${line}\n`).join("");

/** Sizes without leading zeros; canonical base64. Failure: invalid_input "log.checkpoint_malformed". */
export function parseCheckpoint(text: string): Checkpoint {
  const malformed = (detail: string): never => fail("invalid_input", "log.checkpoint_malformed", {}, detail);
  if (!isNoteText(text)) return malformed("not UTF-8, or a control character");
  const lines = new Lines(text);
  const origin = lines.next();
  const sizeLine = lines.next();
  const rootLine = lines.next();
  if (!origin || sizeLine === null || rootLine === null) return malformed("fewer than three lines");
  const size = parseDecimal(sizeLine);
  const root = base64Decode(rootLine);
  if (size === null || root?.length !== 32) return malformed("size or root");
  const extensions: string[] = [];
  while (lines.rest !== "") {
    const line = lines.next();
    if (!line) return malformed("an empty extension line");
    extensions.push(line);
  }
  return { origin, head: { size, root }, extensions };
}

export function parseSignedCheckpoint(text: string): SignedCheckpoint {
  const note = parseNote(text);
  return { checkpoint: parseCheckpoint(note.text), note };
}

export const formatSignedCheckpoint = (signed: SignedCheckpoint): string => formatNote(signed.note);

/** Whether the log signed this head: of a checkpoint without extension lines whose origin is the key's. For `seen`. */
export const verifyTreeHead = (log: NoteKey, head: TreeHead, signature: Signature): boolean =>
  log.type === signatureType.ed25519 &&
  verify(log.key, utf8(checkpointText({ origin: log.name, head, extensions: [] })), signature);

/** The log's 64 bytes in a signed checkpoint; null if there is no valid one of this key. */
export const logSignature = (log: NoteKey, signed: SignedCheckpoint): Signature | null =>
  signed.note.signatures.find((one) => verifyNoteSignature(log, signed.note.text, one))?.signature ?? null;

/** tlog-cosignature, "Ed25519 signed message". */
export const cosignedText = (at: bigint, text: string): string => `cosignature/v1\ntime ${at}\n${text}`;

const maxTime = 2n ** 63n - 1n; // "It MUST NOT exceed 2^63 - 1"

/** The time of a cosignature, if it is `witness`'s over this checkpoint text; null if it does not verify. */
export function verifyCosignature(witness: NoteKey, text: string, signature: NoteSignature): number | null {
  if (witness.type !== signatureType.cosignature || !mayBeOf(signature, witness)) return null;
  // timestamped_signature: u64 timestamp, then the 64 bytes.
  const blob = signature.signature;
  if (blob.length !== 8 + 64) return null;
  const at = new DataView(blob.buffer, blob.byteOffset, 8).getBigUint64(0);
  if (at > maxTime || !verify(witness.key, utf8(cosignedText(at, text)), blob.subarray(8))) return null;
  return Number(at);
}
