// Says the sentences of ui/view in the reader's language. Reads reactive state: what is written with it follows a change
// of language.
import { dateText, listText, sizeText } from "./format.svelte";
import { hasText, t } from "./i18n/index.svelte";
import { type Sentence, type Speaker, type Value, say, sayValue } from "./view/sentence";

function text(key: string, values: Record<string, string | number> = {}): string {
  if (hasText(key)) return t(key, values);
  // A code that a later version of the protocol knows stands as it is; a refusal is told with its key.
  if (key.startsWith("error.")) return t("error.code.invalid_input", { ...values, key: key.slice("error.".length) });
  if (key.startsWith("word.")) return key.slice(key.lastIndexOf(".") + 1);
  return t(key, values);
}

export const speaker: Speaker = {
  text,
  time: (at) => dateText(at),
  date: (at) => dateText(at, false),
  bytes: (count) => sizeText(count),
  list: (items) => listText(items),
  knows: (key) => hasText(key),
};

export function said(what: Sentence): string {
  return say(speaker, what);
}

export function saidValue(what: Value): string {
  return String(sayValue(speaker, what));
}

/** What somebody may, and whether it is a machine. */
export function roleText({ role, service }: { role: string; service?: boolean }): string {
  const word = t(`word.${role}`);
  return service === true ? t("people.service_role", { role: word }) : word;
}
