// Third parties' vectors, as tests/vectors holds the native code to them. `acceptable` cases of Wycheproof are decided in
// platform/decisions/0101-wycheproof-acceptable.md.
import { beforeAll, describe, expect, test } from "vitest";

import { argon2id } from "../../src/crypto/argon2id.ts";
import { concat, hexEncode, utf8, type Bytes } from "../../src/crypto/bytes.ts";
import { chacha20poly1305Open, chacha20poly1305Seal } from "../../src/crypto/chacha20poly1305.ts";
import { hkdfExpand, hkdfExtract } from "../../src/crypto/hkdf.ts";
import { hmacSha256 } from "../../src/crypto/hmac.ts";
import { hpkeOpen, hpkeSeal } from "../../src/crypto/hpke.ts";
import { createSha256, sha256 } from "../../src/crypto/sha256.ts";
import { sign, signingKeyFromSeed, verify } from "../../src/crypto/sign.ts";
import { cryptoReady, sodium } from "../../src/crypto/sodium.ts";
import { xchacha20poly1305Open, xchacha20poly1305Seal } from "../../src/crypto/xchacha20poly1305.ts";
import { xwingDecapsulate, xwingEncapsulateWith, xwingPublicKey } from "../../src/crypto/xwing.ts";
import { verifyInclusion } from "../../src/tlog/proof.ts";
import { base64Decode, base64Encode } from "../../src/crypto/base64.ts";
import { scriptedRandom, seededRandom } from "../support/random.ts";
import { describeVectors, filesBelow, fromHex, readJson, type Vectors } from "../support/vectors.ts";

beforeAll(() => cryptoReady);

/** One test a file; the cases that do not hold are listed. */
function wycheproof(name: string, file: string, holds: (group: Vectors, test: Vectors, verdict: string) => boolean): void {
  describeVectors(`Wycheproof ${name}`, `wycheproof/${file}`, (path) => {
    test(file, () => {
      const json = readJson(path);
      const cases = json.testGroups.flatMap((group: Vectors) => group.tests.map((one: Vectors) => [group, one]));
      const failed = cases.filter(([group, one]: Vectors[]) => !holds(group, one, one.result)).map(([, one]: Vectors[]) => one.tcId);
      expect(failed).toEqual([]);
      expect(cases.length).toBe(json.numberOfTests);
    }, 60_000);
  });
}

type Seal = (key: Bytes, nonce: Bytes, data: Bytes, plaintext: Bytes) => Bytes;
type Open = (key: Bytes, nonce: Bytes, data: Bytes, sealed: Bytes) => Bytes | null;
const aead = (nonceBytes: number, seal: Seal, open: Open) => (_: Vectors, one: Vectors, verdict: string): boolean => {
  const [key, iv, message, data] = [one.key, one.iv, one.msg, one.aad].map(fromHex) as [Bytes, Bytes, Bytes, Bytes];
  const sealed = concat(fromHex(one.ct), fromHex(one.tag));
  // Keys and nonces of another length cannot be passed at all: every caller has the one length.
  if (key.length !== 32 || iv.length !== nonceBytes) return verdict === "invalid";
  const opened = open(key, iv, data, sealed);
  if (verdict === "invalid") return opened === null;
  return verdict === "valid" && opened !== null && hexEncode(opened) === hexEncode(message) &&
    hexEncode(seal(key, iv, data, message)) === hexEncode(sealed);
};

wycheproof("ChaCha20-Poly1305", "chacha20_poly1305_test.json", aead(12, chacha20poly1305Seal, chacha20poly1305Open));
wycheproof("XChaCha20-Poly1305", "xchacha20_poly1305_test.json", aead(24, xchacha20poly1305Seal, xchacha20poly1305Open));

wycheproof("HKDF-SHA-256", "hkdf_sha256_test.json", (_, one, verdict) => {
  try {
    const okm = hkdfExpand(hkdfExtract(fromHex(one.salt), fromHex(one.ikm)), fromHex(one.info), one.size);
    return verdict === "valid" && hexEncode(okm) === one.okm;
  } catch {
    return verdict === "invalid"; // more than 255 blocks: a bug of the caller
  }
});

wycheproof("HMAC-SHA-256", "hmac_sha256_test.json", (group, one, verdict) => {
  const mac = hmacSha256(fromHex(one.key), fromHex(one.msg));
  return (hexEncode(mac.subarray(0, group.tagSize / 8)) === one.tag) === (verdict === "valid") && verdict !== "acceptable";
});

