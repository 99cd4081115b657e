// HMAC-SHA-256 (RFC 2104), key of any length, by libsodium (crypto/primitives/hmac.hpp). Compare MACs with equal().
import type { Bytes } from "./bytes.ts";
import { sodium } from "./sodium.ts";

/** Over the parts one after the other. */
export function hmacSha256(key: Bytes, ...parts: readonly Bytes[]): Bytes {
  const state = sodium.crypto_auth_hmacsha256_init(key);
  for (const part of parts) sodium.crypto_auth_hmacsha256_update(state, part);
  return sodium.crypto_auth_hmacsha256_final(state);
}
