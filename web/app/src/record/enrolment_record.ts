// What an invitee answers: who he will be and with which keys (protocol, section 6). Canonical JSON; signed by the new
// key, MACed with the invitation's code, and copied as it is into the register. Mirror of enrolment_record.hpp.
import { fail } from "../base/failure.ts";
import { labelled, utf8, type Bytes } from "../crypto/bytes.ts";
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import type { SigningKey } from "../crypto/sign.ts";
import type { Digest } from "../model/ids.ts";
import {
  bytes16, bytes32, displayName, flag, object, optional, recipient, role, signature, type TypeOf, type Value,
} from "./codec.ts";
import { canonicalJson, sha256Hex, signText, verifyText } from "./keys.ts";

const maxRecordBytes = 16 * 1024;

/** Exactly for the first custodian of a new authority: generation 1, and the SHA-256 of its keyring file. */
const firstGeneration = object({ recipient, keyring: bytes32 });
export type FirstGeneration = TypeOf<typeof firstGeneration>;

export const enrolmentRecord = object({
  /** Absent: rotation of one's own keys, and recovery. */
  invitation: optional(bytes16),
  party: bytes32,
  authority: bytes16,
  member: bytes16,
  role,
  service: flag,
  displayName,
  key: bytes32,
  recipient,
  firstGeneration: optional(firstGeneration),
});
export type EnrolmentRecord = TypeOf<typeof enrolmentRecord>;

/** `signature`: by record.key over "rogatory/v1/enrolment-record" ‖ 0x00 ‖ length ‖ record. */
export const signedRecord = object({ record: enrolmentRecord, signature });
export type SignedRecord = TypeOf<typeof signedRecord>;

function parse<T>(value: Value<T>, text: string): T {
  if (text.length > maxRecordBytes) return fail("too_large", "record.malformed");
  const json = canonicalJson(text, maxRecordBytes);
  const record = json === undefined ? undefined : value.read(json);
  return record ?? fail("invalid_input", "record.malformed");
}

/** invalid_input "record.malformed" or too_large. */
export const parseRecord = (text: string): EnrolmentRecord => parse(enrolmentRecord, text);
export const encodeRecord = (record: EnrolmentRecord): string => encodeCanonicalJson(enrolmentRecord.write(record));
/** SHA-256 of encodeRecord(). */
export const recordDigest = (record: EnrolmentRecord): Digest => sha256Hex(utf8(encodeRecord(record)));

const signedText = (record: EnrolmentRecord): Bytes =>
  labelled("rogatory/v1/enrolment-record", { variable: encodeRecord(record) });

export const recordSignatureHolds = ({ record, signature: by }: SignedRecord): boolean =>
  verifyText(record.key, signedText(record), by);

export const signRecord = (record: EnrolmentRecord, key: SigningKey): SignedRecord =>
  ({ record, signature: signText(key, signedText(record)) });

/** As it travels to the server and back to the inviter: {"record":{…},"signature":"…"}, canonical JSON. */
export const encodeSignedRecord = (record: SignedRecord): string => encodeCanonicalJson(signedRecord.write(record));
export const parseSignedRecord = (text: string): SignedRecord => parse(signedRecord, text);

/**
 * What invitee and inviter read to each other: "12345 67890 12345 67890", the first four groups of five digits of
 * SHA-256(record): each group is 16 bits of it, written with leading zeros.
 */
export function comparisonDigits(record: EnrolmentRecord): string {
  const digest = recordDigest(record);
  return [0, 4, 8, 12].map((at) => String(parseInt(digest.slice(at, at + 4), 16)).padStart(5, "0")).join(" ");
}
