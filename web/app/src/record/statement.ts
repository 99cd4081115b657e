// Everything that changes state is a statement (protocol, section 2). Mirror of statement.hpp.
import { ensure, fail } from "../base/failure.ts";
import { utf8, type Bytes } from "../crypto/bytes.ts";
import { encodeCanonicalJson, type Json, type JsonObject } from "../crypto/canonicalJson.ts";
import type { SigningKey } from "../crypto/sign.ts";
import type { StatementId } from "../model/ids.ts";
import {
  bytes16, bytes32, named, number, object, optional, seconds, signature, type TypeOf, type Value,
} from "./codec.ts";
import * as casebook from "./casebook_bodies.ts";
import * as dossier from "./dossier_bodies.ts";
import {
  encodeEnvelope, envelopeId, maxPayloadBytes, parseEnvelope, preAuthenticationEncoding, type Envelope,
} from "./envelope.ts";
import { canonicalJson, signText } from "./keys.ts";
import { kindOf, payloadType, type Kind } from "./kinds.ts";
import * as notices from "./notice_bodies.ts";
import * as register from "./register_bodies.ts";
import * as request from "./request_bodies.ts";

/** The schema of each kind's body. */
export const bodySchemas = {
  founded: register.founded,
  authority_added: register.authorityAdded,
  pinned: register.pinned,
  unpinned: register.unpinned,
  vouches_set: register.vouchesSet,
  log_policy_set: register.logPolicySet,
  access_policy_set: register.accessPolicySet,
  publisher_set: register.publisherSet,
  visa_set: register.visaSet,
  invited: register.invited,
  member_added: register.memberAdded,
  member_removed: register.memberRemoved,
  role_changed: register.roleChanged,
  authority_rekeyed: register.authorityRekeyed,
  member_rekeyed: register.memberRekeyed,
  recovery_set: register.recoverySet,
  recovery_drilled: register.recoveryDrilled,
  recovery_approved: register.recoveryApproved,
  recovery_refused: register.recoveryRefused,
  authority_recovered: register.authorityRecovered,
  opened: dossier.opened,
  entry: dossier.entry,
  granted: dossier.granted,
  epoch_started: dossier.epochStarted,
  revoked: dossier.revoked,
  policy_changed: dossier.policyChanged,
  closed: dossier.closed,
  reopened: dossier.reopened,
  approved: dossier.approved,
  consented: dossier.consented,
  released: dossier.released,
  withdrawn: dossier.withdrawn,
  status: request.statusSet,
  reminded: request.reminded,
  due_proposed: request.dueProposed,
  due_agreed: request.dueAgreed,
  off_platform: request.offPlatform,
  off_platform_confirmed: request.offPlatformConfirmed,
  routing_disclosed: request.routingDisclosed,
  fetched: dossier.fetched,
  opened_receipt: dossier.openedReceipt,
  unreadable: dossier.unreadable,
  focal_point_set: notices.focalPointSet,
  law_entry_set: notices.lawEntrySet,
  profile_set: notices.profileSet,
  recommendation_set: notices.recommendationSet,
  calendar_set: notices.calendarSet,
  row_published: notices.rowPublished,
  note: casebook.note,
} satisfies Record<Kind, { read(json: Json): unknown }>;

export type BodyOf<K extends Kind> = TypeOf<(typeof bodySchemas)[K]>;
/** A body with its kind beside it: what tells them apart. */
export type Said = { [K in Kind]: { kind: K; body: BodyOf<K> } }[Kind];

/** Who signs: the key itself is taken from the register and compared with `key`, its SHA-256. */
export const author = object({
  registerChain: named("register", bytes32),
  authority: bytes16,
  member: bytes16,
  key: bytes32,
});
export type Author = TypeOf<typeof author>;
export const sameAuthor = (a: Author, b: Author): boolean =>
  a.registerChain === b.registerChain && a.authority === b.authority && a.member === b.member && a.key === b.key;

