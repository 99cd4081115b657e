// The report of one's own requests: which lines are shown, and how long a bar is.
import type { OwnReport, ReportTally } from "../../agent/api";

export interface ReportLine {
  key: string;
  title: string;
  /** A part of the figure above it. */
  part: boolean;
  received: number | null;
  sent: number | null;
}

/** Of one Party, in the order of the figures; what is zero on both sides only when asked for. */
export function reportLines({ figures }: OwnReport, row: { received: ReportTally; sent: ReportTally }, all: boolean): ReportLine[] {
  return figures
    .map(({ name, title, part }, place): ReportLine => ({
      key: name, title, part, received: row.received.counts[place] ?? null, sent: row.sent.counts[place] ?? null,
    }))
    .filter(({ received, sent }) => all || received !== 0 || sent !== 0);
}

/** A figure of a Party by its name; null: hidden. */
export const figureOf = ({ figures }: OwnReport, tally: ReportTally, name: string): number | null =>
  tally.counts[figures.findIndex((one) => one.name === name)] ?? null;

/** Of a hundred, beside the longest. */
export const share = (value: number | null, most: number): number => (value === null || most === 0 ? 0 : Math.round((100 * value) / most));

/** 615 tenths of days are 61.5. */
export const daysOf = (tenths: number): number => tenths / 10;
