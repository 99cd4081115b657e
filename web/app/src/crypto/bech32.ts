// Bech32 (BIP 173) as age uses it: without its limit of 90 characters, so the checksum guards against slips and not
// against malice; the original constant, not Bech32m's (crypto/encoding/bech32.hpp).
import { ensure } from "../base/failure.ts";
import type { Bytes } from "./bytes.ts";

const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const codes = Array.from(alphabet, (c) => c.charCodeAt(0));
const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const checksumCharacters = 6;

// BIP 173, "Checksum": the remainder of a polynomial over GF(32), one symbol at a time.
function add(remainder: number, symbol: number): number {
  const top = remainder >>> 25;
  let next = ((remainder & 0x1ffffff) << 5) ^ symbol;
  for (let i = 0; i < 5; i++) next ^= -((top >>> i) & 1) & generator[i]!;
  return next;
}

function start(humanPart: string): number {
  const lower = humanPart.toLowerCase();
  let remainder = 1;
  for (let i = 0; i < lower.length; i++) remainder = add(remainder, lower.charCodeAt(i) >> 5);
  remainder = add(remainder, 0);
  for (let i = 0; i < lower.length; i++) remainder = add(remainder, lower.charCodeAt(i) & 31);
  return remainder;
}

const validHumanPart = (text: string): boolean =>
  /^[\x21-\x7e]+$/.test(text) && !(/[a-z]/.test(text) && /[A-Z]/.test(text));

// Compares with every character of the alphabet, so that the time does not depend on which one a secret holds.
function symbolOf(code: number): number {
  let found = 32;
  for (let i = 0; i < 32; i++) {
    const same = ((codes[i]! ^ code) - 1) >> 31;
    found = (found & ~same) | (i & same);
  }
  return found;
}

function characterOf(symbol: number): string {
  let found = 0;
  for (let i = 0; i < 32; i++) found |= codes[i]! & (((i ^ symbol) - 1) >> 31);
  return String.fromCharCode(found);
}

/** The text takes the case of the human part ("age" → age1…, "AGE-SECRET-KEY-" → AGE-SECRET-KEY-1…). */
export function bech32Encode(humanPart: string, data: Bytes): string {
  ensure(validHumanPart(humanPart), "a Bech32 human part is printable and of one case");
  let remainder = start(humanPart);
  let text = `${humanPart.toLowerCase()}1`;
  const put = (symbol: number): void => {
    remainder = add(remainder, symbol);
    text += characterOf(symbol);
  };
  let pending = 0;
  let bits = 0;
  for (const byte of data) {
    pending = ((pending << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      put((pending >> bits) & 31);
    }
  }
  if (bits > 0) put((pending << (5 - bits)) & 31);
  for (let i = 0; i < checksumCharacters; i++) remainder = add(remainder, 0);
  remainder ^= 1;
  for (let i = 0; i < checksumCharacters; i++) text += characterOf((remainder >>> (5 * (5 - i))) & 31);
  return /[A-Z]/.test(humanPart) ? text.toUpperCase() : text;
}

/** null: mixed case, a wrong checksum, a foreign character, or leftover bits that are not zero or more than four. */
export function bech32Decode(text: string): { humanPart: string; data: Bytes } | null {
  if (!validHumanPart(text)) return null; // the same rules hold for the whole
  const separator = text.lastIndexOf("1");
  if (separator < 1 || text.length - separator - 1 < checksumCharacters) return null;
  const humanPart = text.slice(0, separator);
  const symbols = text.slice(separator + 1).toLowerCase();
  const dataSymbols = symbols.length - checksumCharacters;

  let remainder = start(humanPart);
  const data = new Uint8Array(Math.floor((dataSymbols * 5) / 8));
  let at = 0;
  let pending = 0;
  let bits = 0;
  let foreign = 0;
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbolOf(symbols.charCodeAt(i));
    foreign |= symbol & 32;
    remainder = add(remainder, symbol & 31);
    if (i >= dataSymbols) continue;
    pending = ((pending << 5) | (symbol & 31)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      data[at++] = pending >> bits;
    }
  }
  if (foreign !== 0 || remainder !== 1) return null;
  // BIP 173: "any incomplete group at the end MUST be 4 bits or less, MUST be all zeroes".
  if (bits > 4 || (pending & ((1 << bits) - 1)) !== 0) return null;
  return { humanPart, data };
}
