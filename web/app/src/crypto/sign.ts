// Ed25519 (RFC 8032 §5.1) by libsodium, always: verifiers disagree on edge cases, and two ends that disagree about one
// signature disagree about a chain. libsodium refuses s ≥ L, A of small order or not canonical, R of small order, and
// verifies without the cofactor (crypto/primitives/ed25519.hpp, crypto/sign.hpp).
import { ensure } from "../base/failure.ts";
import { base64Decode } from "./base64.ts";
import type { Bytes } from "./bytes.ts";
import { systemRandom, type Random } from "./random.ts";
import { sha256, type Digest } from "./sha256.ts";
import { sodium } from "./sodium.ts";

/** 32 bytes; any 32 bytes are one: a key that is no point of the curve verifies nothing. */
export type VerifyKey = Bytes;
/** 64 bytes. */
export type Signature = Bytes;

/** The expanded key is seed ‖ public key. The seed is RFC 8032's private key and is what is kept. */
export interface SigningKey {
  readonly verifyKey: VerifyKey;
  readonly expanded: Bytes;
}

export function signingKeyFromSeed(seed: Bytes): SigningKey {
  ensure(seed.length === 32, "an Ed25519 seed has 32 bytes");
  const pair = sodium.crypto_sign_seed_keypair(seed);
  return { verifyKey: pair.publicKey, expanded: pair.privateKey };
}

export const generateSigningKey = (random: Random = systemRandom): SigningKey => signingKeyFromSeed(random(32));

export const seedOf = (key: SigningKey): Bytes => key.expanded.slice(0, 32);

/** The public key inside the signature's hash is the expanded key's own, never a caller's. */
export const sign = (key: SigningKey, message: Bytes): Signature => sodium.crypto_sign_detached(message, key.expanded);

/** False for a key or a signature of another length too. */
export const verify = (key: VerifyKey, message: Bytes, signature: Signature): boolean =>
  key.length === 32 && signature.length === 64 && sodium.crypto_sign_verify_detached(signature, message, key);

/** SHA-256 of the 32 bytes: how a statement names its author's key (protocol §2). */
export const keyDigest = (key: VerifyKey): Digest => sha256(key);

/** The spelling of a signature in a statement: 64 bytes in canonical padded base 64. */
export const isSignatureText = (text: string): boolean => base64Decode(text)?.length === 64;
