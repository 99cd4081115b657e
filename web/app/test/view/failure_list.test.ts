// The help page "When something fails": ten, each with its own words in both languages, each the one that the page shows.
import { expect, test } from "vitest";
import en from "../../catalogue/en/failures.json";
import enShell from "../../catalogue/en/shell.json";
import enSignIn from "../../catalogue/en/sign_in.json";
import enWords from "../../catalogue/en/words.json";
import fr from "../../catalogue/fr/failures.json";
import frShell from "../../catalogue/fr/shell.json";
import frSignIn from "../../catalogue/fr/sign_in.json";
import frWords from "../../catalogue/fr/words.json";
import { failureList, failureOfListed, listedNames } from "../../src/ui/view/failure_list.ts";

const rows = failureList("rogatory.example.org");

test("ten failures, each by its own name", () => {
  expect(rows).toHaveLength(10);
  expect(rows.map((row) => failureOfListed(row).name)).toEqual(listedNames);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(10);
});

test.each(rows.map((row) => [row.key, row] as const))("%s says when, what and what to do, in English and French", (key, row) => {
  for (const words of [en, fr] as Record<string, string>[]) {
    expect(words[`failure_list.${key}.when`]).toBeTruthy();
    const failure = failureOfListed(row);
    expect(words[row.atField === undefined ? failure.title.key : `failure_list.${key}.title`]).toBeTruthy();
    expect(words[row.atField === undefined ? failure.advice.key : `failure_list.${key}.do`]).toBeTruthy();
  }
  expect(en[`failure_list.${key}.when` as keyof typeof en]).not.toBe(fr[`failure_list.${key}.when` as keyof typeof fr]);
});

test.each([
  ["en", { ...enShell, ...enSignIn, ...enWords }], ["fr", { ...frShell, ...frSignIn, ...frWords }],
] as [string, Record<string, string>][])("what a page of its own tells is in the catalogue: %s", (_, texts) => {
  const told = rows.flatMap(({ reads }) => reads ?? []);
  expect(told.length).toBeGreaterThan(0);
  for (const key of told) expect(texts[key], key).toBeTruthy();
});
