// What a Party says of itself on its notice board, for every other Party to read: whom to call, what its law asks, who did
// what is asked of all States, what became of a recommendation. Days are ISO 8601. Mirror of platform/model/notices.hpp; the
// fields themselves are in src/record/notice_bodies.ts.
import { isDayOrLess } from "./request_content.ts";
import { utf8Length } from "./text.ts";

/** Shown as they are called in data/words.csv. */
export const focalRoles = [
  "central_authority", "fiu", "aro", "prosecutor", "police", "diplomatic", "other",
] as const;
export type FocalRole = (typeof focalRoles)[number];
export const focalThemes = [
  "financial_investigations", "arrest", "protection", "defence", "non_cooperation", "general",
] as const;
export type FocalTheme = (typeof focalThemes)[number];
export const focalLevels = ["national", "regional", "court", "assembly"] as const;
export type FocalLevel = (typeof focalLevels)[number];

/** "No provision" is an answer; silence is none. */
export const lawAnswers = ["provision", "no_provision"] as const;
export type LawAnswer = (typeof lawAnswers)[number];
/** Art. 87(1): whether the State takes this platform as its channel. */
export const lawChannels = ["platform", "advance_copy", "other"] as const;
export type LawChannel = (typeof lawChannels)[number];
/** Whether the holder of an account is told of what is asked. */
export const holderNotices = ["none", "deferrable", "must"] as const;
export type HolderNotice = (typeof holderNotices)[number];
export const freezeRenewals = ["renewable", "not_renewable"] as const;
export type FreezeRenewal = (typeof freezeRenewals)[number];

export const profileTopics = [
  "accession", "apic", "implementing_law", "witness_relocation", "interim_release", "final_release",
  "enforcement_of_sentences", "focal_point", "central_authority",
] as const;
export type ProfileTopic = (typeof profileTopics)[number];
export const profileAnswers = ["yes", "partly", "no"] as const;
export type ProfileAnswer = (typeof profileAnswers)[number];

export const recommendationStates = [
  "not_started", "under_way", "done", "partly_feasible", "not_taken_up", "not_dealt_with",
] as const;
export type RecommendationState = (typeof recommendationStates)[number];

/** What became of a State's row of the report, once it was told of it. */
export const publishedAnswers = ["confirmed", "commented", "none"] as const;
export type PublishedAnswer = (typeof publishedAnswers)[number];
/** What a State says of the row that it was told of: before it is published. */
export const rowAnswers = ["confirmed", "commented"] as const;
export type RowAnswer = (typeof rowAnswers)[number];
/** Seconds. For what was not confirmed: a State has this long to answer. */
export const timeToAnswer = 30 * 24 * 60 * 60;
/** What was not confirmed hides every figure below this one. */
export const smallestShown = 5;

export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Weekday = (typeof weekdays)[number];

/** "R149": 1 to 16 of letters, digits, "." and "-", beginning with a letter or digit. */
export const isRecommendationNumber = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9.-]{0,15}$/.test(text);
/** "2021-H1", "2021-H2". */
export const isHalfYearText = (text: string): boolean =>
  text.length === 7 && isDayOrLess(text.slice(0, 4)) && (text.endsWith("-H1") || text.endsWith("-H2"));

/** Each part behind its length in bytes: no two lists of parts give one text. */
export const joinedParts = (parts: readonly string[]): string =>
  parts.map((part) => `${utf8Length(part)}:${part}`).join("");

/** The first and the last day on which a notice says so; without `to` it has no last one. */
export interface Span {
  from: string;
  to?: string | undefined;
}
export const overlap = (a: Span, b: Span): boolean =>
  (a.to === undefined || b.from <= a.to) && (b.to === undefined || a.from <= b.to);
