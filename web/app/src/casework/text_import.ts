// Mirror of platform/casework/text_import.hpp: what a spreadsheet program leaves on a disk, as text.
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
/** The text without a byte order mark; U+FFFD where a byte is no character. */
export interface Decoded { text: string; encoding: Encoding }

/** Every other byte zero, in the first hundred characters, is UTF-16 of a European text. */
function looksUtf16(bytes: Uint8Array, zeroAt: number): boolean {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return false;
  let zeros = 0;
  let pairs = 0;
  for (let at = 0; at + 1 < bytes.length && at < 200; at += 2, pairs++) if (bytes[at + zeroAt] === 0) zeros++;
  return zeros * 10 >= pairs * 9;
}

// The platform's own windows-1252 gives control characters for the five bytes that have no character.
const windows1252 = "€\u0000‚ƒ„…†‡ˆ‰Š‹Œ\u0000Ž\u0000\u0000‘’“”•–—˜™š›œ\u0000žŸ";
const fromWindows1252 = (bytes: Uint8Array): string => {
  let out = "";
  for (const byte of bytes) {
    if (byte < 0x80 || byte >= 0xa0) out += String.fromCharCode(byte);
    else out += windows1252[byte - 0x80] === "\u0000" ? "\ufffd" : windows1252[byte - 0x80];
  }
  return out;
};

/** By the byte order mark; without one, UTF-16 by its zero bytes, UTF-8 if it is that, else Windows-1252. */
export function decodeText(bytes: Uint8Array): Decoded {
  const utf16 = (encoding: "utf-16le" | "utf-16be", from: Uint8Array): Decoded =>
    ({ text: new TextDecoder(encoding, { ignoreBOM: true }).decode(from), encoding });
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16("utf-16le", bytes.subarray(2));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16("utf-16be", bytes.subarray(2));
  const rest = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  if (looksUtf16(rest, 1)) return utf16("utf-16le", rest);
  if (looksUtf16(rest, 0)) return utf16("utf-16be", rest);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(rest), encoding: "utf-8" };
  } catch {
    return { text: fromWindows1252(rest), encoding: "windows-1252" };
  }
}

const folded: [RegExp, string][] = [
  [/[àâäáãÀÂÄÁÃ]/g, "a"], [/[éèêëÉÈÊË]/g, "e"], [/[îïíÎÏÍ]/g, "i"], [/[ôöóõÔÖÓÕ]/g, "o"], [/[ùûüúÙÛÜÚ]/g, "u"],
  [/[çÇ]/g, "c"], [/[ñÑ]/g, "n"], [/[ÿŸ]/g, "y"],
];

/** What titles and words are compared by: small letters without accents, one space between words. */
export function plainWords(text: string): string {
  let out = text;
  for (const [letters, base] of folded) out = out.replace(letters, base);
  return out.replace(/[A-Z]/g, (c) => c.toLowerCase()).replace(/[ _\t\n\r'\u00a0\u202f’]+/g, " ").replace(/^ | $/g, "");
}
