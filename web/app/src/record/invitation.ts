// The welcome card that an invitation's code seals, and the check of an answer (protocol, section 6). What HKDF makes of
// the code is in crypto/invitation.ts. Mirror of invitation.hpp.
import { fail } from "../base/failure.ts";
import { equal, isWellFormed, type Bytes } from "../crypto/bytes.ts";
import { canonicalJsonBytes } from "../crypto/canonicalJson.ts";
import { macOfRecord, maxCardBytes, openCardText, sealCardText } from "../crypto/invitation.ts";
import type { Random } from "../crypto/random.ts";
import type { InvitationId, PartyId } from "../model/ids.ts";
import {
  bytes16, bytes32, displayName, flag, named, number, object, partyCode, role, text, type TypeOf, type Value,
} from "./codec.ts";
import { parseSignedRecord, recordSignatureHolds, type SignedRecord } from "./enrolment_record.ts";
import { bytesOf, canonicalJson } from "./keys.ts";
import { maxLogPolicyBytes, type Invited } from "./register_bodies.ts";

/**
 * What the inviter tells the invitee under the code's seal. He checks the register he is served against it before he
 * makes any key.
 */
export const welcomeCard = object({
  /** The Party's id is its fingerprint. */
  party: bytes32,
  code: partyCode,
  registerChain: named("register", bytes32),
  /** Statements in the register when the card was made. */
  registerLength: number,
  /** The id of the last of them. */
  registerHead: bytes32,
  authority: bytes16,
  authorityName: displayName,
  member: bytes16,
  role,
  service: flag,
  /** A C2SP tlog-policy file: log key and witnesses. */
  logPolicy: text(1, maxLogPolicyBytes),
});
export type WelcomeCard = TypeOf<typeof welcomeCard>;

/** A founder's card: the Party does not exist yet, so there is no register to check; the founding sheet covers the rest. */
export const founderCard = object({ code: partyCode, member: bytes16 });
export type FounderCard = TypeOf<typeof founderCard>;

function seal<T>(value: Value<T>, card: T, key: Bytes, invitation: InvitationId, random: Random | undefined): Bytes {
  return sealCardText(canonicalJsonBytes(value.write(card)), key, bytesOf(invitation), random);
}

// Every failure looks alike: who has the wrong code learns nothing from how it is wrong.
function open<T>(value: Value<T>, sealed: Bytes, key: Bytes, invitation: InvitationId): T {
  const plaintext = openCardText(sealed, key, bytesOf(invitation));
  const json = plaintext === null ? undefined : canonicalJson(plaintext, maxCardBytes);
  const card = json === undefined ? undefined : value.read(json);
  return card ?? fail("integrity", "invitation.card");
}

/** nonce (24) ‖ XChaCha20-Poly1305(card key, associated data = invitation id, canonical JSON of the card). */
export const sealCard = (card: WelcomeCard, key: Bytes, invitation: InvitationId, random?: Random): Bytes =>
  seal(welcomeCard, card, key, invitation, random);
/** integrity "invitation.card" whatever is wrong with it. */
export const openCard = (sealed: Bytes, key: Bytes, invitation: InvitationId): WelcomeCard =>
  open(welcomeCard, sealed, key, invitation);

export const sealFounderCard = (card: FounderCard, key: Bytes, invitation: InvitationId, random?: Random): Bytes =>
  seal(founderCard, card, key, invitation, random);
export const openFounderCard = (sealed: Bytes, key: Bytes, invitation: InvitationId): FounderCard =>
  open(founderCard, sealed, key, invitation);

/**
 * The inviter's check of an answer that the server brought: MAC by the code, signature by the new key, and every field
 * equal to what was invited. (That it is unspent and in time is the register's judgment.) integrity
 * "invitation.answer_mac" | "invitation.answer_signature" | "invitation.answer_differs".
 */
export function checkAnswer(
  encodedSignedRecord: string, mac: Bytes, key: Bytes, invited: Invited, party: PartyId,
): SignedRecord {
  if (!isWellFormed(encodedSignedRecord) || !equal(macOfRecord(key, encodedSignedRecord), mac)) {
    return fail("integrity", "invitation.answer_mac");
  }
  const answer = parseSignedRecord(encodedSignedRecord);
  if (!recordSignatureHolds(answer)) return fail("integrity", "invitation.answer_signature");
  const { record } = answer;
  const asInvited = record.invitation === invited.invitation && record.party === party &&
    record.authority === invited.authority && record.member === invited.member && record.role === invited.role &&
    record.service === invited.service && (record.firstGeneration !== undefined) === (invited.purpose === "authority");
  return asInvited ? answer : fail("integrity", "invitation.answer_differs");
}
