// The texts of the page: complete in both languages, filled by the same arguments, in words that the Court uses, and with
// a sentence for whatever the trusted end may refuse with.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "@formatjs/icu-messageformat-parser";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test } from "vitest";
import { allMessages, languages, ownFiles, ownMessages, pseudo } from "../../tooling/catalogue.ts";

const source = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "src");

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

function placesOf(message: string): string[] {
  const names = new Set<string>();
  const walk = (parts: ReturnType<typeof parse>): void => {
    for (const part of parts) {
      if (part.type !== 0 && "value" in part && typeof part.value === "string") names.add(part.value);
      if ("options" in part && part.options) for (const option of Object.values(part.options)) walk(option.value);
    }
  };
  walk(parse(message, { ignoreTag: true }));
  return [...names].sort();
}

const english = allMessages("en");
const french = allMessages("fr");

test("both languages have the same files, keys and places", () => {
  expect(ownFiles("fr")).toEqual(ownFiles("en"));
  for (const file of ownFiles("en")) {
    expect(Object.keys(ownMessages("fr", [file])), file).toEqual(Object.keys(ownMessages("en", [file])));
  }
  expect(Object.keys(french).sort()).toEqual(Object.keys(english).sort());
  const differing = Object.keys(english).filter((key) => placesOf(english[key]!).join() !== placesOf(french[key]!).join());
  expect(differing).toEqual([]);
});

test("catalogue files are sorted and name each key once", () => {
  for (const language of languages) {
    for (const file of ownFiles(language)) {
      const text = readFileSync(join(source, "..", "catalogue", language, file), "utf8");
      const keys = [...text.matchAll(/^ {2}"([^"]+)": /gm)].map((found) => found[1]!);
      expect(keys, `${language}/${file}`).toEqual([...new Set(keys)].sort());
      expect(keys.length).toBe(Object.keys(JSON.parse(text) as object).length);
    }
    expect(() => ownMessages(language, ownFiles(language))).not.toThrow();
  }
});

test("every message is a pattern that ICU fills, with typographic apostrophes", () => {
  for (const language of languages) {
    for (const [key, message] of Object.entries(allMessages(language))) {
      const values = Object.fromEntries(placesOf(message).map((place) => [place, message.includes(`{${place},`) ? 2 : "Zoë"]));
      const text = new IntlMessageFormat(message, language, undefined, { ignoreTag: true }).format(values);
      expect(text, key).not.toContain("{");
      expect(message, key).not.toContain("'");
    }
  }
});

test("French sets no-break spaces before double punctuation and inside its quotation marks", () => {
  const plainText = (message: string): string => message.replace(/\{[^{}]*,[^]*\}/g, "");
  const wrong = Object.entries(ownMessages("fr", ownFiles("fr")))
    .filter(([, message]) => / [:;?!»]|« |[^\s\u00a0\u202f][?!»](?!\w)/.test(plainText(message).replace(/https?:\S*/g, "")));
  expect(wrong).toEqual([]);
});

describe("words", () => {
  const refused: Record<string, RegExp[]> = {
    fr: [/(?<![\p{L}])témoins?/iu, /(?<![\p{L}])registres?/iu, /(?<![\p{L}])partages?(?![\p{L}])/iu, /(?<![\p{L}])remise/iu, /traçage/iu, /conditions d’utilisation/iu,
      /accusé de réception/iu, /mainlevée/iu],
    en: [/\bwitness/i, /\bblockchain/i],
  };
  test.each(["en", "fr"] as const)("that mean something else at the Court are not on the %s screens", (language) => {
    const hits = Object.entries(allMessages(language))
      .filter(([, message]) => refused[language]!.some((word) => word.test(message)))
      .map(([key]) => key);
    expect(hits).toEqual([]);
  });

  test("the filter finds what it is for", () => {
    expect(refused["fr"]!.some((word) => word.test("Le témoin signe."))).toBe(true);
    expect(refused["fr"]!.some((word) => word.test("Enregistrer les coordonnées"))).toBe(false);
  });

  test("no sentence sends a reader of a page to the command line", () => {
    const telltale = { en: /\brogatory [a-z]|(?<![–-])--[a-z]|\bcommand again|\bFILE\b|\[y\/N\]|chmod|\bthis program\b/, fr: /\brogatory [a-z]|(?<![–-])--[a-z]|même commande|\bFICHIER\b|chmod|\bce programme\b/ };
    for (const language of languages) {
      const hits = Object.entries(allMessages(language)).filter(([key, message]) => key !== "verify_page.native" && telltale[language].test(message)).map(([key]) => key);
      expect(hits, language).toEqual([]);
    }
  });
});

describe("keys", () => {
  const ui = filesBelow(join(source, "ui")).filter((path) => /\.(svelte|ts)$/.test(path));

  test("that screens name are in the catalogue", () => {
    const missing: string[] = [];
    for (const path of ui) {
      for (const found of readFileSync(path, "utf8").matchAll(/\bt(?:In)?\((?:language, )?"([a-z_0-9]+\.[a-z_0-9.]+)"/g)) {
        if (!(found[1]! in english)) missing.push(`${path.slice(source.length)}: ${found[1]}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test("that are made of parts have at least one entry for each beginning", () => {
    const missing: string[] = [];
    for (const path of ui) {
      for (const found of readFileSync(path, "utf8").matchAll(/\bt\(`([a-z_0-9.]+)\$\{/g)) {
        if (!Object.keys(english).some((key) => key.startsWith(found[1]!))) missing.push(`${path.slice(source.length)}: ${found[1]}…`);
      }
    }
    expect(missing).toEqual([]);
  });

  test("that the trusted end fails with have a sentence", () => {
    const missing = new Set<string>();
    const trusted = ["agent", "base", "casework", "crypto", "custody", "record", "tlog"].flatMap((folder) => filesBelow(join(source, folder)));
    for (const path of trusted) {
      for (const found of readFileSync(path, "utf8").matchAll(/\bfail(?:ure)?\(\s*"([a-z_]+)",\s*"([a-z_0-9.]+)"/g)) {
        if (!(`error.${found[2]}` in english)) missing.add(`${found[2]} (${found[1]})`);
      }
    }
    expect([...missing].sort()).toEqual([]);
  });
});

test("everything that the casework rules tell a person has its sentence", () => {
  const told = filesBelow(join(source, "casework")).flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(/"((?:account|bic|calendar|country|currency|iban|import|law|lei|report)\.[a-z_]+)"/g)].map((found) => found[1]!));
  expect(told.length).toBeGreaterThan(40);
  expect(told.filter((key) => !(`warning.${key}` in english) && !(`error.${key}` in english))).toEqual([]);
});

test("the pseudo-locale keeps places and marks every text", () => {
  expect(pseudo("Signed in as {user}")).toMatch(/^⟦.*\{user\}.*⟧$/);
  expect(placesOf(pseudo("{count, plural, one {# day} other {# days}}"))).toEqual(["count"]);
});
