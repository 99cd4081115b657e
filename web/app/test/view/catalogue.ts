// The catalogues as the page has them, for tests: what a sentence becomes, and whether its key exists in both languages.
import { IntlMessageFormat } from "intl-messageformat";
import { allMessages } from "../../tooling/catalogue";
import type { Sentence, Speaker, Value } from "../../src/ui/view/sentence";

export const messages = { en: allMessages("en"), fr: allMessages("fr") };

export function speaker(language: "en" | "fr"): Speaker {
  return {
    text(key, values = {}) {
      const message = messages[language][key];
      if (message === undefined) throw new Error(`${language}: no sentence for ${key}`);
      return String(new IntlMessageFormat(message, language, undefined, { ignoreTag: true }).format(values));
    },
    time: (at) => new Date(at * 1000).toISOString(),
    date: (at) => new Date(at * 1000).toISOString().slice(0, 10),
    bytes: (count) => `${count} B`,
    list: (items) => new Intl.ListFormat(language).format(items),
    knows: (key) => key in messages[language],
  };
}

/** Every key a sentence needs, its nested ones too. */
export function keysOf(what: Sentence): string[] {
  const nested = (value: Value): string[] => {
    if (typeof value !== "object") return [];
    if ("key" in value) return keysOf(value);
    return "list" in value ? value.list.flatMap(nested) : [];
  };
  return [what.key, ...Object.values(what.values ?? {}).flatMap(nested)];
}
