// The X25519 recipient of age (c2sp.org/age, "The X25519 recipient type"), to seal for somebody who has no account and
// gave his key on paper. Nothing of the platform's own is sealed to one, and none is opened: every recipient of Rogatory
// is a hybrid (hybrid.ts).
import { fail } from "../../base/failure.ts";
import { base64Encode } from "../base64.ts";
import { bech32Decode } from "../bech32.ts";
import { concat, wipe, type Bytes } from "../bytes.ts";
import { chacha20poly1305Seal } from "../chacha20poly1305.ts";
import { hkdfSha256 } from "../hkdf.ts";
import { systemRandom, type Random } from "../random.ts";
import { sodium } from "../sodium.ts";
import type { FileKey } from "./fileKey.ts";
import type { Stanza } from "./header.ts";

const zeroNonce = new Uint8Array(12); // the key is used once
const nothing = new Uint8Array(0);

/** A public key, "age1…", 62 characters. */
export interface X25519Recipient { readonly text: string; readonly key: Bytes }

/** invalid_input "age.recipient", also for a point of low order, to which everybody could open. */
export function parseX25519Recipient(text: string): X25519Recipient {
  const decoded = bech32Decode(text);
  if (decoded?.humanPart !== "age" || decoded.data.length !== 32) return fail("invalid_input", "age.recipient");
  try {
    wipe(sodium.crypto_scalarmult(new Uint8Array(32).fill(1), decoded.data));
  } catch {
    return fail("invalid_input", "age.recipient");
  }
  return { text, key: decoded.data };
}

/** Draws 32 bytes. */
export function wrapForX25519(recipient: X25519Recipient, fileKey: FileKey, random: Random = systemRandom): Stanza {
  const ephemeral = random(32);
  const share = sodium.crypto_scalarmult_base(ephemeral);
  const shared = sodium.crypto_scalarmult(ephemeral, recipient.key);
  const key = hkdfSha256(shared, concat(share, recipient.key), "age-encryption.org/v1/X25519", 32);
  const body = chacha20poly1305Seal(key, zeroNonce, nothing, fileKey);
  wipe(ephemeral, shared, key);
  return { args: ["X25519", base64Encode(share, "unpadded")], body };
}
