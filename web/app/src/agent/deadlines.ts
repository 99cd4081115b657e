// What is due, and which measures lapse: by the working days that the requested State published (platform/agent/deadlines.cpp).
import { dueView, mondayToFriday, type Calendar } from "../casework/calendar.ts";
import { dayAt, daysBetween, type Day } from "../casework/date.ts";
import { now } from "./acting.ts";
import type { DeadlineView, RequestView } from "./api.ts";
import { publishedCalendar } from "./calendars.ts";
import { listRequests } from "./request_view.ts";
import type { AgentState } from "./state.ts";

/** A measure that lapsed longer ago is history: the chronology tells it. */
const lapsedShown = 90;

/**
 * By day: what is overdue, lapsed within the last 90 days, or comes within so many days. `zone`: seconds that the reader's clock is
 * ahead of UTC.
 */
export async function listDeadlines(state: AgentState, within: number, zone: number): Promise<DeadlineView[]> {
  const requests = await listRequests(state);
  const today = dayAt(now(state), zone);
  const calendars = new Map<string, Calendar | undefined>();
  const out: DeadlineView[] = [];
  const add = (request: RequestView, day: Day, calendar: Calendar | undefined, measure?: RequestView["measures"][number]): void => {
    if (daysBetween(today, day) > within || (measure !== undefined && daysBetween(day, today) > lapsedShown)) return;
    const { state: standing, days, workingDays } = dueView(day, today, calendar ?? mondayToFriday);
    out.push({ request, measure, day, state: standing, days, workingDays, published: calendar !== undefined });
  };
  for (const request of requests) {
    const party = request.requested?.foundedId;
    if (party !== undefined && !calendars.has(party)) calendars.set(party, await publishedCalendar(state, party, today));
    const calendar = party === undefined ? undefined : calendars.get(party);
    if (request.due !== undefined && !request.over) add(request, dayAt(request.due, zone), calendar);
    for (const measure of request.measures) add(request, measure.ends, calendar, measure);
  }
  const key = ({ day, request }: DeadlineView): string => day + request.chain;
  return out.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
