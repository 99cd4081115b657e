// C2SP signed-note v1.0.0: a text with signature lines under it (crypto/tlog/note.hpp).
import { fail } from "../base/failure.ts";
import { base64Decode, base64Encode } from "../crypto/base64.ts";
import { concat, equal, hexDecode, hexEncode, isWellFormed, utf8, type Bytes } from "../crypto/bytes.ts";
import { sha256 } from "../crypto/sha256.ts";
import { verify, type VerifyKey } from "../crypto/sign.ts";
import { Lines } from "./decimal.ts";

/** Signature type identifier bytes that we use. 0x06 (ML-DSA-44) is reserved for the day libsodium has it. */
export const signatureType = {
  ed25519: 0x01, // a log signs its checkpoint
  cosignature: 0x04, // a witness says that it saw it, and when (tlog-cosignature)
} as const;
export type SignatureType = (typeof signatureType)[keyof typeof signatureType];

/** A key under a name, as notes and policies know it. Key id = SHA-256(name ‖ "\n" ‖ type ‖ key)[:4], as hex. */
export interface NoteKey {
  readonly name: string;
  readonly type: SignatureType;
  readonly key: VerifyKey;
  readonly id: string;
}

/** One signature line: "— <name> <base64 of key id ‖ signature>". Says nothing before it is verified. */
export interface NoteSignature { readonly name: string; readonly keyId: string; readonly signature: Bytes }

/** A note taken apart, nothing verified: signed-note forbids using the text before that. It ends in a newline. */
export interface Note { readonly text: string; readonly signatures: readonly NoteSignature[] }

export const maxNoteBytes = 64 * 1024;
export const maxNoteSignatures = 64; // signed-note asks for at least 16
const maxNameBytes = 255; // ours

const signaturePrefix = "\u2014 "; // em dash, space

// Unicode White_Space, as Go's unicode.IsSpace has it: what signed-note's reference implementation asks. JavaScript's
// \s lacks U+0085 and has U+FEFF.
const notInName = /[\u0000-\u0020+\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

const isKeyName = (name: string): boolean =>
  name !== "" && isWellFormed(name) && !notInName.test(name) && utf8(name).length <= maxNameBytes;

/** "valid UTF-8, no control character but newline". */
export const isNoteText = (text: string): boolean => isWellFormed(text) && !/[\u0000-\u0009\u000b-\u001f]/.test(text);

/** Failure: invalid_input "log.key_malformed" if the name cannot be one. */
export function makeNoteKey(name: string, type: SignatureType, key: VerifyKey): NoteKey {
  if (!isKeyName(name)) fail("invalid_input", "log.key_malformed", {}, "not a key name");
  // Short on purpose: it only tells keys apart, it protects nothing.
  const id = hexEncode(sha256(utf8(`${name}\n`), Uint8Array.of(type), key).subarray(0, 4));
  return { name, type, key, id };
}

/** "<name>+<key id, 8 hex>+<base64 of type ‖ key>" (signed-note, "Verifier keys"). The id must be the key's. */
export function parseNoteKey(vkey: string): NoteKey {
  const refuse = (): never => fail("invalid_input", "log.key_malformed");
  // A name has no '+', but base 64 has: split at the first two.
  const first = vkey.indexOf("+");
  const second = first < 0 ? -1 : vkey.indexOf("+", first + 1);
  if (second < 0) return refuse();
  const id = vkey.slice(first + 1, second);
  const typed = base64Decode(vkey.slice(second + 1));
  if (!hexDecode(id, 4) || typed?.length !== 33) return refuse();
  const type = typed[0];
  if (type !== signatureType.ed25519 && type !== signatureType.cosignature) {
    return fail("unsupported", "log.key_unsupported");
  }
  const made = makeNoteKey(vkey.slice(0, first), type, typed.slice(1));
  return made.id === id ? made : refuse();
}

export const noteKeyText = (key: NoteKey): string =>
  `${key.name}+${key.id}+${base64Encode(concat(Uint8Array.of(key.type), key.key))}`;

export const sameNoteKey = (a: NoteKey, b: NoteKey): boolean =>
  a.name === b.name && a.type === b.type && equal(a.key, b.key);

export const mayBeOf = (signature: NoteSignature, key: NoteKey): boolean =>
  signature.name === key.name && signature.keyId === key.id;

const signatureLine = (one: NoteSignature): string =>
  `${signaturePrefix}${one.name} ${base64Encode(concat(hexDecode(one.keyId)!, one.signature))}\n`;

/** Failure: invalid_input "log.note_malformed". */
export function parseNote(note: string): Note {
  const malformed = (detail: string): never => fail("invalid_input", "log.note_malformed", {}, detail);
  if (note.length > maxNoteBytes) return malformed("too long");
  if (!isNoteText(note)) return malformed("not UTF-8, or a control character");
  if (utf8(note).length > maxNoteBytes) return malformed("too long");
  // "the text is separated from the signatures by the last empty line in the note"
  const separator = note.lastIndexOf("\n\n");
  if (separator < 0) return malformed("no blank line");
  const lines = new Lines(note.slice(separator + 2));
  if (lines.rest === "") return malformed("no signature");
  const signatures: NoteSignature[] = [];
  while (lines.rest !== "") {
    if (signatures.length === maxNoteSignatures) return malformed("too many signatures");
    const line = lines.next();
    if (line === null || !line.startsWith(signaturePrefix)) return malformed("not a signature line");
    const space = line.indexOf(" ", signaturePrefix.length);
    const name = line.slice(signaturePrefix.length, space);
    if (space < 0 || !isKeyName(name)) return malformed("no key name");
    const blob = base64Decode(line.slice(space + 1));
    if (!blob || blob.length < 5) return malformed("no signature bytes");
    signatures.push({ name, keyId: hexEncode(blob.subarray(0, 4)), signature: blob.slice(4) });
  }
  return { text: note.slice(0, separator + 1), signatures };
}

export const formatNote = (note: Note): string => `${note.text}\n${note.signatures.map(signatureLine).join("")}`;

/** Whether the signature is `key`'s over the text, final newline included (false for a key of another type). */
export const verifyNoteSignature = (key: NoteKey, text: string, signature: NoteSignature): boolean =>
  key.type === signatureType.ed25519 && mayBeOf(signature, key) && verify(key.key, utf8(text), signature.signature);
