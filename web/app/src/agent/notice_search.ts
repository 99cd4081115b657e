// Internal to src/agent: which rows of the boards answer a question (platform/agent/notice_search.cpp).
import { plainWords } from "../casework/text_import.ts";
import type { Notice } from "../record/notice_bodies.ts";
import type { NoticeQuery } from "./api.ts";

function textsOf({ kind, row }: Notice): (string | undefined)[] {
  switch (kind) {
    case "focal_point_set":
      return [row.authority, row.name, row.hours, row.timeZone, row.telephone, row.email, row.note, ...row.deputies];
    case "law_entry_set":
      return [row.article, row.keyword, row.provision, row.source, row.note, ...row.elements, ...row.kinds];
    case "profile_set":
      return [row.source, row.topic, row.state, row.note];
    case "recommendation_set":
      return [row.number, ...[row.addressee, row.text, row.note].flatMap((both) => [both?.en, both?.fr])];
    case "calendar_set":
      return [row.note, ...row.weekend, ...row.holidays];
    case "row_published":
      return [row.reportRow.party, row.reportRow.from, row.reportRow.to];
  }
}

/** Each word must stand in some text of the row, whatever its case and accents. */
function hasWords(notice: Notice, words: string): boolean {
  const text = plainWords(textsOf(notice).filter((one) => one !== undefined).join("\n"));
  return plainWords(words).split(" ").every((word) => text.includes(word));
}

const is = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === "" || wanted === value;
const speaks = (languages: readonly string[], wanted: string | undefined): boolean =>
  wanted === undefined || wanted === "" || languages.includes(wanted);

function fits({ kind, row }: Notice, query: NoticeQuery): boolean {
  switch (kind) {
    case "focal_point_set":
      // A focal point for "general" serves every theme.
      return is(query.role, row.role) && (is(query.theme, row.theme) || row.theme === "general") &&
        speaks(row.languages, query.language);
    case "law_entry_set":
      return row.article.startsWith(query.article ?? "") && speaks(row.requestLanguages, query.language);
    case "profile_set": return is(query.topic, row.topic);
    case "recommendation_set": return is(query.state, row.state);
    case "calendar_set":
    case "row_published": return true;
  }
}

/** Whether a row answers, apart from Party and day. */
export const answers = (notice: Notice, query: NoticeQuery): boolean =>
  notice.kind === query.kind && fits(notice, query) && hasWords(notice, query.words ?? "");
