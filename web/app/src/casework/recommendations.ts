// Mirror of platform/casework/recommendations.hpp: the Assembly's recommendations on cooperation and what became of each,
// meeting by meeting.
import { fail } from "../base/failure.ts";
import { columnLetters, lineOf, parseCells, textCell, type Row } from "./cells.ts";
import { data } from "./data.ts";
import { isDay, monthOf, written, yearOf, type Day, type Language } from "./date.ts";
import type { Finding } from "./finding.ts";
import { wordCode, wordTitle } from "./sheet_words.ts";

type BothLanguages = Record<Language, string>;

/** "2021-H2": half a year, compared by its text. */
export const isHalfYear = (text: string): boolean => /^\d{4}-H[12]$/.test(text);
export function halfYearText(halfYear: string, language: Language): string {
  const [year, first] = [halfYear.slice(0, 4), halfYear.endsWith("H1")];
  return language === "fr" ? `${first ? "premier" : "second"} semestre ${year}` : `${first ? "first" : "second"} half of ${year}`;
}

/** One recommendation as one meeting left it. Its history is its rows; a due half-year that changes was postponed. */
export interface RecommendationRow {
  number: string;
  /** The meeting. */
  round: Day;
  due: string;
  state: string;
  /** The parts of the table it stands in. */
  clusters: string[];
  /** Printed in one row with this one; empty: by itself. */
  rowWith: string;
  addressee: BothLanguages;
  text: BothLanguages;
  /** The Court's assessment. */
  note: BothLanguages;
}

function rowOf({ number: row, cells }: Row): RecommendationRow {
  const wrong = (column: number): never => fail("invalid_input", "recommendations.row", { row: String(row), column: columnLetters(column) });
  if (cells.length !== 12) wrong(cells.length);
  cells.forEach((cell, index) => { if (index !== 5 && cell === "") wrong(index); });
  const [number, round, due, state, clusterText, rowWith, ...texts] = cells as [string, string, string, string, string, string, ...string[]];
  if (!isDay(round)) wrong(1);
  if (!isHalfYear(due)) wrong(2);
  if (wordCode("recommendation_state", state) !== state) wrong(3);
  const clusters = clusterText.split(" ").filter((one) => one !== "");
  if (!clusters.every((one) => wordCode("cluster", one) === one)) wrong(4);
  const both = (at: number): BothLanguages => ({ en: texts[at]!, fr: texts[at + 1]! });
  return { number, round, due, state, clusters, rowWith, addressee: both(0), text: both(2), note: both(4) };
}

/** Failures: invalid_input "recommendations.row" {row, column}, conflict "recommendations.twice" {number, round_date}. */
export function readRecommendations(csv: string): RecommendationRow[] {
  const faults: Finding[] = [];
  const rows = parseCells(csv, ",", faults);
  if (faults[0]) fail("invalid_input", "recommendations.row", { row: faults[0].arguments["row"]!, column: faults[0].arguments["column"]! });
  const seen = new Set<string>();
  return rows.slice(1).map((raw) => {
    const row = rowOf(raw);
    if (seen.has(`${row.number} ${row.round}`)) fail("conflict", "recommendations.twice", { number: row.number, round_date: row.round });
    seen.add(`${row.number} ${row.round}`);
    return row;
  });
}

/** Those that come with the product. */
export const shippedRecommendations: RecommendationRow[] = readRecommendations(data.recommendations);

/** The addressee begins with it, in English; the rest exactly. Without a round: as the newest left them. */
export interface RecommendationFilter { addressee?: string; due?: string; state?: string; round?: Day }

const byNumber = (a: { number: string }, b: { number: string }): number => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0);
function ofRound(rows: RecommendationRow[], round: Day | undefined): RecommendationRow[] {
  const newest = new Map<string, RecommendationRow>();
  for (const row of rows) {
    if (round !== undefined && row.round !== round) continue;
    const known = newest.get(row.number);
    if (!known || known.round < row.round) newest.set(row.number, row);
  }
  return [...newest.values()].sort(byNumber);
}

/** By number. */
export const view = (rows: RecommendationRow[], filter: RecommendationFilter): RecommendationRow[] =>
  ofRound(rows, filter.round).filter((row) => row.addressee.en.startsWith(filter.addressee ?? "") &&
    (filter.due === undefined || row.due === filter.due) && (filter.state === undefined || row.state === filter.state));

export const history = (rows: RecommendationRow[], number: string): RecommendationRow[] =>
  rows.filter((row) => row.number === number).sort((a, b) => (a.round < b.round ? -1 : a.round > b.round ? 1 : 0));

/** Every due half-year it ever had, the first first. */
export const dueDates = (rows: RecommendationRow[], number: string): string[] =>
  history(rows, number).map((row) => row.due).filter((due, index, all) => due !== all[index - 1]);

/** Its half-year is over and it is neither done nor dropped. */
export const isLate = (row: RecommendationRow, today: Day): boolean =>
  row.state !== "done" && row.state !== "not_taken_up" && row.due < `${yearOf(today)}-H${monthOf(today) <= 6 ? 1 : 2}`;

/** A row of the annex: recommendation with due date and allocation, context, assessment, conclusions of the meeting. */
export interface AnnexRow { recommendation: string; context: string; assessment: string; conclusions: string }

/**
 * As the Assembly prints a round: cluster by cluster; one that belongs to two clusters stands in both, and those of one row
 * are joined.
 */
export function annex(rows: RecommendationRow[], round: Day, language: Language): AnnexRow[] {
  const out: AnnexRow[] = [];
  for (const cluster of ["un", "rfa"]) {
    const joined = new Map<string, AnnexRow>();
    for (const row of ofRound(rows, round)) {
      if (!row.clusters.includes(cluster)) continue;
      const printed: AnnexRow = {
        recommendation: `${row.number} ${row.text[language]}\n${row.due === "" ? "" : `${halfYearText(row.due, language)}\n`}${row.addressee[language]}`,
        context: wordTitle("cluster", cluster, language),
        assessment: row.note[language],
        conclusions: wordTitle("recommendation_state", row.state, language),
      };
      const waiting = joined.get(row.number);
      if (waiting) {
        for (const column of ["recommendation", "assessment", "conclusions"] as const) waiting[column] += `\n\n${printed[column]}`;
        continue;
      }
      if (row.rowWith !== "") joined.set(row.rowWith, printed);
      out.push(printed);
    }
  }
  return out;
}

export function annexCsv(rows: RecommendationRow[], round: Day, language: Language): string {
  const separator = language === "fr" ? ";" : ",";
  const titles = language === "fr"
    ? ["Recommandation, échéance et attribution", "Contexte", "Évaluation par la Cour", `Conclusions à la suite de la réunion du ${written(round, language)}`]
    : ["Recommendation, due date and allocation", "Context", "Assessment by the Court", `Conclusions after the meeting of ${written(round, language)}`];
  const lines = [titles, ...annex(rows, round, language).map((row) => [row.recommendation, row.context, row.assessment, row.conclusions])];
  return "\ufeff" + lines.map((cells) => lineOf(cells.map((cell) => textCell(cell, separator)), separator)).join("");
}
