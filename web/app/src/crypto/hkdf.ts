// HKDF-SHA-256 (RFC 5869) over libsodium's HMAC: its wrappers do not export HKDF (crypto/primitives/hkdf.hpp).
import { ensure } from "../base/failure.ts";
import { utf8, wipe, type Bytes } from "./bytes.ts";
import { hmacSha256 } from "./hmac.ts";

export const hkdfMaxBytes = 255 * 32;

/** RFC 5869 §2.2. An empty salt means 32 zero bytes. */
export const hkdfExtract = (salt: Bytes, inputKeyMaterial: Bytes): Bytes =>
  hmacSha256(salt.length === 0 ? new Uint8Array(32) : salt, inputKeyMaterial);

/** RFC 5869 §2.3. */
export function hkdfExpand(key: Bytes, info: Bytes, length: number): Bytes {
  ensure(length <= hkdfMaxBytes, "HKDF gives at most 255 blocks");
  const out = new Uint8Array(length);
  let block: Bytes = new Uint8Array(0);
  for (let at = 0, counter = 1; at < length; at += 32, counter++) {
    block = hmacSha256(key, block, info, Uint8Array.of(counter));
    out.set(block.subarray(0, Math.min(32, length - at)), at);
  }
  wipe(block);
  return out;
}

const nothing = new Uint8Array(0);

export function hkdfSha256(inputKeyMaterial: Bytes, salt: Bytes | null, info: Bytes | string, length: number): Bytes {
  const key = hkdfExtract(salt ?? nothing, inputKeyMaterial);
  const out = hkdfExpand(key, typeof info === "string" ? utf8(info) : info, length);
  wipe(key);
  return out;
}
