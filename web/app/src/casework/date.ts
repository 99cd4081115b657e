// Mirror of platform/casework/date.hpp: a day of the calendar, as law and letters know it. ISO 8601, so that days compare
// as their texts do.
import { fail } from "../base/failure.ts";

export type Day = string;
export type Language = "en" | "fr";

const dayMilliseconds = 86_400_000;
const iso = /^(\d{4})-(\d{2})-(\d{2})$/;
const pad = (value: number, width: number): string => String(value).padStart(width, "0");
const milliseconds = (day: Day): number => Date.parse(`${day}T00:00:00Z`);
const fromMilliseconds = (at: number): Day => new Date(at).toISOString().slice(0, 10);

/** The day of that year and month, or null where the calendar has none; years 1900 to 2199. */
export function dayOf(year: number, month: number, day: number): Day | null {
  if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  const found = new Date(Date.UTC(year, month - 1, day));
  return found.getUTCDate() === day ? `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` : null;
}

export function parseDay(text: string): Day {
  const found = iso.exec(text);
  return (found && dayOf(Number(found[1]), Number(found[2]), Number(found[3]))) ?? fail("invalid_input", "date");
}
export function isDay(text: string): boolean {
  const found = iso.exec(text);
  return found !== null && dayOf(Number(found[1]), Number(found[2]), Number(found[3])) !== null;
}

/** The day that a point in time falls on for a reader whose clock is that far ahead of UTC. */
export const dayAt = (unixSeconds: number, offsetSeconds: number): Day => fromMilliseconds((unixSeconds + offsetSeconds) * 1000);

export const yearOf = (day: Day): number => Number(day.slice(0, 4));
export const monthOf = (day: Day): number => Number(day.slice(5, 7));
export const dayOfMonth = (day: Day): number => Number(day.slice(8, 10));
/** 1 Monday … 7 Sunday, as ISO 8601 counts. */
export const weekdayOf = (day: Day): number => new Date(milliseconds(day)).getUTCDay() || 7;

export const plusDays = (day: Day, days: number): Day => fromMilliseconds(milliseconds(day) + days * dayMilliseconds);
/** The same day of a later month; the last of the month where it has no such day. */
export function plusMonths(day: Day, months: number): Day {
  const first = new Date(Date.UTC(yearOf(day), monthOf(day) - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return fromMilliseconds(first.getTime() + (Math.min(dayOfMonth(day), last) - 1) * dayMilliseconds);
}
export const daysBetween = (from: Day, to: Day): number => Math.round((milliseconds(to) - milliseconds(from)) / dayMilliseconds);

const months: Record<Language, string[]> = {
  en: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
  fr: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
};
const weekdays: Record<Language, string[]> = {
  en: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  fr: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
};

/** "Thursday 16 September 2021": always with the month written out, because 09/10 is two days. */
export function written(day: Day, language: Language): string {
  const number = dayOfMonth(day);
  const shown = language === "fr" && number === 1 ? "1er" : String(number);
  return `${weekdays[language][weekdayOf(day) - 1]} ${shown} ${months[language][monthOf(day) - 1]} ${yearOf(day)}`;
}
