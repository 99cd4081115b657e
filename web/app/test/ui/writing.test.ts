// What is typed comes back after a lock whole: words without the restrictions that were chosen with them would go out under others.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const screens = join(dirname(fileURLToPath(import.meta.url)), "../../src/ui/screens");
const sources = readdirSync(screens, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".svelte"))
  .map((name) => ({ name, text: readFileSync(join(screens, name), "utf8") }));
const using = (part: string) => sources.filter(({ text }) => text.includes(part)).map(({ name }) => name).sort();

test("whoever asks for documents, a title and a message keeps them over a lock", () => {
  expect(using("<FilesStep")).not.toEqual([]);
  for (const name of using("<FilesStep")) expect(using("keepsWriting<")).toContain(name);
});

test("with the words of a screen its restrictions are kept and given back", () => {
  const both = sources.filter(({ text }) => text.includes("keepsWriting<") && text.includes("<RestrictionsStep"));
  expect(both.map(({ name }) => name).sort()).toEqual(
    ["enquiries/NewEnquiry.svelte", "requests/NewRequest.svelte", "send/Reply.svelte", "send/SealToFile.svelte", "send/Send.svelte"]);
  for (const { name, text } of both) {
    expect(text, `${name} keeps them`).toMatch(/title, message(?:, how)?, preset, policy|preset, policy, title, message/);
    expect(text, `${name} gives them back`).toMatch(/\(\{[^}]*preset, policy[^}]*\} = \w+\)/);
  }
});

test("an act of a request keeps its words", () => {
  expect(using("keepsWriting<")).toContain("requests/RequestAct.svelte");
});
