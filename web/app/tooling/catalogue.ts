// Catalogues at build time: flat ICU messages of several files become a few virtual modules, parsed beforehand, so that
// the page needs no parser. `virtual:catalogue/<language>/<pack>` exports one object: key → text, or key → parsed message.
//
// Sentences of errors, warnings, notices and words are those of the command line (web/cli/catalogue), so that one key has
// one sentence; an entry of the same key under web/app/catalogue replaces it where the sentence names a command.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "@formatjs/icu-messageformat-parser";
import type { Plugin } from "vite";

export type Messages = Record<string, string>;
export const languages = ["en", "fr"] as const;
export type CatalogueLanguage = (typeof languages)[number];

const here = dirname(fileURLToPath(import.meta.url));
const ownFolder = join(here, "..", "catalogue");
const commandLineFolder = join(here, "..", "..", "cli", "catalogue");

/** What a visitor sees before sign-in: kept small. Everything else is fetched behind it. */
export const firstFiles = ["shell.json", "sign_in.json", "start.json"];

/** Namespaces of the command line's catalogue that a page can say. */
const takenNamespaces = ["error", "warning", "notice", "change", "word", "custody"];
/** Of those, what only a program without a page says. */
const neverTaken = [
  "change.go_on", "custody.check_it", "custody.keys_sure", "error.usage.", "error.config.", "error.tls.",
  "error.witness.", "error.age.usage.", "error.age.binary_output", "error.age.identity_file_closed", "error.age.no_terminal",
  "error.age.passphrases_differ", "error.age.too_long_for_terminal", "error.age.input_changed", "error.age.plugin", "error.age.ssh",
  "error.database_key.", "error.init.", "error.keeper.", "error.unlocked.", "error.output.", "error.profile.in_use", "error.profile.unusable",
  "error.program.", "error.request.form_", "error.version.argument", "error.version.form_", "error.enquiry.one_state", "error.prompt.", "error.schema.", "error.secret_file.", "error.send.pipe_to_several", "error.text.not_unicode",
  "error.custody.exists", "error.custody.name_here", "error.release.", "error.ssh.", "error.file.no_room", "error.qr.", "error.kit.nowhere", "error.client.client_certificate_refused", "warning.secret_file_open",
  "error.service.", "error.service_key.", "error.enrolment.not_a_service",
];
/** Turns of phrase of the command line, and what a page says instead. */
const phrases: Record<CatalogueLanguage, [RegExp, string][]> = {
  en: [
    [/\b([Rr])un the (same )?command again/g, "$1epeat this"],
    [/\band run the command again/g, "and repeat this"],
    [/\bUpdate (this|the) program/g, "Load the page again"],
    [/\bupdate (this|the) program\b(, then run it again)?/g, "load the page again$2"],
    [/, then run it again/g, ", then repeat this"],
  ],
  fr: [
    [/\bR(elancez la (même )?commande)/g, "Recommencez"],
    [/\br(elancez la (même )?commande)/g, "recommencez"],
    [/\bMettez (ce|le) programme à jour/g, "Rechargez la page"],
    [/\bmettez (ce|le) programme à jour/g, "rechargez la page"],
  ],
};

function readMessages(path: string): Messages {
  return JSON.parse(readFileSync(path, "utf8")) as Messages;
}

export function ownFiles(language: CatalogueLanguage): string[] {
  return readdirSync(join(ownFolder, language)).filter((name) => name.endsWith(".json")).sort();
}

export function ownMessages(language: CatalogueLanguage, names: string[]): Messages {
  const out: Messages = {};
  for (const name of names) {
    for (const [key, text] of Object.entries(readMessages(join(ownFolder, language, name)))) {
      if (key in out) throw new Error(`${language}: ${key} stands in two catalogue files`);
      out[key] = text;
    }
  }
  return out;
}

export function commandLineMessages(language: CatalogueLanguage): Messages {
  const all = readMessages(join(commandLineFolder, `${language}.json`));
  const inPage = (text: string): string => phrases[language].reduce((so, [said, instead]) => so.replace(said, instead), text);
  return Object.fromEntries(Object.entries(all)
    .filter(([key]) => takenNamespaces.includes(key.slice(0, key.indexOf("."))) && !neverTaken.some((prefix) => key.startsWith(prefix)))
    .map(([key, text]) => [key, inPage(text)]));
}

/** All messages of one language as the page has them. */
export function allMessages(language: CatalogueLanguage): Messages {
  return { ...commandLineMessages(language), ...ownMessages(language, ownFiles(language)) };
}

/** Accented, longer, in brackets: shows text that is not in a catalogue and places that are too narrow for it. */
export function pseudo(text: string): string {
  const accents: Record<string, string> = { a: "á", e: "ê", i: "ï", o: "ô", u: "ü", A: "Á", E: "Ê", O: "Ô", c: "ç", n: "ñ" };
  let depth = 0;
  let out = "";
  for (const letter of text) {
    if (letter === "{") depth += 1;
    out += depth === 0 ? (accents[letter] ?? letter) : letter;
    if (letter === "}") depth -= 1;
  }
  return `⟦${out}${"·".repeat(Math.ceil(text.length / 3))}⟧`;
}

function compiled(messages: Messages, asPseudo: boolean): string {
  const entries = Object.keys(messages).sort().map((key) => {
    const text = asPseudo ? pseudo(messages[key]!) : messages[key]!;
    const parts = parse(text, { ignoreTag: true });
    const plain = parts.length === 0 ? "" : parts.length === 1 && parts[0]!.type === 0 ? parts[0]!.value : null;
    return [key, plain ?? parts];
  });
  return `export default JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(entries)))});`;
}

export function catalogue(options: { pseudo: boolean }): Plugin {
  const prefix = "virtual:catalogue/";
  return {
    name: "rogatory-catalogue",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const [language, pack] = id.slice(prefix.length + 1).split("/") as [CatalogueLanguage, string];
      const rest = ownFiles(language).filter((name) => !firstFiles.includes(name));
      for (const name of ownFiles(language)) this.addWatchFile(join(ownFolder, language, name));
      const messages = pack === "first" ? ownMessages(language, firstFiles)
        : { ...commandLineMessages(language), ...ownMessages(language, rest) };
      return compiled(messages, options.pseudo);
    },
  };
}
