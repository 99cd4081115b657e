import { describe, expect, it } from "vitest";
import type { OwnReport, ReportTally } from "../../src/agent/api.ts";
import { daysOf, figureOf, reportLines, share } from "../../src/ui/view/report.ts";

const tally = (...counts: (number | null)[]): ReportTally => ({ counts, acknowledgeMedian: null, acknowledge90: null, replyMedian: 615, reply90: null });
const report = {
  figures: [{ name: "requests", part: false, title: "Demandes" }, { name: "executed", part: true, title: "exécutées" }, { name: "overdue", part: false, title: "en retard" }],
} as OwnReport;

describe("the report of one's own requests", () => {
  it("leaves out what is zero on both sides, and never what is hidden", () => {
    const row = { received: tally(4, null, 0), sent: tally(1, 0, 0) };
    expect(reportLines(report, row, false).map(({ key, received, sent }) => [key, received, sent])).toEqual([["requests", 4, 1], ["executed", null, 0]]);
    expect(reportLines(report, row, true).map(({ key }) => key)).toEqual(["requests", "executed", "overdue"]);
  });
  it("finds a figure by its name; bars are of the longest", () => {
    expect(figureOf(report, tally(4, null, 2), "overdue")).toBe(2);
    expect(figureOf(report, tally(4, null, 2), "executed")).toBeNull();
    expect([share(3, 12), share(12, 12), share(null, 12), share(0, 0)]).toEqual([25, 100, 0, 0]);
    expect(daysOf(615)).toBe(61.5);
  });
});
