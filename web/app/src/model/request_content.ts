// What a request, or an answer to one, says beyond its message: words and checks of its typed content. Texts are kept as
// they were typed: a number that fails its check is shown as not verified, never refused. Mirror of
// platform/model/request_content.hpp; the fields themselves are in src/record/request_content.ts.

export const assetKinds = [
  "bank_account", "securities", "crypto_asset", "real_estate", "vehicle", "vessel", "aircraft", "company_share",
  "trust_interest", "insurance", "cash", "valuables", "receivable", "intellectual_property", "other",
] as const;
export type AssetKind = (typeof assetKinds)[number];
export const assetRoles = ["proceeds", "instrumentality"] as const;
export type AssetRole = (typeof assetRoles)[number];
export const measureKinds = ["freeze", "seizure"] as const;
export type MeasureKind = (typeof measureKinds)[number];
/** `converted`: to confiscation; `claim`: of a third party. */
export const measureActs = [
  "ordered", "executed", "notified", "notice_deferred", "extended", "partly_lifted", "lifted", "converted", "claim",
  "costs",
] as const;
export type MeasureAct = (typeof measureActs)[number];

/** 1 to 32 of a-z, 0-9 and "-", beginning with a letter. */
export const isContentKey = (text: string): boolean => /^[a-z][a-z0-9-]{0,31}$/.test(text);

const daysOf = (year: number, month: number): number => {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
};
/** "2026", "2026-11" or "2026-11-28", and such a day exists. */
export function isDayOrLess(text: string): boolean {
  const found = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$/.exec(text);
  if (found === null) return false;
  const [year, month, day] = [Number(found[1]), found[2], found[3]];
  if (month === undefined) return true;
  if (Number(month) < 1 || Number(month) > 12) return false;
  return day === undefined || (Number(day) >= 1 && Number(day) <= daysOf(year, Number(month)));
}
export const isDay = (text: string): boolean => text.length === 10 && isDayOrLess(text);

/** Digits, at most 20, and after a point at most 18 more: "1250000.50". */
export const isAmount = (text: string): boolean => /^[0-9]{1,20}(?:\.[0-9]{1,18})?$/.test(text);
/** Three capital letters: a currency, or a country. */
export const isThreeLetters = (text: string): boolean => /^[A-Z]{3}$/.test(text);

/**
 * A content (src/record/request_content.ts) that says nothing. It stands here because screens begin with it, and the page
 * has none of the code that reads and signs records.
 */
export const emptyContent = () => {
  const none = (): never[] => [];
  return {
    persons: none(), entities: none(), accounts: none(), transactions: none(), assets: none(), measures: none(),
    noContact: none(),
  };
};
