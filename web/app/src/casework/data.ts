// The files of platform/casework/data, which the C++ reads too: one list for both.
import columns from "../../../../platform/casework/data/columns.csv?raw";
import countries from "../../../../platform/casework/data/countries.csv?raw";
import currencies from "../../../../platform/casework/data/currencies.csv?raw";
import figures from "../../../../platform/casework/data/figures.csv?raw";
import iban from "../../../../platform/casework/data/iban.csv?raw";
import recommendations from "../../../../platform/casework/data/recommendations.csv?raw";
import words from "../../../../platform/casework/data/words.csv?raw";
import { ensure } from "../base/failure.ts";
import { parseCells } from "./cells.ts";
import type { Finding } from "./finding.ts";

export const data = { columns, countries, currencies, figures, iban, recommendations, words };

/** The rows of one of them without its header. */
export function dataRows(file: string): string[][] {
  const faults: Finding[] = [];
  const [header, ...rows] = parseCells(file, ",", faults);
  ensure(faults.length === 0 && header !== undefined, "a data file of ours is well-formed");
  for (const row of rows) ensure(row.cells.length === header.cells.length, "a row of a data file has as many cells as its header");
  return rows.map((row) => row.cells);
}
