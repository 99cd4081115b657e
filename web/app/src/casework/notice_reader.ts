// Mirror of platform/casework/notice_sheets.cpp, as far as it reads one row: each cell of a list, a number or a word that only some
// values fit is looked at here, and what is wrong is told with its column. A form of the page is such a row, too.
import { focalLevels, focalRoles, focalThemes, freezeRenewals, holderNotices, isHalfYearText, isRecommendationNumber, lawAnswers,
  lawChannels, profileAnswers, profileTopics, recommendationStates, weekdays } from "../model/notices.ts";
import { assistanceKinds, isLanguage } from "../model/request.ts";
import { isDay, isThreeLetters } from "../model/request_content.ts";
import { compareBytes, utf8Length } from "../model/text.ts";
import type { Bilingual, Notice } from "../record/notice_bodies.ts";
import { partsOf, type NoticeSheet } from "./notice_values.ts";
import { wordCode } from "./sheet_words.ts";
import type { Values } from "./spreadsheet.ts";

/** Keys "import.…"; `value`: what stands there, "" where that is not the point. */
export type TellFault = (key: string, column: string, value: string) => void;

const mostLine = 300;
const rising = (lines: readonly string[]): string[] => [...new Set(lines)].sort(compareBytes);

function readerOf(values: Values, tell: TellFault) {
  const text = (column: string): string => values[column] ?? "";
  const maybe = (column: string): string | undefined => (text(column) === "" ? undefined : text(column));
  const lines = (column: string): string[] => {
    const parts = partsOf(text(column));
    for (const part of parts) if (utf8Length(part) > mostLine) tell("import.too_long", column, "");
    return parts;
  };
  return {
    text, maybe, lines, tell,
    word<Name extends string>(names: readonly Name[], column: string): Name | undefined {
      const found = names.find((name) => name === text(column));
      if (text(column) !== "" && found === undefined) tell("import.word", column, text(column));
      return found;
    },
    /** Each a word of a list, or its code; rising and each once. */
    words<Name extends string>(names: readonly Name[], column: string, list: string): Name[] {
      const found = lines(column).flatMap((part) => {
        const code = wordCode(list, part);
        const word = names.find((one) => one === code);
        if (word === undefined) tell("import.list", column, part);
        return word === undefined ? [] : [word];
      });
      return names.filter((one) => found.includes(one));
    },
    /** Rising and each once, as a statement has them. */
    sorted: (column: string): string[] => rising(lines(column)),
    languages(column: string): string[] {
      const parts = lines(column);
      for (const part of parts) if (!isLanguage(part)) tell("import.language", column, part);
      return rising(parts);
    },
    days(column: string): number | undefined {
      const given = maybe(column);
      if (given === undefined) return undefined;
      const number = /^\d{1,9}$/.test(given) ? Number(given) : 0;
      if (number > 0 && number <= 36_500) return number;
      tell("import.days", column, given);
      return undefined;
    },
    tooLong(column: string, most: number): void {
      if (utf8Length(text(column)) > most) tell("import.too_long", column, "");
    },
    validity() {
      const to = maybe("valid_to");
      if (to !== undefined && to < text("valid_from")) tell("import.order", "valid_to", to);
      return { validFrom: text("valid_from"), validTo: to, confirmed: maybe("last_confirmed") };
    },
  };
}
type Reader = ReturnType<typeof readerOf>;

function focalPoint(row: Reader): Notice {
  for (const column of ["authority", "name", "hours", "time_zone", "telephone", "email"]) row.tooLong(column, mostLine);
  const words = {
    role: row.word(focalRoles, "role") ?? "other", theme: row.word(focalThemes, "theme") ?? "general",
    level: row.word(focalLevels, "level") ?? "national",
  };
  const languages = row.languages("languages");
  const deputies = row.lines("deputies");
  if (deputies.length > 10) row.tell("import.too_long", "deputies", "");
  return { kind: "focal_point_set", row: {
    authority: row.text("authority"), name: row.maybe("name"), ...words, languages, hours: row.maybe("hours"), timeZone: row.maybe("time_zone"),
    telephone: row.maybe("telephone"), email: row.maybe("email"), deputies, note: row.maybe("note"), ...row.validity(),
  } };
}

