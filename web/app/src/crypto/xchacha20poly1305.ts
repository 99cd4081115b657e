// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) by libsodium (crypto/primitives/xchacha20poly1305.hpp): its 24-byte
// nonce may be drawn at random for every message under one key.
import type { Bytes } from "./bytes.ts";
import { sodium } from "./sodium.ts";

export const xchachaNonceBytes = 24;

/** ciphertext ‖ 16-byte tag. */
export const xchacha20poly1305Seal = (key: Bytes, nonce: Bytes, associatedData: Bytes, plaintext: Bytes): Bytes =>
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, associatedData, null, nonce, key);

/** null: not authentic. */
export function xchacha20poly1305Open(key: Bytes, nonce: Bytes, associatedData: Bytes, sealed: Bytes): Bytes | null {
  if (sealed.length < 16) return null;
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, associatedData, nonce, key);
  } catch {
    return null;
  }
}
