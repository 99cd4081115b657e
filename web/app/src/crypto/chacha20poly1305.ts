// ChaCha20-Poly1305 (RFC 8439 §2.8) by libsodium, for short messages (crypto/primitives/chacha20poly1305.hpp). The
// chunks of an age file are sealed by age/payload.ts. No nonce is used twice under one key.
import type { Bytes } from "./bytes.ts";
import { sodium } from "./sodium.ts";

export const aeadTagBytes = 16;

/** ciphertext ‖ 16-byte tag. */
export const chacha20poly1305Seal = (key: Bytes, nonce: Bytes, associatedData: Bytes, plaintext: Bytes): Bytes =>
  sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, associatedData, null, nonce, key);

/** null: not authentic. */
export function chacha20poly1305Open(key: Bytes, nonce: Bytes, associatedData: Bytes, sealed: Bytes): Bytes | null {
  if (sealed.length < aeadTagBytes) return null;
  try {
    return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, associatedData, nonce, key);
  } catch {
    return null;
  }
}
