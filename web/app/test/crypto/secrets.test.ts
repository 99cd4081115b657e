// Passphrases, shares, Bech32 and the hash input of the protocol.
import { beforeAll, describe, expect, test } from "vitest";

import { bech32Decode, bech32Encode } from "../../src/crypto/bech32.ts";
import { bigEndian, compare, concat, equal, hexDecode, hexEncode, isWellFormed, labelled, utf8 } from "../../src/crypto/bytes.ts";
import { checkPassphrase, neededBits, passphraseStrength, proposePassphrase } from "../../src/crypto/passphrase.ts";
import { decodeShare, encodeShare, gf256Inverse, gf256Multiply, shamirCombine, shamirSplit } from "../../src/crypto/shamir.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { seededRandom } from "../support/random.ts";

beforeAll(() => cryptoReady);

describe("passphrases", () => {
  test("a proposal is six groups of two syllables and passes its own check", () => {
    for (let i = 0; i < 50; i++) {
      const { passphrase, strengthBits } = proposePassphrase();
      expect(passphrase).toMatch(/^(?:[bdfgjklmnprstvyz][aeiou]){2}(?:-(?:[bdfgjklmnprstvyz][aeiou]){2}){5}$/);
      expect(strengthBits).toBeCloseTo(75.86, 1);
    }
  });
  test("what people put in because they are asked for one is worth little", () => {
    for (const weak of ["", "password123", "Bienvenue1!", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abcdefghijklmnopqrstuvwxyz",
      "fiu-07fiu-07fiu-07", "Justice2026", "soleil soleil soleil", "abcdabcdabcdabcdabcdabcdabcd"]) {
      const { good, bits } = passphraseStrength(weak, "fiu-07");
      expect(good).toBe(false);
      expect(bits).toBeLessThan(neededBits);
      expect(() => checkPassphrase(weak, "fiu-07")).toThrow("passphrase.weak");
    }
  });
  test("a long one is good", () => {
    for (const good of ["bora-tuki-zafe-mulo-gedi-vasy", "six words of a very good passphrase", "T7k!pQ2w#Z9x@L4m"]) {
      expect(passphraseStrength(good, "fiu-07").good).toBe(true);
    }
  });
});

describe("Shamir's shares", () => {
  test("the field is AES's", () => {
    expect(gf256Multiply(0x57, 0x83)).toBe(0xc1); // FIPS 197 §4.2
    expect(gf256Multiply(0x57, 0x13)).toBe(0xfe); // FIPS 197 §4.2.1
    for (let a = 1; a < 256; a++) expect(gf256Multiply(a, gf256Inverse(a))).toBe(1);
    expect(gf256Inverse(0)).toBe(0);
  });
  test("any k of n give the secret back, fewer do not", () => {
    const secret = seededRandom("secret")(32);
    for (const [k, n] of [[2, 3], [3, 5], [5, 5]] as const) {
      const shares = shamirSplit(secret, { k, n }, seededRandom(`${k}/${n}`));
      for (let first = 0; first <= n - k; first++) expect(shamirCombine(shares.slice(first, first + k))).toEqual(secret);
      expect(shamirCombine([...shares].reverse())).toEqual(secret);
      expect(equal(shamirCombine(shares.slice(0, k - 1))!, secret)).toBe(false);
    }
  });
  test("refuses what are no shares", () => {
    const shares = shamirSplit(utf8("secret"), { k: 2, n: 3 });
    expect(shamirCombine([])).toBeNull();
    expect(shamirCombine([shares[0]!, shares[0]!])).toBeNull();
    expect(shamirCombine([{ index: 0, value: shares[0]!.value }, shares[1]!])).toBeNull();
    expect(shamirCombine([{ index: 9, value: utf8("x") }, shares[1]!])).toBeNull();
    for (const threshold of [{ k: 1, n: 3 }, { k: 4, n: 3 }, { k: 2, n: 256 }]) expect(() => shamirSplit(utf8("x"), threshold)).toThrow("invariant");
    expect(decodeShare(encodeShare(shares[1]!))).toEqual(shares[1]);
    expect(decodeShare(Uint8Array.of(0, 1))).toBeNull();
    expect(decodeShare(Uint8Array.of(1))).toBeNull();
  });
});

describe("Bech32", () => {
  test("BIP 173's valid strings", () => {
    for (const text of ["A12UEL5L", "a12uel5l", "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
      "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "?1ezyfcl"]) {
      const decoded = bech32Decode(text)!;
      expect(bech32Encode(decoded.humanPart, decoded.data)).toBe(text);
    }
  });
  test("BIP 173's invalid strings", () => {
    for (const text of ["\u00201nwldj5", "\u007f1axkwrx", "\u00801eym55h", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3",
      "de1lg7wt\u00ff", "A1G7SGD8", "10a06t8", "1qzzfhee", "A12uEL5L", ""]) {
      expect(bech32Decode(text)).toBeNull();
    }
  });
  test("one slip is seen", () => {
    const text = bech32Encode("age", seededRandom("bech32")(32));
    for (let i = 4; i < text.length; i++) {
      expect(bech32Decode(text.slice(0, i) + (text[i] === "q" ? "p" : "q") + text.slice(i + 1))).toBeNull();
    }
  });
});

describe("bytes", () => {
  test("hex has one spelling", () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(hexEncode(all)).toBe(Buffer.from(all).toString("hex"));
    expect(hexDecode(hexEncode(all))).toEqual(all);
    for (const bad of ["0", "0G", "AB", "0x", "a\u0661", " 0", "ag", "/0", "0:", "`0"]) expect(hexDecode(bad)).toBeNull();
    expect(hexDecode("00", 2)).toBeNull();
  });
  test("labels, lengths and numbers", () => {
    expect(hexEncode(labelled("rogatory/v1/x", { fixed: Uint8Array.of(1) }, { variable: "ab" }, { number: 2 ** 40 })))
      .toBe(`${Buffer.from("rogatory/v1/x").toString("hex")}00${"01"}${"0000000000000002"}6162${"0000010000000000"}`);
    expect(() => bigEndian(-1)).toThrow("invariant");
    expect(() => bigEndian(2 ** 53)).toThrow("invariant");
    expect(bigEndian(2 ** 53 - 1)).toEqual(Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255));
  });
  test("comparison and well-formedness", () => {
    expect(compare(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
    expect(compare(Uint8Array.of(2), Uint8Array.of(1, 255))).toBeGreaterThan(0);
    expect(equal(concat(utf8("a"), utf8("b")), utf8("ab"))).toBe(true);
    expect(isWellFormed("a\ud83d\ude00")).toBe(true);
    for (const bad of ["\ud83d", "\ude00", "\ude00\ud83d", "a\ud83db"]) expect(isWellFormed(bad)).toBe(false);
    expect(() => utf8("\ud83d")).toThrow("invariant");
  });
});
