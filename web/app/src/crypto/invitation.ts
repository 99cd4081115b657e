// What follows from an invitation's code (protocol §6; the cryptographic half of platform/record/invitation.hpp: what
// a card says is src/record's).
import { concat, labelled, wipe, type Bytes } from "./bytes.ts";
import { hkdfSha256 } from "./hkdf.ts";
import { hmacSha256 } from "./hmac.ts";
import { systemRandom, type Random } from "./random.ts";
import { sha256, type Digest } from "./sha256.ts";
import { xchacha20poly1305Open, xchacha20poly1305Seal, xchachaNonceBytes } from "./xchacha20poly1305.ts";

/** 128 bits in 28 dictated characters: codeEncode, codeDecode. */
export type InvitationCode = Bytes;
export const generateInvitationCode = (random: Random = systemRandom): InvitationCode => random(16);

export interface InvitationSecrets {
  readonly redeem: Bytes; // 16 bytes: what the invitee shows the server, which knows its SHA-256 only
  readonly mac: Bytes;
  readonly card: Bytes;
  readonly redeemDigest: Digest; // for the server
  readonly commit: Digest; // SHA-256 of the MAC key: for `invited`
}

/** HKDF-SHA-256 of the code, salt empty. */
export function deriveInvitation(code: InvitationCode): InvitationSecrets {
  const redeem = hkdfSha256(code, null, "rogatory/v1/invitation/redeem", 16);
  const mac = hkdfSha256(code, null, "rogatory/v1/invitation/mac", 32);
  const card = hkdfSha256(code, null, "rogatory/v1/invitation/card", 32);
  return { redeem, mac, card, redeemDigest: sha256(redeem), commit: sha256(mac) };
}

/** Over the canonical encoding of the signed enrolment record. Compare with equal(). */
export const macOfRecord = (key: Bytes, encodedSignedRecord: Bytes | string): Bytes =>
  hmacSha256(key, labelled("rogatory/v1/enrolment-answer", { variable: encodedSignedRecord }));

export const maxCardBytes = 32 * 1024;

/** nonce (24) ‖ XChaCha20-Poly1305(card key, associated data = invitation id, text of the card). */
export function sealCardText(text: Bytes, key: Bytes, invitation: Bytes, random: Random = systemRandom): Bytes {
  const nonce = random(xchachaNonceBytes);
  return concat(nonce, xchacha20poly1305Seal(key, nonce, invitation, text));
}

/** null whatever is wrong: who has the wrong code learns nothing from how it is wrong. */
export function openCardText(sealed: Bytes, key: Bytes, invitation: Bytes): Bytes | null {
  if (sealed.length < xchachaNonceBytes || sealed.length > maxCardBytes) return null;
  return xchacha20poly1305Open(key, sealed.subarray(0, xchachaNonceBytes), invitation,
    sealed.subarray(xchachaNonceBytes));
}

export const wipeInvitation = (secrets: InvitationSecrets): void => wipe(secrets.redeem, secrets.mac, secrets.card);
