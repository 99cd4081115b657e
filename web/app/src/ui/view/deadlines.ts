// What is due, in words.
import type { DeadlineView } from "../../agent/api";
import { printable } from "./names";
import { sentence, type Sentence } from "./sentence";

/** Days before a measure lapses: time to ask for its extension. */
const soonLapsing = 30;

export function deadlineTone({ state, measure, days }: Pick<DeadlineView, "state" | "measure" | "days">): "bad" | "warning" | "plain" {
  if (state === "overdue") return "bad";
  const soon = measure === undefined ? state === "today" || state === "soon" : days <= soonLapsing;
  return soon ? "warning" : "plain";
}

/** Of a measure its last day counts, whether or not anybody works on it. */
export function deadlineLeft({ state, measure, days, workingDays }: Pick<DeadlineView, "state" | "measure" | "days" | "workingDays">): Sentence {
  if (measure !== undefined) return sentence(state === "overdue" ? "deadlines.lapsed" : "deadlines.lapses", { count: days });
  return sentence(state === "overdue" ? "deadlines.overdue" : "deadlines.left", { count: days, working: workingDays });
}

export function deadlineWhat({ request, measure }: Pick<DeadlineView, "request" | "measure">): Sentence {
  if (measure === undefined) return sentence(request.side === "requested" ? "deadlines.answer_mine" : "deadlines.answer_theirs");
  return sentence("deadlines.measure", { kind: measure.kind, order: printable(measure.order === "" ? measure.key : measure.order) });
}
