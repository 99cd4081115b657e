// The bodies of a Party's notice board. Nothing in them is sealed: every signed-in member of any Party reads them. A
// statement has up to 200 rows, and all of them take effect or none. Every text has a bound, every list too. Mirror of
// platform/model/notices.hpp, notice_bodies.hpp and schema_notices.hpp.
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import {
  focalLevels, focalRoles, focalThemes, freezeRenewals, holderNotices, isHalfYearText, isRecommendationNumber,
  joinedParts, lawAnswers, lawChannels, profileAnswers, profileTopics, publishedAnswers, recommendationStates, weekdays, type Span,
} from "../model/notices.ts";
import { assistanceKinds, isLanguage } from "../model/request.ts";
import { isDay } from "../model/request_content.ts";
import { compareBytes } from "../model/text.ts";
import {
  bytes16, flag, list, number, object, oneOf, optional, seconds, strictlyRising, text, type TypeOf, type Value,
} from "./codec.ts";
import type { Kind } from "./kinds.ts";
import { namesRise } from "./request_bodies.ts";
import { reportRow } from "./report_row.ts";
import { dayOrNone, lettersOrNone, maxLine, maxNote } from "./request_content.ts";

export const maxNoticeRows = 200;
const mostDays = 36_500;
const mostHolidays = 400;

const line = text(1, maxLine);
const note = text(1, maxNote);
const day = text(10, 10);

const linesRise = (lines: readonly string[]): boolean =>
  lines.every((one, i) => i === 0 || compareBytes(lines[i - 1] as string, one) < 0);
const areLanguages = (lines: readonly string[]): boolean => linesRise(lines) && lines.every(isLanguage);
const daysOrNone = (days: number | undefined): boolean => days === undefined || (days > 0 && days <= mostDays);
/** Of what holds from one day to another and was confirmed on one. */
const isValidity = (row: { validFrom: string; validTo?: string | undefined; confirmed?: string | undefined }): boolean =>
  isDay(row.validFrom) && dayOrNone(row.validTo) && dayOrNone(row.confirmed) &&
  (row.validTo === undefined || row.validFrom <= row.validTo);

/** Whom to call in one authority, for one theme. A group has no name of a person. */
export const focalPoint = object(
  {
    authority: line,
    name: optional(line),
    role: oneOf(focalRoles),
    theme: oneOf(focalThemes),
    level: oneOf(focalLevels),
    /** ISO 639, rising. */
    languages: list(text(1, maxLine), 0, 20),
    hours: optional(line),
    timeZone: optional(line),
    telephone: optional(line),
    email: optional(line),
    /** Name and how to reach them. */
    deputies: list(line, 0, 10),
    note: optional(note),
    validFrom: day,
    /** The last day. */
    validTo: optional(day),
    confirmed: optional(day),
  },
  (body) => areLanguages(body.languages) && isValidity(body),
);
export type FocalPoint = TypeOf<typeof focalPoint>;

/** One provision, by article and keyword, and what follows from it for whoever sends a request. */
export const lawEntry = object(
  {
    article: line,
    keyword: optional(line),
    answer: oneOf(lawAnswers),
    provision: optional(note),
    /** Of these words. */
    language: optional(text(2, 3)),
    source: optional(note),
    /** That the answer is about, rising. */
    kinds: list(oneOf(assistanceKinds), 0, 8),
    channel: optional(oneOf(lawChannels)),
    /** In which requests are taken, rising. */
    requestLanguages: list(line, 0, 20),
    /** A translation does not do. */
    authenticOnly: flag,
    /** That a request must contain, rising. */
    elements: list(line, 0, 50),
    holderNotice: optional(oneOf(holderNotices)),
    deferralDays: optional(number),
    freezeDays: optional(number),
    freezeRenewal: optional(oneOf(freezeRenewals)),
    /** Art. 96(1): to be confirmed within. */
    urgentDays: optional(number),
    note: optional(note),
    validFrom: day,
    /** The last day. */
    validTo: optional(day),
    confirmed: optional(day),
  },
  (body) =>
    (body.language === undefined || isLanguage(body.language)) && namesRise(assistanceKinds, body.kinds) &&
    areLanguages(body.requestLanguages) && linesRise(body.elements) && daysOrNone(body.deferralDays) &&
    daysOrNone(body.freezeDays) && daysOrNone(body.urgentDays) && isValidity(body) &&
    (body.deferralDays === undefined || body.holderNotice === "deferrable") &&
    (body.freezeRenewal === undefined || body.freezeDays !== undefined) &&
    (!body.authenticOnly || body.requestLanguages.length > 0),
);
export type LawEntry = TypeOf<typeof lawEntry>;

/** Dated and sourced; it holds until a later one. A State speaks of itself; a body names the State. */
export const profileEntry = object(
  {
    state: optional(text(3, 3)),
    topic: oneOf(profileTopics),
    answer: oneOf(profileAnswers),
    dated: day,
    source: note,
    note: optional(note),
  },
  (body) => lettersOrNone(body.state) && isDay(body.dated),
);
export type ProfileEntry = TypeOf<typeof profileEntry>;

export const bilingual = object({ en: text(1, 2 * maxNote), fr: text(1, 2 * maxNote) });
export type Bilingual = TypeOf<typeof bilingual>;

/**
 * A recommendation of the Assembly's list as one meeting, or one day, left it. What is the same as in the list that comes
 * with the product is left out.
 */
