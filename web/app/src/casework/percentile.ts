// Mirror of platform/casework/percentile.hpp: linear interpolation at (n − 1)·p, as MEDIAN and PERCENTILE of every
// spreadsheet. Of whole days both are exact in tenths. Undefined of nothing.

/** A number of days in tenths: 615 is 61.5 days. */
export type Tenths = number;

function at(days: number[], tenth: number): Tenths | undefined {
  if (days.length === 0) return undefined;
  const sorted = [...days].sort((a, b) => a - b);
  const place = (sorted.length - 1) * tenth;
  const below = Math.floor(place / 10);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! * 10 + (sorted[above]! - sorted[below]!) * (place % 10);
}

export const median = (days: number[]): Tenths | undefined => at(days, 5);
export const percentile90 = (days: number[]): Tenths | undefined => at(days, 9);