wycheproof("Ed25519", "ed25519_test.json", (group, one, verdict) =>
  verify(fromHex(group.publicKey.pk), fromHex(one.msg), fromHex(one.sig)) === (verdict === "valid") &&
  verdict !== "acceptable");

wycheproof("X25519 (inside X-Wing only)", "x25519_test.json", (_, one, verdict) => {
  let shared: Bytes | null = null;
  try {
    shared = sodium.crypto_scalarmult(fromHex(one.private), fromHex(one.public));
  } catch {
    // all zero
  }
  if (one.flags.includes("ZeroSharedSecret")) return verdict === "acceptable" && shared === null;
  return verdict !== "invalid" && shared !== null && hexEncode(shared) === one.shared;
});

wycheproof("ML-KEM-768 (inside X-Wing only)", "mlkem_768_test.json", (_, one, verdict) => {
  const [seed, ciphertext] = [fromHex(one.seed), fromHex(one.c)];
  if (seed.length !== 64 || ciphertext.length !== 1088) return verdict === "invalid";
  const pair = sodium.crypto_kem_mlkem768_seed_keypair(seed);
  const shared = sodium.crypto_kem_mlkem768_dec(ciphertext, pair.privateKey);
  return verdict === "valid" && hexEncode(pair.publicKey) === one.ek && hexEncode(shared) === one.K;
});

describeVectors("X-Wing, draft 10", "xwing/spec/test-vectors.json", (path) => {
  test.each(readJson(path) as Vectors[])("case %#", (one) => {
    const seed = fromHex(one.seed);
    expect(one.sk).toBe(one.seed);
    expect(hexEncode(xwingPublicKey(seed))).toBe(one.pk);
    const made = xwingEncapsulateWith(fromHex(one.pk), fromHex(one.eseed))!;
    expect(hexEncode(made.ciphertext)).toBe(one.ct);
    expect(hexEncode(made.sharedSecret)).toBe(one.ss);
    expect(hexEncode(xwingDecapsulate(seed, made.ciphertext)!)).toBe(one.ss);
  });
});

describe("X-Wing", () => {
  test("refuses an encapsulation key that is not reduced", () => {
    const key = xwingPublicKey(seededRandom("reduced")(32));
    const seed = seededRandom("encapsulate")(64);
    expect(xwingEncapsulateWith(key, seed)).not.toBeNull();
    key[0] = 0xff; // FIPS 203 §7.2: the first coefficient set to 4095 > q - 1
    key[1]! |= 0x0f;
    expect(xwingEncapsulateWith(key, seed)).toBeNull();
  });
});

describeVectors("HPKE (0x647a, 1, 3), draft-ietf-hpke-pq", "hpke-pq/test-vectors.json", (path) => {
  // Other suites of the file are not ours; of ours the first message, since we seal one message a key.
  const ours = (readJson(path) as Vectors[]).filter((one) =>
    one.mode === 0 && one.kem_id === 0x647a && one.kdf_id === 1 && one.aead_id === 3);
  test("there is one set for our suite", () => expect(ours.length).toBe(1));
  test.each(ours)("first encryption", (one) => {
    const first = one.encryptions[0];
    const [info, data, plaintext] = [one.info, first.aad, first.pt].map(fromHex) as [Bytes, Bytes, Bytes];
    expect(hexEncode(xwingPublicKey(fromHex(one.skRm)))).toBe(one.pkRm);
    const sealed = hpkeSeal(fromHex(one.pkRm), info, data, plaintext, scriptedRandom(fromHex(one.ikmE)))!;
    expect(hexEncode(sealed.encapsulated)).toBe(one.enc);
    expect(hexEncode(sealed.ciphertext)).toBe(first.ct);
    expect(hexEncode(hpkeOpen(fromHex(one.skRm), fromHex(one.enc), info, data, fromHex(first.ct))!)).toBe(first.pt);
    expect(hpkeOpen(fromHex(one.skRm), fromHex(one.enc), concat(info, info), data, fromHex(first.ct))).toBeNull();
  });
});