function lawEntry(row: Reader): Notice {
  for (const column of ["article", "keyword"]) row.tooLong(column, mostLine);
  const answer = row.word(lawAnswers, "answer") ?? "provision";
  const language = row.maybe("language");
  if (language !== undefined && !isLanguage(language)) row.tell("import.language", "language", language);
  const assistance = row.words(assistanceKinds, "kinds", "assistance");
  const channel = row.word(lawChannels, "channel");
  const requestLanguages = row.languages("request_languages");
  const authenticOnly = row.text("authentic_only") === "yes";
  if (authenticOnly && requestLanguages.length === 0) row.tell("import.without", "authentic_only", "yes");
  const elements = row.sorted("elements");
  if (elements.length > 50) row.tell("import.too_long", "elements", "");
  const holderNotice = row.word(holderNotices, "holder_notice");
  const deferralDays = row.days("deferral_days");
  if (deferralDays !== undefined && holderNotice !== "deferrable") row.tell("import.without", "deferral_days", row.text("deferral_days"));
  const freezeDays = row.days("freeze_days");
  const freezeRenewal = row.word(freezeRenewals, "freeze_renewal");
  if (freezeRenewal !== undefined && row.maybe("freeze_days") === undefined) row.tell("import.without", "freeze_renewal", freezeRenewal);
  return { kind: "law_entry_set", row: {
    article: row.text("article"), keyword: row.maybe("keyword"), answer, provision: row.maybe("provision"), language,
    source: row.maybe("source"), kinds: assistance, channel, requestLanguages, authenticOnly, elements, holderNotice, deferralDays, freezeDays, freezeRenewal,
    urgentDays: row.days("urgent_days"), note: row.maybe("note"), ...row.validity(),
  } };
}

function profile(row: Reader, own: string): Notice {
  const state = row.text("state");
  if (own === "" ? !isThreeLetters(state) : state !== own) row.tell("import.state", "state", state);
  return { kind: "profile_set", row: {
    state: own === "" ? state : undefined, topic: row.word(profileTopics, "topic") ?? "accession",
    answer: row.word(profileAnswers, "answer") ?? "no", dated: row.text("dated"), source: row.text("source"), note: row.maybe("note"),
  } };
}

function both(row: Reader, what: string): Bilingual | undefined {
  const [en, fr] = [row.text(`${what}_en`), row.text(`${what}_fr`)];
  if (en === "" && fr === "") return undefined;
  if (fr === "") row.tell("import.without", `${what}_en`, "");
  if (en === "") row.tell("import.without", `${what}_fr`, "");
  return { en, fr };
}

function recommendation(row: Reader): Notice {
  const [number, due, rowWith] = [row.text("number"), row.maybe("due"), row.maybe("row_with")];
  if (!isRecommendationNumber(number)) row.tell("import.number", "number", number);
  const state = row.word(recommendationStates, "state") ?? "not_started";
  if (due !== undefined && !isHalfYearText(due)) row.tell("import.half_year", "due", due);
  for (const part of row.lines("clusters")) if (wordCode("cluster", part) === undefined) row.tell("import.list", "clusters", part);
  const clusters = row.sorted("clusters");
  if (rowWith !== undefined && !isRecommendationNumber(rowWith)) row.tell("import.number", "row_with", rowWith);
  return { kind: "recommendation_set", row: {
    number, round: row.text("round"), state, due, clusters, rowWith, addressee: both(row, "addressee"), text: both(row, "text"), note: both(row, "note"),
  } };
}

function calendar(row: Reader): Notice {
  const weekend = row.words(weekdays, "weekend", "weekday");
  if (weekend.length === 7) row.tell("import.list", "weekend", row.text("weekend"));
  const span = row.validity();
  const holidays = row.sorted("holidays");
  if (holidays.length > 400) row.tell("import.too_long", "holidays", "");
  for (const one of holidays) {
    if (!isDay(one)) row.tell("import.date", "holidays", one);
    else if (one < span.validFrom || (span.validTo !== undefined && span.validTo < one)) row.tell("import.outside", "holidays", one);
  }
  return { kind: "calendar_set", row: { weekend, holidays, note: row.maybe("note"), ...span } };
}

/**
 * A row by its values (dates in ISO 8601, words by their code). `own` is the State whose profile it is: a row of another State is a
 * fault; "" for a body, which names every State. Meaningful while nothing was told.
 */
export function noticeOf(sheet: NoticeSheet, values: Values, own: string, tell: TellFault): Notice {
  const row = readerOf(values, tell);
  switch (sheet) {
    case "focal_point": return focalPoint(row);
    case "law_entry": return lawEntry(row);
    case "state_profile": return profile(row, own);
    case "recommendation": return recommendation(row);
    case "calendar": return calendar(row);
  }
}
