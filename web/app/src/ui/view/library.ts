// The library as people look through it: in their language where there is one, by kind, language and words.
import type { EntryView, WorkView } from "../../agent/api";
import type { LibraryVersion } from "../../record/sealed_body.ts";
import { workKinds, type WorkKind } from "../../model/library.ts";
import { printable } from "./names";

export { workKinds, type WorkKind };
type Language = "en" | "fr";

export const currentOf = (work: WorkView): EntryView | undefined =>
  work.current === undefined ? undefined : work.versions[work.current];
export const saysOf = (work: WorkView): LibraryVersion | undefined => currentOf(work)?.work;

/** In the reader's language, or the one there is. */
export function inLanguage(en: string | undefined, fr: string | undefined, language: Language): string {
  const text = language === "fr" ? fr ?? en : en ?? fr;
  return text === undefined ? "" : printable(text);
}
/** "": of a work that was withdrawn, or whose current version does not open. */
export function workTitle(work: WorkView, language: Language): string {
  const says = saysOf(work);
  return says === undefined ? "" : inLanguage(says.titleEn, says.titleFr, language);
}
export const isWithdrawn = (entry: EntryView): boolean => entry.warnings.includes("withdrawn");

/** The name of a language in another: "French"; the code where the browser knows none. */
export function languageName(code: string, language: Language): string {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Each language once, English and French first. */
export function languagesOf(says: LibraryVersion): string[] {
  const first = ["en", "fr"].filter((one) => says.languages.includes(one));
  return [...first, ...new Set(says.languages.filter((one) => !first.includes(one)))];
}
/** The documents of a version by language: those that are the same in two stand side by side. */
export function documentsOf(entry: EntryView): { language: string; files: EntryView["attachments"] }[] {
  const { work } = entry;
  if (work === undefined) return [];
  return languagesOf(work).map((language) => ({
    language, files: entry.attachments.filter((_, i) => work.languages[i] === language),
  }));
}

export interface LibraryFilter { kind: string; language: string; words: string }

/** Without case and accents. */
const plain = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("und");

export function answers(work: WorkView, { kind, language, words }: LibraryFilter): boolean {
  const says = saysOf(work);
  if (says === undefined) return kind === "" && language === "" && words.trim() === "";
  if (kind !== "" && says.kind !== kind) return false;
  if (language !== "" && !says.languages.includes(language)) return false;
  const names = currentOf(work)!.attachments.map(({ name }) => name);
  const text = plain([says.titleEn, says.titleFr, says.summaryEn, says.summaryFr, says.version, ...names].join("\n"));
  return plain(words).split(/\s+/).every((word) => text.includes(word));
}

/** What can be chosen: every kind and every language that some work has, with how many. */
export function facetsOf(works: readonly WorkView[]): { kinds: Map<WorkKind, number>; languages: Map<string, number> } {
  const kinds = new Map<WorkKind, number>();
  const languages = new Map<string, number>();
  for (const work of works) {
    const says = saysOf(work);
    if (says === undefined) continue;
    kinds.set(says.kind, (kinds.get(says.kind) ?? 0) + 1);
    for (const language of languagesOf(says)) languages.set(language, (languages.get(language) ?? 0) + 1);
  }
  return { kinds: new Map(workKinds.filter((kind) => kinds.has(kind)).map((kind) => [kind, kinds.get(kind)!])), languages };
}

/** Its current version came since the library was last seen on this device. */
export const isNew = (work: WorkView, seen: number): boolean => !work.own && (currentOf(work)?.at ?? 0) > seen;

/** Who lacks something of what one's own authority published, each once. */
export const lackingOf = (works: readonly WorkView[]): string[] => [...new Set(works.flatMap(({ lacking }) => lacking))].sort();

/** Where an item is looked at: a version of a work stands in the library, everything else in its file. */
export const placeOfItem = (kind: string, chain: string, seq: string): string =>
  kind === "library" ? `/library/${chain}` : `/files/${chain}/items/${seq}`;
