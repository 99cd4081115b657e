// ChaCha20-Poly1305 and SHA-256 over memory that several workers share, for the chunks of large files: twice to three
// times libsodium's speed in WebAssembly (figures: tests/bench/browser), because they use its vectors. Held to Wycheproof, FIPS 180-4
// and, byte by byte, to libsodium (test/crypto/kernels.test.ts). Nothing else is computed with them.
import { ensure } from "../../../base/failure.ts";
import type { Bytes } from "../../bytes.ts";
import { assemble } from "./assembler.ts";
import { chacha20, chachaGroupBytes } from "./chacha20.ts";
import { poly1305, poly1305Tag } from "./poly1305.ts";
import { initialState, roundConstants, sha256 } from "./sha256.ts";

export const pageBytes = 65536;
/** What each user of the memory needs for itself. */
export const scratchBytes = 2048;
/** A running SHA-256: eight words of state, a block that is not full, its length, the length of all. */
export const hashBytes = 128;
/** Bytes that sealing or opening may overwrite behind its output. */
export const slackBytes = chachaGroupBytes;
const tagBytes = 16;

interface Exports {
  chacha20(state: number, input: number, output: number, groups: number): void;
  poly1305(key: number, h: number, input: number, blocks: number): void;
  poly1305Tag(key: number, h: number, tag: number): void;
  sha256(state: number, input: number, blocks: number, scratch: number): void;
}

/** Addresses are of the memory. One user at a time a `scratch`, a running hash, and a place that is written. */
export interface Kernels {
  /**
   * ChaCha20-Poly1305 (RFC 8439 §2.8) without associated data: `length` bytes at `from` become ciphertext ‖ tag at `to`.
   * `to` may be `from`.
   */
  seal(key: Bytes, nonce: Bytes, from: number, length: number, to: number): void;
  /** The other way; `length` counts the tag. False: not authentic, and nothing was written. */
  open(key: Bytes, nonce: Bytes, from: number, length: number, to: number): boolean;
  hashStart(hash: number): void;
  hashUpdate(hash: number, from: number, length: number): void;
  hashFinish(hash: number): Bytes;
  /** Overwrites what keys have left in the scratch memory. */
  wipe(): void;
}

/** A memory of exactly so many bytes, rounded up to pages. */
export const createKernelMemory = (bytes: number, shared: boolean): WebAssembly.Memory => {
  const pages = Math.ceil(bytes / pageBytes);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
};

/** For a memory of this size and kind. Made once and sent to the other workers, who then share its compiled code. */
export function compileKernels({ buffer }: WebAssembly.Memory): WebAssembly.Module {
  const shared = typeof SharedArrayBuffer !== "undefined" && (buffer as ArrayBufferLike) instanceof SharedArrayBuffer;
  const functions = [chacha20(), poly1305(), poly1305Tag(), sha256()];
  return new WebAssembly.Module(assemble(functions, buffer.byteLength / pageBytes, shared));
}

