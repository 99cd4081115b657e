// Mirror of platform/casework/sheet_words.hpp: the lists of data/words.csv.
import { data, dataRows } from "./data.ts";
import type { Language } from "./date.ts";
import { plainWords } from "./text_import.ts";

interface Word { code: string; title: Record<Language, string> }
const lists = new Map<string, Word[]>();
for (const [list, code, en, fr] of dataRows(data.words)) {
  lists.set(list!, [...(lists.get(list!) ?? []), { code: code!, title: { en: en!, fr: fr! } }]);
}

export const isWordList = (list: string): boolean => lists.has(list);
/** In the order of the file; empty for a list that is not there. */
export const wordCodes = (list: string): string[] => (lists.get(list) ?? []).map((word) => word.code);

/** The code of a word given as code or in either language, however written. */
export function wordCode(list: string, text: string): string | undefined {
  const wanted = plainWords(text);
  return lists.get(list)?.find((word) => [word.code, word.title.en, word.title.fr].some((one) => plainWords(one) === wanted))?.code;
}

/** What a code is called; the code itself where the list has no such word. */
export const wordTitle = (list: string, code: string, language: Language): string =>
  lists.get(list)?.find((word) => word.code === code)?.title[language] ?? code;
