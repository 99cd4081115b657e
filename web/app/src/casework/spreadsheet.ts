// Mirror of platform/casework/spreadsheet.hpp: persons, entities, accounts, transactions, assets, focal points and law entries
// from a CSV as French and English Excel write it, and back. What can be read in two ways is asked; a file with a broken row
// is taken not at all.
import { fail } from "../base/failure.ts";
import { utf8Length } from "../model/text.ts";
import { columnLetters, findSeparator, lineOf, parseCells, plainCell, textCell, withoutGuard, type Row } from "./cells.ts";
import { data, dataRows } from "./data.ts";
import { isDay, type Language } from "./date.ts";
import { finding, type Finding } from "./finding.ts";
import { checkBic, checkCountry, checkCurrency, checkIban, checkLei, type Checked } from "./identifiers.ts";
import { isWordList, wordCode, wordTitle } from "./sheet_words.ts";
import { decodeText, plainWords, type Encoding } from "./text_import.ts";
import { readAmount, readDate, readPartDate, writeAmount, type DateOrder, type DecimalSign } from "./values.ts";

/** The type: text, date, part_date, amount, currency, country, iban, bic, lei, or a list of data/words.csv. */
export interface Column { code: string; type: string; required: boolean; title: Record<Language, string> }

const sheets = new Map<string, Column[]>();
for (const [sheet, code, type, required, en, fr] of dataRows(data.columns)) {
  sheets.set(sheet!, [...(sheets.get(sheet!) ?? []), { code: code!, type: type!, required: required === "yes", title: { en: en!, fr: fr! } }]);
}
/** Empty for a sheet that is not there. */
export const columnsOf = (sheet: string): Column[] => sheets.get(sheet) ?? [];

/** A row by column code; empty cells are left out. Dates in ISO 8601, amounts with a point, words by their code. */
export type Values = Record<string, string>;
export interface ImportedRow { number: number; values: Values }
export interface ImportOptions { separator?: string; dateOrder?: DateOrder; decimalSign?: DecimalSign }

export interface Import {
  encoding: Encoding;
  separator: string;
  /** The code of each; empty where a column has no title and no content. */
  columns: string[];
  /** The first ten, as understood so far. */
  preview: ImportedRow[];
  /** What the person must say first: "import.ask_dates" and "import.ask_decimals" {row, column, value}. */
  questions: Finding[];
  /** Every fault with its row and column: of quotes, of titles, of rows. */
  faults: Finding[];
  /** Identifiers that do not pass their check, with row and column; they hinder nothing. */
  warnings: Finding[];
  /** Empty while there is a question or a fault: nothing is half imported. */
  rows: ImportedRow[];
}

export const mostRows = 20_000;
export const mostCellBytes = 4_000;

const isDate = (column: Column): boolean => column.type === "date" || column.type === "part_date";
const trimmed = (text: string): string => text.replace(/^[ \t\u00a0\u202f]+|[ \t\u00a0\u202f]+$/g, "");
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const checks: Record<string, (text: string) => Checked> = {
  iban: checkIban, bic: checkBic, lei: checkLei, currency: checkCurrency, country: checkCountry,
};

/** Failure: invalid_input "import.sheet" where there is no such sheet. */
export function importSheet(sheet: string, file: Uint8Array, options: ImportOptions = {}): Import {
  const out = understandSheet(sheet, file, options);
  return out.faults.length > 0 || out.questions.length > 0 ? { ...out, rows: [] } : out;
}

