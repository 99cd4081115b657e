// Mirror of platform/casework/report_text.hpp: the report as an object and as a spreadsheet opens it.
import { fail } from "../base/failure.ts";
import { isPartyCode } from "../model/party.ts";
import { lineOf, textCell } from "./cells.ts";
import type { Language } from "./date.ts";
import { figureIndex, figures } from "./figures.ts";
import type { Tenths } from "./percentile.ts";
import type { Cell, Days, PartyRow, Report, Tally } from "./report.ts";
import { partyRowOf } from "./report_row.ts";
import type { ReportRow } from "../record/report_row.ts";
import type { JsonObject } from "../crypto/canonicalJson.ts";

/** "61.5"; "61,5" in French. */
export const tenthsText = (tenths: Tenths, language: Language): string =>
  `${Math.floor(tenths / 10)}${language === "fr" ? "," : "."}${tenths % 10}`;

function daysJson(days: Days): JsonObject {
  return {
    ...(days.median === undefined ? {} : { median: tenthsText(days.median, "en") }),
    ...(days.percentile90 === undefined ? {} : { percentile_90: tenthsText(days.percentile90, "en") }),
  };
}

function tallyJson(tally: Tally): JsonObject {
  const counts: JsonObject = {};
  const hidden: string[] = [];
  tally.counts.forEach((cell, index) => {
    if (cell === undefined) hidden.push(figures[index]!.name);
    else counts[figures[index]!.name] = cell;
  });
  return { figures: counts, hidden, days_to_acknowledge: daysJson(tally.toAcknowledge), days_to_reply: daysJson(tally.toReply) };
}

/** One Party's row, as it is published. */
export const rowJson = (row: PartyRow): JsonObject => ({ party: row.party, received: tallyJson(row.received), sent: tallyJson(row.sent) });

function parseTally(json: unknown): Tally {
  const broken = (): never => fail("invalid_input", "report.row");
  const object = (value: unknown): Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : broken();
  const tally = object(json);
  const shown = object(tally["figures"]);
  const hidden = Array.isArray(tally["hidden"]) ? (tally["hidden"] as unknown[]) : broken();
  if (Object.keys(shown).length + hidden.length !== figures.length) broken();
  const counts = figures.map((figure) => {
    const value = Object.hasOwn(shown, figure.name) ? shown[figure.name] : undefined;
    if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= 0)) broken();
    if (hidden.filter((name) => name === figure.name).length !== (value === undefined ? 1 : 0)) broken();
    return value as number | undefined;
  });
  const days = (name: string): Days => {
    const of = object(tally[name]);
    const tenths = (key: string): Tenths | undefined => {
      if (!Object.hasOwn(of, key)) return undefined;
      const text = of[key];
      return typeof text === "string" && /^\d{1,10}\.\d$/.test(text) ? Number(text.replace(".", "")) : broken();
    };
    if (!Object.keys(of).every((key) => key === "median" || key === "percentile_90")) broken();
    return { median: tenths("median"), percentile90: tenths("percentile_90") };
  };
  return { counts, toAcknowledge: days("days_to_acknowledge"), toReply: days("days_to_reply") };
}

/** Failure: invalid_input "report.row": not every figure is there or hidden. */
export function parseRow(json: unknown): PartyRow {
  const row = (typeof json === "object" && json !== null ? json : {}) as Record<string, unknown>;
  const party = row["party"];
  if (typeof party !== "string" || !isPartyCode(party) || Object.keys(row).length !== 3) return fail("invalid_input", "report.row");
  return { party, received: parseTally(row["received"]), sent: parseTally(row["sent"]) };
}

/** Figures by name, days as text with one decimal, hidden cells left out and named under "hidden". */
export const reportJson = (report: Report): JsonObject => ({
  period: { from: report.options.period.from, to: report.options.period.to },
  as_of: report.options.asOf,
  hide_below: report.options.hideBelow,
  rows: report.rows.map(rowJson),
  total: tallyJson(report.total),
  defence_and_victims: tallyJson(report.defenceVictims),
});

const separator = ";";
const titles: Record<Language, { first: string[]; days: string[]; requested: string; requesting: string; defence: string }> = {
  en: {
    first: ["State or body", "Role"],
    days: ["days to acknowledge: median", "days to acknowledge: 90th percentile", "days to reply: median", "days to reply: 90th percentile"],
    requested: "requested", requesting: "requesting", defence: "Defence and victims’ teams",
  },
  fr: {
    first: ["État ou organe", "Rôle"],
    days: ["jours jusqu’à l’accusé\u00a0: médiane", "jours jusqu’à l’accusé\u00a0: 90e centile", "jours jusqu’à la réponse\u00a0: médiane", "jours jusqu’à la réponse\u00a0: 90e centile"],
    requested: "requis", requesting: "requérant", defence: "Équipes de la Défense et des victimes",
  },
};

/** Semicolons, a byte order mark, a decimal comma in French; hidden cells hold "c" (confidential), as statistical offices mark them. */
export function reportCsv(report: Report, language: Language): string {
  const words = titles[language];
  const line = (party: string, role: string, tally: Tally): string => {
    const days = (value: Tenths | undefined, figure: string): string =>
      value !== undefined ? tenthsText(value, language) : tally.counts[figureIndex(figure)!] === 0 ? "" : "c";
    return lineOf([
      textCell(party, separator), textCell(role, separator),
      ...tally.counts.map((cell) => (cell === undefined ? "c" : String(cell))),
      days(tally.toAcknowledge.median, "acknowledged"), days(tally.toAcknowledge.percentile90, "acknowledged"),
      days(tally.toReply.median, "replied"), days(tally.toReply.percentile90, "replied"),
    ], separator);
  };
  return "\ufeff" + lineOf([...words.first, ...figures.map((figure) => textCell(figure.title[language], separator)), ...words.days], separator) +
    report.rows.map((row) => line(row.party, words.requested, row.received) + line(row.party, words.requesting, row.sent)).join("") +
    line("Total", "", report.total) + line(words.defence, "", report.defenceVictims);
}

const rowTitles: Record<Language, { first: string[]; total: string }> = {
  en: { first: ["State", "Organ", "Role of the State", "Answer of the State", "From", "To", "As of"], total: "Sum of published rows" },
  fr: { first: ["État", "Organe", "Rôle de l’État", "Réponse de l’État", "Du", "Au", "Arrêté au"], total: "Somme des lignes publiées" },
};

/** Published rows as such a spreadsheet: what each State received from an organ and sent to it, and what they add up to. */
export function publishedCsv(
  rows: readonly { row: ReportRow; answer: string }[], sums: { received: Cell[]; sent: Cell[] }, language: Language,
): string {
  const { requested, requesting } = titles[language];
  const { first, total } = rowTitles[language];
  const line = (head: string[], counts: Cell[]): string =>
    lineOf([...head, ...counts.map((cell) => (cell === undefined ? "c" : String(cell)))], separator);
  return "\ufeff" + lineOf([...first, ...figures.map((figure) => textCell(figure.title[language], separator))], separator) +
    rows.map(({ row, answer }) => {
      const head = (role: string): string[] => [row.party, row.organ, role, textCell(answer, separator), row.from, row.to, row.asOf];
      const of = partyRowOf(row);
      return line(head(requested), of.received.counts) + line(head(requesting), of.sent.counts);
    }).join("") + line([total, "", requested, "", "", "", ""], sums.received) + line([total, "", requesting, "", "", "", ""], sums.sent);
}
