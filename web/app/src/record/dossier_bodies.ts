// The bodies of the statements of a dossier chain and of its receipt side chains. `sealed` is the SHA-256 of a sealed
// body (sealedBody.ts), an age file to the recipient of the epoch in which the statement stands; it travels with it.
// Mirror of dossier_bodies.hpp and schema_dossier.hpp.
import { refKey, type AuthorityRef } from "../model/ids.ts";
import {
  bytes16, bytes32, idsRise, list, number, object, oneOf, onward, optional, recipient, seconds, strictlyRising,
  type TypeOf,
} from "./codec.ts";
import { routing } from "./request_bodies.ts";

export const dossierKinds = ["share", "request", "library", "internal"] as const;
export type DossierKind = (typeof dossierKinds)[number];

export const handlingPolicy = object({ onward, reviewAt: optional(seconds), expiresAt: optional(seconds) });

/** A grant file of one epoch to one authority's current generation; `grant` is the SHA-256 of the age file. */
export const grantLine = object({ party: bytes32, authority: bytes16, generation: number, grant: bytes32 });
export type GrantLine = TypeOf<typeof grantLine>;

/** Whom a body or a line names: `{party, authority}` of it. */
export const namedRef = (body: AuthorityRef): AuthorityRef => ({ party: body.party, authority: body.authority });

/** An epoch (the last one's number plus 1) with all its grants: exactly one for each participant, sorted. */
export const newEpoch = object({ epoch: number, recipient, grants: list(grantLine, 1, 700) }, (body) =>
  strictlyRising(body.grants, refKey));
export type NewEpoch = TypeOf<typeof newEpoch>;

const sealed = optional(bytes32);

export const opened = object({
  kind: oneOf(dossierKinds),
  policy: handlingPolicy,
  /** 1; its grants name the participants, the opener among them. */
  epoch: newEpoch,
  sealed,
});
export type Opened = TypeOf<typeof opened>;

export const attachmentLine = object({
  id: bytes16,
  /** Of the age file. */
  size: number,
  /** Of the age file. */
  sha256: bytes32,
  /** SHA-256(salt ‖ canonical {name, sha256, size, type}) of the plain file. */
  commit: bytes32,
});
export type AttachmentLine = TypeOf<typeof attachmentLine>;

export const entry = object({
  epoch: number,
  /** The last statement that changed participants, policy or epoch. */
  basis: bytes32,
  sealed: bytes32,
  attachments: list(attachmentLine, 0, 1000),
  /** Of its own, stricter where it says so. */
  policy: optional(handlingPolicy),
  /** The first one of a request has it, no other. */
  routing: optional(routing),
});
export type Entry = TypeOf<typeof entry>;

const epochGrant = object({ epoch: number, grant: bytes32 });
export type EpochGrant = TypeOf<typeof epochGrant>;

export const granted = object(
  {
    party: bytes32,
    authority: bytes16,
    generation: number,
    basis: bytes32,
    /** Sorted by epoch. */
    grants: list(epochGrant, 1, 700),
    /** Spent by this. */
    consents: list(bytes32, 0, 100),
    sealed,
  },
  (body) => strictlyRising(body.grants, (grant) => grant.epoch) && idsRise(body.consents),
);
export type Granted = TypeOf<typeof granted>;

/** `policy`: the statement that set the policy in force. */
export const epochStarted = object({ epoch: newEpoch, policy: bytes32, sealed });
export type EpochStarted = TypeOf<typeof epochStarted>;

/** The epoch is granted without it. */
export const revoked = object({ party: bytes32, authority: bytes16, epoch: newEpoch, sealed });
export type Revoked = TypeOf<typeof revoked>;

export const policyChanged = object({ policy: handlingPolicy, epoch: newEpoch, sealed });
export type PolicyChanged = TypeOf<typeof policyChanged>;

export const closed = object({ sealed });
export type Closed = TypeOf<typeof closed>;
export const reopened = object({ sealed });
export type Reopened = TypeOf<typeof reopened>;

/** A second officer's visa on one entry; `digest` is the entry's `sealed`. */
export const approved = object({ entry: bytes32, digest: bytes32 });
export type Approved = TypeOf<typeof approved>;

/** An owner's consent that what it authored in these epochs, up to a statement, be passed on to one authority. */
export const consented = object(
  {
    /** Either these (statements of the owner that carry sealed content) … */
    entries: list(bytes32, 0, 1000),
    /** … or all its statements of these epochs; exactly one is not empty. */
    epochs: list(number, 0, 700),
    /** A statement of this chain; what came later is not covered. */
    upTo: bytes32,
    /** The recipient. */
    party: bytes32,
    authority: bytes16,
    grantBefore: seconds,
    accessUntil: optional(seconds),
    /** The purpose. */
    sealed,
  },
  (body) =>
    (body.entries.length === 0) !== (body.epochs.length === 0) && idsRise(body.entries) &&
    strictlyRising(body.epochs, (epoch) => epoch),
);
export type Consented = TypeOf<typeof consented>;

/** The owner sets the clear half of the policy in force for entries of its own anew; it may loosen it. */
export const released = object({ entries: list(bytes32, 1, 1000), policy: handlingPolicy, sealed }, (body) =>
  idsRise(body.entries));
export type Released = TypeOf<typeof released>;

export const withdrawn = object({ entries: list(bytes32, 1, 1000), sealed }, (body) => idsRise(body.entries));
export type Withdrawn = TypeOf<typeof withdrawn>;

// --- receipts ------------------------------------------------------------------------------------------------------

const receipt = { dossier: bytes32, entries: list(bytes32, 1, 1000) };

export const fetched = object(receipt, (body) => idsRise(body.entries));
export type Fetched = TypeOf<typeof fetched>;
export const openedReceipt = object(receipt, (body) => idsRise(body.entries));
export type OpenedReceipt = TypeOf<typeof openedReceipt>;

/** What could not be read, and why in one word for programs. */
export const unreadableReasons = ["grant", "sealed_body", "attachment"] as const;
export type UnreadableReason = (typeof unreadableReasons)[number];
export const unreadable = object({ ...receipt, reason: oneOf(unreadableReasons) }, (body) => idsRise(body.entries));
export type Unreadable = TypeOf<typeof unreadable>;
