import { expect, test } from "vitest";
import type { Values } from "../../src/casework/spreadsheet.ts";
import { overview, overviewCsv, profileRows, statesParties2021, withoutFocalPoint, type State } from "../../src/casework/state_profile.ts";
import { testCases } from "./vectors.ts";

type Input =
  | { op: "overview"; rows: Values[]; states: State[]; day: string }
  | { op: "without"; points: { state: string; theme: string; valid_from: string; valid_to?: string }[]; states: State[]; region: string; theme: string; day: string };

testCases<Input>("state_profile.json", (input) => {
  if (input.op === "without") {
    const points = input.points.map((one) => ({ state: one.state, theme: one.theme, validFrom: one.valid_from, validTo: one.valid_to }));
    return { states: withoutFocalPoint(points, input.states, input.region, input.theme, input.day) };
  }
  const counts = overview(profileRows(input.rows), input.states, input.day);
  return { counts: counts.filter((one) => one.yes + one.partly + one.no > 0), sum: counts.reduce((sum, one) => sum + one.yes + one.partly + one.no + one.unknown, 0) };
});

test("123 States Parties in five regions, and an overview of all of them when nobody has said anything", () => {
  expect(statesParties2021.length).toBe(123);
  const counts = overview([], statesParties2021, "2021-09-15");
  expect(counts.filter((one) => one.topic === "apic").map((one) => one.unknown).reduce((a, b) => a + b)).toBe(123);
  expect(overviewCsv(counts, "fr").split("\r\n")[1]).toBe("États d’Afrique;partie au Statut de Rome;0;0;0;33");
});
