// A request for assistance as a person reads it: where it stands, by when, and what may be done now. What may be done is the
// trusted end's to say (request_status.json, by way of RequestView.next); here it only gets words and an order.
import type { ChronologyRow, Hex, RequestMoveView, RequestView, Seconds } from "../../agent/api";
import { type PartyNames, authorityName, printable } from "./names";
import { type Sentence, type Value, sentence, word } from "./sentence";

const day = 86_400;

/** Whole days from now to then, as the calendar of the reader counts them. */
export function daysBetween(now: Seconds, then: Seconds): number {
  const dayOf = (at: Seconds): number => {
    const when = new Date(at * 1000);
    return Date.UTC(when.getFullYear(), when.getMonth(), when.getDate()) / 1000 / day;
  };
  return dayOf(then) - dayOf(now);
}

/** Null: no date was asked for. Of what is over, the date alone. */
export function dueSentence(request: Pick<RequestView, "due" | "over" | "overdue">, now: Seconds): Sentence | null {
  const { due } = request;
  if (due === undefined) return null;
  if (request.over) return sentence("request.due.was", { date: { date: due } });
  const days = daysBetween(now, due);
  if (request.overdue) return sentence("request.due.over", { date: { date: due }, days: Math.max(0, -days) });
  return sentence("request.due.left", { date: { date: due }, days: Math.max(0, days) });
}

/** The status, and that one side alone tells it, where it rests on an act off the platform. */
export function statusSentence({ status, statusRecorded }: Pick<RequestView, "status" | "statusRecorded">): Sentence {
  const plain = word("status", status);
  return statusRecorded === undefined || statusRecorded.confirmed ? plain : sentence("request.status_told", { status: plain });
}

export function requestedName(request: RequestView, names: PartyNames): Value {
  if (request.requested !== undefined) return authorityName(request.requested, names);
  return sentence("request.no_account", { party: names.get(request.requestedCode) ?? request.requestedCode });
}

export interface RequestStep {
  /** As the address has it. */
  key: string;
  /** What the button says. */
  text: Sentence;
  href: string;
  /** What is likely next stands first, as a button of its own; the rest beside it. */
  first: boolean;
}

/** In the order in which they are likely: how an execution goes on, then what stands in its way. */
const order = [
  "sent", "acknowledged", "information_given", "in_execution", "partly_executed", "executed", "closed", "information_requested",
  "consultation", "postponed", "consent_pending", "security_dispute", "refused", "referred", "withdrawn",
];
const likely = ["sent", "acknowledged", "information_given", "in_execution", "executed", "closed"];

export const stepHref = (chain: Hex, key: string): string => `/files/${chain}/request/${key}`;

/** A row of the table that keeps the status reports an obstacle, or is a remark. */
export function moveKey(request: Pick<RequestView, "status">, move: RequestMoveView): string {
  if (move.to !== request.status) return move.to;
  if (move.needs.includes("obstacles")) return "obstacle";
  return move.needs.includes("remark") ? "remark" : move.to;
}

/** What this side may do now; nothing that would be refused. */
export function requestSteps(request: RequestView): RequestStep[] {
  const step = (key: string, first = false): RequestStep =>
    ({ key, text: sentence(`request.step.${key}`), href: stepHref(request.chain, key), first });
  const keys = request.next.map((move) => moveKey(request, move));
  const steps = order.filter((key) => keys.includes(key)).map((key) => step(key, likely.includes(key)));
  const mayAct = request.side !== "none" && !request.over;
  if (mayAct && request.proposal !== undefined && !request.proposal.mine) steps.unshift(step("agree", true));
  if (request.side !== "none" && request.toConfirm.length > 0) steps.unshift(step("confirm", true));
  if (keys.includes("obstacle") && request.mayName.length > 0) steps.push(step("obstacle"));
  // Words for the Assembly are clear: about a confidential request there are none.
  if (keys.includes("remark") && !request.confidential) steps.push(step("remark"));
  if (mayAct) steps.push(step("remind"), step("due"));
  if (request.mayRecord.length > 0) steps.push(step("record"));
  if (request.confidential && request.withheldKnown && request.side === "requesting") steps.push(step("disclose"));
  return steps;
}

export const obstacleList = (codes: readonly string[]): Value => ({ list: codes.map((code) => word("obstacle", code)) });

/** The sentence of the timeline for an act of a request; null: of a kind that every file has. */
export function requestActSentence(row: ChronologyRow, names: PartyNames): Sentence | null {
  const who = authorityName(row.author, names);
  const date: Value = row.date === undefined ? "" : { date: row.date };
  switch (row.kind) {
    case "status":
      if (row.from === row.to && row.to !== "partly_executed") {
        return row.obstacles.length > 0
          ? sentence("timeline.obstacles", { who, obstacles: obstacleList(row.obstacles.map(({ code }) => code)) })
          : sentence("timeline.remark", { who });
      }
      if (row.inPart) return sentence("timeline.refused_in_part", { who });
      return sentence("timeline.status", { who, status: word("status", row.to) });
    case "reminded":
      return sentence("timeline.reminded", { who, number: row.number });
    case "due_proposed":
      return sentence("timeline.due_proposed", { who, date });
    case "due_agreed":
      return sentence("timeline.due_agreed", { who, date });
    case "off_platform":
      return sentence(row.confirmed ? "timeline.off_platform_both" : "timeline.off_platform", {
        who, act: word("off_platform", row.act), medium: word("medium", row.medium), date,
      });
    case "off_platform_confirmed":
      return sentence("timeline.off_platform_confirmed", { who, act: word("off_platform", row.act) });
    case "routing_disclosed":
      return sentence("timeline.routing_disclosed", { who });
    default:
      return null;
  }
}

/** What was said with it, beyond the sentence: reasons, what would help, a remark. */
export function requestActWords(row: ChronologyRow): string[] {
  const parts = [row.words, row.remark, ...row.obstacles.flatMap(({ text, help }) => [text, help])];
  return parts.filter((text) => text !== "").map(printable);
}
