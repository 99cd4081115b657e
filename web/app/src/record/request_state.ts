// Where a request stands, from its chain alone: what its effective statements say. Dates are the statements' `at`; of
// what happened off the platform, the date that was recorded. Mirror of request_state.hpp.
import type { AuthorityRef, Digest, StatementId, UnixSeconds } from "../model/ids.ts";
import type { PartyCode } from "../model/party.ts";
import {
  isOver, isRegistry, obstacleRow, type Obstacle, type RequestBy, type RequestSide, type RequestStatus,
} from "../model/request.ts";
import type { OffPlatform, RequestRouting } from "./request_bodies.ts";

export interface DueProposal { id: StatementId; by: RequestSide; due: UnixSeconds }
export interface RecordedAct {
  id: StatementId;
  recorder: AuthorityRef;
  side: RequestSide;
  body: OffPlatform;
  confirmedBy?: StatementId | undefined;
}

/** `when`: of what happened off the platform, as it was recorded. `inPart`: of a refusal. */
export interface StatusMove { to: RequestStatus; when: UnixSeconds; inPart: boolean }

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
  /** In order of the chain; the first is the sending. */
  moves: StatusMove[];
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
  /** When each was first named in the clear. */
  obstacles: Map<Obstacle, UnixSeconds>;
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

/** Whom one counts as in the table of states: one's side, and the Registry beside it. */
export function standsFor(side: RequestSide, code: PartyCode): RequestBy[] {
  const mine: RequestBy[] = side === "none" ? [] : [side];
  if (isRegistry(code)) mine.push("registry");
  return mine;
}

/**
 * Why whoever stands on `side` (and on what else `by` names) may not name it; "": he may. Of a confidential request the
 * codes are sealed, and those who write and those who read them ask this themselves.
 */
export function refusesObstacle(request: RequestState, code: Obstacle, side: RequestSide, by: readonly RequestBy[]): string {
  const row = obstacleRow(code);
  if (!row.by.some((one) => by.includes(one))) return "void.obstacle_side";
  return row.needs.includes("reminded") && remindersOf(request, side) === 0 ? "void.obstacle_no_reminder" : "";
}
