// Mirror of platform/casework/report_row.hpp: one State's row of an organ's report, as it is told to the State and then
// published (platform/decisions/1712-published-rows.md).
import { ensure } from "../base/failure.ts";
import type { PartyCode } from "../model/party.ts";
import { compareBytes } from "../model/text.ts";
import type { ReportFigure, ReportRow } from "../record/report_row.ts";
import type { RequestFacts } from "./facts.ts";
import { figureIndex, figures } from "./figures.ts";
import { knownCells, makeReport, noDays, sumsOfLine, type Cell, type PartyRow, type ReportOptions, type Tally } from "./report.ts";
import { cellsToHide } from "./suppression.ts";

/** What is 0 and shown is not named. */
const named = (counts: number[], hidden: boolean[]): ReportFigure[] =>
  figures.flatMap(({ name }, i): ReportFigure[] =>
    hidden[i] ? [{ figure: name, count: undefined }] : counts[i]! > 0 ? [{ figure: name, count: counts[i]! }] : [])
    .sort((a, b) => compareBytes(a.figure, b.figure));

const countsOf = (tally: Tally): number[] => tally.counts.map((cell) => {
  ensure(cell !== undefined, "nothing is hidden in what is counted with a bound of 0");
  return cell;
});

/** Of the dealings of these two alone, whatever else is among the facts. Small figures are hidden, with what would give them away inside the row. Failures: as makeReport(). */
export function countRow(facts: RequestFacts[], party: PartyCode, organ: PartyCode, options: Omit<ReportOptions, "parties">): ReportRow {
  const between = facts.filter(({ requesting, requested }) =>
    (requesting === organ && requested === party) || (requesting === party && requested === organ));
  const report = makeReport(between, { ...options, hideBelow: 0, parties: [party] });
  const row = report.rows.find((one) => one.party === party);
  ensure(row !== undefined, "a Party that is asked for has a row");
  const [received, sent] = [countsOf(row.received), countsOf(row.sent)];
  const width = figures.length;
  const hidden = cellsToHide([...received, ...sent], [...sumsOfLine(0, true), ...sumsOfLine(width, true)],
    [...knownCells(received), ...knownCells(sent)], options.hideBelow);
  return {
    party, organ, from: options.period.from, to: options.period.to, asOf: options.asOf, hideBelow: options.hideBelow,
    received: named(received, hidden.slice(0, width)), sent: named(sent, hidden.slice(width)),
  };
}

function tallyOf(of: readonly ReportFigure[]): Tally {
  const counts: Cell[] = figures.map(() => 0);
  for (const { figure, count } of of) {
    const place = figureIndex(figure);
    if (place !== undefined) counts[place] = count;
  }
  return { counts, toAcknowledge: noDays, toReply: noDays };
}

/** The row as a line of the table: figures that it does not name are 0. What this program does not know is left out. */
export const partyRowOf = ({ party, received, sent }: ReportRow): PartyRow =>
  ({ party, received: tallyOf(received), sent: tallyOf(sent) });

/** Names that figures.csv does not have, of both sides, each once. */
export const unknownFigures = ({ received, sent }: ReportRow): string[] =>
  [...new Set([...received, ...sent].map(({ figure }) => figure).filter((name) => figureIndex(name) === undefined))].sort(compareBytes);

/** Where a row that one was told of is not what one counts oneself. A hidden figure is not judged. */
export interface RowDifference { figure: string; received: boolean; told: number; own: number }
export function rowDifferences(told: ReportRow, own: ReportRow): RowDifference[] {
  const [theirs, ours] = [partyRowOf(told), partyRowOf(own)];
  return (["received", "sent"] as const).flatMap((side) => figures.flatMap(({ name }, i): RowDifference[] => {
    const [a, b] = [theirs[side].counts[i], ours[side].counts[i]];
    return a === undefined || b === undefined || a === b ? [] : [{ figure: name, received: side === "received", told: a, own: b }];
  }));
}
