// Mirror of platform/casework/values.hpp: dates and amounts as spreadsheets write them.
import { dayOf, isDay } from "./date.ts";

export type DateOrder = "day_first" | "month_first";
/** `shows`: the order that this one can only be in. */
export type ReadDate = { state: "read"; iso: string; shows?: DateOrder } | { state: "wrong" | "ambiguous"; shows?: undefined };

/**
 * "2021-09-16", "16/09/2021", "16.9.2021", "9-16-2021"; four digits of year, since nobody knows the century of two. With
 * points the day comes first. Without an order, 03/04/2021 is ambiguous and 03/03/2021 is not.
 */
export function readDate(text: string, order: DateOrder | undefined): ReadDate {
  if (isDay(text)) return { state: "read", iso: text };
  const found = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/.exec(text);
  if (!found) return { state: "wrong" };
  const [first, sign, second, year] = [Number(found[1]), found[2], Number(found[3]), Number(found[4])];
  const dated = (iso: string | null, shows?: DateOrder): ReadDate => (iso === null ? { state: "wrong" } : { state: "read", iso, ...(shows ? { shows } : {}) });
  if (sign === "." || first > 12) {
    if (sign !== "." && order === "month_first") return { state: "wrong" };
    return dated(dayOf(year, second, first), sign === "." ? undefined : "day_first");
  }
  if (second > 12) return order === "day_first" ? { state: "wrong" } : dated(dayOf(year, first, second), "month_first");
  if (first === second) return dated(dayOf(year, first, second));
  if (!order) return { state: "ambiguous" };
  return dated(order === "day_first" ? dayOf(year, second, first) : dayOf(year, first, second));
}

/** A birth of which only the year or the month is known: "1961", "1961-05", "05/1961"; else as readDate. */
export function readPartDate(text: string, order: DateOrder | undefined): ReadDate {
  if (/^\d{4}(-(0[1-9]|1[0-2]))?$/.test(text)) return { state: "read", iso: text };
  const month = /^(0[1-9]|1[0-2])\/(\d{4})$/.exec(text);
  return month ? { state: "read", iso: `${month[2]}-${month[1]}` } : readDate(text, order);
}

export type DecimalSign = "." | ",";
/** `decimal` is what is written, never rounded: "-1234.56"; `decimalSign` where this one shows which. */
export type ReadAmount = { state: "read"; decimal: string; decimalSign?: DecimalSign } | { state: "wrong" | "ambiguous"; decimalSign?: undefined };

/** Groups of three behind the first: 1 234 567. The digits without what divides them. */
function wholePart(text: string, divider: string): string | undefined {
  const groups = text.split(divider);
  const held = groups.length === 1 ? /^\d{1,30}$/.test(text) : groups.every((group, index) => (index === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(group));
  return held ? groups.join("").replace(/^0+(?=\d)/, "") : undefined;
}

/**
 * "1 234,56", "1,234.56", "1.234,56", "1’234.56", with any space between thousands. Without a known decimal sign, 1,234 is
 * ambiguous.
 */
export function readAmount(typed: string, decimalSign: DecimalSign | undefined): ReadAmount {
  let text = typed.replace(/[\u202f\u2009’\u00a0']/g, " ").replaceAll("\u2212", "-");
  const negative = text.startsWith("-");
  if (negative) text = text.slice(1);
  const wrong: ReadAmount = { state: "wrong" };
  if (text === "" || /[^0-9 .,]/.test(text)) return wrong;
  const made = (whole: string, divider: string, fraction: string, shows?: DecimalSign): ReadAmount => {
    const before = wholePart(whole, divider);
    if (before === undefined || (fraction !== "" && !/^\d{1,18}$/.test(fraction))) return wrong;
    return { state: "read", decimal: `${negative ? "-" : ""}${before}${fraction === "" ? "" : `.${fraction}`}`, ...(shows ? { decimalSign: shows } : {}) };
  };

  const points = text.split(".").length - 1;
  const commas = text.split(",").length - 1;
  const spaces = text.split(" ").length - 1;
  if (points === 0 && commas === 0) return made(text, " ", "");
  const last = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  const sign = text[last] as DecimalSign;
  const other: DecimalSign = sign === "." ? "," : ".";
  const before = text.slice(0, last);
  const after = text.slice(last + 1);
  if ((sign === "." ? points : commas) > 1) {
    // The same sign twice divides thousands; then no other may stand before it.
    if ((points > 0 && commas > 0) || decimalSign === sign || spaces > 0) return wrong;
    return made(text, sign, "", other);
  }
  const divider = spaces > 0 ? " " : other;
  const isDecimal = (): ReadAmount =>
    after === "" || (decimalSign !== undefined && decimalSign !== sign) ? wrong : made(before, divider, after, sign);
  if ((points > 0 && commas > 0) || spaces > 0) return isDecimal();
  // One sign, no other: thousands only if exactly three digits follow one to three that are not a zero.
  if (!(after.length === 3 && /^\d{1,3}$/.test(before) && before !== "0")) return isDecimal();
  if (!decimalSign) return { state: "ambiguous" };
  return decimalSign === sign ? made(before, divider, after) : made(text, sign, "");
}

/** An amount of ours with the given sign, so that it cannot be taken for thousands: 1.234 becomes 1.2340. */
export function writeAmount(decimal: string, decimalSign: DecimalSign): string {
  const point = decimal.indexOf(".");
  if (point < 0) return decimal;
  return decimal.replace(".", decimalSign) + (decimal.length - point - 1 === 3 ? "0" : "");
}
