// The keys of one age file (c2sp.org/age, "File key", "Header MAC", "Payload"; crypto/age/file_key.hpp).
import { wipe, type Bytes } from "../bytes.ts";
import { hkdfSha256 } from "../hkdf.ts";
import { hmacSha256 } from "../hmac.ts";

/** 16 random bytes that each stanza of a file wraps. Never used for two files. */
export type FileKey = Bytes;
/** 32 bytes, for the chunks of one file. */
export type PayloadKey = Bytes;

export const fileKeyBytes = 16;
/** Random bytes in front of the chunks, fresh for each file. */
export const payloadNonceBytes = 16;

/** HMAC-SHA-256 over the header up to and with "---", under HKDF-SHA-256(file key, salt empty, info = "header"). */
export function headerMac(fileKey: FileKey, headerBeforeMac: Bytes): Bytes {
  const key = hkdfSha256(fileKey, null, "header", 32);
  const mac = hmacSha256(key, headerBeforeMac);
  wipe(key);
  return mac;
}

/** HKDF-SHA-256(file key, salt = nonce, info = "payload"). */
export const payloadKey = (fileKey: FileKey, nonce: Bytes): PayloadKey => hkdfSha256(fileKey, nonce, "payload", 32);
