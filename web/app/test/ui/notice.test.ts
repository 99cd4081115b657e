// What the trusted end notices is told in words: no name that the record gives to an act stands in a sentence.
import { expect, test, vi } from "vitest";
import { messages, speaker } from "../view/catalogue";

let language: "en" | "fr" = "en";
vi.mock("../../src/ui/i18n/index.svelte", () => ({
  hasText: (key: string) => key in messages[language],
  t: (key: string, values: Record<string, string>) => speaker(language).text(key, values),
}));
const { noticeText } = await import("../../src/ui/i18n/failure");

const kinds = (family: string): string[] => Object.keys(messages.en).filter((key) => key.startsWith(`word.${family}.`)).map((key) => key.slice(`word.${family}.`.length));

test("an act in the key record is named in the reader's language", () => {
  language = "fr";
  expect(noticeText({ key: "register.news", arguments: { seq: "6", kind: "invited", member: "sen.crf.1" } })).toContain(": personne invitée,");
  for (language of ["en", "fr"] as const) {
    for (const kind of kinds("register")) {
      const told = noticeText({ key: "register.news", arguments: { seq: "6", kind, member: "m" } });
      expect(told).toContain(speaker(language).text(`word.register.${kind}`));
      if (kind.includes("_")) expect(told).not.toContain(kind);
    }
  }
});

test("a kind without a word stands as it is", () => {
  language = "en";
  expect(noticeText({ key: "register.news", arguments: { seq: "6", kind: "of_a_newer_version", member: "m" } })).toContain("of_a_newer_version");
});
