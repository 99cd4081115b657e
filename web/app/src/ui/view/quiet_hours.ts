// Quiet hours as a person writes them, "22:00" in his own zone, and as the server keeps them, minutes after midnight UTC.

const day = 24 * 60;

/** Minutes that the reader's zone is ahead of UTC, as it is at `at`. */
export const aheadOfUtc = (at: Date = new Date()): number => -at.getTimezoneOffset();

/**
 * "20:00", "7:30", "20 h", "20h30", "20.30"; undefined where it is no hour. A field of type time would ask in the language
 * of the browser, not of the page.
 */
export function minutesOf(text: string, ahead: number): number | undefined {
  const found = /^([01]?\d|2[0-3])\s*(?:[:.h]\s*([0-5]\d)?)$/iu.exec(text.trim());
  if (!found || (found[2] === undefined && !/h$/iu.test(text.trim()))) return undefined;
  return (Number(found[1]) * 60 + Number(found[2] ?? 0) - ahead + 2 * day) % day;
}

export function clockText(minutes: number, ahead: number): string {
  const here = (minutes + ahead + 2 * day) % day;
  return `${String(Math.floor(here / 60)).padStart(2, "0")}:${String(here % 60).padStart(2, "0")}`;
}