export const recommendation = object(
  {
    /** "R149" */
    number: text(1, 16),
    /** The day. */
    round: day,
    state: oneOf(recommendationStates),
    /** "2021-H2" */
    due: optional(text(7, 7)),
    clusters: list(line, 0, 10),
    rowWith: optional(text(1, 16)),
    addressee: optional(bilingual),
    text: optional(bilingual),
    note: optional(bilingual),
  },
  (body) =>
    isRecommendationNumber(body.number) && isDay(body.round) && (body.due === undefined || isHalfYearText(body.due)) &&
    linesRise(body.clusters) && (body.rowWith === undefined || isRecommendationNumber(body.rowWith)),
);
export type Recommendation = TypeOf<typeof recommendation>;

/**
 * The days on which a State's authorities do not work, for a span of time: deadlines and reminders go by it. Holidays day by
 * day, for those that move (by the moon, by decree) nobody can compute.
 */
export const workingCalendar = object(
  {
    /** Rising, six at most. */
    weekend: list(oneOf(weekdays), 0, 6),
    /** Days, rising, within the span. */
    holidays: list(line, 0, mostHolidays),
    note: optional(note),
    validFrom: day,
    /** The last day. */
    validTo: optional(day),
    confirmed: optional(day),
  },
  (body) => body.validFrom >= "1900-01-01" && (body.validTo === undefined || body.validTo <= "2199-12-31") && namesRise(weekdays, body.weekend) && linesRise(body.holidays) && isValidity(body) &&
    body.holidays.every((one) => isDay(one) && body.validFrom <= one && (body.validTo === undefined || one <= body.validTo)),
);
export type WorkingCalendar = TypeOf<typeof workingCalendar>;

/** One State's row of an organ's report, for everybody, once the State had its time to answer. */
export const publishedRow = object(
  {
    reportRow,
    /** Of the statement by which the State was told of it. */
    proposedAt: seconds,
    answer: oneOf(publishedAnswers),
    /** Exactly with an answer that confirms. */
    confirmedAt: optional(seconds),
  },
  (body) =>
    (body.confirmedAt !== undefined) === (body.answer === "confirmed") &&
    (body.confirmedAt === undefined || body.confirmedAt >= body.proposedAt),
);
export type PublishedRow = TypeOf<typeof publishedRow>;

/**
 * A new row, what stands instead of an earlier one, or its end: `ended` is the last day on which it held, and what has ended
 * is not taken up again. Exactly one of the two.
 */
export interface NoticeRow<Content> {
  id: string;
  row?: Content | undefined;
  ended?: string | undefined;
}
const setOf = <Content>(content: Value<Content>): Value<{ rows: NoticeRow<Content>[] }> => {
  const row = object(
    { id: bytes16, row: optional(content), ended: optional(day) },
    (body) => (body.row !== undefined) !== (body.ended !== undefined) && dayOrNone(body.ended as string | undefined),
  ) as unknown as Value<NoticeRow<Content>>;
  return object({ rows: list(row, 1, maxNoticeRows) }, (body) => strictlyRising(body.rows, ({ id }) => id));
};

export const focalPointSet = setOf(focalPoint);
export const lawEntrySet = setOf(lawEntry);
export const profileSet = setOf(profileEntry);
export const recommendationSet = setOf(recommendation);
export const calendarSet = setOf(workingCalendar);
export const rowPublished = setOf(publishedRow);

/** What the rows of each kind hold. */
export const noticeSchemas = {
  focal_point_set: focalPoint,
  law_entry_set: lawEntry,
  profile_set: profileEntry,
  recommendation_set: recommendation,
  calendar_set: workingCalendar,
  row_published: publishedRow,
} satisfies Partial<Record<Kind, unknown>>;
export type NoticeSetKind = keyof typeof noticeSchemas;
export type NoticeOf<K extends NoticeSetKind> = TypeOf<(typeof noticeSchemas)[K]>;
/** With its kind beside it: what tells them apart. */
export type Notice = { [K in NoticeSetKind]: { kind: K; row: NoticeOf<K> } }[NoticeSetKind];

/**
 * What two notices of one kind must not both say of one day: authority, role, theme and level of a focal point; article,
 * keyword and language of a law entry; State and topic; number of a recommendation. Of these two each day is its own. A Party
 * has one calendar; of a published row it is the State.
 */
export function placeOf({ kind, row }: Notice): string {
  switch (kind) {
    case "focal_point_set": return joinedParts(["focal_point", row.authority, row.role, row.theme, row.level]);
    case "law_entry_set": return joinedParts(["law_entry", row.article, row.keyword ?? "", row.language ?? ""]);
    case "profile_set": return joinedParts(["profile", row.state ?? "", row.topic]);
    case "recommendation_set": return joinedParts(["recommendation", row.number]);
    case "calendar_set": return joinedParts(["calendar"]);
    case "row_published": return joinedParts(["published_row", row.reportRow.party]);
  }
}

/** The days it is about: a State's answer and a recommendation are of one. */
export function spanOf({ kind, row }: Notice): Span {
  switch (kind) {
    case "profile_set": return { from: row.dated, to: row.dated };
    case "recommendation_set": return { from: row.round, to: row.round };
    case "row_published": return { from: row.reportRow.from, to: row.reportRow.to };
    default: return { from: row.validFrom, to: row.validTo };
  }
}

/** Whether they say the same, to the last byte. */
export function sameNotice(a: Notice, b: Notice): boolean {
  const written = ({ kind, row }: Notice): string => encodeCanonicalJson((noticeSchemas[kind] as Value<unknown>).write(row));
  return a.kind === b.kind && written(a) === written(b);
}