export function createKernels(memory: WebAssembly.Memory, scratch: number, module = compileKernels(memory)): Kernels {
  const buffer = memory.buffer;
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const run = instance.exports as unknown as Exports;
  const bytes = new Uint8Array(buffer);
  const words = new Uint32Array(buffer);

  // In the scratch memory: SHA-256's constants and schedule, then what one message needs.
  const state = scratch + 512; // 64 bytes
  const polyKey = scratch + 576; // 256 bytes of key stream, of which 32 are Poly1305's key
  const h = scratch + 832; // 20 bytes
  const block = scratch + 864; // 16 bytes
  const tag = scratch + 880; // 16 bytes
  words.set(roundConstants, scratch / 4);

  function begin(key: Bytes, nonce: Bytes): void {
    ensure(key.length === 32 && nonce.length === 12, "ChaCha20-Poly1305 takes 32 bytes of key and 12 of nonce");
    words.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574], state / 4);
    bytes.set(key, state + 16);
    words[state / 4 + 12] = 0;
    bytes.set(nonce, state + 52);
    // §2.6: Poly1305's key is the first of block 0; the text begins with block 1.
    bytes.fill(0, polyKey, polyKey + chachaGroupBytes);
    run.chacha20(state, polyKey, polyKey, 1);
    words[state / 4 + 12] = 1;
    bytes.fill(0, h, h + 20);
  }
  function authenticate(at: number, length: number): void {
    const whole = Math.floor(length / 16);
    if (whole > 0) run.poly1305(polyKey, h, at, whole);
    if (length % 16 !== 0) {
      bytes.fill(0, block, block + 16);
      bytes.copyWithin(block, at + 16 * whole, at + length);
      run.poly1305(polyKey, h, block, 1);
    }
    // §2.8: the lengths of the associated data, which is empty, and of the ciphertext.
    words.set([0, 0, length, 0], block / 4);
    run.poly1305(polyKey, h, block, 1);
    run.poly1305Tag(polyKey, h, tag);
  }
  const cipher = (from: number, to: number, length: number): void => {
    if (length > 0) run.chacha20(state, from, to, Math.ceil(length / chachaGroupBytes));
  };

  const blockAt = (hash: number): number => hash + 32;
  const heldAt = (hash: number): number => (hash + 96) / 4;

  return {
    seal(key, nonce, from, length, to) {
      begin(key, nonce);
      cipher(from, to, length);
      authenticate(to, length);
      bytes.copyWithin(to + length, tag, tag + tagBytes);
    },
    open(key, nonce, from, length, to) {
      if (length < tagBytes) return false;
      begin(key, nonce);
      authenticate(from, length - tagBytes);
      let difference = 0;
      for (let i = 0; i < tagBytes; i++) difference |= bytes[tag + i]! ^ bytes[from + length - tagBytes + i]!;
      if (difference !== 0) return false;
      cipher(from, to, length - tagBytes);
      return true;
    },
    hashStart(hash) {
      words.set(initialState, hash / 4);
      words.fill(0, heldAt(hash), heldAt(hash) + 3);
    },
    hashUpdate(hash, from, length) {
      let at = from;
      let rest = length;
      const held = words[heldAt(hash)]!;
      if (held > 0) {
        const taken = Math.min(64 - held, rest);
        bytes.copyWithin(blockAt(hash) + held, at, at + taken);
        at += taken;
        rest -= taken;
        if (held + taken === 64) run.sha256(hash, blockAt(hash), 1, scratch);
        words[heldAt(hash)] = (held + taken) % 64;
      }
      const whole = Math.floor(rest / 64);
      if (whole > 0) run.sha256(hash, at, whole, scratch);
      if (rest % 64 > 0) {
        bytes.copyWithin(blockAt(hash), at + 64 * whole, at + rest);
        words[heldAt(hash)] = rest % 64;
      }
      // The length of all, in bytes, in two words of which the lower has 32 bits.
      const total = words[heldAt(hash) + 1]! + length;
      words[heldAt(hash) + 1] = total;
      words[heldAt(hash) + 2]! += Math.floor(total / 2 ** 32);
    },
    hashFinish(hash) {
      // FIPS 180-4 §5.1.1: a one bit, zeros, and the length in bits as 64.
      const held = words[heldAt(hash)]!;
      const [low, high] = [words[heldAt(hash) + 1]!, words[heldAt(hash) + 2]!];
      const last = blockAt(hash);
      bytes.fill(0, last + held, last + 64);
      bytes[last + held] = 0x80;
      if (held >= 56) {
        run.sha256(hash, last, 1, scratch);
        bytes.fill(0, last, last + 64);
      }
      const view = new DataView(buffer);
      view.setUint32(last + 56, (high * 8 + Math.floor(low / 2 ** 29)) >>> 0);
      view.setUint32(last + 60, (low << 3) >>> 0);
      run.sha256(hash, last, 1, scratch);
      const digest = new Uint8Array(32);
      for (let i = 0; i < 8; i++) new DataView(digest.buffer).setUint32(4 * i, words[hash / 4 + i]!);
      return digest;
    },
    wipe: () => void bytes.fill(0, state, scratch + scratchBytes),
  };
}
