// The post-quantum hybrid recipient of age 1.3: MLKEM768-X25519 (X-Wing, HPKE KEM 0x647a) in HPKE base mode with
// HKDF-SHA-256 and ChaCha20-Poly1305. Every recipient of Rogatory is one (crypto/age/hybrid.hpp).
import { ensure, fail } from "../../base/failure.ts";
import { base64Decode, base64Encode } from "../base64.ts";
import { bech32Decode, bech32Encode } from "../bech32.ts";
import { utf8, type Bytes } from "../bytes.ts";
import { aeadTagBytes } from "../chacha20poly1305.ts";
import { hpkeOpen, hpkeSeal } from "../hpke.ts";
import { systemRandom, type Random } from "../random.ts";
import { sodium } from "../sodium.ts";
import {
  xwingCiphertextBytes, xwingDecapsulate, xwingPublicKey, xwingPublicKeyBytes, xwingSeedBytes,
} from "../xwing.ts";
import { ageFailure } from "./failure.ts";
import { fileKeyBytes, type FileKey } from "./fileKey.ts";
import type { Header, Stanza } from "./header.ts";

export const hybridStanza = "mlkem768x25519";

const recipientPrefix = "age1pq";
const identityPrefix = "AGE-SECRET-KEY-PQ-";
const info = utf8("age-encryption.org/mlkem768x25519");
const nothing = new Uint8Array(0);

/** A public key; `text` is its only form, "age1pq1…", 1959 characters, so recipients compare by text. */
export interface HybridRecipient { readonly text: string; readonly key: Bytes }

/** A secret key, "AGE-SECRET-KEY-PQ-1…", kept as its 32-byte seed. */
export interface HybridIdentity { readonly seed: Bytes; readonly recipient: HybridRecipient }

const mlkemPartBytes = 1184;
const mlkemVectorBytes = 1152; // 768 coefficients of 12 bits, then the 32-byte seed of the matrix

// FIPS 203 §7.2, "modulus check": each 12-bit coefficient is below q, or the key has a second encoding.
function isReduced(key: Bytes): boolean {
  const q = 3329;
  for (let i = 0; i < mlkemVectorBytes; i += 3) {
    const low = key[i]! | ((key[i + 1]! & 0x0f) << 8);
    const high = (key[i + 1]! >> 4) | (key[i + 2]! << 4);
    if (low >= q || high >= q) return false;
  }
  return true;
}

// A point of low order gives zero with every private key, so any one shows it; libsodium refuses the result.
function isLowOrder(point: Bytes): boolean {
  try {
    sodium.crypto_scalarmult(new Uint8Array(32).fill(1), point);
    return false;
  } catch {
    return true;
  }
}

/** The lower-case form only (age accepts both cases; a statement must have one form). Failure: "age.recipient". */
export function parseRecipient(text: string): HybridRecipient {
  const decoded = bech32Decode(text);
  if (decoded?.humanPart !== recipientPrefix) return fail("invalid_input", "age.recipient");
  return recipientFromBytes(decoded.data);
}

/** From the raw 1216 bytes; "age.recipient" when nothing could be sealed to such a key. */
export function recipientFromBytes(key: Bytes): HybridRecipient {
  if (key.length !== xwingPublicKeyBytes || !isReduced(key) || isLowOrder(key.subarray(mlkemPartBytes))) {
    return fail("invalid_input", "age.recipient");
  }
  return { text: bech32Encode(recipientPrefix, key), key };
}

export const generateIdentity = (random: Random = systemRandom): HybridIdentity =>
  identityFromSeed(random(xwingSeedBytes));

/** A seed that a derivation of ours produced. It is kept, not copied. */
export function identityFromSeed(seed: Bytes): HybridIdentity {
  const key = xwingPublicKey(seed);
  return { seed, recipient: { text: bech32Encode(recipientPrefix, key), key } };
}

/** The upper-case form only. Failure: "age.identity". */
export function parseIdentity(text: string): HybridIdentity {
  const decoded = bech32Decode(text);
  if (decoded?.humanPart !== identityPrefix || decoded.data.length !== xwingSeedBytes) {
    return fail("invalid_input", "age.identity");
  }
  return identityFromSeed(decoded.data);
}

export const encodeIdentity = (identity: HybridIdentity): string => bech32Encode(identityPrefix, identity.seed);

/** A stanza that wraps the file key to this recipient. Draws 64 bytes. */
export function wrapFileKey(recipient: HybridRecipient, fileKey: FileKey, random: Random = systemRandom): Stanza {
  const sealed = hpkeSeal(recipient.key, info, nothing, fileKey, random);
  ensure(sealed, "a recipient was checked when it was made");
  return { args: [hybridStanza, base64Encode(sealed.encapsulated, "unpadded")], body: sealed.ciphertext };
}

/**
 * The file key, or null: of another kind, or somebody else's. Of this kind but malformed: failure "age.header". X-Wing
 * rejects implicitly, so a stanza for somebody else's key is found out only by the AEAD.
 */
export function unwrapStanza(identity: HybridIdentity, stanza: Stanza): FileKey | null {
  if (stanza.args[0] !== hybridStanza) return null;
  const share = stanza.args.length === 2 ? base64Decode(stanza.args[1]!, "unpadded") : null;
  // The body's size is checked before decrypting: a longer file key could be made to open under two keys.
  if (share?.length !== xwingCiphertextBytes || stanza.body.length !== fileKeyBytes + aeadTagBytes) {
    throw ageFailure("header");
  }
  const fileKey = hpkeOpen(identity.seed, share, info, nothing, stanza.body);
  // A share of low order is malformed for everybody, not somebody else's.
  if (!fileKey && !xwingDecapsulate(identity.seed, share)) throw ageFailure("header");
  return fileKey;
}

/** Finds the file key in a header; throws an age failure when it cannot. */
export type Unwrap = (header: Header) => FileKey;

/** As protocol §1 asks: exactly so many stanzas, each mlkem768x25519 with one argument, before any decapsulation. */
export interface Profile { readonly stanzas: number; readonly headerBytes: number }

export const isHybrid = (stanza: Stanza): boolean =>
  stanza.args[0] === hybridStanza && stanza.args.length === 2 && stanza.body.length === fileKeyBytes + aeadTagBytes;

export function unwrapWith(identity: HybridIdentity, profile: Profile): Unwrap {
  return (header) => {
    const { stanzas, size } = header;
    if (stanzas.length !== profile.stanzas || size > profile.headerBytes || !stanzas.every(isHybrid)) {
      throw ageFailure("refused");
    }
    for (const stanza of stanzas) {
      const fileKey = unwrapStanza(identity, stanza);
      if (fileKey) return fileKey;
    }
    throw ageFailure("no_match");
  };
}
