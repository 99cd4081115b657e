import { expect, test } from "vitest";
import { parseFacts } from "../../src/casework/facts.ts";
import { median, percentile90 } from "../../src/casework/percentile.ts";
import { makeReport, reportingYear, sumDifferences, sumOfRows } from "../../src/casework/report.ts";
import { countRow, partyRowOf, rowDifferences } from "../../src/casework/report_row.ts";
import { figureIndex } from "../../src/casework/figures.ts";
import { parseRow, publishedCsv, reportCsv, reportJson, rowJson } from "../../src/casework/report_text.ts";
import { reportRow, type ReportRow } from "../../src/record/report_row.ts";
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

interface RowInput extends Input { party: string; organ: string }
const countedRow = ({ facts, options, party, organ }: RowInput) => countRow(facts.map(parseFacts), party, organ, {
  period: { from: options.from, to: options.to }, asOf: options.as_of, hideBelow: options.hide_below,
});
testCases<RowInput>("report_rows.json", (input) => {
  const row = countedRow(input);
  expect(reportRow.read(reportRow.write(row))).toEqual(row);
  return {
    row: JSON.parse(JSON.stringify(reportRow.write(row))),
    csv_en: publishedCsv([{ row, answer: "confirmed" }], sumOfRows([partyRowOf(row)]), "en"),
    csv_fr: publishedCsv([{ row, answer: "confirmée" }], sumOfRows([partyRowOf(row)]), "fr"),
  };
});

const figure = (name: string, count?: number) => ({ figure: name, count });
const rowOf = (party: string, received: ReturnType<typeof figure>[]): ReportRow => ({
  party, organ: "X-OTP", from: "2020-09-16", to: "2021-09-15", asOf: "2021-09-15", hideBelow: 5, received, sent: [],
});

test("a row is held against what one counts oneself, hidden figures aside", () => {
  const told = rowOf("SEN", [figure("executed"), figure("open", 6), figure("requests", 12)]);
  const own = rowOf("SEN", [figure("executed", 3), figure("open", 7), figure("replied", 1), figure("requests", 12)]);
  expect(rowDifferences(told, own)).toEqual([
    { figure: "open", received: true, told: 6, own: 7 }, { figure: "replied", received: true, told: 0, own: 1 },
  ]);
  expect(rowDifferences(told, told)).toEqual([]);
});

test("the sum is of the published rows alone: what is not published changes nothing in it", () => {
  const published = [rowOf("SEN", [figure("requests", 12)]), rowOf("KEN", [figure("requests", 7)])];
  const sums = sumOfRows(published.map(partyRowOf));
  expect(sums.received[figureIndex("requests")!]).toBe(19);
  // Whatever the third State's row holds, the table that everybody reads is the same: nobody learns of it by subtraction.
  for (const count of [1, 5, 900]) {
    const unpublished = rowOf("MLI", [figure("requests", count)]);
    expect(unpublished.party).not.toBe("SEN");
    expect(sumOfRows(published.map(partyRowOf))).toEqual(sums);
  }
  // And a figure that one row hides is hidden in the sum, so that the other row does not give it away.
  const hidden = sumOfRows([...published, rowOf("FRA", [figure("requests")])].map(partyRowOf));
  expect(hidden.received[figureIndex("requests")!]).toBeUndefined();
});
