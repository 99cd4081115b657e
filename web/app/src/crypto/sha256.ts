// SHA-256 (FIPS 180-4) by libsodium, in one call or in pieces (crypto/primitives/sha256.hpp). A digest is 32 bytes and
// public; it compares with equal() or as hex.
import { hexEncode, type Bytes } from "./bytes.ts";
import { rawSodium } from "./sodium.ts";

export type Digest = Bytes;

const scratchBytes = 128 * 1024;
let scratch = 0;
let oneState = 0;
let digestAt = 0;

function prepare(): void {
  if (scratch !== 0) return;
  const raw = rawSodium();
  const state = raw._malloc(raw._crypto_hash_sha256_statebytes());
  digestAt = raw._malloc(32);
  oneState = state;
  scratch = raw._malloc(scratchBytes);
}

function feed(state: number, message: Bytes): void {
  const raw = rawSodium();
  for (let at = 0; at < message.length; at += scratchBytes) {
    const piece = message.subarray(at, at + scratchBytes);
    raw.HEAPU8.set(piece, scratch);
    raw._crypto_hash_sha256_update(state, scratch, piece.length, 0);
  }
}

function end(state: number): Digest {
  const raw = rawSodium();
  raw._crypto_hash_sha256_final(state, digestAt);
  return raw.HEAPU8.slice(digestAt, digestAt + 32);
}

/** Over the parts one after the other, nothing between them. */
export function sha256(...parts: readonly Bytes[]): Digest {
  prepare();
  const raw = rawSodium();
  raw._crypto_hash_sha256_init(oneState);
  for (const part of parts) feed(oneState, part);
  return end(oneState);
}

export const sha256Hex = (...parts: readonly Bytes[]): string => hexEncode(sha256(...parts));

export interface Sha256 {
  update(more: Bytes): void;
  /** The digest; starts anew. */
  finish(): Digest;
  /** Gives the memory back; nothing may be called afterwards. */
  free(): void;
}

export function createSha256(): Sha256 {
  prepare();
  const raw = rawSodium();
  const state = raw._malloc(raw._crypto_hash_sha256_statebytes());
  raw._crypto_hash_sha256_init(state);
  return {
    update: (more) => feed(state, more),
    finish() {
      const digest = end(state);
      raw._crypto_hash_sha256_init(state);
      return digest;
    },
    free: () => raw._free(state),
  };
}
