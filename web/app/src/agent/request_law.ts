// Internal to src/agent: a request against what the requested State's own board says of its law, before anything leaves the
// device (platform/agent/request_law.cpp).
import { fail } from "../base/failure.ts";
import { dueNotes, type Calendar } from "../casework/calendar.ts";
import { dayAt } from "../casework/date.ts";
import { checkLaw, type RequestDraft } from "../casework/law_check.ts";
import { groundOf, lawOn } from "../casework/law_in_force.ts";
import type { PartyId } from "../model/ids.ts";
import { isState } from "../model/party.ts";
import { spanOfRow } from "../record/notice_board.ts";
import type { LawEntry } from "../record/notice_bodies.ts";
import type { RequestRouting } from "../record/request_bodies.ts";
import type { RequestContent } from "../record/request_content.ts";
import { now } from "./acting.ts";
import type { LawFindingView, RequestOrder, Seconds } from "./api.ts";
import { publishedCalendar } from "./calendars.ts";
import type { DraftPlan } from "./draft_plan.ts";
import { normalised } from "./normalise.ts";
import { resolveAuthority } from "./recipients.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";

/** What is checked; `party` absent: a State without an account here, of which nothing is known. */
interface Asked {
  routing: RequestRouting;
  content: RequestContent;
  /** Of those that the State's law requires: what the request contains. */
  elements: readonly string[];
  party: PartyId | undefined;
  due?: Seconds | undefined;
  /** What is sent or promised with it in other languages. */
  versions: readonly { language: string; delivered: boolean; authentic: boolean }[];
}

const blockNames = {
  assistance: "assistance", location: "location", facts: "facts", procedure: "procedure", nationalLaw: "national_law", other: "other",
} as const;

function draftOf({ routing, content, elements, versions }: Asked, today: string): RequestDraft {
  const until = content.noNoticeBefore;
  const written = (Object.keys(blockNames) as (keyof typeof blockNames)[])
    .filter((name) => (content.blocks?.[name] ?? "") !== "").map((name): string => blockNames[name]);
  // Art. 96(2)(b) asks for the identity or location of persons and things: rows say it as well as a text does.
  const named = [content.persons, content.entities, content.accounts, content.assets].some((rows) => rows.length > 0);
  return {
    kinds: [...routing.kinds],
    versions: [
      { language: routing.language, delivered: true, authentic: versions.every((one) => !one.authentic) }, ...versions,
    ],
    blocks: [...written, ...(named && !written.includes("location") ? ["location"] : [])],
    // As the law's own elements are written: in NFC.
    elements: elements.map(normalised),
    urgent: routing.urgency === "urgent",
    doNotNotify: until !== undefined,
    ...(until === undefined ? {} : { doNotNotifyUntil: until }),
    today,
  };
}

/** What the State published, by its own board. integrity "notices.incomplete" where a part of it is held back. */
async function lawOf({ environment, log, book, notices }: AgentState, party: PartyId): Promise<LawEntry[]> {
  const board = await notices.update(environment, log, book, party);
  if (board.copy.incomplete) fail("integrity", "notices.incomplete");
  const out: LawEntry[] = [];
  for (const row of board.replayed.rows.values()) {
    if (row.notice.kind !== "law_entry_set") continue;
    const { from, to } = spanOfRow(row);
    if (to !== undefined && to < from) continue; // ended before it began
    out.push({ ...row.notice.row, validTo: to });
  }
  return out;
}

async function findingsOf(state: AgentState, asked: Asked): Promise<LawFindingView[]> {
  const today = dayAt(now(state), 0);
  let rows: LawEntry[] = [];
  let calendar: Calendar | undefined;
  if (asked.party !== undefined) {
    const register = state.book.byParty(asked.party);
    // The Court has no law of its own to return a request for.
    if (register !== undefined && !isState(register.code)) return [];
    rows = await lawOf(state, asked.party);
    calendar = await publishedCalendar(state, asked.party, today);
  }
  const law = lawOn(rows, today);
  const notes = calendar === undefined || asked.due === undefined ? [] : dueNotes(dayAt(asked.due, 0), calendar);
  const found = checkLaw(draftOf(asked, today), law.entries).map(({ weight, finding }) => {
    const ground = groundOf(law, finding);
    return { weight, key: finding.key, arguments: finding.arguments, ground, needsReason: weight !== "note" && ground !== "" };
  });
  return [...found, ...notes.map(({ key, arguments: args }): LawFindingView => ({ weight: "note", key, arguments: args, ground: "", needsReason: false }))];
}

const askedBy = async (state: AgentState, order: RequestOrder): Promise<Asked> => ({
  routing: order.form.routing, content: order.form.content, elements: order.lawElements ?? [], due: order.form.due,
  versions: (order.versions ?? []).map(({ language, content, authentic }) => ({ language, delivered: content !== undefined, authentic })),
  party: order.offPlatform ? undefined : (await resolveAuthority(state, order.to)).party,
});

async function requireReason(state: AgentState, asked: Asked): Promise<void> {
  if (asked.content.lawReason !== undefined) return;
  const count = (await findingsOf(state, asked)).filter((one) => one.needsReason).length;
  if (count > 0) fail("forbidden", "request.law_reason", { count: String(count) });
}

/**
 * forbidden "request.law_reason" {count} where the State's own entries say that it will likely come back, or that the holder
 * will hear of it, and the content gives no reason for sending it all the same.
 */
export const requireLawReason = async (state: AgentState, order: RequestOrder): Promise<void> =>
  requireReason(state, await askedBy(state, order));

/** Of a request whose sending had begun and goes on now: its State may have published since. */
export async function requireLawReasonOf(state: AgentState, { request, content, lawElements, versions }: DraftPlan): Promise<void> {
  const routing = request?.routing.clear ?? request?.withheld?.routing;
  if (request === undefined || routing === undefined || content === undefined) return;
  await requireReason(state, {
    routing, content, elements: lawElements ?? [], party: request.routing.party,
    versions: (versions ?? []).map(({ version, content: text }) => (
      { language: version.language, delivered: text !== undefined, authentic: version.authentic })),
  });
}

export async function checkRequestLaw(state: AgentState, order: RequestOrder): Promise<LawFindingView[]> {
  await synchronise(state);
  return findingsOf(state, await askedBy(state, order));
}
