// A row of the report: sealed while the State is asked, clear once it is published. Mirror of
// platform/model/report_row.hpp and schema_report.hpp.
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import { isPartyCode, isState } from "../model/party.ts";
import { isDay } from "../model/request_content.ts";
import { list, number, object, optional, text, type TypeOf } from "./codec.ts";
import { compareBytes } from "../model/text.ts";

const mostFigures = 200;
const mostHidden = 100;
/** Sums of many rows stay exact in numbers. */
const mostCounted = 1_000_000_000;

/** A figure by its name in figures.csv. One that is not named is 0, so that nothing has two spellings. */
export const reportFigure = object(
  {
    figure: text(1, 64),
    /** Absent: hidden, because it is small or would give a small one away. */
    count: optional(number),
  },
  (body) => /^[a-z0-9_.]+$/.test(body.figure) && (body.count === undefined || (body.count > 0 && body.count <= mostCounted)),
);
export type ReportFigure = TypeOf<typeof reportFigure>;

const figuresRise = (figures: readonly ReportFigure[]): boolean =>
  figures.every(({ figure }, i) => i === 0 || compareBytes((figures[i - 1] as ReportFigure).figure, figure) < 0);

/** What one organ and one State had to do with one another in a period, as it stood at the end of a day. */
export const reportRow = object(
  {
    /** The State's code. */
    party: text(3, 3),
    /** The organ's. */
    organ: text(3, 14),
    from: text(10, 10),
    /** The last day. */
    to: text(10, 10),
    asOf: text(10, 10),
    /** Figures from 1 to this, itself not counted, are hidden; 0 hides none. */
    hideBelow: number,
    /** By the State, from the organ; rising by name. */
    received: list(reportFigure, 0, mostFigures),
    /** By the State, to the organ. */
    sent: list(reportFigure, 0, mostFigures),
  },
  (body) =>
    isPartyCode(body.party) && isState(body.party) && isPartyCode(body.organ) && !isState(body.organ) &&
    isDay(body.from) && isDay(body.to) && isDay(body.asOf) && body.from <= body.to && body.to <= body.asOf &&
    body.hideBelow <= mostHidden && figuresRise(body.received) && figuresRise(body.sent),
);
export type ReportRow = TypeOf<typeof reportRow>;
export const sameReportRow = (a: ReportRow, b: ReportRow): boolean =>
  encodeCanonicalJson(reportRow.write(a)) === encodeCanonicalJson(reportRow.write(b));