/** The checkpoint the author last verified, with the log's own signature. */
export const seen = object({ size: number, root: bytes32, signature });
export type Seen = TypeOf<typeof seen>;

const common = object(
  { chain: bytes32, seq: number, prev: optional(bytes32), author, at: seconds, nonce: bytes16, seen },
  (value) => (value.prev !== undefined) === (value.seq !== 0),
);
/** Everything but the body; `prev` is absent exactly at seq 0. */
export type Common = TypeOf<typeof common>;

/** What a statement says. Client code fills one and calls sign(). */
export type Statement = Common & Said;
export type StatementOf<K extends Kind> = Common & { kind: K; body: BodyOf<K> };

const malformed = (where: string): never => fail("invalid_input", "statement.malformed", {}, where);

const schemaOf = (kind: Kind): Value<unknown> => bodySchemas[kind] as Value<unknown>;

function parsePayload(kind: Kind, payload: Bytes): Statement {
  // Canonical or not at all: the parser accepts one spelling only, so what is verified is what is understood.
  const json = canonicalJson(payload, maxPayloadBytes);
  if (typeof json !== "object" || Array.isArray(json)) return malformed("payload");
  const object = json as JsonObject;
  const bodyJson = object["body"];
  if (bodyJson === undefined) return malformed("body");
  delete object["body"]; // it was parsed for us alone
  const fields = common.read(object);
  if (fields === undefined) return malformed("common fields");
  const body = schemaOf(kind).read(bodyJson);
  if (body === undefined) return malformed(`body of ${kind}`);
  return { ...fields, kind, body } as Statement;
}

/** Canonical JSON of the payload. */
export function encodeStatement(statement: Statement): Bytes {
  const json = common.write(statement) as JsonObject;
  json["body"] = schemaOf(statement.kind).write(statement.body);
  return utf8(encodeCanonicalJson(json as Json));
}

/**
 * A statement as it is stored and sent: envelope, content, id. Its encoding has been checked; its signature has not:
 * that is the judge's, who knows the register (Register, Dossier, Receipts, NoticeBoard).
 */
export interface SignedStatement {
  readonly envelope: Envelope;
  readonly statement: Statement;
  readonly id: StatementId;
  readonly kind: Kind;
}

/**
 * invalid_input "statement.envelope" or "statement.malformed" (a broken chain, when it was read from one), too_large
 * "statement.too_large", unsupported "statement.unsupported" (a kind of a later version: the client must be updated; no
 * fork).
 */
export function parseSigned(envelopeJson: string | Bytes): SignedStatement {
  const envelope = parseEnvelope(envelopeJson);
  const kind = kindOf(envelope.payloadType);
  if (kind === undefined) return fail("unsupported", "statement.unsupported");
  return { envelope, statement: parsePayload(kind, envelope.payload), id: envelopeId(envelope), kind };
}

export const encodeSigned = (signed: SignedStatement): string => encodeEnvelope(signed.envelope);

/** The body, where the statement is of that kind. */
export const bodyOf = <K extends Kind>({ statement }: SignedStatement, kind: K): BodyOf<K> | undefined =>
  statement.kind === kind ? (statement.body as BodyOf<K>) : undefined;

/** Encodes, checks by parsing what was encoded, signs. Failures as parseSigned(): what would not be read is not signed. */
export function sign(statement: Statement, key: SigningKey): SignedStatement {
  const type = payloadType(statement.kind);
  const payload = encodeStatement(statement);
  if (payload.length > maxPayloadBytes) return fail("too_large", "statement.too_large");
  // What a reader would refuse is a bug or a too long text of ours: found here, before it is signed.
  const readBack = parsePayload(statement.kind, payload);
  const envelope = { payloadType: type, payload, signature: signText(key, preAuthenticationEncoding({ payloadType: type, payload })) };
  ensure(readBack.kind === statement.kind, "what was encoded reads back");
  return { envelope, statement: readBack, id: envelopeId(envelope), kind: statement.kind };
}
