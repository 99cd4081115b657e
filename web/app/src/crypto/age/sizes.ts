// How long the payload of an age file is (c2sp.org/age, "Payload"): chunks of 64 KiB, each with its tag. Apart from any
// cryptography, so that the bulk workers need not carry libsodium.
import { ageFailure } from "./failure.ts";

export const chunkBytes = 64 * 1024;
export const tagBytes = 16;
export const sealedChunkBytes = chunkBytes + tagBytes;

/** Bytes of the sealed chunks (without the nonce in front) of a plaintext. An empty plaintext has one chunk. */
export const sealedPayloadSize = (plaintextBytes: number): number =>
  plaintextBytes + Math.max(1, Math.ceil(plaintextBytes / chunkBytes)) * tagBytes;

/** The other way round; failure "age.payload" where no plaintext has that sealed size. */
export function plaintextSize(sealedPayloadBytes: number): number {
  if (sealedPayloadBytes < tagBytes) throw ageFailure("payload");
  const chunks = Math.floor((sealedPayloadBytes - 1) / sealedChunkBytes) + 1;
  const last = sealedPayloadBytes - (chunks - 1) * sealedChunkBytes;
  // The final chunk is empty only if the whole payload is.
  if (last < tagBytes || (last === tagBytes && chunks > 1)) throw ageFailure("payload");
  return sealedPayloadBytes - chunks * tagBytes;
}
