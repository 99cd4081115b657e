// The cases of tests/vectors/casework, which the C++ is held to as well: what a function makes of "input" must be its
// "expected". A refusal is {"error": key, …its arguments}.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isFailure } from "../../src/base/failure.ts";
import type { Finding } from "../../src/casework/finding.ts";

interface Case<Input> { name: string; input: Input; expected: unknown }
const folder = new URL("../../../../tests/vectors/casework/", import.meta.url);

export function testCases<Input>(file: string, run: (input: Input) => unknown): void {
  const { cases } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { cases: Case<Input>[] };
  test.each(cases)(`${file}: $name`, ({ input, expected }) => {
    let made: unknown;
    try {
      made = run(input);
    } catch (error) {
      if (!isFailure(error)) throw error;
      made = { error: error.key, ...error.arguments };
    }
    expect(made).toEqual(expected);
  });
}

export const findingsJson = (findings: Finding[]): unknown => findings.map((one) => ({ key: one.key, ...one.arguments }));
