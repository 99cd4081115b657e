// Mirror of platform/casework/measure_end.hpp.
import type { Measure } from "../record/request_content.ts";
import type { Day } from "./date.ts";

/**
 * The day on which a freeze or seizure lapses: what its last extension says, else what the order said. Undefined where no day is
 * known, or it was lifted or converted to confiscation.
 */
export function measureEnd({ expiry, events }: Pick<Measure, "expiry" | "events">): Day | undefined {
  let end = expiry;
  // In the order of their days, whatever order they were written in; two of one day as they were written.
  for (const event of [...events].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))) {
    if (event.act === "lifted" || event.act === "converted") return undefined;
    if (event.act === "extended" && event.until !== undefined) end = event.until;
  }
  return end;
}
