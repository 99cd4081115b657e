import { describe, expect, it } from "vitest";
import type { DeadlineView } from "../../src/agent/api";
import { deadlineLeft, deadlineTone, deadlineWhat } from "../../src/ui/view/deadlines";

const measure = { by: { partyCode: "SEN", authorityName: "FIU" }, key: "m1", kind: "freeze", order: "", ends: "2027-01-01" } as never;
const row = (change: Partial<DeadlineView>): DeadlineView =>
  ({ request: { side: "requested" }, day: "2027-01-01", state: "later", days: 40, workingDays: 28, published: true, ...change }) as DeadlineView;

describe("what is due, in words", () => {
  it("counts working days for an answer, and days for a measure", () => {
    expect(deadlineLeft(row({}))).toMatchObject({ key: "deadlines.left", values: { count: 40, working: 28 } });
    expect(deadlineLeft(row({ state: "overdue", days: 3, workingDays: 1 }))).toMatchObject({ key: "deadlines.overdue", values: { count: 3, working: 1 } });
    expect(deadlineLeft(row({ measure }))).toMatchObject({ key: "deadlines.lapses", values: { count: 40 } });
    expect(deadlineLeft(row({ measure, state: "overdue", days: 3 }))).toMatchObject({ key: "deadlines.lapsed", values: { count: 3 } });
  });

  it("says whose answer it is, and names a measure by its number or its key", () => {
    expect(deadlineWhat(row({})).key).toBe("deadlines.answer_mine");
    expect(deadlineWhat(row({ request: { side: "requesting" } as never })).key).toBe("deadlines.answer_theirs");
    expect(deadlineWhat(row({ measure }))).toMatchObject({ key: "deadlines.measure", values: { kind: "freeze", order: "m1" } });
    expect(deadlineWhat(row({ measure: { ...(measure as object), order: "12/2026" } as never }))).toMatchObject({ values: { order: "12/2026" } });
  });

  it("warns of an answer within five working days, and of a measure thirty days before it lapses", () => {
    const tones = [row({}), row({ state: "soon" }), row({ state: "today" }), row({ state: "overdue" }), row({ measure }), row({ measure, days: 30 }), row({ measure, state: "overdue" })];
    expect(tones.map(deadlineTone)).toEqual(["plain", "warning", "warning", "bad", "plain", "warning", "bad"]);
  });
});
