// The bodies of a Party register's statements: one schema a kind, which reads and writes it and gives its type
// (docs/cryptographic-specification.md has the fields as a table). Mirror of register_bodies.hpp and schema_register.hpp.
import { signedRecord } from "./enrolment_record.ts";
import {
  authorityKind, bytes16, bytes32, displayName, flag, list, number, object, oneOf, optional, partyCode, recipient, role,
  seconds, strictlyRising, text, type TypeOf,
} from "./codec.ts";
import { visaActs } from "../model/visa.ts";

export const maxLogPolicyBytes = 16 * 1024;
const logPolicy = text(1, maxLogPolicyBytes);

export const authorityDescription = object({ id: bytes16, kind: authorityKind, name: displayName });
export type AuthorityDescription = TypeOf<typeof authorityDescription>;

/** A further generation of an authority's identity: the last one's number plus 1. */
export const newGeneration = object({ generation: number, recipient });
export type NewGeneration = TypeOf<typeof newGeneration>;

/** The old founded id, and the reference of the note verbale that says so. */
const succession = object({ party: bytes32, noteVerbale: text(1, 200) });
export type Succession = TypeOf<typeof succession>;

export const founded = object({
  code: partyCode,
  name: displayName,
  /** A C2SP tlog-policy file of one log and one flat group. */
  logPolicy,
  /** The root authority. */
  authority: authorityDescription,
  /** Its generation 1. */
  recipient,
  /** SHA-256 of the keyring file. */
  keyring: bytes32,
  /** The first custodian. */
  member: bytes16,
  displayName,
  /** Signs this statement. */
  key: bytes32,
  memberRecipient: recipient,
  succeeds: optional(succession),
});
export type Founded = TypeOf<typeof founded>;

/** `record` is of its first custodian; it carries generation 1 and the digest of its keyring. */
export const authorityAdded = object({ authority: authorityDescription, record: signedRecord });
export type AuthorityAdded = TypeOf<typeof authorityAdded>;

export const pinned = object({
  code: partyCode,
  party: bytes32,
  /** What the Registry's list vouches for needs no statement of its own: pinBasis. */
  basis: oneOf(["note_verbale"]),
  /** "Accept the list of this Party (the Registry)". */
  acceptsVouches: flag,
});
export type Pinned = TypeOf<typeof pinned>;

export const unpinned = object({ code: partyCode, party: bytes32 });
export type Unpinned = TypeOf<typeof unpinned>;

export const vouch = object({ code: partyCode, party: bytes32 });
export type Vouch = TypeOf<typeof vouch>;

/** The whole list, sorted by code, each code once. */
export const vouchesSet = object({ vouches: list(vouch, 0, 1000) }, (body) =>
  strictlyRising(body.vouches, (one) => one.code));
export type VouchesSet = TypeOf<typeof vouchesSet>;

export const logPolicySet = object({ logPolicy });
export type LogPolicySet = TypeOf<typeof logPolicySet>;

/** What the Party asks of its own people's sessions. The server enforces it; clients show it. */
export const accessPolicySet = object(
  {
    /** PEM: a client certificate is required. */
    clientCa: optional(text(1, 16 * 1024)),
    /** CIDR; empty: any. */
    addressRanges: list(text(1, 64), 0, 256),
    nativeOnly: flag,
    passkeyRefused: flag,
    totpRefused: flag,
    sessionIdle: number,
    sessionAbsolute: number,
    exportRefused: flag,
  },
  (body) =>
    body.sessionIdle >= 1 && body.sessionIdle <= 900 && body.sessionAbsolute >= body.sessionIdle &&
    body.sessionAbsolute <= 43200 && !(body.passkeyRefused && body.totpRefused),
);
export type AccessPolicySet = TypeOf<typeof accessPolicySet>;

export const publisherSet = object({ authority: bytes16, publisher: flag });
export type PublisherSet = TypeOf<typeof publisherSet>;

