// A dossier of kind `request`: its routing, its table of states (platform/model/request_status.json), and the acts
// beside them. Mirror of request_judge.cpp: the same order of checks, the same reasons.
import { day, sameRef, type AuthorityRef, type StatementId, type UnixSeconds } from "../model/ids.ts";
import { isState } from "../model/party.ts";
import {
  isCourt, isOver, offPlatformBy, offPlatformMove, requestMove, type RequestBy,
  type RequestSide, type RequestStatus,
} from "../model/request.ts";
import type { Case, Checks } from "./dossier_judge.ts";
import type { DossierState } from "./dossier.ts";
import type { Entry } from "./dossier_bodies.ts";
import type { Reason } from "./judging.ts";
import { routingCommit, type StatusSet } from "./request_bodies.ts";
import {
  isConfidential, refusesObstacle, remindersOf, requestOver, sideOf, standsFor, type RequestState,
} from "./request_state.ts";
import type { SignedStatement } from "./statement.ts";

/** A clock that is a day ahead is another time zone; more is a date that cannot have been. */
const dateAhead = day;

type Found = { reason: Reason } | { request: RequestState; side: RequestSide };

/** What every act of a request beside `entry` needs: the request is sent, the dossier open, the author of a side. */
function inRequest({ dossier, author }: Case): Found {
  if (dossier.kind !== "request") return { reason: "void.not_a_request" };
  const { request } = dossier.state;
  if (request === undefined) return { reason: "void.request_not_sent" };
  if (!dossier.open) return { reason: "void.closed" };
  return { request, side: sideOf(request, author.ref) };
}

function ofASide(one: Case): Found {
  const found = inRequest(one);
  return "side" in found && found.side === "none" ? { reason: "void.request_side" } : found;
}

/** Of `entry`, after its basis. */
export function judgeRouting(body: Entry, { dossier, s, at, author }: Case): Reason {
  const wanted = dossier.kind === "request" && dossier.state.request === undefined;
  const { routing } = body;
  if (routing === undefined) return wanted ? "void.request_not_sent" : "";
  if (!wanted) return "void.routing";
  if (!sameRef(author.ref, dossier.opener)) return "void.not_opener";
  if (routing.due !== undefined && routing.due <= s.at) return "void.due";
  const own = author.register;
  if (routing.code !== undefined) {
    return routing.code === own.code || !isState(routing.code) ? "void.requested" : "";
  }
  if (routing.party === own.party) return "void.requested";
  // Whoever is asked must be able to read what it is asked.
  const requested = { party: routing.party as string, authority: routing.authority as string };
  return dossier.standing(requested, at) === "participant" ? "" : "void.requested";
}

function judgeObstacles(body: StatusSet, request: RequestState, mine: readonly RequestBy[], who: AuthorityRef): Reason {
  for (const code of body.obstacles) {
    const reason = refusesObstacle(request, code, sideOf(request, who), mine);
    if (reason !== "") return reason;
  }
  return "";
}

