// Dates, sizes and lists in the reader's language; dates in the reader's own zone, with the month written out.

import { language } from "./i18n/index.svelte";

const locale = (): string => (language() === "fr" ? "fr-FR" : "en-GB");

export function dateText(at: number, time = true): string {
  const options: Intl.DateTimeFormatOptions = time ? { dateStyle: "long", timeStyle: "short" } : { dateStyle: "long" };
  return new Intl.DateTimeFormat(locale(), options).format(new Date(at * 1000));
}

export const dayText = (at: number): string => dateText(at, false);

/** A day of the calendar, "2026-09-16", in no zone. */
export function calendarText(day: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** A month as the server names it, by its first second; in no other zone, where it might be the month before. */
export function monthText(at: number): string {
  return new Intl.DateTimeFormat(locale(), { month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(at * 1000));
}

export function isoText(at: number): string {
  return new Date(at * 1000).toISOString();
}

/** The zone that dates are shown in, as a person calls it: "Greenwich Mean Time (Africa/Dakar)". */
export function zoneText(): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const name = new Intl.DateTimeFormat(locale(), { timeZoneName: "long" }).formatToParts(new Date())
    .find((part) => part.type === "timeZoneName")?.value;
  return name ? `${name} (${zone})` : zone;
}

export function numberText(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

export function sizeText(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(locale(), {
    style: "unit", unit: units[unit]!, unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: unit > 0 && value < 10 ? 1 : 0,
  }).format(value);
}

export function listText(items: string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(items);
}

/** The day of a time in the reader's zone, as a date field takes it; "" for none. */
export function secondsAsDay(at: number | undefined): string {
  if (at === undefined) return "";
  const when = new Date(at * 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
}

/** The end of the chosen day in the reader's zone; undefined while none is chosen. */
export function dayAsSeconds(day: string): number | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!found) return undefined;
  return Math.floor(new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]), 23, 59, 59).getTime() / 1000);
}