/** The same with every row as far as it was understood, for whoever finds more that is wrong in it: they are not to be taken. */
export function understandSheet(sheet: string, file: Uint8Array, options: ImportOptions = {}): Import {
  const known = columnsOf(sheet);
  if (known.length === 0) fail("invalid_input", "import.sheet");
  const decoded = decodeText(file);
  const separator = options.separator ?? findSeparator(decoded.text);
  const out: Import = { encoding: decoded.encoding, separator, columns: [], preview: [], questions: [], faults: [], warnings: [], rows: [] };
  const text = decoded.text.startsWith("sep=") ? decoded.text.replace(/^[^\n]*\n?/, "") : decoded.text;
  const [titles, ...rows] = parseCells(text, separator, out.faults);
  if (!titles || rows.length === 0) {
    out.faults.push(finding("import.empty"));
    return out;
  }

  const tell = (key: string, row: number, column: number, value = ""): void => {
    out.faults.push(finding(key, { row: String(row), column: columnLetters(column), ...(value === "" ? {} : { value }) }));
  };
  const byPlace = header(known, titles, rows, out, tell);
  // Titles in French: whoever wrote them writes the day first and a decimal comma.
  const french = byPlace.some((column, index) => {
    if (!column) return false;
    const [title, fr] = [plainWords(titles.cells[index]!), plainWords(column.title.fr)];
    return title === fr && fr !== plainWords(column.title.en) && fr !== plainWords(column.code);
  });
  let dateOrder = options.dateOrder ?? (french ? "day_first" : undefined);
  let decimalSign = options.decimalSign ?? (french ? "," : undefined);

  if (rows.length > mostRows) {
    tell("import.too_many_rows", rows[mostRows]!.number, 0);
    return out;
  }
  // What one cell shows about all the others, where nobody has said so.
  for (const row of rows) {
    byPlace.forEach((column, index) => {
      if (!column || index >= row.cells.length) return;
      const cell = trimmed(withoutGuard(row.cells[index]!));
      if (isDate(column)) dateOrder ??= readDate(cell, undefined).shows;
      if (column.type === "amount") decimalSign ??= readAmount(cell, undefined).decimalSign;
    });
  }

  // One question for the whole file: the first cell that needs it is the example.
  const ask = (key: string, row: number, column: number, value: string): void => {
    if (out.questions.some((one) => one.key === key)) return;
    out.questions.push(finding(key, { row: String(row), column: columnLetters(column), value }));
  };
  function understood(column: Column, row: number, place: number, cell: string): string {
    if (column.type === "text") return cell;
    if (isDate(column)) {
      const date = column.type === "date" ? readDate(cell, dateOrder) : readPartDate(cell, dateOrder);
      if (date.state === "wrong") tell("import.date", row, place, cell);
      if (date.state === "ambiguous") ask("import.ask_dates", row, place, cell);
      return date.state === "read" ? date.iso : cell;
    }
    if (column.type === "amount") {
      const amount = readAmount(cell, decimalSign);
      if (amount.state === "wrong") tell("import.amount", row, place, cell);
      if (amount.state === "ambiguous") ask("import.ask_decimals", row, place, cell);
      return amount.state === "read" ? amount.decimal : cell;
    }
    if (isWordList(column.type)) {
      const code = wordCode(column.type, cell);
      if (code === undefined) tell("import.word", row, place, cell);
      return code ?? cell;
    }
    const found = checks[column.type]!(cell);
    for (const warning of found.warnings) {
      out.warnings.push(finding(warning.key, { ...warning.arguments, row: String(row), column: columnLetters(place) }));
    }
    return found.value;
  }

  for (const row of rows) {
    if (row.cells.every((cell) => trimmed(cell) === "")) continue;
    const values: Values = {};
    if (row.cells.length < byPlace.length) tell("import.cells_too_few", row.number, row.cells.length);
    for (const [place, raw] of row.cells.entries()) {
      const cell = trimmed(withoutGuard(raw));
      if (place >= byPlace.length) {
        if (cell === "") continue;
        tell("import.cells_too_many", row.number, place);
        break;
      }
      const column = byPlace[place];
      if (!column) continue;
      if (cell === "") {
        if (column.required) tell("import.required", row.number, place);
      } else if (cell.includes("\ufffd")) tell("import.encoding", row.number, place);
      else if (control.test(cell)) tell("import.control", row.number, place);
      else if (utf8Length(cell) > mostCellBytes) tell("import.too_long", row.number, place);
      else values[column.code] = understood(column, row.number, place, cell);
    }
    out.rows.push({ number: row.number, values });
  }
  if (out.rows.length === 0) out.faults.push(finding("import.empty"));
  out.preview = out.rows.slice(0, 10);
  return out;
}

/** Which column stands in which place; faults of the titles are told. */
function header(known: Column[], titles: Row, rows: Row[], out: Import, tell: (key: string, row: number, column: number, value?: string) => void): (Column | undefined)[] {
  const byPlace = titles.cells.map((raw, place) => {
    const title = plainWords(raw);
    const column = known.find((one) => [one.code, one.title.en, one.title.fr].some((name) => plainWords(name) === title));
    if (!column) {
      const used = [titles, ...rows].some((row) => trimmed(row.cells[place] ?? "") !== "");
      if (used) tell("import.unknown_column", titles.number, place, trimmed(raw));
    } else if (out.columns.includes(column.code)) tell("import.column_twice", titles.number, place, raw);
    out.columns.push(column?.code ?? "");
    return column;
  });
  for (const column of known) {
    if (column.required && !out.columns.includes(column.code)) {
      out.faults.push(finding("import.column_missing", { title: `${column.title.en} / ${column.title.fr}` }));
    }
  }
  return byPlace;
}

/**
 * The same rows as that language's Excel opens them: byte order mark, titles and words in the language; semicolons, decimal
 * commas and dd/mm/yyyy in French, commas, points and ISO dates in English. Nothing in it is taken for a formula, and
 * importSheet gives the same rows back.
 */
export function exportSheet(sheet: string, rows: Values[], language: Language): string {
  const columns = columnsOf(sheet);
  if (columns.length === 0) fail("invalid_input", "import.sheet");
  const separator = language === "fr" ? ";" : ",";
  const shown = (column: Column, value: string): string => {
    if (isDate(column)) {
      const french = language === "fr" && isDay(value);
      return textCell(french ? `${value.slice(8, 10)}/${value.slice(5, 7)}/${value.slice(0, 4)}` : value, separator);
    }
    const amount = column.type === "amount" ? readAmount(value, ".") : undefined;
    if (amount?.state === "read" && amount.decimal === value) return plainCell(writeAmount(value, language === "fr" ? "," : "."), separator);
    return textCell(isWordList(column.type) ? wordTitle(column.type, value, language) : value, separator);
  };
  const lines = rows.map((values) => lineOf(columns.map((column) => shown(column, values[column.code] ?? "")), separator));
  return `\ufeff${lineOf(columns.map((column) => textCell(column.title[language], separator)), separator)}${lines.join("")}`;
}
