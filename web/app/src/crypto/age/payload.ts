// The payload of an age file (c2sp.org/age, "Payload"): chunks of 64 KiB, each sealed with ChaCha20-Poly1305 under the
// payload key and a nonce of an 11-byte counter and a flag that is 1 for the last chunk. One chunk in, one out
// (crypto/age/payload.hpp).
import { ensure } from "../../base/failure.ts";
import type { Bytes } from "../bytes.ts";
import { rawSodium } from "../sodium.ts";
import type { PayloadKey } from "./fileKey.ts";
import { chunkBytes, sealedChunkBytes, tagBytes } from "./sizes.ts";

export { chunkBytes, plaintextSize, sealedChunkBytes, sealedPayloadSize, tagBytes } from "./sizes.ts";

// libsodium's own memory: key, nonce, and one sealed chunk, worked on in place. Calls are synchronous, so one will do.
let memory = 0;
const keyAt = 0;
const nonceAt = 32;
const chunkAt = 64;

function prepare(key: PayloadKey, index: number, last: boolean, input: Bytes): number {
  const raw = rawSodium();
  if (memory === 0) memory = raw._malloc(chunkAt + sealedChunkBytes);
  const heap = raw.HEAPU8;
  heap.set(key, memory + keyAt);
  // An 11-byte big-endian counter, of which 53 bits are enough for 2^69 bytes, and 0x01 for the last chunk.
  const nonce = heap.subarray(memory + nonceAt, memory + nonceAt + 12);
  nonce.fill(0);
  for (let i = 10, rest = index; rest > 0; i--, rest = Math.floor(rest / 256)) nonce[i] = rest % 256;
  nonce[11] = last ? 1 : 0;
  heap.set(input, memory + chunkAt);
  return memory;
}

/**
 * `out` has plaintext.length + tagBytes. A chunk that is not the last is full, and a last one is empty only at index 0
 * (ensured). No index may be sealed twice under one key, which the caller sees to.
 */
export function sealChunk(key: PayloadKey, index: number, last: boolean, plaintext: Bytes, out: Bytes): void {
  ensure(plaintext.length === chunkBytes || (last && plaintext.length < chunkBytes), "only the last chunk is short");
  ensure(plaintext.length > 0 || index === 0, "the last chunk is empty only in an empty file");
  const at = prepare(key, index, last, plaintext);
  const raw = rawSodium();
  raw._crypto_aead_chacha20poly1305_ietf_encrypt(
    at + chunkAt, 0, at + chunkAt, plaintext.length, 0, 0, 0, 0, 0, at + nonceAt, at + keyAt);
  out.set(raw.HEAPU8.subarray(at + chunkAt, at + chunkAt + plaintext.length + tagBytes));
}

/**
 * `out` has chunk.length − tagBytes. False: not authentic as the chunk at that index; `out` is untouched. That the file
 * is complete is known only when the chunk with `last` has opened.
 */
export function openChunk(key: PayloadKey, index: number, last: boolean, chunk: Bytes, out: Bytes): boolean {
  if (chunk.length < tagBytes || chunk.length > sealedChunkBytes) return false;
  if (chunk.length < sealedChunkBytes && !last) return false;
  if (chunk.length === tagBytes && index > 0) return false;
  const at = prepare(key, index, last, chunk);
  const raw = rawSodium();
  const opened = raw._crypto_aead_chacha20poly1305_ietf_decrypt(
    at + chunkAt, 0, 0, at + chunkAt, chunk.length, 0, 0, 0, 0, at + nonceAt, at + keyAt) === 0;
  if (opened) out.set(raw.HEAPU8.subarray(at + chunkAt, at + chunkAt + chunk.length - tagBytes));
  return opened;
}

/** Overwrites the last chunk in libsodium's memory and the key that sealed it. */
export function wipeChunkMemory(): void {
  if (memory !== 0) rawSodium().HEAPU8.fill(0, memory, memory + chunkAt + sealedChunkBytes);
}
