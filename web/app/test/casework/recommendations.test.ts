import { expect, test } from "vitest";
import type { Language } from "../../src/casework/date.ts";
import { annex, annexCsv, dueDates, history, isLate, readRecommendations, shippedRecommendations, view } from "../../src/casework/recommendations.ts";
import { testCases } from "./vectors.ts";

interface Input { op: "view" | "history" | "late" | "csv"; csv?: string; addressee?: string; due?: string; state?: string; round?: string; number?: string; today?: string; language?: Language }

testCases<Input>("recommendations.json", (input) => {
  const rows = input.csv === undefined ? shippedRecommendations : readRecommendations(input.csv);
  switch (input.op) {
    case "view": return { numbers: view(rows, input).map((row) => `${row.number} ${row.state} ${row.due}`) };
    case "history": return { rounds: history(rows, input.number!).map((row) => row.round), due: dueDates(rows, input.number!) };
    case "late": return { late: view(rows, {}).filter((row) => isLate(row, input.today!)).map((row) => row.number) };
    case "csv": return { csv: annexCsv(rows, input.round!, input.language!) };
  }
});

test("the printed round of 4 November 2021 has the annex's 13 rows and no empty cell in either language", () => {
  expect(shippedRecommendations.length).toBe(13);
  for (const language of ["en", "fr"] as const) {
    const rows = annex(shippedRecommendations, "2021-11-04", language);
    expect(rows.length).toBe(13);
    expect(rows.flatMap((row) => Object.values(row)).every((cell) => cell.trim() !== "")).toBe(true);
    expect(rows.filter((row) => row.recommendation.startsWith("R272")).length).toBe(2);
    expect(rows.filter((row) => row.recommendation.includes("R279") && row.recommendation.includes("R281")).length).toBe(1);
  }
});
