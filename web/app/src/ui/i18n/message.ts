// One message of the catalogue, filled. Plain texts are strings; those with places were parsed when the page was built.

import { IntlMessageFormat } from "intl-messageformat";

export type ParsedMessage = ConstructorParameters<typeof IntlMessageFormat>[0] & object;
export type MessageArguments = Record<string, string | number>;

const formats = new WeakMap<ParsedMessage, Map<string, IntlMessageFormat>>();

export function fill(message: string | ParsedMessage, language: string, values: MessageArguments): string {
  if (typeof message === "string") return message;
  let byLanguage = formats.get(message);
  if (!byLanguage) formats.set(message, (byLanguage = new Map()));
  let format = byLanguage.get(language);
  if (!format) {
    format = new IntlMessageFormat(message, language, undefined, { ignoreTag: true });
    byLanguage.set(language, format);
  }
  return String(format.format(values));
}

/** The names of the places of a parsed message, however deep. */
export function placesOf(message: string | ParsedMessage): string[] {
  const names = new Set<string>();
  const walk = (parts: unknown): void => {
    for (const part of parts as { type: number; value: string; options?: Record<string, { value: unknown }> }[]) {
      if (part.type >= 1 && part.type <= 6) names.add(part.value);
      for (const option of Object.values(part.options ?? {})) walk(option.value);
    }
  };
  if (typeof message !== "string") walk(message);
  return [...names].sort();
}
