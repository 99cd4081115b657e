import { expect, test } from "vitest";
import { dueDate, dueNotes, dueView, isWorkingDay, plusWorkingDays, reminders, workingDaysBetween, type Calendar, type SideFacts, type Term } from "../../src/casework/calendar.ts";
import { dayAt, isDay, plusDays, plusMonths, written } from "../../src/casework/date.ts";
import { measureEnd } from "../../src/casework/measure_end.ts";
import { calendarFrom } from "../../src/casework/published_calendar.ts";
import type { Weekday } from "../../src/model/notices.ts";
import type { MeasureAct } from "../../src/model/request_content.ts";
import { findingsJson, testCases } from "./vectors.ts";

interface CalendarInput { weekend: number[]; holidays: string[]; published_from?: string; published_to?: string }
interface SideInput { calendar: CalendarInput; responsible: boolean; deputy: boolean }
type Input =
  | { op: "due"; from: string; count: number; unit: Term["unit"]; calendar?: CalendarInput }
  | { op: "view"; due?: string; today: string; calendar: CalendarInput }
  | { op: "published"; rows: { weekend: Weekday[]; holidays: string[]; from: string; to?: string; ended?: string }[]; day: string }
  | { op: "due_notes"; due: string; calendar: CalendarInput }
  | { op: "measure_end"; expiry?: string; events: { act: MeasureAct; date: string; until?: string }[] }
  | { op: "written"; day: string }
  | { op: "at"; when: number; ahead: number; behind: number }
  | { op: "reminders"; what: "due_date" | "measure_expiry"; day: string; after: string; until: string; requesting: SideInput; requested: SideInput };

const calendarOf = (input: CalendarInput): Calendar =>
  ({ weekend: input.weekend, holidays: input.holidays, publishedFrom: input.published_from, publishedTo: input.published_to });
const sideOf = (input: SideInput): SideFacts =>
  ({ calendar: calendarOf(input.calendar), hasResponsible: input.responsible, hasDeputy: input.deputy });

testCases<Input>("calendar.json", (input) => {
  switch (input.op) {
    case "due": {
      const due = dueDate(input.from, { count: input.count, unit: input.unit }, input.calendar && calendarOf(input.calendar));
      return { day: due.day, notes: findingsJson(due.notes) };
    }
    case "view": {
      const view = dueView(input.due, input.today, calendarOf(input.calendar));
      return { state: view.state, days: view.days, working_days: view.workingDays };
    }
    case "published": {
      const found = calendarFrom(input.rows.map(({ weekend, holidays, from, to, ended }) => ({ row: { weekend, holidays, validFrom: from, validTo: to }, ended })), input.day);
      return found === undefined ? {} : {
        weekend: found.weekend, holidays: found.holidays, published_from: found.publishedFrom,
        ...(found.publishedTo === undefined ? {} : { published_to: found.publishedTo }),
      };
    }
    case "due_notes": return { notes: findingsJson(dueNotes(input.due, calendarOf(input.calendar))) };
    case "measure_end": return { ends: measureEnd({ expiry: input.expiry, events: input.events }) ?? "" };
    case "written": return { en: written(input.day, "en"), fr: written(input.day, "fr") };
    case "at": return { day: dayAt(input.when, input.ahead - input.behind) };
    case "reminders":
      return reminders(input.what, input.day, input.after, input.until, { requesting: sideOf(input.requesting), requested: sideOf(input.requested) })
        .map((one) => ({ on: one.on, before: Math.max(0, one.daysBefore), overdue: Math.max(0, -one.daysBefore), side: one.side, to: one.to }));
  }
});

test("what is so many working days later is so many working days away", () => {
  const calendar: Calendar = { weekend: [5, 6], holidays: ["2021-03-10", "2021-03-11"] };
  for (let start = "2021-02-25"; start < "2021-03-15"; start = plusDays(start, 1)) {
    for (const count of [1, 2, 7, 20]) {
      const end = plusWorkingDays(calendar, start, count);
      expect(isWorkingDay(calendar, end)).toBe(true);
      expect(workingDaysBetween(calendar, start, end)).toBe(count);
    }
  }
});

test("days that no calendar has are none, and a month later keeps to the month", () => {
  expect(["2021-02-29", "2021-13-01", "2021-00-01", "1899-12-31", "2021-1-01", "2021-04-31"].some(isDay)).toBe(false);
  expect(plusMonths("2024-01-31", 1)).toBe("2024-02-29");
  expect(plusMonths("2021-03-31", -13)).toBe("2020-02-29");
});