export const requestChecks: Checks = {
  status(body, one) {
    const { dossier, author, registers } = one;
    const found = inRequest(one);
    if ("reason" in found) return found.reason;
    const { request, side } = found;
    if (body.basis !== dossier.basis) return "void.basis";
    if (body.from !== request.status) return "void.status_from";
    const row = requestMove(body.from, body.to);
    if (row === undefined) return "void.status_move";
    const mine = standsFor(side, author.register.code);
    if (!row.by.some((by) => mine.includes(by))) {
      return row.by.every((by) => by === "registry") ? "void.status_registry" : "void.status_side";
    }
    if (row.needs.includes("court")) {
      const requesting = registers.byParty(request.requesting.party);
      if (requesting === undefined || !isCourt(requesting.code)) return "void.status_court";
    }
    const confidential = isConfidential(request);
    if (confidential && (body.obstacles.length > 0 || body.remark !== undefined)) return "void.confidential";
    // Of a confidential request they stand in the sealed body, which its readers hold to the same table.
    const sealedInstead = confidential && body.sealed !== undefined;
    if (row.needs.includes("reason") && body.sealed === undefined) return "void.status_reason";
    if (row.needs.includes("obstacles") && body.obstacles.length === 0 && !sealedInstead) return "void.status_obstacle";
    if (row.needs.includes("remark") && body.remark === undefined && !sealedInstead) return "void.status_remark";
    const reason = judgeObstacles(body, request, mine, author.ref);
    if (reason !== "") return reason;
    return body.refs.every((id) => dossier.state.seqById.has(id)) ? "" : "void.unknown_statement";
  },

  reminded(body, one) {
    const found = ofASide(one);
    if ("reason" in found) return found.reason;
    if (requestOver(found.request)) return "void.request_over";
    // A person reminds: a finding may rest on it one day.
    if (one.author.member.service) return "void.not_a_person";
    return body.number === remindersOf(found.request, found.side) + 1 ? "" : "void.reminder_number";
  },

  due_proposed(body, one) {
    const found = ofASide(one);
    if ("reason" in found) return found.reason;
    if (requestOver(found.request)) return "void.request_over";
    if (body.due <= one.s.at) return "void.due";
    return found.request.due === body.due ? "void.nothing_changed" : "";
  },

  due_agreed(body, one) {
    const found = ofASide(one);
    if ("reason" in found) return found.reason;
    const { request, side } = found;
    if (requestOver(request)) return "void.request_over";
    if (request.proposal?.id !== body.proposal) return "void.due_proposal";
    return request.proposal.by === side ? "void.due_own" : "";
  },

  off_platform(body, one) {
    const { dossier, s, author } = one;
    const found = ofASide(one);
    if ("reason" in found) return found.reason;
    if (requestOver(found.request)) return "void.request_over";
    // The kind of act would tell what the routing withholds no more than a status does.
    if (!offPlatformBy(body.act).some((by) => by === found.side)) return "void.status_side";
    if (body.date > s.at + dateAhead) return "void.off_platform_date";
    if (body.entry === undefined) return "";
    const item = dossier.item(body.entry);
    if (item === undefined || item.kind !== "entry") return "void.unknown_entry";
    return sameRef(item.owner, author.ref) ? "" : "void.not_owner";
  },

  off_platform_confirmed(body, one) {
    const found = ofASide(one);
    if ("reason" in found) return found.reason;
    const act = found.request.offPlatform.find(({ id }) => id === body.act);
    if (act === undefined) return "void.unknown_statement";
    if (act.side === found.side) return "void.off_platform_own";
    return act.confirmedBy === undefined ? "" : "void.nothing_changed";
  },

  routing_disclosed(body, one) {
    const found = ofASide(one);
    if ("reason" in found) return found.reason;
    const { request, side } = found;
    if (side !== "requesting") return "void.status_side";
    if (!isConfidential(request)) return "void.nothing_changed";
    return routingCommit(body.routing, body.salt) === request.commit ? "" : "void.routing_commit";
  },
};

/** `when` it happened; `at` it was said. */
function move(
  request: RequestState, to: RequestStatus, when: UnixSeconds, by: StatementId, at: UnixSeconds, inPart = false,
): void {
  request.status = to;
  request.statusBy = by;
  request.statusAt = at;
  request.moves.push({ to, when, inPart });
  request.refusedInPart = inPart;
  if (to === "acknowledged") request.acknowledgedAt ??= when;
  if (to === "executed") request.executedAt ??= when;
  if (to === "partly_executed" || to === "executed" || to === "refused") request.repliedAt ??= when;
  if (isOver(to)) request.overAt = when;
}

/** Of an effective statement. */
export function changeRequest(d: DossierState, { statement: s, id }: SignedStatement, author: AuthorityRef): void {
  if (s.kind === "entry" && s.body.routing !== undefined) {
    const { routing } = s.body;
    d.request = {
      sentBy: id, sentAt: s.at, requesting: author,
      requested: routing.party === undefined
        ? undefined : { party: routing.party, authority: routing.authority as string },
      code: routing.code, routing: routing.clear, commit: routing.commit, status: routing.status, statusBy: id,
      statusAt: s.at, refusedInPart: false, firstDue: routing.due, due: routing.due, obstacles: new Map(),
      moves: [{ to: routing.status, when: s.at, inPart: false }],
      reminders: { requesting: 0, requested: 0 }, offPlatform: [],
    };
    return;
  }
  const { request } = d;
  if (request === undefined) return;
  const side = sideOf(request, author);
  switch (s.kind) {
    case "status":
      if (s.body.to !== s.body.from || s.body.to === "partly_executed") {
        move(request, s.body.to, s.at, id, s.at, s.body.inPart);
      }
      for (const code of s.body.obstacles) if (!request.obstacles.has(code)) request.obstacles.set(code, s.at);
      break;
    case "reminded":
      if (side !== "none") ++request.reminders[side];
      break;
    case "due_proposed":
      request.proposal = { id, by: side, due: s.body.due };
      break;
    case "due_agreed":
      request.due = request.proposal?.due;
      // Reports keep the first due date.
      request.firstDue ??= request.due;
      request.proposal = undefined;
      break;
    case "off_platform": {
      request.offPlatform.push({ id, recorder: author, side, body: s.body });
      const to = offPlatformMove(s.body.act, request.status);
      if (to !== undefined) {
        // Nothing was answered before it was asked; only the asking itself may have been earlier, by other means.
        const asking = s.body.act === "sent" || s.body.act === "reminded";
        move(request, to, asking ? s.body.date : Math.max(s.body.date, request.sentAt), id, s.at);
      }
      break;
    }
    case "off_platform_confirmed":
      for (const act of request.offPlatform) if (act.id === s.body.act) act.confirmedBy = id;
      break;
    case "routing_disclosed":
      request.routing = s.body.routing;
      break;
    default:
      break;
  }
}
