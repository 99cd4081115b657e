// Mirror of platform/casework/published_calendar.hpp.
import { weekdays } from "../model/notices.ts";
import type { WorkingCalendar } from "../record/notice_bodies.ts";
import type { Calendar } from "./calendar.ts";
import { plusDays, plusMonths, type Day } from "./date.ts";

/** A row of a State's notice board, and the day on which it was ended. */
export interface PublishedCalendar { row: Pick<WorkingCalendar, "weekend" | "holidays" | "validFrom" | "validTo">; ended?: Day | undefined }

const yearsAhead = 5;

/**
 * The calendar that holds on a day, with the rows that follow it day upon day: one year's holidays are often published after the
 * other's. Where none holds on that day the next one to come; undefined where there is none. The weekend is the first row's, for a
 * deadline is not counted with two. Rows that begin more than five years after the day are not taken: no deadline is counted so far,
 * and a board may hold any number.
 */
export function calendarFrom(rows: readonly PublishedCalendar[], day: Day): Calendar | undefined {
  const sorted = rows.map(({ row, ended }) => ({
    row, from: row.validFrom, to: ended !== undefined && (row.validTo === undefined || ended < row.validTo) ? ended : row.validTo,
  })).filter(({ from, to }) => to === undefined || from <= to).sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const first = sorted.findIndex(({ to }) => to === undefined || day <= to);
  if (first < 0) return undefined;
  const { row, from } = sorted[first]!;
  const out: Calendar = { weekend: row.weekend.map((name) => weekdays.indexOf(name) + 1), holidays: [], publishedFrom: from };
  const end = plusMonths(day, 12 * yearsAhead);
  let next: Day | undefined = from;
  for (const one of sorted.slice(first)) {
    if (next === undefined || one.from !== next || (one.from !== from && one.from > end)) break;
    out.holidays.push(...one.row.holidays.filter((holiday) => holiday >= one.from && (one.to === undefined || holiday <= one.to)));
    if (one.to === undefined) delete out.publishedTo;
    else out.publishedTo = one.to;
    next = one.to === undefined ? undefined : plusDays(one.to, 1);
  }
  return out;
}
