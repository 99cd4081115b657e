// The report of a bundle says what the native client's says, in both languages, with no key left over.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { IntlMessageFormat } from "intl-messageformat";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { memorySource } from "../../src/custody/source.ts";
import { parseTrusted, verifyCustody } from "../../src/custody/verify.ts";
import { custodyReport, utcTime, type Block } from "../../src/ui/view/custody.ts";
import { allMessages, type CatalogueLanguage } from "../../tooling/catalogue.ts";

beforeAll(() => cryptoReady);

const folder = new URL("../../../../tests/vectors/custody/", import.meta.url);
const fingerprints = readFileSync(new URL("fingerprints.txt", folder), "utf8").trim().split("\n");

function speakerOf(language: CatalogueLanguage) {
  const messages = allMessages(language);
  return {
    text(key: string, values: Record<string, string | number> = {}): string {
      const message = messages[key];
      if (message === undefined) throw new Error(`no sentence for ${key}`);
      return String(new IntlMessageFormat(message, language).format(values));
    },
    time: utcTime, date: utcTime, bytes: (count: number) => `${count} B`, list: (items: string[]) => items.join(", "),
    knows: (key: string) => key in messages,
  };
}

const textOf = (blocks: Block[]): string => blocks.map((block) =>
  block.kind === "facts" ? block.lines.map(({ label, text }) => `${label}: ${text}`).join("\n")
  : block.kind === "rows" ? [block.columns, ...block.rows].map((row) => row.join(" | ")).join("\n") : block.text).join("\n");

describe.each(["full.tar", "history.tar", "selective.tar"])("%s", (name) => {
  it.each(["en", "fr"] as const)("in %s", async (language) => {
    const source = memorySource(new Uint8Array(readFileSync(new URL(name, folder))));
    for (const given of [[], fingerprints]) {
      const { told } = await verifyCustody(source, { parties: given.map(parseTrusted) });
      const report = custodyReport(told!, speakerOf(language));
      const text = textOf(report.blocks);
      expect(report.foot).toContain(told!.manifestSha256);
      expect(text).toContain("SEN / CENTIF");
      expect(text).toContain("rapport.pdf");
      expect(text).toContain("59724 60989 17898 88949 04391 41443 45378 35452");
      expect(text).toContain("UTC");
      expect(text.includes("SEN / CENTIF *")).toBe(given.length === 0);
      expect(text).not.toMatch(/--[a-z]/);
      expect(text).not.toMatch(/\{[a-z]+\}/);
    }
  });
});
