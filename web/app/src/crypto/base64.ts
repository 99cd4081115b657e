// Base 64 (crypto/encoding/base64.hpp): canonical, so that one value has one spelling (RFC 4648 §3.5).
import type { Bytes } from "./bytes.ts";

/** padded: statements, notes, JSON. unpadded: age stanzas. url: '-' and '_', without '=': tokens, WebAuthn. */
export type Base64 = "padded" | "unpadded" | "url";

// Without tables or branches on the data, since base 64 also carries secrets.
const inRange = (value: number, low: number, high: number): number => ((low - 1 - value) & (value - high - 1)) >> 31;

const valueOf = (c: number, for62: number, for63: number): number => {
  const upper = inRange(c, 65, 90);
  const lower = inRange(c, 97, 122);
  const digit = inRange(c, 48, 57);
  const is62 = inRange(c, for62, for62);
  const is63 = inRange(c, for63, for63);
  return (upper & (c - 65)) | (lower & (c - 71)) | (digit & (c + 4)) | (is62 & 62) | (is63 & 63) |
    (~(upper | lower | digit | is62 | is63) & 0x100);
};

const characterOf = (v: number, for62: number, for63: number): number =>
  (inRange(v, 0, 25) & (v + 65)) | (inRange(v, 26, 51) & (v + 71)) | (inRange(v, 52, 61) & (v - 4)) |
  (inRange(v, 62, 62) & for62) | (inRange(v, 63, 63) & for63);

const signs = (spelling: Base64): [number, number] => (spelling === "url" ? [45, 95] : [43, 47]);

export const base64Length = (bytes: number, spelling: Base64 = "padded"): number =>
  spelling === "padded" ? Math.ceil(bytes / 3) * 4 : Math.ceil((bytes * 4) / 3);

const latin1 = new TextDecoder("latin1");

export function base64Encode(bytes: Bytes, spelling: Base64 = "padded"): string {
  const [for62, for63] = signs(spelling);
  const out = new Uint8Array(base64Length(bytes.length, spelling)).fill(61);
  let at = 0;
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out[at++] = characterOf((pending >> bits) & 63, for62, for63);
    }
    pending &= 0xff;
  }
  if (bits > 0) out[at] = characterOf((pending << (6 - bits)) & 63, for62, for63);
  return latin1.decode(out);
}

/** null: another alphabet, padding that is missing or too much, white space, or unused bits that are not zero. */
export function base64Decode(text: string, spelling: Base64 = "padded"): Bytes | null {
  let length = text.length;
  if (spelling === "padded") {
    if (length % 4 !== 0) return null;
    // At most two '='; a third is then no character of the alphabet.
    for (let i = 0; i < 2 && length > 0 && text.charCodeAt(length - 1) === 61; i++) length--;
  }
  if (length % 4 === 1) return null;
  const [for62, for63] = signs(spelling);
  const out = new Uint8Array(Math.floor((length * 6) / 8));
  let at = 0;
  let pending = 0;
  let bits = 0;
  let bad = 0;
  for (let i = 0; i < length; i++) {
    const value = valueOf(text.charCodeAt(i), for62, for63);
    bad |= value & 0x100;
    pending = (pending << 6) | (value & 63);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = pending >> bits;
      pending &= (1 << bits) - 1;
    }
  }
  return bad === 0 && pending === 0 ? out : null;
}
