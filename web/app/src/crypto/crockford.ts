// Spells 128-bit secrets that people write down and dictate: an invitation code, an account key, a kit secret.
//
// 26 characters of Crockford's base 32 and two of checksum, in seven groups of four: "XXXX-XXXX-…". The checksum is a
// Reed-Solomon code over GF(32): it notices every slip that touches up to two characters, so also every exchange of
// two neighbours (crypto/encoding/crockford.hpp; platform/decisions/0102).
import { ensure } from "../base/failure.ts";
import type { Bytes } from "./bytes.ts";

const dataSymbols = 26; // 130 bits: the first two are zero
const symbolCount = 28;
const codes = Array.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ", (c) => c.charCodeAt(0));

// GF(32) with x^5 + x^2 + 1, whose x is a primitive element. Without tables: symbols are secret.
const timesX = (a: number): number => ((a << 1) ^ (-(a >> 4) & 0x25)) & 31;
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0, factor = a; bit < 5; bit++, factor = timesX(factor)) product ^= -((b >> bit) & 1) & factor;
  return product;
}
function inverse(a: number): number {
  let result = 1;
  for (let i = 0; i < 30; i++) result = times(result, a);
  return result;
}
const divisor = inverse(0x2 ^ 0x4);

// The code word, read as a polynomial with its first symbol at the highest power, has the roots x and x². Two roots in
// a row and a length of at most 31 give distance three: any change of one or two symbols is seen.
function syndrome(symbols: Bytes): { atX: number; atX2: number } {
  let atX = 0;
  let atX2 = 0;
  for (const symbol of symbols) {
    atX = timesX(atX) ^ symbol;
    atX2 = times(atX2, 4) ^ symbol;
  }
  return { atX, atX2 };
}

function characterOf(symbol: number): string {
  let found = 0;
  for (let i = 0; i < 32; i++) found |= codes[i]! & (((i ^ symbol) - 1) >> 31);
  return String.fromCharCode(found);
}

// 0 to 31; 32 if it is none.
function symbolOf(code: number): number {
  let c = code >= 97 && code <= 122 ? code - 32 : code;
  if (c === 79) c = 48; // O
  if (c === 73 || c === 76) c = 49; // I, L
  let found = 32;
  for (let i = 0; i < 32; i++) {
    const same = ((codes[i]! ^ c) - 1) >> 31;
    found = (found & ~same) | (i & same);
  }
  return found;
}

// White space, '-', U+2010 to U+2015, which word processors put in place of a dash, and the no-break space.
const isSeparator = (code: number): boolean =>
  code === 0x20 || code === 0x2d || code === 0x09 || code === 0x0d || code === 0x0a || code === 0xa0 ||
  (code >= 0x2010 && code <= 0x2015);

function readSymbols(text: string): Bytes | null {
  const symbols = new Uint8Array(symbolCount);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isSeparator(code)) continue;
    const symbol = symbolOf(code);
    if (symbol > 31 || count === symbolCount) return null;
    symbols[count++] = symbol;
  }
  return symbols.subarray(0, count);
}

export function codeEncode(code: Bytes): string {
  ensure(code.length === 16, "a code is 128 bits");
  const symbols = new Uint8Array(symbolCount);
  let pending = 0;
  let bits = 2; // two zero bits in front make 130
  let count = 0;
  for (const byte of code) {
    pending = ((pending << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      symbols[count++] = (pending >> bits) & 31;
    }
  }
  // Ends the word with the two symbols c, d that make both syndromes zero:
  //   c·x + d = atX·x²,  c·x² + d = atX2·x⁴   ⇒   c = (atX·x² + atX2·x⁴) / (x + x²).
  const { atX, atX2 } = syndrome(symbols.subarray(0, dataSymbols));
  const shiftedX = times(atX, 4);
  symbols[26] = times(shiftedX ^ times(atX2, 16), divisor);
  symbols[27] = shiftedX ^ timesX(symbols[26]!);
  return Array.from(symbols, characterOf).join("").replace(/.{4}(?!$)/g, "$&-");
}

/**
 * The 16 bytes. Tolerates what dictation does: either case, O for 0, I and L for 1, spaces and dashes anywhere. null
 * for everything else, a wrong checksum, and a value above 128 bits.
 */
export function codeDecode(text: string): Bytes | null {
  const symbols = readSymbols(text);
  if (symbols?.length !== symbolCount) return null;
  const { atX, atX2 } = syndrome(symbols);
  if ((atX | atX2) !== 0 || symbols[0]! >> 3 !== 0) return null;
  const out = new Uint8Array(16);
  let pending = symbols[0]!;
  let bits = 3;
  let count = 0;
  for (let i = 1; i < dataSymbols; i++) {
    pending = ((pending << 5) | symbols[i]!) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[count++] = pending >> bits;
    }
  }
  return out;
}

/** How many of the 28 characters a person has typed so far; null if one cannot belong. */
export const codeCharacters = (text: string): number | null => readSymbols(text)?.length ?? null;
