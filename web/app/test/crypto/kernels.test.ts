// The kernels for large files, held to third parties and, byte by byte, to libsodium and node.
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";

import { hexEncode, utf8, type Bytes } from "../../src/crypto/bytes.ts";
import { chacha20poly1305Open, chacha20poly1305Seal } from "../../src/crypto/chacha20poly1305.ts";
import { createKernelMemory, createKernels, hashBytes, type Kernels } from "../../src/crypto/bulk/kernels/kernels.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { seededRandom } from "../support/random.ts";
import { describeVectors, fromHex, readJson, type Vectors } from "../support/vectors.ts";

const random = seededRandom("kernels");
const nothing = new Uint8Array(0);
const [hashAt, inputAt, outputAt] = [4096, 65536, 4 * 65536];

describe.each([false, true])("kernels over memory that is shared: %s", (shared) => {
  let kernels: Kernels;
  let memory: Uint8Array;
  beforeAll(async () => {
    await cryptoReady;
    const made = createKernelMemory(8 * 65536, shared);
    kernels = createKernels(made, 0);
    memory = new Uint8Array(made.buffer);
  });
  const seal = (key: Bytes, nonce: Bytes, plaintext: Bytes, to = outputAt): Bytes => {
    memory.set(plaintext, inputAt);
    kernels.seal(key, nonce, inputAt, plaintext.length, to);
    return memory.slice(to, to + plaintext.length + 16);
  };
  const open = (key: Bytes, nonce: Bytes, sealed: Bytes, to = outputAt): Bytes | null => {
    memory.fill(0xaa, outputAt, outputAt + sealed.length + 512);
    memory.set(sealed, inputAt);
    if (!kernels.open(key, nonce, inputAt, sealed.length, to)) return null;
    return memory.slice(to, to + sealed.length - 16);
  };
  const digest = (parts: Bytes[]): string => {
    kernels.hashStart(hashAt);
    for (const part of parts) {
      memory.set(part, inputAt + 3);
      kernels.hashUpdate(hashAt, inputAt + 3, part.length);
    }
    return hexEncode(kernels.hashFinish(hashAt));
  };

  test("seal and open what libsodium does, at every length up to 600 and at a chunk's", () => {
    const lengths = [...Array.from({ length: 601 }, (_, i) => i), 65519, 65520, 65535, 65536, 65537];
    for (const length of lengths) {
      const [key, nonce, plaintext] = [random(32), random(12), random(length)];
      const sealed = chacha20poly1305Seal(key, nonce, nothing, plaintext);
      expect(hexEncode(seal(key, nonce, plaintext))).toBe(hexEncode(sealed));
      expect(hexEncode(open(key, nonce, sealed)!)).toBe(hexEncode(plaintext));
    }
  }, 30_000);
  test("in place", () => {
    const [key, nonce, plaintext] = [random(32), random(12), random(65536)];
    const sealed = chacha20poly1305Seal(key, nonce, nothing, plaintext);
    expect(hexEncode(seal(key, nonce, plaintext, inputAt))).toBe(hexEncode(sealed));
    expect(hexEncode(open(key, nonce, sealed, inputAt)!)).toBe(hexEncode(plaintext));
  });
  test("limbs at their ends: keys, nonces and texts of zeros and ones", () => {
    for (const k of [0, 255]) for (const n of [0, 255]) for (const p of [0, 255]) for (const length of [1, 16, 17, 1024, 65536]) {
      const [key, nonce, plaintext] = [new Uint8Array(32).fill(k), new Uint8Array(12).fill(n), new Uint8Array(length).fill(p)];
      expect(hexEncode(seal(key, nonce, plaintext))).toBe(hexEncode(chacha20poly1305Seal(key, nonce, nothing, plaintext)));
    }
  });
  test("nothing that was changed opens, and nothing is written", () => {
    const [key, nonce] = [random(32), random(12)];
    const sealed = chacha20poly1305Seal(key, nonce, nothing, random(100));
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice();
      changed[i]! ^= 1 << (i % 8);
      expect(open(key, nonce, changed)).toBeNull();
      expect(memory.subarray(outputAt, outputAt + 100).every((byte) => byte === 0xaa)).toBe(true);
    }
    for (let length = 0; length < 16; length++) expect(open(key, nonce, sealed.slice(0, length))).toBeNull();
  });
  test("many messages, one after the other, as libsodium", () => {
    for (let i = 0; i < 2000; i++) {
      const [key, nonce, plaintext] = [random(32), random(12), random(1 + (i % 97))];
      const sealed = seal(key, nonce, plaintext);
      expect(hexEncode(chacha20poly1305Open(key, nonce, nothing, sealed)!)).toBe(hexEncode(plaintext));
    }
  });

  test("SHA-256 (FIPS 180-4)", () => {
    expect(digest([])).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(digest([utf8("abc")])).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(digest([utf8("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")]))
      .toBe("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect(digest(Array.from({ length: 1000 }, () => utf8("a".repeat(1000)))))
      .toBe("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  });
  test("SHA-256 as node has it, at every length up to 300 and in pieces of every kind", () => {
    for (let length = 0; length <= 300; length++) {
      const message = random(length);
      const expected = createHash("sha256").update(message).digest("hex");
      expect(digest([message])).toBe(expected);
      const cut = [random(1)[0]! % (length + 1), random(1)[0]! % (length + 1)].sort((a, b) => a - b) as [number, number];
      expect(digest([message.slice(0, cut[0]), message.slice(cut[0], cut[1]), message.slice(cut[1])])).toBe(expected);
    }
    const message = random(65536 + 77);
    expect(digest([message.slice(0, 65536), message.slice(65536)])).toBe(createHash("sha256").update(message).digest("hex"));
  });
  test("two hashes run beside one another", () => {
    const other = hashAt + hashBytes;
    kernels.hashStart(hashAt);
    kernels.hashStart(other);
    memory.set(utf8("abc"), inputAt);
    kernels.hashUpdate(hashAt, inputAt, 1);
    kernels.hashUpdate(other, inputAt, 3);
    kernels.hashUpdate(hashAt, inputAt + 1, 2);
    expect(hexEncode(kernels.hashFinish(other))).toBe(hexEncode(kernels.hashFinish(hashAt)));
  });
  test("keys do not stay", () => {
    const key = random(32);
    seal(key, random(12), random(10));
    kernels.wipe();
    expect(Buffer.from(memory.slice(0, 4096)).indexOf(key)).toBe(-1);
    expect(digest([utf8("abc")])).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  describeVectors("Wycheproof ChaCha20-Poly1305 without associated data", "wycheproof/chacha20_poly1305_test.json", (path) => {
    test("all of them", () => {
      let cases = 0;
      for (const group of readJson(path).testGroups) {
        for (const one of group.tests as Vectors[]) {
          if (one.aad !== "" || group.ivSize !== 96 || group.keySize !== 256) continue;
          cases++;
          const [key, nonce, message] = [one.key, one.iv, one.msg].map(fromHex) as [Bytes, Bytes, Bytes];
          const sealed = fromHex(one.ct + one.tag);
          const opened = open(key, nonce, sealed);
          expect(opened === null ? null : hexEncode(opened)).toBe(one.result === "valid" ? one.msg : null);
          if (one.result === "valid") expect(hexEncode(seal(key, nonce, message))).toBe(one.ct + one.tag);
        }
      }
      expect(cases).toBeGreaterThan(20);
    });
  });
});

test("a length of more than 2^32 bytes is counted", () => {
  // Ours against the padding written out: the length alone is set, the text is not hashed.
  const made = createKernelMemory(2 * 65536, false);
  const kernels = createKernels(made, 0);
  const words = new Uint32Array(made.buffer);
  kernels.hashStart(4096);
  words[(4096 + 96) / 4 + 1] = 0xffffff80;
  kernels.hashUpdate(4096, 65536, 256);
  expect(words[(4096 + 96) / 4 + 1]).toBe(0x80);
  expect(words[(4096 + 96) / 4 + 2]).toBe(1);
});
