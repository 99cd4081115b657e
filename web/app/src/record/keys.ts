// Keys, digests and signatures as this folder holds them: hex and canonical base64, as in JSON. The one file here that
// turns them into bytes for src/crypto.
import { ensure, isFailure } from "../base/failure.ts";
import { parseRecipient } from "../crypto/age/hybrid.ts";
import { base64Decode, base64Encode } from "../crypto/base64.ts";
import { hexDecode, hexEncode, isWellFormed, utf8, type Bytes } from "../crypto/bytes.ts";
import { parseCanonicalJson, type Json } from "../crypto/canonicalJson.ts";
import { sign, verify, type SigningKey } from "../crypto/sign.ts";
import { sha256 } from "../crypto/sha256.ts";
import type { Digest, Hex, Recipient, Signature, VerifyKey } from "../model/ids.ts";

/** Of an id or key that has been checked. */
export function bytesOf(hex: Hex): Bytes {
  const bytes = hexDecode(hex);
  ensure(bytes !== null, "an id is lower-case hex");
  return bytes;
}

export const sha256Hex = (...parts: readonly Bytes[]): Digest => hexEncode(sha256(...parts));

/** SHA-256 of the 32 bytes: how a statement names its author's key. */
export const keyDigest = (key: VerifyKey): Digest => sha256Hex(bytesOf(key));

export const verifyKeyOf = (key: SigningKey): VerifyKey => hexEncode(key.verifyKey);

/** Canonical padded base64 of 64 bytes. */
export const isSignatureText = (text: string): boolean => text.length === 88 && base64Decode(text)?.length === 64;

/** Of a signature that has been checked. */
export function signatureBytes(signature: Signature): Bytes {
  const bytes = base64Decode(signature);
  ensure(bytes !== null, "a signature is canonical base64");
  return bytes;
}

export const signText = (key: SigningKey, message: Bytes): Signature => base64Encode(sign(key, message));

export const verifyText = (key: VerifyKey, message: Bytes, signature: Signature): boolean =>
  verify(bytesOf(key), message, signatureBytes(signature));

/** The JSON, or undefined where it is not canonical or too long. */
export function canonicalJson(text: string | Bytes, limit: number): Json | undefined {
  // A text that came inside a server's JSON may hold half a character, which has no bytes.
  if (typeof text === "string" && !isWellFormed(text)) return undefined;
  try {
    return parseCanonicalJson(typeof text === "string" ? utf8(text) : text, limit);
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

// Recipients stand in many statements and cost a bech32 checksum over two kilobytes each: what was found good is kept.
const knownRecipients = new Map<Recipient, Bytes>();
const maxKnown = 4096;

function recipientBytesOf(text: string): Bytes | undefined {
  const known = knownRecipients.get(text);
  if (known !== undefined) return known;
  try {
    const bytes = parseRecipient(text).key;
    if (knownRecipients.size >= maxKnown) knownRecipients.clear();
    knownRecipients.set(text, bytes);
    return bytes;
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

export const isRecipient = (text: string): boolean => recipientBytesOf(text) !== undefined;

/** Of a recipient that has been checked. */
export function recipientBytes(recipient: Recipient): Bytes {
  const bytes = recipientBytesOf(recipient);
  ensure(bytes !== undefined, "a recipient has been checked");
  return bytes;
}
