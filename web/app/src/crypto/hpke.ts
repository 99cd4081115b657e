// HPKE (RFC 9180 §6.1) in base mode and single shot, with one suite and no negotiation: KEM X-Wing (0x647a,
// draft-ietf-hpke-pq), KDF HKDF-SHA-256 (0x0001), AEAD ChaCha20-Poly1305 (0x0003): the suite of age's mlkem768x25519
// stanza (crypto/primitives/hpke.hpp).
import { concat, utf8, wipe, type Bytes } from "./bytes.ts";
import { chacha20poly1305Open, chacha20poly1305Seal } from "./chacha20poly1305.ts";
import { hkdfExpand, hkdfExtract } from "./hkdf.ts";
import type { Random } from "./random.ts";
import { xwingDecapsulate, xwingEncapsulate } from "./xwing.ts";

// RFC 9180 §5.1: "HPKE" ‖ kem_id ‖ kdf_id ‖ aead_id.
const suite = concat(utf8("HPKE"), Uint8Array.of(0x64, 0x7a, 0x00, 0x01, 0x00, 0x03));
const version = utf8("HPKE-v1");
const nothing = new Uint8Array(0);

// RFC 9180 §4.
const labelledExtract = (salt: Bytes, label: string, input: Bytes): Bytes =>
  hkdfExtract(salt, concat(version, suite, utf8(label), input));

// RFC 9180 §4; every output here is below 256 bytes.
const labelledExpand = (key: Bytes, label: string, context: Bytes, length: number): Bytes =>
  hkdfExpand(key, concat(Uint8Array.of(0, length), version, suite, utf8(label), context), length);

// RFC 9180 §5.1, mode_base: no PSK, so psk and psk_id are empty.
function keySchedule(sharedSecret: Bytes, info: Bytes): { key: Bytes; nonce: Bytes } {
  const pskIdHash = labelledExtract(nothing, "psk_id_hash", nothing);
  const infoHash = labelledExtract(nothing, "info_hash", info);
  const context = concat(Uint8Array.of(0x00), pskIdHash, infoHash);
  const secret = labelledExtract(sharedSecret, "secret", nothing);
  // The first message is sealed under base_nonce itself (§5.2: sequence number 0), and there is only the first: the
  // key is fresh with every encapsulation.
  const schedule = {
    key: labelledExpand(secret, "key", context, 32),
    nonce: labelledExpand(secret, "base_nonce", context, 12),
  };
  wipe(secret);
  return schedule;
}

export interface HpkeSealed { encapsulated: Bytes; ciphertext: Bytes }

/** null if the public key is malformed. */
export function hpkeSeal(to: Bytes, info: Bytes, associatedData: Bytes, plaintext: Bytes, random: Random):
  HpkeSealed | null {
  const made = xwingEncapsulate(to, random);
  if (!made) return null;
  const { key, nonce } = keySchedule(made.sharedSecret, info);
  const ciphertext = chacha20poly1305Seal(key, nonce, associatedData, plaintext);
  wipe(key, made.sharedSecret);
  return { encapsulated: made.ciphertext, ciphertext };
}

/** null if it was not sealed to this key with this info and associated data. All failures look alike. */
export function hpkeOpen(seed: Bytes, encapsulated: Bytes, info: Bytes, associatedData: Bytes, ciphertext: Bytes):
  Bytes | null {
  const sharedSecret = xwingDecapsulate(seed, encapsulated);
  if (!sharedSecret) return null;
  const { key, nonce } = keySchedule(sharedSecret, info);
  const plaintext = chacha20poly1305Open(key, nonce, associatedData, ciphertext);
  wipe(key, sharedSecret);
  return plaintext;
}
