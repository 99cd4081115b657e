// Mirror of platform/casework/report.hpp: data per State Party and period. A request belongs to the period it was sent in,
// and counts as it stood at the end of one day: whoever has the same facts gets the same figures, however late.
import { ensure, fail } from "../base/failure.ts";
import type { PartyCode } from "../model/party.ts";
import { daysBetween, monthOf, dayOfMonth, plusDays, plusMonths, yearOf, type Day } from "./date.ts";
import { defenceVictims, type RequestFacts } from "./facts.ts";
import { figureIndex, figures } from "./figures.ts";
import { finding, type Finding } from "./finding.ts";
import { median, percentile90, type Tenths } from "./percentile.ts";
import { cellsToHide, type Sum } from "./suppression.ts";

/** Its last day is in it. */
export interface Period { from: Day; to: Day }

/** 16 September to 15 September, as the Court reports: the year that a day lies in. */
export function reportingYear(day: Day): Period {
  const begun = monthOf(day) > 9 || (monthOf(day) === 9 && dayOfMonth(day) >= 16);
  const from = `${begun ? yearOf(day) : yearOf(day) - 1}-09-16`;
  return { from, to: plusDays(plusMonths(from, 12), -1) };
}

export interface ReportOptions {
  period: Period;
  /** Acts after this day are not counted. */
  asOf: Day;
  /** Below this a figure that is not zero is hidden, with what would give it away; 0 hides nothing. */
  hideBelow: number;
  /** Parties that have a row even when nothing was sent to them or by them. */
  parties: PartyCode[];
}
/** What the line of Defence and victims is always held to. */
export const lineThreshold = 5;

/** Undefined: hidden. */
export type Cell = number | undefined;
/** Undefined: hidden, or nothing to take it of. */
export interface Days { median: Tenths | undefined; percentile90: Tenths | undefined }
/** One line of the table: every figure, in its order, and how long it took. */
export interface Tally { counts: Cell[]; toAcknowledge: Days; toReply: Days }
export interface PartyRow { party: PartyCode; received: Tally; sent: Tally }
export interface Report {
  options: ReportOptions;
  /** By code. */
  rows: PartyRow[];
  /** Of what was received, which is what was sent. */
  total: Tally;
  /** Requests of Defence and victims' teams: here and nowhere else, so that no row tells of them. */
  defenceVictims: Tally;
}

interface Count { counts: number[]; toAcknowledge: number[]; toReply: number[] }
interface Lines { received: Count; sent: Count }
const noCount = (): Count => ({ counts: figures.map(() => 0), toAcknowledge: [], toReply: [] });

function place(figure: string): number {
  const found = figureIndex(figure);
  ensure(found !== undefined, "a figure of the list");
  return found;
}

/** Adds one request to a line, as it stood at the end of a day. */
function add(to: Count, facts: RequestFacts, asOf: Day): void {
  const count = (figure: string): void => { to.counts[place(figure)]!++; };
  const known = (date: Day | undefined): date is Day => date !== undefined && date <= asOf;

  count("requests");
  if (facts.organ !== defenceVictims) count(`organ.${facts.organ}`);
  if (facts.organ === "registry") count(facts.nature === "judicial_assistance" ? "registry.strict" : "registry.other");
  count(`nature.${facts.nature}`);
  count(facts.off_platform ? "off_platform" : "on_platform");

  const over = known(facts.ended);
  count(over ? facts.outcome! : "open");
  if (known(facts.acknowledged)) {
    count("acknowledged");
    to.toAcknowledge.push(daysBetween(facts.sent, facts.acknowledged));
  }
  const replied = known(facts.replied);
  if (known(facts.replied)) {
    count("replied");
    to.toReply.push(daysBetween(facts.sent, facts.replied));
  }
  if (known(facts.partly_executed)) count("partly_executed");
  if (known(facts.referred)) count("referred");
  const late = (due: Day | undefined): boolean => !over && !replied && due !== undefined && due < asOf;
  if (late(facts.agreed_due ?? facts.first_due)) count("overdue");
  if (late(facts.first_due)) count("overdue_first");

  for (const kind of facts.kinds) count(`kind.${kind}`);
  for (const [obstacle, at] of Object.entries(facts.obstacles)) if (at <= asOf) count(`obstacle.${obstacle}`);
}

/** The parts of one whole by one division, inside a line that begins at `base`. */
export function sumsOfLine(base: number, withOrgans: boolean): Sum[] {
  const sums = new Map<string, Sum>();
  figures.forEach((figure, index) => {
    if (figure.partOf === "" || (!withOrgans && (figure.division === "organ" || figure.division === "registry"))) return;
    const whole = place(figure.partOf);
    // In the order of the C++: by whole, then by division.
    const key = `${String(whole).padStart(4, "0")} ${figure.division}`;
    const sum = sums.get(key) ?? { whole: base + whole, parts: [] };
    sum.parts.push(base + index);
    sums.set(key, sum);
  });
  return [...sums.keys()].sort().map((key) => sums.get(key)!);
}

