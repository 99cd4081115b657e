// Mirror of platform/casework/state_profile.hpp: who did what is asked of all States Parties: each answer dated and sourced,
// summed by regional group.
import { fail } from "../base/failure.ts";
import { lineOf, textCell } from "./cells.ts";
import { data, dataRows } from "./data.ts";
import { isDay, type Day, type Language } from "./date.ts";
import { wordCode, wordCodes, wordTitle } from "./sheet_words.ts";
import type { Values } from "./spreadsheet.ts";

/** A code of ISO 3166-1 alpha-3, and a region of data/words.csv. */
export interface State { code: string; region: string }
/** The States Parties of 2021, by code; membership moves, and whoever knows better gives another list. */
export const statesParties2021: State[] = dataRows(data.countries).filter(([, , region]) => region !== "")
  .map(([, code, region]) => ({ code: code!, region: region! })).sort((a, b) => (a.code < b.code ? -1 : 1));

export interface ProfileRow { state: string; topic: string; answer: string; dated: Day; source: string; note: string }

/** Rows of the sheet "state_profile" as importSheet gives them. invalid_input "state_profile.row" {state}. */
export const profileRows = (rows: Values[]): ProfileRow[] => rows.map((values) => {
  const text = (column: string): string => values[column] ?? "";
  const held = text("state").length === 3 && text("source") !== "" && isDay(text("dated")) &&
    wordCode("state_topic", text("topic")) === text("topic") && wordCode("state_answer", text("answer")) === text("answer");
  if (!held) fail("invalid_input", "state_profile.row", { state: text("state") });
  return { state: text("state"), topic: text("topic"), answer: text("answer"), dated: text("dated"), source: text("source"), note: text("note") };
});

/** What holds on a day, by "state topic": the newest row not after it; of two of one day the later in the list. */
export function profileOn(rows: ProfileRow[], day: Day): Map<string, ProfileRow> {
  const out = new Map<string, ProfileRow>();
  for (const row of rows) {
    const key = `${row.state} ${row.topic}`;
    const known = out.get(key);
    if (row.dated <= day && (!known || row.dated >= known.dated)) out.set(key, row);
  }
  return out;
}

/** `unknown`: nobody has said. */
export interface RegionCount { region: string; topic: string; yes: number; partly: number; no: number; unknown: number }

/** Every region and topic, also those without an answer: the four numbers sum to the States of the region. */
export function overview(rows: ProfileRow[], states: State[], day: Day): RegionCount[] {
  const held = profileOn(rows, day);
  return wordCodes("region").flatMap((region) => wordCodes("state_topic").map((topic) => {
    const count: RegionCount = { region, topic, yes: 0, partly: 0, no: 0, unknown: 0 };
    for (const state of states) {
      if (state.region !== region) continue;
      const answer = held.get(`${state.code} ${topic}`)?.answer;
      count[answer === "yes" || answer === "partly" || answer === "no" ? answer : "unknown"]++;
    }
    return count;
  }));
}

export function overviewCsv(counts: RegionCount[], language: Language): string {
  const separator = language === "fr" ? ";" : ",";
  const titles = language === "fr" ? ["Région", "Sujet", "Oui", "En partie", "Non", "Sans réponse"] : ["Region", "Topic", "Yes", "Partly", "No", "No answer"];
  return "\ufeff" + lineOf(titles, separator) + counts.map((count) => lineOf([
    textCell(wordTitle("region", count.region, language), separator), textCell(wordTitle("state_topic", count.topic, language), separator),
    String(count.yes), String(count.partly), String(count.no), String(count.unknown),
  ], separator)).join("");
}

export interface FocalPoint { state: string; theme: string; validFrom: Day; validTo?: Day }
/** States of a region without a focal point for a theme on a day; one for "general" serves every theme. */
export function withoutFocalPoint(points: FocalPoint[], states: State[], region: string, theme: string, day: Day): string[] {
  const served = new Set(points
    .filter((point) => point.validFrom <= day && (point.validTo === undefined || day <= point.validTo) && (point.theme === theme || point.theme === "general"))
    .map((point) => point.state));
  return states.filter((state) => state.region === region && !served.has(state.code)).map((state) => state.code).sort();
}
