// Internal to src/agent: the figures of one's own requests, from the signed statements this device holds
// (platform/agent/report.cpp; platform/decisions/1711-casework-figures.md). Days are those of UTC, so that everybody
// counts the same.
import { attempt } from "../base/failure.ts";
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import { dayAt, type Day } from "../casework/date.ts";
import type { Outcome, RequestFacts } from "../casework/facts.ts";
import { figures } from "../casework/figures.ts";
import { makeReport, reportingYear, type Tally } from "../casework/report.ts";
import { reportCsv, reportJson } from "../casework/report_text.ts";
import type { StatementId, UnixSeconds } from "../model/ids.ts";
import { isState, type PartyCode } from "../model/party.ts";
import { organOf, type RequestStatus } from "../model/request.ts";
import { isEffective } from "../record/outcome.ts";
import { isConfidential, sideOf, type RequestState } from "../record/request_state.ts";
import { authorityOf, dossier, now, own, requireComplete } from "./acting.ts";
import type { OwnReport, ReportOrder, ReportTally } from "./api.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { ownDossiers } from "./epoch.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";

const day = (when: UnixSeconds): Day => dayAt(when, 0);

/** When the request first came to `status`. */
function first(request: RequestState, status: RequestStatus): Day | undefined {
  const move = request.moves.find(({ to }) => to === status);
  return move === undefined ? undefined : day(move.when);
}

/**
 * What it came to last: executed or refused as a whole stands until something else is begun, and being closed afterwards
 * changes neither.
 */
function outcomeOf(request: RequestState): { outcome: Outcome; ended: Day } | undefined {
  const at = (back: number) => request.moves[request.moves.length - back];
  const closed = at(1)?.to === "closed";
  const last = closed ? at(2) ?? at(1)! : at(1)!;
  if (last.to === "executed") return { outcome: "executed", ended: day(last.when) };
  if (last.to === "refused" && !last.inPart) return { outcome: "refused", ended: day(last.when) };
  if (last.to === "withdrawn") return { outcome: "withdrawn", ended: day(last.when) };
  return closed ? { outcome: "closed_otherwise", ended: day(at(1)!.when) } : undefined;
}

/** The request at the end of that day: what came after it is not counted, neither a step nor a date that was agreed. */
export function asItStood(known: KnownDossier, sent: RequestState, asOf: Day): RequestState {
  const request = { ...sent, moves: sent.moves.filter(({ when }, i) => i === 0 || day(when) <= asOf) };
  const proposed = new Map<StatementId, UnixSeconds>();
  known.copy.items.forEach(({ statement: { id, statement } }, i) => {
    const outcome = known.outcomes[i];
    if (outcome === undefined || !isEffective(outcome)) return;
    if (statement.kind === "entry" && statement.body.routing !== undefined) {
      request.firstDue = request.due = statement.body.routing.due;
    } else if (statement.kind === "due_proposed") {
      proposed.set(id, statement.body.due);
    } else if (statement.kind === "due_agreed" && day(statement.at) <= asOf) {
      request.due = proposed.get(statement.body.proposal);
      request.firstDue ??= request.due;
    }
  });
  return request;
}

/** What a report counts of one request. */
export function factsOf(
  reference: string, request: RequestState, requesting: PartyCode, requested: PartyCode,
): RequestFacts {
  const facts: RequestFacts = {
    reference, requesting, requested, organ: organOf(requesting), nature: request.routing?.nature ?? "",
    kinds: [...(request.routing?.kinds ?? [])].sort(), sent: day(request.sentAt), obstacles: {},
    off_platform: request.code !== undefined, confidential: isConfidential(request), ...outcomeOf(request),
  };
  const date = (name: "first_due" | "agreed_due" | "acknowledged" | "replied", at: UnixSeconds | undefined): void => {
    if (at !== undefined) facts[name] = day(at);
  };
  date("first_due", request.firstDue);
  if (request.due !== request.firstDue) date("agreed_due", request.due);
  date("acknowledged", request.acknowledgedAt);
  date("replied", request.repliedAt);
  const partly = first(request, "partly_executed");
  if (partly !== undefined) facts.partly_executed = partly;
  const referred = first(request, "referred");
  if (referred !== undefined) facts.referred = referred;
  for (const [code, at] of request.obstacles) facts.obstacles[code] = day(at);
  return facts;
}

const tallyView = (tally: Tally): ReportTally => ({
  counts: tally.counts.map((cell) => cell ?? null),
  acknowledgeMedian: tally.toAcknowledge.median ?? null, acknowledge90: tally.toAcknowledge.percentile90 ?? null,
  replyMedian: tally.toReply.median ?? null, reply90: tally.toReply.percentile90 ?? null,
});

export interface OwnFacts {
  facts: RequestFacts[];
  /** Files whose chain is broken or incomplete here: they may be missing. */
  unreadable: number;
}

/** Of every request in which the authority acted for takes part, as it stood at the end of that day. */
export async function ownFacts(state: AgentState, asOf: Day): Promise<OwnFacts> {
  const facts: RequestFacts[] = [];
  let unreadable = 0;
  for (const chain of await ownDossiers(state)) {
    const known = await attempt(() => dossier(state, chain));
    if ("failure" in known) {
      if (["unavailable", "unauthenticated"].includes(known.failure.code)) throw known.failure;
      ++unreadable;
      continue;
    }
    if ("failure" in (await attempt(async () => requireComplete(state, known.value)))) ++unreadable;
    const { replayed } = known.value;
    const request = replayed.opened ? replayed.request : undefined;
    if (request === undefined || sideOf(request, authorityOf(state)) === "none") continue;
    const requesting = state.book.byParty(request.requesting.party)?.code;
    const requested = request.requested === undefined ? request.code : state.book.byParty(request.requested.party)?.code;
    if (requesting === undefined || requested === undefined) {
      ++unreadable;
      continue;
    }
    facts.push(factsOf(chain, asItStood(known.value, request, asOf), requesting, requested));
  }
  return { facts, unreadable };
}

/** Failure: invalid_input "report.period". */
export async function ownReport(state: AgentState, order: ReportOrder): Promise<OwnReport> {
  await synchronise(state);
  const code = own(state).code;
  const today = day(now(state));
  const asOf = order.asOf ?? today;
  const { facts, unreadable } = await ownFacts(state, asOf);
  const period = order.from === undefined || order.to === undefined ? reportingYear(today) : { from: order.from, to: order.to };
  const report = makeReport(facts, { period, asOf, hideBelow: order.hideBelow, parties: [code] });
  // Of another State a State knows its own dealings only: that is no row of that State's.
  if (isState(code)) report.rows = report.rows.filter(({ party }) => party === code);
  return {
    own: code, state: isState(code), from: period.from, to: period.to, asOf: report.options.asOf,
    figures: figures.map(({ name, partOf, title }) => ({ name, part: partOf !== "", title: title[order.language] })),
    rows: report.rows.map((row) => ({ party: row.party, received: tallyView(row.received), sent: tallyView(row.sent) })),
    csv: reportCsv(report, order.language), json: encodeCanonicalJson(reportJson(report)),
    facts: JSON.stringify(facts, null, 1), confidential: facts.filter((one) => one.confidential).length, unreadable,
  };
}