export const noDays: Days = { median: undefined, percentile90: undefined };

/** A line as it is shown; `hidden` holds the line's cells from `base` on. */
function shown(count: Count, hidden: boolean[], base: number, hideBelow: number): Tally {
  const days = (figure: string, of: number[]): Days =>
    hidden[base + place(figure)] || of.length < hideBelow ? noDays : { median: median(of), percentile90: percentile90(of) };
  return {
    counts: count.counts.map((value, index) => (hidden[base + index] ? undefined : value)),
    toAcknowledge: days("acknowledged", count.toAcknowledge),
    toReply: days("replied", count.toReply),
  };
}

/** What a reader can tell without the table: which organ a body is, and that nothing happened to what was never sent. */
export const knownCells = (counts: number[]): boolean[] =>
  figures.map((figure, index) => counts[index] === 0 && (counts[0] === 0 || figure.division === "organ" || figure.division === "registry"));

function defenceLine(count: Count): Tally {
  // Fewer than five: even how they ended says too much.
  const few = count.counts[place("requests")]! < lineThreshold;
  const hidden = few ? figures.map(() => true) : cellsToHide(count.counts, sumsOfLine(0, false), knownCells(count.counts), lineThreshold);
  return shown(count, hidden, 0, lineThreshold);
}

/** Which cells of the whole table to hide: the total's line first, then two lines a Party. */
function hiddenCells(lines: [PartyCode, Lines][], total: Count, below: number): boolean[] {
  const cells = [...total.counts];
  const known = knownCells(total.counts);
  const sums = sumsOfLine(0, true);
  const columns: Sum[] = figures.flatMap((_, index) => [{ whole: index, parts: [] }, { whole: index, parts: [] }]);
  for (const [, line] of lines) {
    [line.received, line.sent].forEach((count, side) => {
      const base = cells.length;
      cells.push(...count.counts);
      known.push(...knownCells(count.counts));
      sums.push(...sumsOfLine(base, true));
      figures.forEach((_, index) => columns[index * 2 + side]!.parts.push(base + index));
    });
  }
  return cellsToHide(cells, [...sums, ...columns], known, below);
}

/** Failures: invalid_input "report.period", conflict "report.reference_twice" {reference}. */
export function makeReport(facts: RequestFacts[], options: ReportOptions): Report {
  const { from, to } = options.period;
  if (to < from || options.asOf < from) fail("invalid_input", "report.period");

  const byParty = new Map<PartyCode, Lines>();
  const line = (party: PartyCode): Lines => {
    const found = byParty.get(party) ?? { received: noCount(), sent: noCount() };
    byParty.set(party, found);
    return found;
  };
  options.parties.forEach(line);
  const total = noCount();
  const defence = noCount();
  const references = new Set<string>();
  for (const one of facts) {
    if (references.has(one.reference)) fail("conflict", "report.reference_twice", { reference: one.reference });
    references.add(one.reference);
    if (one.confidential || one.sent < from || one.sent > to || one.sent > options.asOf) continue;
    if (one.organ === defenceVictims) {
      add(defence, one, options.asOf);
      continue;
    }
    add(line(one.requested).received, one, options.asOf);
    add(line(one.requesting).sent, one, options.asOf);
    add(total, one, options.asOf);
  }

  const lines = [...byParty].sort(([a], [b]) => (a < b ? -1 : 1));
  const hidden = hiddenCells(lines, total, options.hideBelow);
  const width = figures.length;
  return {
    options,
    rows: lines.map(([party, of], index) => ({
      party,
      received: shown(of.received, hidden, width * (1 + 2 * index), options.hideBelow),
      sent: shown(of.sent, hidden, width * (2 + 2 * index), options.hideBelow),
    })),
    total: shown(total, hidden, 0, options.hideBelow),
    defenceVictims: defenceLine(defence),
  };
}

/** What rows add up to, figure by figure; hidden where one of them is. The Assembly's table is this of the published rows. */
export function sumOfRows(rows: PartyRow[]): { received: Cell[]; sent: Cell[] } {
  const sum = (side: "received" | "sent"): Cell[] => figures.map((_, index) =>
    rows.reduce<Cell>((so, row) => (so === undefined || row[side].counts[index] === undefined ? undefined : so + row[side].counts[index]), 0));
  return { received: sum("received"), sent: sum("sent") };
}

/** Where the rows do not add up to the total. Figures with a hidden cell are not judged. */
export function sumDifferences(report: Report): Finding[] {
  const sums = sumOfRows(report.rows);
  const out: Finding[] = [];
  figures.forEach((figure, index) => {
    const total = report.total.counts[index];
    for (const sum of [sums.received[index], sums.sent[index]]) {
      if (total === undefined || sum === undefined || sum === total) continue;
      out.push(finding("report.sum", { figure: figure.name, rows: String(sum), total: String(total) }));
    }
  });
  return out;
}
