// Mirror of platform/casework/calendar.hpp: working days of a State, what is due when, and who is reminded. Days, never
// hours: what day it is depends on the reader's zone alone.
import { ensure } from "../base/failure.ts";
import { daysBetween, plusDays, plusMonths, weekdayOf, type Day } from "./date.ts";
import { finding, type Finding } from "./finding.ts";

/** What a State published: its weekend (1 Monday … 7 Sunday), and its holidays day by day for a span of time. */
export interface Calendar { weekend: number[]; holidays: Day[]; publishedFrom?: Day; publishedTo?: Day }
export const mondayToFriday: Calendar = { weekend: [6, 7], holidays: [] };

/** A calendar with no working day at all is a typing error; days then count as they are. */
export const isWorkingDay = (calendar: Calendar, day: Day): boolean =>
  new Set(calendar.weekend).size >= 7 || (!calendar.weekend.includes(weekdayOf(day)) && !holidaysOf(calendar).has(day));
/** Looked up once for each day of a term, which may have years. */
const sets = new WeakMap<Day[], Set<Day>>();
function holidaysOf({ holidays }: Calendar): Set<Day> {
  let set = sets.get(holidays);
  if (set === undefined || set.size !== holidays.length) sets.set(holidays, (set = new Set(holidays)));
  return set;
}
/** More free days in a row than this are a typing error, or meant to keep whoever counts busy: days then count as they are. */
const freeInARow = 31;
function nearest(calendar: Calendar, day: Day, step: 1 | -1): Day {
  let found = day;
  for (let free = 0; !isWorkingDay(calendar, found); free += 1) {
    if (free === freeInARow) return day;
    found = plusDays(found, step);
  }
  return found;
}
/** It, or the next. */
export const workingDayFrom = (calendar: Calendar, day: Day): Day => nearest(calendar, day, 1);
/** It, or the one before. */
export const workingDayUntil = (calendar: Calendar, day: Day): Day => nearest(calendar, day, -1);
/** The n-th working day after one. */
export function plusWorkingDays(calendar: Calendar, day: Day, count: number): Day {
  for (let left = count; left > 0; left--) day = workingDayFrom(calendar, plusDays(day, 1));
  return day;
}
/** Working days after `from`, up to and with `to`. */
export function workingDaysBetween(calendar: Calendar, from: Day, to: Day): number {
  let count = 0;
  for (let day = plusDays(from, 1); day <= to; day = plusDays(day, 1)) if (isWorkingDay(calendar, day)) count++;
  return count;
}

export interface Term { count: number; unit: "days" | "working_days" | "months" }
/** Notes: "calendar.none", "calendar.no_holidays", "calendar.not_published" {until_date}. */
export interface DueDate { day: Day; notes: Finding[] }

/** The day after `from` counts as the first. A term that ends on no working day of the State ends on the next one. */
export function dueDate(from: Day, term: Term, calendar?: Calendar): DueDate {
  ensure(term.count >= 0, "a term does not run backwards");
  const used = calendar ?? mondayToFriday;
  const end = term.unit === "days" ? plusDays(from, term.count) : term.unit === "months" ? plusMonths(from, term.count) : plusWorkingDays(used, from, term.count);
  const day = workingDayFrom(used, end);
  const until = calendar?.publishedTo;
  if (!calendar) return { day, notes: [finding("calendar.none")] };
  if (until === undefined) return { day, notes: [finding("calendar.no_holidays")] };
  const outside = day > until || (calendar.publishedFrom !== undefined && from < calendar.publishedFrom);
  return { day, notes: outside ? [finding("calendar.not_published", { until_date: until })] : [] };
}

/** What whoever asks should know of the day he chose: "calendar.day_off" {date, next_date}, "calendar.not_published" {until_date}. */
export function dueNotes(due: Day, calendar: Calendar): Finding[] {
  const off = isWorkingDay(calendar, due) ? [] : [finding("calendar.day_off", { date: due, next_date: workingDayFrom(calendar, due) })];
  const until = calendar.publishedTo;
  return until !== undefined && due > until ? [...off, finding("calendar.not_published", { until_date: until })] : off;
}

export const soonWorkingDays = 5;
/** Days until it is due, or since. */
export interface DueView { state: "none" | "later" | "soon" | "today" | "overdue"; days: number; workingDays: number }
export function dueView(due: Day | undefined, today: Day, calendar: Calendar): DueView {
  if (due === undefined) return { state: "none", days: 0, workingDays: 0 };
  if (due < today) return { state: "overdue", days: daysBetween(due, today), workingDays: workingDaysBetween(calendar, due, today) };
  const workingDays = workingDaysBetween(calendar, today, due);
  return { state: due === today ? "today" : workingDays <= soonWorkingDays ? "soon" : "later", days: daysBetween(today, due), workingDays };
}

export type Side = "requesting" | "requested";
export type Addressee = "responsible" | "deputy" | "authority";
/** Who there is to remind on one side, and on which days it works. */
export interface SideFacts { calendar: Calendar; hasResponsible: boolean; hasDeputy: boolean }
/** Content-free: that something is due, and when. Negative days before: days overdue. */
export interface Reminder { on: Day; daysBefore: number; side: Side; to: Addressee }

/**
 * What falls after `after` and not after `until`, by day. Of a due date 14 and 3 days before, the day after, and every 30
 * days from then on, the authority as a whole from the second of those; of a measure 90, 30 and 7 days before it ends, and on
 * the day. A reminder before the day comes on that side's last working day before it, one after the day on the next.
 */
export function reminders(what: "due_date" | "measure_expiry", day: Day, after: Day, until: Day, sides: Record<Side, SideFacts>): Reminder[] {
  const out: Reminder[] = [];
  for (const side of ["requesting", "requested"] as const) {
    const facts = sides[side];
    const remind = (on: Day, daysBefore: number, everybody: boolean): void => {
      if (on <= after || on > until) return;
      if (facts.hasResponsible) out.push({ on, daysBefore, side, to: "responsible" });
      if (facts.hasDeputy) out.push({ on, daysBefore, side, to: "deputy" });
      if (everybody || (!facts.hasResponsible && !facts.hasDeputy)) out.push({ on, daysBefore, side, to: "authority" });
    };
    for (const days of what === "due_date" ? [14, 3] : [90, 30, 7, 0]) remind(workingDayUntil(facts.calendar, plusDays(day, -days)), days, false);
    if (what === "measure_expiry") continue;
    for (let days = 1; plusDays(day, days) <= until; days += 30) remind(workingDayFrom(facts.calendar, plusDays(day, days)), -days, days > 1);
  }
  return out.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}
