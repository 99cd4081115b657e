// Proposals of passphrases and an estimate of what one is worth (platform/agent/passphrase.cpp, value by value: the
// page and the command line must not disagree about one phrase).
import { fail } from "../base/failure.ts";
import { normalisedPassphrase } from "./password.ts";
import { systemRandom, type Random } from "./random.ts";

// Syllables rather than words: no list to agree on, the same for every language, and each is one that English, French
// and Spanish speakers can say and type without accents. 16 × 5 × 16 × 5 = 6,400 pairs: 12.6 bits each.
const consonants = "bdfgjklmnprstvyz";
const vowels = "aeiou";
const groups = 6;
const bitsPerGroup = 12.643856;

// A thief of the device has the account key and guesses at Argon2id's price (128 MiB, three passes: some ten guesses a
// second and machine): 50 bits keep a thousand machines busy for three thousand years.
export const neededBits = 50;

// What people put into passphrases because they are asked for one, in English and French; lower case.
const common = [
  "password", "passphrase", "motdepasse", "phrase", "secret", "welcome", "bienvenue", "bonjour", "soleil", "azerty",
  "qwerty", "qwertz", "admin", "letmein", "monkey", "dragon", "football", "master", "login", "rogatory", "justice",
  "court", "rome", "statute", "statut", "haye", "hague", "icc", "cpi", "fiu", "crf", "senegal", "france", "janvier",
  "january", "summer", "winter", "printemps", "hiver", "123",
];

export function proposePassphrase(random: Random = systemRandom): { passphrase: string; strengthBits: number } {
  // Bytes from a range that the alphabet's size divides, so that no letter is likelier than another.
  const pick = (from: string): string => {
    const fair = 256 - (256 % from.length);
    for (;;) {
      const byte = random(1)[0]!;
      if (byte < fair) return from[byte % from.length]!;
    }
  };
  const syllable = (): string => pick(consonants) + pick(vowels);
  const passphrase = Array.from({ length: groups }, () => syllable() + syllable()).join("-");
  return { passphrase, strengthBits: bitsPerGroup * groups };
}

// Bits of one character of the alphabet that the phrase draws from. As in the native client it is bytes of UTF-8 that
// are looked at, each of which above 0x7F is "other".
function bitsPerCharacter(text: string): number {
  const lower = /[a-z]/.test(text);
  const upper = /[A-Z]/.test(text);
  const digit = /[0-9]/.test(text);
  const other = /[^a-zA-Z0-9 -]/.test(text);
  // Letters of a natural language carry far less than log2(26) each: 2.6 bits where the phrase is letters alone.
  if (!upper && !digit && !other) return 2.6;
  const alphabet = (lower ? 26 : 0) + (upper ? 26 : 0) + (digit ? 10 : 0) + (other ? 20 : 0);
  // A capital in front and a digit at the end are habits, not choices: half of what a random draw would give.
  return Math.log2(Math.max(alphabet, 2)) * 0.62;
}

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (c) => c.toLowerCase());
const signed = (unit: number): number => (unit > 127 ? unit - 256 : unit); // `char` of the native client

function estimateBits(utf8Bytes: Uint8Array, userName: string): number {
  let text = latin1(utf8Bytes);
  let folded = lowerAscii(text);
  let bits = 0;
  const takeOut = (word: string, worth: number): void => {
    if (word.length < 3) return;
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word)) {
      folded = folded.slice(0, at) + folded.slice(at + word.length);
      text = text.slice(0, at) + text.slice(at + word.length);
      bits += worth;
    }
  };
  takeOut(latin1(new TextEncoder().encode(userName)), 1);
  for (const word of common) takeOut(word, 6);
  const each = bitsPerCharacter(text);
  let counted = 0;
  for (let i = 0; i < folded.length; i++) {
    if (folded[i] === " " || folded[i] === "-") continue;
    // The third of a run ("aaa", "abc", "321") and all that follow.
    const step = i > 0 ? signed(folded.charCodeAt(i)) - signed(folded.charCodeAt(i - 1)) : 2;
    const before = i > 1 ? signed(folded.charCodeAt(i - 1)) - signed(folded.charCodeAt(i - 2)) : 2;
    const run = i > 1 && step >= -1 && step <= 1 && step === before;
    // A stretch of four that stood before adds nothing ("abcdabcd").
    const repeated = i >= 4 && folded.slice(0, i).includes(folded.slice(i - 3, i + 1));
    if (run || repeated) bits += 0.3;
    else counted++;
  }
  return bits + counted * each;
}

/** What the phrase is worth, whole bits, and whether that will do. */
export function passphraseStrength(passphrase: string, userName: string):
  { bits: number; needed: number; good: boolean } {
  const bits = estimateBits(normalisedPassphrase(passphrase), userName);
  return { bits: Math.trunc(bits), needed: neededBits, good: bits >= neededBits };
}

/** Failure: invalid_input "passphrase.weak" with arguments bits, needed. */
export function checkPassphrase(passphrase: string, userName: string): void {
  const { bits, needed, good } = passphraseStrength(passphrase, userName);
  if (!good) fail("invalid_input", "passphrase.weak", { bits: String(bits), needed: String(needed) });
}

