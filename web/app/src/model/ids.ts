// Ids as they stand in statements (protocol, section 2, Encodings): here and in JSON as lower-case hex, which compares
// byte for byte and serves as a map's key. Mirror of platform/model/ids.hpp.

export type Hex = string;
/** 32 bytes: a dossier, a register, a receipt side chain. */
export type ChainId = Hex;
/** 32 bytes: SHA-256 of the DSSE pre-authentication encoding. */
export type StatementId = Hex;
/** 32 bytes: a Party is the id of its `founded` statement, its fingerprint. */
export type PartyId = Hex;
/** 16 bytes each. */
export type AuthorityId = Hex;
export type MemberId = Hex;
export type InvitationId = Hex;
export type AttachmentId = Hex;
export type Nonce = Hex;
/** SHA-256. */
export type Digest = Hex;
/** An Ed25519 public key. Any 32 bytes make one: a key that is no point of the curve verifies nothing. */
export type VerifyKey = Hex;
/** 64 bytes in canonical padded base64, as they stand in JSON. */
export type Signature = string;
/** An `age1pq1…` recipient that has been checked. */
export type Recipient = string;
/** Seconds since 1970-01-01T00:00:00Z. */
export type UnixSeconds = number;
/** Places in the one log. Everything a statement is judged by has a smaller one. */
export type LogIndex = number;

export const minute = 60;
export const hour = 60 * minute;
export const day = 24 * hour;

const lowerHex = /^[0-9a-f]*$/;
/** Whether the text is exactly the lower-case hex of that many bytes. */
export const isHex = (text: string, bytes: number): boolean => text.length === 2 * bytes && lowerHex.test(text);

/** 64 zeros. */
export const zeroId: Hex = "0".repeat(64);

/** An authority anywhere: only inside its Party is its id believed. */
export interface AuthorityRef {
  party: PartyId;
  authority: AuthorityId;
}
export const sameRef = (a: AuthorityRef, b: AuthorityRef): boolean =>
  a.party === b.party && a.authority === b.authority;
/** Keys of maps: they sort as the refs do, by Party, then by authority. */
export const refKey = (ref: AuthorityRef): string => ref.party + ref.authority;
export const refOfKey = (key: string): AuthorityRef => ({ party: key.slice(0, 64), authority: key.slice(64) });
