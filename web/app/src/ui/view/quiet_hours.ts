// Quiet hours as a person writes them, "22:00" in his own zone, and as the server keeps them, minutes after midnight UTC.

const day = 24 * 60;

/** Minutes that the reader's zone is ahead of UTC, as it is at `at`. */
export const aheadOfUtc = (at: Date = new Date()): number => -at.getTimezoneOffset();

/** "HH:MM", as a field of type time gives it; undefined where it is none. */
export function minutesOf(text: string, ahead: number): number | undefined {
  const found = /^([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?$/.exec(text.trim());
  if (!found) return undefined;
  return (Number(found[1]) * 60 + Number(found[2]) - ahead + 2 * day) % day;
}

export function clockText(minutes: number, ahead: number): string {
  const here = (minutes + ahead + 2 * day) % day;
  return `${String(Math.floor(here / 60)).padStart(2, "0")}:${String(here % 60).padStart(2, "0")}`;
}
