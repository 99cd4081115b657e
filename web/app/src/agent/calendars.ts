// Internal to src/agent: the working days that a Party published, by its own board (platform/agent/deadlines.cpp).
import { attempt } from "../base/failure.ts";
import type { Calendar } from "../casework/calendar.ts";
import type { Day } from "../casework/date.ts";
import { calendarFrom } from "../casework/published_calendar.ts";
import type { PartyId } from "../model/ids.ts";
import { pinBasis } from "../record/register.ts";
import { own } from "./acting.ts";
import type { AgentState } from "./state.ts";

/**
 * As of a day; undefined where it published none, or where its board cannot be taken as fact: its key was not checked, or a part
 * of it is held back. Fails with what the line fails with.
 */
export async function publishedCalendar(state: AgentState, party: PartyId, day: Day): Promise<Calendar | undefined> {
  if (party !== own(state).party && pinBasis(state.book, own(state), party) === undefined) return undefined;
  const board = await attempt(() => state.notices.update(state.environment, state.log, state.book, party));
  if ("failure" in board) {
    if (["unavailable", "unauthenticated"].includes(board.failure.code)) throw board.failure;
    return undefined;
  }
  if (board.value.copy.incomplete) return undefined;
  return calendarFrom([...board.value.replayed.rows.values()].flatMap(({ notice, ended }) =>
    (notice.kind === "calendar_set" ? [{ row: notice.row, ended }] : [])), day);
}
