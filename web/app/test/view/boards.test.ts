import { describe, expect, it } from "vitest";
import type { NoticeView } from "../../src/agent/api";
import { exportSheet, importSheet } from "../../src/casework/spreadsheet.ts";
import { wordCodes } from "../../src/casework/sheet_words.ts";
import { countsOf, placedStates, saidOfStates, stateLines, topicCounts } from "../../src/ui/view/state_overview";
import { grouped, recommendationValues, recommendationViews } from "../../src/ui/view/recommendation_list";

const view = (party: string, notice: unknown, change: Partial<NoticeView> = {}): NoticeView => ({
  id: "0a", party, authority: "FIU", own: false, notice: notice as NoticeView["notice"], from: "2026-01-01", ended: false, inForce: true,
  toConfirm: false, counting: true, index: 0, at: 0, ...change,
});
const said = (party: string, topic: string, answer: string, dated: string, state?: string): NoticeView =>
  view(party, { kind: "profile_set", row: { topic, answer, dated, source: "s", ...(state === undefined ? {} : { state }) } });

describe("what States have done", () => {
  const rows = [said("X-ASP", "apic", "no", "2026-05-01", "SEN"), said("SEN", "apic", "yes", "2014-09-25"), said("X-ASP", "apic", "no", "2020-01-01", "MLI"),
    said("X-REG", "apic", "partly", "2021-01-01", "MLI"), said("UKR", "apic", "yes", "2025-02-01")];

  it("is a State's own word before a body's, and of bodies the newest", () => {
    for (const some of [rows, [...rows].reverse()]) {
      const found = saidOfStates(some);
      expect([found.get("SEN apic")?.row.answer, found.get("SEN apic")?.by]).toEqual(["yes", "SEN"]);
      expect([found.get("MLI apic")?.row.answer, found.get("MLI apic")?.by]).toEqual(["partly", "X-REG"]);
    }
  });

  it("is counted by region, every State in one, also those that joined since the list", () => {
    const states = placedStates("en", Date.parse("2026-11-28"));
    expect([states.length, states.filter(({ region }) => !wordCodes("region").includes(region))]).toEqual([125, []]);
    const found = saidOfStates(rows);
    const counts = countsOf(found, states, "2026-11-28");
    const africa = topicCounts(counts, "africa").find(({ topic }) => topic === "apic")!;
    expect([africa.yes, africa.partly, africa.no]).toEqual([1, 1, 0]);
    const all = topicCounts(counts, "").find(({ topic }) => topic === "apic")!;
    expect([all.yes, all.partly, all.no, all.yes + all.partly + all.no + all.unknown]).toEqual([2, 1, 0, 125]);
    expect(stateLines(found, states, "africa", "apic", "fr").filter(({ said: one }) => one !== undefined).map(({ code }) => code)).toEqual(["MLI", "SEN"]);
  });
});

describe("what became of recommendations", () => {
  const shipped = recommendationViews([], "2021-12-01");

  it("is the list that comes with the platform, and what was published since with its history", () => {
    expect(shipped.length).toBeGreaterThan(10);
    const first = shipped.find(({ number }) => number === "R149")!;
    const row = (round: string, state: string, more = {}) => view("X-ASP", { kind: "recommendation_set", row: { number: "R149", round, state, clusters: [], ...more } });
    const views = recommendationViews([
      row("2026-06-04", "under_way", { due: "2027-H1" }), row("2024-06-04", "not_dealt_with"),
      view("X-ASP", { kind: "recommendation_set", row: { number: "R149", round: "2026-07-01", state: "done", clusters: [] } }, { ended: true }),
      view("X-ASP", { kind: "recommendation_set", row: { number: "R9", round: "2026-07-01", state: "done", clusters: [] } }),
    ], "2026-11-28");
    const now = views.find(({ number }) => number === "R149")!;
    expect(now.history.map(({ state, by }) => `${state} ${by}`)).toEqual(["not_taken_up ", "not_dealt_with X-ASP", "under_way X-ASP"]);
    expect(now.now).toMatchObject({ state: "under_way", due: "2027-H1", text: first.now.text, addressee: first.now.addressee });
    expect([now.late, views[0]!.number]).toEqual([false, "R9"]);
    // Whoever dates ahead does not stand above everybody for ever.
    const ahead = recommendationViews([row("2099-12-31", "done"), row("2026-06-04", "under_way")], "2026-11-28").find(({ number }) => number === "R149")!;
    expect([ahead.now.state, ahead.history.at(-1)!.round]).toEqual(["under_way", "2099-12-31"]);
    expect(shipped.find(({ number, now: { state } }) => number === "R152" && state === "under_way")?.late).toBe(false);
    expect(recommendationViews([], "2022-01-01").find(({ number }) => number === "R152")?.late).toBe(true);
  });

  it("is grouped by addressee, due half-year or state, and exported with its history", () => {
    const count = (by: "addressee" | "due" | "state") => grouped(shipped, by).map(({ views }) => views.length).reduce((sum, one) => sum + one, 0);
    expect([count("addressee"), count("due"), count("state")]).toEqual([shipped.length, shipped.length, shipped.length]);
    expect(grouped(shipped, "due").map(({ name }) => name)).toEqual(["2021-H2", "2022-H1"]);
    const csv = exportSheet("recommendation", recommendationValues(shipped), "fr");
    const back = importSheet("recommendation", new TextEncoder().encode(csv));
    expect([back.faults, back.rows.length]).toEqual([[], shipped.length]);
  });
});
