// Mirror of platform/casework/suppression.hpp: small cells of a table with totals, hidden so that what is shown does not give
// them away (platform/decisions/1711-casework-figures.md). The same cells as the C++ hides.
import { ensure } from "../base/failure.ts";

/** One equation a reader knows: a cell is the sum of others. By index. */
export interface Sum { whole: number; parts: number[] }

// Arithmetic modulo the largest prime below 2^26: products stay exact in a double.
const prime = 67108859;
const modulo = (value: number): number => ((value % prime) + prime) % prime;

function inverse(value: number): number {
  let result = 1;
  let base = value;
  for (let exponent = prime - 2; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = (result * base) % prime;
    base = (base * base) % prime;
  }
  return result;
}

type SparseRow = Map<number, number>;
function subtract(from: SparseRow, what: SparseRow, times: number): void {
  for (const [column, value] of what) {
    const next = modulo((from.get(column) ?? 0) - times * value);
    if (next === 0) from.delete(column);
    else from.set(column, next);
  }
}

/** The hidden cells that the equations alone determine. */
function solved(sums: Sum[], hidden: boolean[]): number[] {
  const pivots = new Map<number, SparseRow>();
  for (const sum of sums) {
    const row: SparseRow = new Map();
    for (const part of sum.parts) if (hidden[part]) row.set(part, 1);
    if (hidden[sum.whole]) row.set(sum.whole, prime - 1);
    // A pivot's row holds no other pivot, so what it adds needs no second look.
    for (const column of [...row.keys()]) {
      const pivot = pivots.get(column);
      const times = row.get(column);
      if (pivot && times !== undefined) subtract(row, pivot, times);
    }
    if (row.size === 0) continue;
    const lead = row.keys().next().value!;
    const scale = inverse(row.get(lead)!);
    for (const [column, value] of row) row.set(column, (value * scale) % prime);
    for (const other of pivots.values()) {
      const times = other.get(lead);
      if (times !== undefined) subtract(other, row, times);
    }
    pivots.set(lead, row);
  }
  return [...pivots].filter(([, row]) => row.size === 1).map(([column]) => column);
}

const noLimit = 2 ** 43;
interface Range { low: number; high: number }

/** What follows from each equation by itself and the ranges so far, until nothing more does. */
function ranges(cells: number[], sums: Sum[], hidden: boolean[]): Map<number, Range> {
  const out = new Map<number, Range>();
  hidden.forEach((is, cell) => { if (is) out.set(cell, { low: 0, high: noLimit }); });
  const range = (cell: number): Range => out.get(cell) ?? { low: cells[cell]!, high: cells[cell]! };
  let changed = true;
  const narrow = (cell: number, low: number, high: number): void => {
    const now = out.get(cell);
    if (!now) return;
    if (low > now.low) { now.low = low; changed = true; }
    if (high < now.high) { now.high = high; changed = true; }
  };
  while (changed) {
    changed = false;
    for (const sum of sums) {
      let low = 0;
      let high = 0;
      for (const part of sum.parts) {
        low += range(part).low;
        high = Math.min(noLimit, high + range(part).high);
      }
      narrow(sum.whole, low, high);
      const whole = { ...range(sum.whole) };
      for (const part of sum.parts) {
        const own = { ...range(part) };
        const othersHigh = high >= noLimit ? noLimit : high - own.high;
        narrow(part, whole.low - othersHigh, whole.high >= noLimit ? noLimit : whole.high - (low - own.low));
      }
    }
  }
  return out;
}

/** The small cells that a reader of the others can compute. */
export function givenAway(cells: number[], sums: Sum[], hidden: boolean[], threshold: number): number[] {
  const small = (cell: number): boolean => cells[cell]! > 0 && cells[cell]! < threshold;
  const out = new Set<number>();
  cells.forEach((_, cell) => { if (!hidden[cell] && small(cell)) out.add(cell); });
  for (const cell of solved(sums, hidden)) if (small(cell)) out.add(cell);
  for (const [cell, range] of ranges(cells, sums, hidden)) if (range.low === range.high && small(cell)) out.add(cell);
  return [...out].sort((a, b) => a - b);
}

/**
 * Which cells to hide. A cell is small when it is 1 to threshold − 1. Further cells are hidden, zeros among them, until no
 * small one follows from the equations, nor from them and the fact that no cell is negative. `known` cells are those a
 * reader can tell without the table, such as what a body never sends: hiding them would protect nothing.
 */
export function cellsToHide(cells: number[], sums: Sum[], known: boolean[], threshold: number): boolean[] {
  for (const sum of sums) {
    ensure(sum.parts.reduce((total, part) => total + cells[part]!, 0) === cells[sum.whole], "a whole is the sum of its parts");
  }
  const hidden = cells.map((value) => value > 0 && value < threshold);

  /** Of some equations the smallest part that is shown; a whole only when there is none. */
  function hideOne(among: Sum[]): boolean {
    let best: number | undefined;
    for (const sum of among) {
      for (const part of sum.parts) {
        if (!hidden[part] && !known[part] && (best === undefined || cells[part]! < cells[best]!)) best = part;
      }
    }
    best ??= among.find((sum) => !hidden[sum.whole] && !known[sum.whole])?.whole;
    if (best !== undefined) hidden[best] = true;
    return best !== undefined;
  }
  /** One equation at a time: the cheap part, which leaves little to the exact one. */
  function coverEachSum(): boolean {
    let any = false;
    for (const sum of sums) {
      const count = sum.parts.filter((part) => hidden[part]).length;
      if (count === (hidden[sum.whole] ? 0 : 1) && hideOne([sum])) any = true;
    }
    return any;
  }
  const hideBeside = (cell: number): boolean =>
    hideOne(sums.filter((sum) => sum.whole === cell || sum.parts.includes(cell))) ||
    hideOne(sums.filter((sum) => sum.parts.some((part) => hidden[part])));

  for (;;) {
    while (coverEachSum()) { /* until no equation by itself gives a cell away */ }
    const open = givenAway(cells, sums, hidden, threshold);
    if (open.length === 0) return hidden;
    let any = false;
    for (const cell of open) any = hideBeside(cell) || any;
    ensure(any, "something is left to hide where something is given away");
  }
}
