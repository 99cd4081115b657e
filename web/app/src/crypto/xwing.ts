// X-Wing (draft-connolly-cfrg-xwing-kem-10) by libsodium: ML-KEM-768 and X25519 in one KEM; secure while either is
// (crypto/primitives/xwing.hpp). The private key is the 32-byte seed itself.
import { ensure } from "../base/failure.ts";
import type { Bytes } from "./bytes.ts";
import type { Random } from "./random.ts";
import { sodium } from "./sodium.ts";

export const xwingSeedBytes = 32;
export const xwingPublicKeyBytes = 1216;
export const xwingCiphertextBytes = 1120;

export function xwingPublicKey(seed: Bytes): Bytes {
  ensure(seed.length === xwingSeedBytes, "an X-Wing seed has 32 bytes");
  return sodium.crypto_kem_xwing_seed_keypair(seed).publicKey;
}

export interface XWingEncapsulated { ciphertext: Bytes; sharedSecret: Bytes }

/** Draws 64 bytes. null if the public key is malformed (FIPS 203 §7.2, or an X25519 key of low order). */
export function xwingEncapsulate(to: Bytes, random: Random): XWingEncapsulated | null {
  return xwingEncapsulateWith(to, random(64));
}

/** The same with a seed given: for known-answer tests. */
export function xwingEncapsulateWith(to: Bytes, seed: Bytes): XWingEncapsulated | null {
  try {
    return sodium.crypto_kem_xwing_enc_deterministic(to, seed);
  } catch {
    return null;
  }
}

/**
 * null if the X25519 share is of low order. A wrong but well-formed ciphertext gives a secret nobody knows (implicit
 * rejection, FIPS 203 §6.3): the AEAD above it notices.
 */
export function xwingDecapsulate(seed: Bytes, ciphertext: Bytes): Bytes | null {
  try {
    return sodium.crypto_kem_xwing_dec(ciphertext, seed);
  } catch {
    return null;
  }
}