/** What may leave an authority only with a visa, by a custodian of that authority. No act: the requirement is lifted. */
export const visaSet = object(
  { authority: bytes16, /** Rising. */ acts: list(oneOf(visaActs), 0, 3) },
  (body) => strictlyRising(body.acts, (act) => visaActs.indexOf(act)),
);
export type VisaSet = TypeOf<typeof visaSet>;

export const invitationPurposes = [
  "member", // a new member of an authority that exists
  "authority", // the first custodian of one that does not exist yet
  "rekey", // a member who lost his keys, or whose keys are compromised
] as const;
export type InvitationPurpose = (typeof invitationPurposes)[number];

export const invited = object({
  invitation: bytes16,
  purpose: oneOf(invitationPurposes),
  authority: bytes16,
  member: bytes16,
  role,
  service: flag,
  notAfter: seconds,
  /** SHA-256 of the MAC key. */
  commit: bytes32,
});
export type Invited = TypeOf<typeof invited>;

export const memberAdded = object({ record: signedRecord, keyring: bytes32 });
export type MemberAdded = TypeOf<typeof memberAdded>;

export const memberRemoved = object({ authority: bytes16, member: bytes16, next: newGeneration, keyring: bytes32 });
export type MemberRemoved = TypeOf<typeof memberRemoved>;

export const roleChanged = object({ authority: bytes16, member: bytes16, role });
export type RoleChanged = TypeOf<typeof roleChanged>;

export const authorityRekeyed = object({ authority: bytes16, next: newGeneration, keyring: bytes32 });
export type AuthorityRekeyed = TypeOf<typeof authorityRekeyed>;

export const rekeyReasons = ["rotated", "lost", "compromised"] as const;
export type RekeyReason = (typeof rekeyReasons)[number];

export const memberRekeyed = object(
  {
    reason: oneOf(rekeyReasons),
    /** Names member, authority and (lost, compromised) the invitation. */
    record: signedRecord,
    /** Exactly for lost and compromised. */
    next: optional(newGeneration),
    keyring: bytes32,
  },
  (body) => {
    const rotated = body.reason === "rotated";
    return rotated !== (body.next !== undefined) && rotated !== (body.record.record.invitation !== undefined);
  },
);
export type MemberRekeyed = TypeOf<typeof memberRekeyed>;

const holder = object({ authority: bytes16, member: bytes16 });
export type RecoveryHolder = TypeOf<typeof holder>;

/** One share of the recovery identity; without a holder it is printed and lies in a sealed envelope. */
export const recoveryShare = object(
  { holder: optional(holder), file: optional(bytes32), share: bytes32 },
  (body) => (body.holder === undefined) === (body.file === undefined),
);
export type RecoveryShare = TypeOf<typeof recoveryShare>;

export const recoverySet = object({
  authority: bytes16,
  recipient,
  /** k */
  threshold: number,
  shares: list(recoveryShare, 3, 32),
  /** The keyring file, now also to the recovery recipient. */
  keyring: bytes32,
});
export type RecoverySet = TypeOf<typeof recoverySet>;

/** The recovery identity was put together from k shares, compared and thrown away again. */
export const recoveryDrilled = object({ authority: bytes16, recoverySet: bytes32 });
export type RecoveryDrilled = TypeOf<typeof recoveryDrilled>;

/** `record`: of the enrolment record approved; `share`: SHA-256 of the holder's share, an age file to its recipient. */
export const recoveryApproved = object({ authority: bytes16, record: bytes32, share: bytes32 });
export type RecoveryApproved = TypeOf<typeof recoveryApproved>;

export const recoveryRefused = object({ authority: bytes16, record: bytes32 });
export type RecoveryRefused = TypeOf<typeof recoveryRefused>;

/** An approval, and the cosigned checkpoint (a signed note) that first covered it. */
const reference = object({ approval: bytes32, checkpoint: text(1, 16 * 1024) });

export const authorityRecovered = object(
  { record: signedRecord, next: newGeneration, keyring: bytes32, refs: list(reference, 1, 32) },
  (body) => body.record.record.invitation === undefined,
);
export type AuthorityRecovered = TypeOf<typeof authorityRecovered>;
