// Rows of notice boards as a page shows them: the fields in the order of the sheets, under the titles that these have.
import type { NoticeList, NoticeQuery, NoticeView } from "../../agent/api";
import { joinedCell, noticeSheets } from "../../casework/notice_values.ts";
import { written } from "../../casework/date.ts";
import { wordTitle } from "../../casework/sheet_words.ts";
import { columnsOf, type Column } from "../../casework/spreadsheet.ts";
import { printable } from "./names";
import { sentence, type Sentence } from "./sentence";

type Language = "en" | "fr";
/** Of the directory; published rows stand with the report. */
export type NoticeKind = Exclude<NoticeQuery["kind"], "row_published">;

export const noticeKinds = [
  "focal_point_set", "law_entry_set", "profile_set", "recommendation_set", "calendar_set",
] as const satisfies readonly NoticeKind[];

/** Columns whose cell is a list of words of one list. */
const wordsOfList: Record<string, string> = { kinds: "assistance", weekend: "weekday" };

const isDay = /^\d{4}-\d{2}-\d{2}$/;

const fieldOf = (code: string): string =>
  (code === "last_confirmed" ? "confirmed" : code).replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function textOf(value: unknown, column: Column, language: Language, day: (text: string) => string): string {
  if (Array.isArray(value)) return joinedCell(value.map((one) => textOf(one, column, language, day)));
  if (typeof value === "object" && value !== null) return printable(String((value as Record<Language, string>)[language]));
  const text = String(value);
  if (isDay.test(text)) return day(text);
  return printable(wordTitle(wordsOfList[column.code] ?? column.type, text, language));
}

export interface NoticeLine { key: string; label: string; text: string }

/** What a row says, field by field; `day` writes a day of the calendar. `both`: what is in two languages is shown in both. */
export function noticeLines({ notice }: NoticeView, language: Language, day: (text: string) => string, both?: "both"): NoticeLine[] {
  const row = notice.row as Record<string, unknown>;
  const other = both === "both" ? "none" : language === "en" ? "_fr" : "_en";
  return columnsOf(noticeSheets[notice.kind]).flatMap((column): NoticeLine[] => {
    if (column.code.endsWith(other)) return [];
    const whole = row[fieldOf(column.code.replace(/_(en|fr)$/, ""))];
    const written = /_(en|fr)$/.exec(column.code)?.[1];
    const value = both === "both" && written !== undefined && typeof whole === "object" && whole !== null
      ? (whole as Record<string, unknown>)[written] : whole;
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) return [];
    if (value === true) return [{ key: column.code, label: column.title[language], text: wordTitle("state_answer", "yes", language) }];
    return [{ key: column.code, label: column.title[language], text: textOf(value, column, language, day) }];
  });
}

/** What the row is called: whom to call, which article, which question, which number. */
export function noticeTitle({ notice }: NoticeView, language: Language): string {
  switch (notice.kind) {
    case "focal_point_set": return printable(notice.row.name ?? notice.row.authority);
    case "law_entry_set": return printable([notice.row.article, notice.row.keyword].filter((one) => one !== undefined).join(", "));
    case "profile_set": return wordTitle("state_topic", notice.row.topic, language);
    case "recommendation_set": return printable(notice.row.number);
    case "row_published": return printable(notice.row.reportRow.party);
    case "calendar_set": return [notice.row.validFrom, notice.row.validTo].filter((day) => day !== undefined).map((day) => written(day, language)).join(" – ");
  }
}

/** Why nothing of a Party is shown. */
export const whyUnread = ({ why }: NoticeList["unread"][number]): Sentence =>
  sentence(why === "not_pinned" ? "directory.not_pinned" : `error.${why}`);
