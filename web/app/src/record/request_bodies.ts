// The bodies that only a dossier of kind `request` has. Mirror of request_bodies.hpp and schema_request.hpp.
import { labelled } from "../crypto/bytes.ts";
import { canonicalJsonBytes } from "../crypto/canonicalJson.ts";
import type { Digest, Hex } from "../model/ids.ts";
import {
  assistanceKinds, isInitial, isLanguage, isReference, isSituation, media, natures, obstacles, offPlatformActs,
  requestStatuses, urgencies,
} from "../model/request.ts";
import {
  bytes16, bytes32, flag, idsRise, list, number, object, oneOf, optional, partyCode, seconds, strictlyRising, text,
  type TypeOf,
} from "./codec.ts";
import { bytesOf, sha256Hex } from "./keys.ts";

/** In the order in which the names are listed, each once. */
export const namesRise = <Name>(names: readonly Name[], values: readonly Name[]): boolean =>
  strictlyRising(values, (value) => names.indexOf(value));

const status = oneOf(requestStatuses);
const sealed = optional(bytes32);

/** What routes and counts a request. Clear on the server unless its sender withholds it (confidential routing). */
export const requestRouting = object(
  {
    /** The sender's own. */
    reference: text(1, 64),
    nature: oneOf(natures),
    kinds: list(oneOf(assistanceKinds), 1, 8),
    situation: optional(text(1, 32)),
    urgency: oneOf(urgencies),
    /** Of the request: "en", "fr", "swa". */
    language: text(2, 3),
  },
  (body) =>
    isReference(body.reference) && namesRise(assistanceKinds, body.kinds) &&
    (body.situation === undefined || isSituation(body.situation)) && isLanguage(body.language),
);
export type RequestRouting = TypeOf<typeof requestRouting>;

/**
 * What the first entry of a request carries in the clear: to whom, by when, and the routing fields; or, where the very
 * existence is the secret, their commitment only. The requesting authority is the author's.
 */
/** Until the year 2200: what no reader's calendar can show would break the lists of whoever is asked. */
const dueOrNone = (due: number | undefined): boolean => due === undefined || due < 7_258_118_400;

export const routing = object(
  {
    /** The requested authority, or (a State without an account here) its code: everything then happens off the platform. */
    party: optional(bytes32),
    authority: optional(bytes16),
    code: optional(partyCode),
    /** sent, urgent_unconfirmed */
    status,
    due: optional(seconds),
    /** Exactly one of the two. */
    clear: optional(requestRouting),
    /** SHA-256 of salt and routing, both in the sealed body. */
    commit: optional(bytes32),
  },
  (body) => {
    const urgent = body.clear === undefined || body.clear.urgency === "urgent";
    return dueOrNone(body.due) && (body.party !== undefined) === (body.authority !== undefined) &&
      (body.party !== undefined) !== (body.code !== undefined) &&
      (body.clear !== undefined) !== (body.commit !== undefined) && isInitial(body.status) &&
      (body.status !== "urgent_unconfirmed" || urgent);
  },
);
export type Routing = TypeOf<typeof routing>;

export const routingCommit = (fields: RequestRouting, salt: Hex): Digest =>
  sha256Hex(labelled(
    "rogatory/v1/request-routing", { fixed: bytesOf(salt) },
    { variable: canonicalJsonBytes(requestRouting.write(fields)) },
  ));

/** Words for the Assembly: clear, about no case; with the author's State named or not, as it chose. */
export const assemblyRemark = object({ text: text(1, 2000), named: flag });
export type AssemblyRemark = TypeOf<typeof assemblyRemark>;

/** `status`: one row of request_status.json. */
export const statusSet = object(
  {
    from: status,
    to: status,
    /** Sealed instead while the routing is confidential. */
    obstacles: list(oneOf(obstacles), 0, 17),
    /** Refused in part: the rest goes on. */
    inPart: flag,
    refs: list(bytes32, 0, 100),
    basis: bytes32,
    remark: optional(assemblyRemark),
    sealed,
  },
  (body) => namesRise(obstacles, body.obstacles) && idsRise(body.refs) && (!body.inPart || body.to === "refused"),
);
export type StatusSet = TypeOf<typeof statusSet>;

/** `number`: of its side, from 1. */
export const reminded = object({ number, sealed });
export type Reminded = TypeOf<typeof reminded>;

export const dueProposed = object({ due: seconds, sealed }, (body) => dueOrNone(body.due));
export type DueProposed = TypeOf<typeof dueProposed>;

/** `proposal`: the last one, by the other side. */
export const dueAgreed = object({ proposal: bytes32, sealed });
export type DueAgreed = TypeOf<typeof dueAgreed>;

/** What happened by other means, recorded by one side. */
export const offPlatform = object({
  act: oneOf(offPlatformActs),
  medium: oneOf(media),
  /** Of the act, not of this statement. */
  date: seconds,
  /** Of the recorder's authority: carries the scan. */
  entry: optional(bytes32),
  sealed,
});
export type OffPlatform = TypeOf<typeof offPlatform>;

export const offPlatformConfirmed = object({ act: bytes32, sealed });
export type OffPlatformConfirmed = TypeOf<typeof offPlatformConfirmed>;

/** Lifts confidential routing: exactly what was committed to when the request was sent. */
export const routingDisclosed = object({ routing: requestRouting, salt: bytes32 });
export type RoutingDisclosed = TypeOf<typeof routingDisclosed>;
