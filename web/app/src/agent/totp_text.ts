// What an authenticator is set up with (platform/agent/totp_text.cpp).
import type { Bytes } from "../crypto/bytes.ts";
import type { TotpSetup } from "./api.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648, section 6; authenticators want it without padding. */
function base32(bytes: Bytes): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(buffer >> bits) & 31];
    }
  }
  if (bits > 0) text += alphabet[(buffer << (5 - bits)) & 31];
  return text;
}

export function totpSetup(origin: string, userName: string, secret: Bytes): TotpSetup {
  const text = base32(secret);
  // User names are of [a-z0-9._-]; the host needs no escape either.
  const host = origin.replace("https://", "").replace(/:.*$/, "");
  // The name may not have been chosen yet.
  const label = userName === "" ? host : `${userName}@${host}`;
  return {
    secret: text,
    uri: `otpauth://totp/Rogatory:${label}?secret=${text}&issuer=Rogatory&algorithm=SHA1&digits=6&period=30`,
  };
}
