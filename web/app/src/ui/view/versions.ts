// Requests and replies in other languages, as a person reads them.
import type { EntryView, RequestView, VersionView, VersionedView } from "../../agent/api";
import type { RequestContent } from "../../record/request_content";
import type { Language } from "../i18n/index.svelte";
import { calendarText } from "../format.svelte";
import { languageName } from "./library";
import { type PartyNames, authorityName, printable } from "./names";
import { type Sentence, sentence } from "./sentence";

export const versionLanguages = ["en", "fr", "es", "ar", "ru", "zh", "pt"] as const;

/** The version to show first to a reader of that language; undefined: the entry itself. */
export function firstFor(text: VersionedView | undefined, reader: string): VersionView | undefined {
  if (text === undefined || text.language === reader) return undefined;
  // In their order: the entry's own Party before others.
  return text.versions.find((one) => one.language === reader && one.seq !== undefined);
}

const rowsOf = ({ persons, entities, accounts, transactions, assets, measures }: RequestContent) =>
  ({ persons, entities, accounts, transactions, assets, measures });
/** What is shown of a version: its own words, and the rows of the original where it has none, which need no translating. */
export function contentShown(version: VersionView, original: RequestContent | undefined): RequestContent | undefined {
  const { content } = version;
  if (content === undefined || original === undefined) return content ?? original;
  return Object.values(rowsOf(content)).some((rows) => rows.length > 0) ? content : { ...content, ...rowsOf(original) };
}

/** One language of one entry: what is there, and what is awaited. */
export function versionSentences(text: VersionedView, one: VersionView, names: PartyNames, language: Language): Sentence[] {
  const values = { of: text.seq, language: languageName(one.language, language), by: authorityName(one.by, names) };
  const out: Sentence[] = [];
  if (one.seq !== undefined) {
    out.push(sentence(one.own ? "version.there" : "version.there_other", { ...values, number: one.seq }));
    if (one.translator !== "") out.push(sentence("version.translated_by", { translator: printable(one.translator) }));
    if (one.authentic) out.push(sentence("version.is_authentic"));
  }
  if (one.state === "asked") {
    const due = one.due === "" ? "" : calendarText(one.due);
    const key = one.due === "" ? "version.asked" : one.late > 0 ? "version.asked_late" : "version.asked_due";
    out.push(sentence(key, { ...values, due, days: one.late }));
    if (one.seq === undefined && one.translator !== "") {
      out.push(sentence("version.translator_asked", { translator: printable(one.translator) }));
    }
  }
  return out;
}

/** Of a text with versions: that it is the authentic one itself; null: a version is. */
export function originalSentence(text: VersionedView, language: Language): Sentence | null {
  if (!text.authentic) return null;
  return text.language === "" ? sentence("version.original_authentic", { of: text.seq })
    : sentence("version.original_authentic_in", { of: text.seq, language: languageName(text.language, language) });
}

/** Whether this Party has given the entry in that language before: then it revises. */
export const hasGiven = (request: RequestView, of: number, language: string, partyCode: string): VersionView | undefined =>
  request.texts.find((text) => text.seq === of)?.versions
    .find((one) => one.language === language && one.seq !== undefined && one.by.partyCode === partyCode);

/** What can be translated: read, standing, and no version itself. */
export const translatable = (entries: readonly EntryView[]): EntryView[] => entries.filter((entry) =>
  entry.opened && !entry.void && entry.version === undefined && !entry.warnings.includes("withdrawn"));

/** Items that were not opened: a version of the request in one's own language may be among them. */
export const unopened = (entries: readonly EntryView[]): EntryView[] => entries.filter((entry) =>
  !entry.opened && !entry.void && entry.outcome === "ok" && !entry.warnings.includes("withdrawn"));
