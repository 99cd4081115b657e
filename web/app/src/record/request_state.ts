// Where a request stands, from its chain alone: what its effective statements say. Dates are the statements' `at`; of
// what happened off the platform, the date that was recorded. Mirror of request_state.hpp.
import type { AuthorityRef, Digest, StatementId, UnixSeconds } from "../model/ids.ts";
import type { PartyCode } from "../model/party.ts";
import { isOver, type Obstacle, type RequestSide, type RequestStatus } from "../model/request.ts";
import type { OffPlatform, RequestRouting } from "./request_bodies.ts";

export interface DueProposal { id: StatementId; by: RequestSide; due: UnixSeconds }
export interface RecordedAct {
  id: StatementId;
  recorder: AuthorityRef;
  side: RequestSide;
  body: OffPlatform;
  confirmedBy?: StatementId | undefined;
}

export interface RequestState {
  /** The entry with the routing. */
  sentBy: StatementId;
  sentAt: UnixSeconds;
  requesting: AuthorityRef;
  /** Or … */
  requested?: AuthorityRef | undefined;
  /** … of a State that is not here. */
  code?: PartyCode | undefined;
  /** Absent: confidential. */
  routing?: RequestRouting | undefined;
  commit?: Digest | undefined;
  status: RequestStatus;
  statusBy: StatementId;
  statusAt: UnixSeconds;
  refusedInPart: boolean;
  firstDue?: UnixSeconds | undefined;
  due?: UnixSeconds | undefined;
  /** Open. */
  proposal?: DueProposal | undefined;
  acknowledgedAt?: UnixSeconds | undefined;
  /** The first reply, in part or whole, or refusal. */
  repliedAt?: UnixSeconds | undefined;
  /** The first. */
  executedAt?: UnixSeconds | undefined;
  /** Withdrawn or closed. */
  overAt?: UnixSeconds | undefined;
  /** Ever named in the clear. */
  obstacles: Set<Obstacle>;
  reminders: { requesting: number; requested: number };
  /** In order of the chain. */
  offPlatform: RecordedAct[];
}

export const isConfidential = (request: RequestState): boolean => request.routing === undefined;
export const requestOver = (request: RequestState): boolean => isOver(request.status);
export function sideOf(request: RequestState, who: AuthorityRef): RequestSide {
  if (who.party === request.requesting.party) return "requesting";
  return who.party === request.requested?.party ? "requested" : "none";
}
export const remindersOf = (request: RequestState, side: RequestSide): number =>
  side === "none" ? 0 : request.reminders[side];
