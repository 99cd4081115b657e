import { expect, test } from "vitest";
import { columnsOf, exportSheet, importSheet, type ImportOptions, type Values } from "../../src/casework/spreadsheet.ts";
import { readAmount, writeAmount } from "../../src/casework/values.ts";
import { findingsJson, testCases } from "./vectors.ts";

interface ImportInput { sheet: string; base64: string; separator?: string; date_order?: "day_first" | "month_first"; decimal_sign?: "." | "," }
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

testCases<ImportInput>("spreadsheet_import.json", (input) => {
  const options: ImportOptions = { separator: input.separator, dateOrder: input.date_order, decimalSign: input.decimal_sign };
  const made = importSheet(input.sheet, bytes(input.base64), options);
  return {
    encoding: made.encoding, separator: made.separator, columns: made.columns, rows: made.rows, preview: made.preview.length,
    questions: findingsJson(made.questions), faults: findingsJson(made.faults), warnings: findingsJson(made.warnings),
  };
});

testCases<{ sheet: string; rows: Values[]; language: "en" | "fr" }>("spreadsheet_export.json", ({ sheet, rows, language }) => {
  const csv = exportSheet(sheet, rows, language);
  const back = importSheet(sheet, new TextEncoder().encode(csv));
  expect(back.faults).toEqual([]);
  expect(back.questions).toEqual([]);
  expect(back.rows.map((row) => row.values)).toEqual(rows);
  return { csv };
});

test("every sheet has columns, and no title twice", () => {
  for (const sheet of ["person", "entity", "account", "transaction", "asset", "focal_point", "law_entry"]) {
    const columns = columnsOf(sheet);
    expect(columns.length, sheet).toBeGreaterThan(5);
    for (const language of ["en", "fr"] as const) expect(new Set(columns.map((column) => column.title[language])).size).toBe(columns.length);
  }
});

test("an amount of ours is read again as it was, with either sign", () => {
  for (const decimal of ["0", "12", "1.5", "1.234", "123.456", "1234.567", "-0.125", "1000000"]) {
    for (const sign of [".", ","] as const) {
      const back = readAmount(writeAmount(decimal, sign), undefined);
      expect(back.state, decimal).toBe("read");
      expect(Number(back.state === "read" && back.decimal), decimal).toBe(Number(decimal));
    }
  }
});
