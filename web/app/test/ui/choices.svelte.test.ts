// What was chosen is not taken back by what is read meanwhile, nor is what a colleague set meanwhile.
import { expect, test } from "vitest";
import { choices } from "../../src/ui/choices.svelte";

const acts = ["request", "reply", "share"] as const;

test("what is in force is what is shown, until somebody chooses", () => {
  const chosen = choices(acts);
  chosen.follow(["share"]);
  expect(chosen.all()).toEqual(["share"]);
  chosen.follow([]);
  expect(chosen.all()).toEqual([]);
});

test("a choice stays when the rule is read anew, and what a colleague set meanwhile comes beside it", () => {
  const chosen = choices(acts);
  chosen.follow(["reply"]);
  chosen.choose("request", true);
  chosen.choose("reply", false);
  chosen.follow(["reply", "share"]);
  expect(chosen.all()).toEqual(["request", "share"]);
  expect(chosen.isOn("reply")).toBe(false);
});

test("once it is in force, all of it follows again", () => {
  const chosen = choices(acts);
  chosen.choose("request", true);
  chosen.settle();
  chosen.follow(["share"]);
  expect(chosen.all()).toEqual(["share"]);
});
