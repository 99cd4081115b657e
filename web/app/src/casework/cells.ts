// Mirror of platform/casework/cells.hpp: CSV as RFC 4180 has it and as spreadsheets write it, without types.
import { finding, type Finding } from "./finding.ts";

/** A row numbered as the spreadsheet counts: the first is 1, a line break inside quotes begins none. */
export interface Row { number: number; cells: string[] }

export function columnLetters(index: number): string {
  let out = "";
  for (let left = index + 1; left > 0; left = Math.floor((left - 1) / 26)) out = String.fromCharCode(65 + ((left - 1) % 26)) + out;
  return out;
}

/** All rows that are not empty. Broken quoting is told as "import.quote_open" and "import.quote_text". */
export function parseCells(text: string, separator: string, faults: Finding[]): Row[] {
  const rows: Row[] = [];
  let at = 0;
  let number = 0;

  const tell = (key: string, column: number): void => {
    faults.push(finding(key, { row: String(number), column: columnLetters(column) }));
  };
  const endOfCell = (): boolean => at >= text.length || text[at] === separator || text[at] === "\r" || text[at] === "\n";
  const toEndOfCell = (): string => {
    const from = at;
    while (!endOfCell()) at++;
    return text.slice(from, at);
  };
  function quoted(column: number): string {
    let out = "";
    at++;
    for (;;) {
      if (at >= text.length) {
        tell("import.quote_open", column);
        return out;
      }
      const c = text[at++];
      if (c !== '"') out += c;
      else if (text[at] === '"') {
        out += '"';
        at++;
      } else break;
    }
    if (!endOfCell()) tell("import.quote_text", column);
    return out + toEndOfCell();
  }

  while (at < text.length) {
    number++;
    const cells: string[] = [];
    for (;;) {
      cells.push(text[at] === '"' ? quoted(cells.length) : toEndOfCell());
      if (at >= text.length) break;
      const c = text[at++];
      if (c === separator) continue;
      if (c === "\r" && text[at] === "\n") at++;
      break;
    }
    if (cells.some((cell) => cell !== "")) rows.push({ number, cells });
  }
  return rows;
}

/** Of ; , and tab the one that divides the first rows most evenly; a first line "sep=;" decides. */
export function findSeparator(text: string): string {
  if (text.startsWith("sep=") && text.length > 4) return text[4]!;
  const sample = text.slice(0, 64 * 1024);
  let best = ";";
  let bestScore = 0;
  for (const separator of [";", "\t", ","]) {
    const rows = parseCells(sample, separator, []);
    const width = rows[0]?.cells.length ?? 0;
    if (width < 2) continue;
    const even = rows.filter((row) => row.cells.length === width).length;
    const score = Math.floor((even * 1000) / rows.length) * 1000 + Math.min(width, 999);
    if (score > bestScore) {
      bestScore = score;
      best = separator;
    }
  }
  return best;
}

const beginsFormula = /^[=+\-@\t\r\n]/;
const guarded = /^'+[=+\-@\t\r\n]/;

/** A cell as it is: numbers and dates of ours, which are no formulas. */
export function plainCell(text: string, separator: string): string {
  const needs = /["\r\n]/.test(text) || text.includes(separator) || text.startsWith(" ") || text.endsWith(" ");
  return needs ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A cell of text. What a spreadsheet would take for a formula gets an apostrophe before it, and so does a text that begins
 * with such an apostrophe: taking one away again gives back what was written.
 */
export const textCell = (text: string, separator: string): string =>
  plainCell(beginsFormula.test(text) || guarded.test(text) ? `'${text}` : text, separator);
export const withoutGuard = (cell: string): string => (guarded.test(cell) ? cell.slice(1) : cell);

export const lineOf = (cells: string[], separator: string): string => `${cells.join(separator)}\r\n`;
