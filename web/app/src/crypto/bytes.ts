// Bytes, and the hash input of protocol §2 (platform/base/bytes.hpp, crypto/labels.hpp, crypto/encoding/hex.hpp).
import { ensure } from "../base/failure.ts";

export type Bytes = Uint8Array;

const encoder = new TextEncoder();
// ignoreBOM: a byte order mark is a character like any other and is not to vanish.
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 of a text. The text must be well formed: TextEncoder would put U+FFFD for a lone surrogate without a word. */
export function utf8(text: string): Bytes {
  ensure(isWellFormed(text), "a text to be encoded is well-formed");
  return encoder.encode(text);
}

/** The text, or null if the bytes are not well-formed UTF-8 (no overlong form, no surrogate, nothing above U+10FFFF). */
export function fromUtf8(bytes: Bytes): string | null {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return null;
  }
}

/** No lone surrogate: JavaScript lets one through (protocol §2). */
export const isWellFormed = (text: string): boolean =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

export function concat(...parts: readonly Bytes[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** In time that depends on the lengths alone. */
export function equal(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

/** As std::lexicographical_compare has it: below zero, zero or above. */
export function compare(a: Bytes, b: Bytes): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** Overwrites a secret. What the engine has copied on its own cannot be reached from here. */
export const wipe = (...secrets: readonly Bytes[]): void => secrets.forEach((secret) => void secret.fill(0));

/** 8 bytes, big-endian. */
export function bigEndian(value: number): Bytes {
  ensure(Number.isSafeInteger(value) && value >= 0, "a number is an integer from 0 to 2^53 - 1");
  const out = new Uint8Array(8);
  const view = new DataView(out.buffer);
  view.setUint32(0, Math.floor(value / 2 ** 32));
  view.setUint32(4, value % 2 ** 32);
  return out;
}

// No tables and no branches on the data: hex also spells secrets.
const hexCharacter = (value: number): number => value + 48 + (((9 - value) >> 8) & 39);

/** Lower-case base 16. */
export function hexEncode(bytes: Bytes): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(hexCharacter(byte >> 4), hexCharacter(byte & 15));
  return text;
}

const hexValue = (code: number): number => {
  const digit = ((47 - code) & (code - 58)) >> 8;
  const letter = ((96 - code) & (code - 103)) >> 8;
  return (digit & (code - 48)) | (letter & (code - 87)) | (~(digit | letter) & 0x100);
};

/** null unless it is lower-case hex (one value has one spelling) of `length` bytes, where a length is given. */
export function hexDecode(text: string, length?: number): Bytes | null {
  if (text.length % 2 !== 0 || (length !== undefined && text.length !== 2 * length)) return null;
  const out = new Uint8Array(text.length / 2);
  let bad = 0;
  for (let i = 0; i < out.length; i++) {
    const high = text.charCodeAt(2 * i);
    const low = text.charCodeAt(2 * i + 1);
    const value = (hexValue(high) << 4) | hexValue(low);
    bad |= (value & ~0xff) | ((high | low) & ~0x7f);
    out[i] = value;
  }
  return bad === 0 ? out : null;
}

/** What a hash, an HKDF or a signature is for (crypto/labels.hpp, Label). */
export type Label = `rogatory/v1/${string}`;

/** A part of a hash input: `fixed` where the label fixes its length, `variable` otherwise, or a number in 8 bytes. */
export type Part = { fixed: Bytes } | { variable: Bytes | string } | { number: number };

/** label ‖ 0x00 ‖ parts, each of variable length preceded by its length (protocol §2; crypto/labels.hpp, Labelled). */
export function labelled(label: Label, ...parts: readonly Part[]): Bytes {
  const pieces: Bytes[] = [utf8(label), new Uint8Array(1)];
  for (const part of parts) {
    if ("fixed" in part) {
      pieces.push(part.fixed);
    } else if ("number" in part) {
      pieces.push(bigEndian(part.number));
    } else {
      const bytes = typeof part.variable === "string" ? utf8(part.variable) : part.variable;
      pieces.push(bigEndian(bytes.length), bytes);
    }
  }
  return concat(...pieces);
}