describeVectors("Argon2id, one lane", "argon2-kats/phc-hashtest.json", (path) => {
  // The file's salts have 8 bytes, which only libsodium's verifier of encoded hashes takes: it runs the same core. The
  // next test ties our own call to that verifier.
  const ours = (readJson(path).vectors as Vectors[]).filter((one) =>
    one.type === "argon2id" && one.version === 19 && one.p === 1);
  test("there are seven", () => expect(ours.length).toBe(7));
  test.each(ours)("$encoded", (one) => {
    expect(sodium.crypto_pwhash_str_verify(one.encoded, one.password)).toBe(true);
    expect(sodium.crypto_pwhash_str_verify(one.encoded, `${one.password}x`)).toBe(false);
  }, 60_000);
});

test("our Argon2id means by m, t and p what the encoded form means", () => {
  const salt = utf8("sixteen bytes!!!");
  for (const [memoryKib, passes] of [[8, 1], [256, 2], [65536, 3]] as const) {
    const hash = argon2id(utf8("correct horse battery staple"), salt, { memoryKib, passes }, 32);
    const encoded = `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$${base64Encode(salt, "unpadded")}$${base64Encode(hash, "unpadded")}`;
    expect(sodium.crypto_pwhash_str_verify(encoded, "correct horse battery staple")).toBe(true);
  }
}, 60_000);

describeVectors("inclusion proofs, transparency-dev (RFC 6962)", "transparency-dev-merkle/inclusion", (path) => {
  const hash = (text: string | null): Bytes | null => {
    const bytes = text === null ? null : base64Decode(text);
    return bytes?.length === 32 ? bytes : null;
  };
  const files = filesBelow(path, ".json");
  test("there are 98", () => expect(files.length).toBe(98));
  test.each(files)("%s", (file) => {
    const one = readJson(file);
    const [root, leaf] = [hash(one.root), hash(one.leafHash)];
    const proof = ((one.proof ?? []) as string[]).map(hash);
    const verifies = root !== null && leaf !== null && !proof.includes(null) &&
      verifyInclusion(leaf, one.leafIdx, { size: one.treeSize, root }, proof as Bytes[]);
    expect(verifies).toBe(!one.wantErr);
  });
});

describe("standards' own examples", () => {
  test("SHA-256 (FIPS 180-4), whole and in pieces", () => {
    expect(hexEncode(sha256())).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(hexEncode(sha256(utf8("abc")))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const million = utf8("a".repeat(1_000_000));
    const expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    expect(hexEncode(sha256(million))).toBe(expected);
    const pieces = createSha256();
    for (let at = 0; at < million.length; at += 4099) pieces.update(million.subarray(at, at + 4099));
    expect(hexEncode(pieces.finish())).toBe(expected);
    pieces.update(utf8("abc"));
    expect(hexEncode(pieces.finish())).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    pieces.free();
  });

  test("Ed25519 (RFC 8032 §7.1, test 2)", () => {
    const key = signingKeyFromSeed(fromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
    expect(hexEncode(key.verifyKey)).toBe("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const signature = sign(key, Uint8Array.of(0x72));
    expect(hexEncode(signature)).toBe(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    expect(verify(key.verifyKey, Uint8Array.of(0x72), signature)).toBe(true);
    expect(verify(key.verifyKey, Uint8Array.of(0x73), signature)).toBe(false);
    expect(verify(key.verifyKey.slice(1), Uint8Array.of(0x72), signature)).toBe(false);
    expect(verify(key.verifyKey, Uint8Array.of(0x72), signature.slice(1))).toBe(false);
  });

  test("base 64 (RFC 4648 §10) has one spelling", () => {
    const cases = { "": "", f: "Zg==", fo: "Zm8=", foo: "Zm9v", foob: "Zm9vYg==", fooba: "Zm9vYmE=", foobar: "Zm9vYmFy" };
    for (const [plain, text] of Object.entries(cases)) {
      expect(base64Encode(utf8(plain))).toBe(text);
      expect(base64Decode(text)).toEqual(utf8(plain));
      expect(base64Encode(utf8(plain), "unpadded")).toBe(text.replace(/=/g, ""));
    }
    for (const bad of ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zg==\n", " Zg==", "Z-==", "====", "Zg==Zg==", "Zm9\u{161}v"]) {
      expect(base64Decode(bad)).toBeNull();
    }
    expect(base64Encode(Uint8Array.of(0xfb, 0xff), "url")).toBe("-_8");
    expect(base64Decode("-_8", "url")).toEqual(Uint8Array.of(0xfb, 0xff));
    expect(base64Decode("+/8", "url")).toBeNull();
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(base64Encode(all)).toBe(Buffer.from(all).toString("base64"));
  });
});
