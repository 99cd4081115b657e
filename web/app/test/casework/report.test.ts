import { expect, test } from "vitest";
import { parseFacts } from "../../src/casework/facts.ts";
import { median, percentile90 } from "../../src/casework/percentile.ts";
import { makeReport, reportingYear, sumDifferences, sumOfRows } from "../../src/casework/report.ts";
import { parseRow, reportCsv, reportJson, rowJson } from "../../src/casework/report_text.ts";
import { cellsToHide, givenAway } from "../../src/casework/suppression.ts";
import { testCases } from "./vectors.ts";

interface Input { facts: unknown[]; options: { from: string; to: string; as_of: string; hide_below: number; parties?: string[] } }

testCases<Input>("report.json", ({ facts, options }) => {
  const report = makeReport(facts.map(parseFacts), {
    period: { from: options.from, to: options.to }, asOf: options.as_of, hideBelow: options.hide_below, parties: options.parties ?? [],
  });
  expect(sumDifferences(report)).toEqual([]);
  for (const row of report.rows) expect(parseRow(JSON.parse(JSON.stringify(rowJson(row))))).toEqual(row);
  return { report: reportJson(report), csv_en: reportCsv(report, "en"), csv_fr: reportCsv(report, "fr") };
});

test("the reporting year runs from 16 September to 15 September", () => {
  expect(reportingYear("2021-09-15")).toEqual({ from: "2020-09-16", to: "2021-09-15" });
  expect(reportingYear("2021-09-16")).toEqual({ from: "2021-09-16", to: "2022-09-15" });
});

test("medians and percentiles are those of a spreadsheet", () => {
  expect(median([])).toBeUndefined();
  expect(median([62, 61])).toBe(615);
  expect(percentile90([1, 2, 3, 4])).toBe(37);
});

test("two hidden cells may be anything that their sum allows; one hidden cell may not", () => {
  const cells = [12, 1, 1, 10];
  const sums = [{ whole: 0, parts: [1, 2, 3] }];
  expect(givenAway(cells, sums, [false, true, true, false], 5)).toEqual([]);
  expect(givenAway([12, 2, 0, 10], sums, [false, true, false, false], 5)).toEqual([1]);
  expect(cellsToHide([12, 2, 0, 10], sums, [false, false, false, false], 5)).toEqual([false, true, true, false]);
  expect(cellsToHide([12, 2, 0, 10], sums, [false, false, true, false], 5)).toEqual([false, true, false, true]);
});

test("published rows add up to the total, and a broken one is refused", () => {
  const fact = (reference: string, requested: string): unknown =>
    ({ reference, requesting: "X-OTP", requested, organ: "prosecutor", nature: "judicial_assistance", sent: "2021-01-01" });
  const report = makeReport([fact("A", "SEN"), fact("B", "KEN")].map(parseFacts), { period: reportingYear("2021-01-01"), asOf: "2021-09-15", hideBelow: 0, parties: [] });
  expect(sumOfRows(report.rows)).toEqual({ received: report.total.counts, sent: report.total.counts });

  const json = (): { party: string; received: { figures: Record<string, number>; hidden: string[] }; sent?: unknown } => JSON.parse(JSON.stringify(rowJson(report.rows[0]!)));
  const refused = (change: (row: ReturnType<typeof json>) => void): void => {
    const row = json();
    change(row);
    expect(() => parseRow(row)).toThrow("report.row");
  };
  refused((row) => { delete row.sent; });
  refused((row) => { row.party = "Kenya"; });
  refused((row) => { delete row.received.figures["open"]; });
  refused((row) => { delete row.received.figures["open"]; row.received.hidden = ["closed"]; });
  const hidden = json();
  delete hidden.received.figures["open"];
  hidden.received.hidden = ["open"];
  expect(parseRow(hidden).received.counts).toContain(undefined);
});
