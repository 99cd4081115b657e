// Mirror of platform/casework/notice_sheets.hpp: rows of notice boards from the sheets "focal_point", "law_entry", "state_profile",
// "calendar" and "recommendation". Lists within a cell (languages, kinds of assistance, elements, deputies, clusters) are divided by semicolons.
import { overlap, type Span } from "../model/notices.ts";
import { placeOf, spanOf, type Notice } from "../record/notice_bodies.ts";
import { columnLetters } from "./cells.ts";
import { finding } from "./finding.ts";
import { noticeOf } from "./notice_reader.ts";
import type { NoticeSheet } from "./notice_values.ts";
import { understandSheet, type Import, type ImportOptions } from "./spreadsheet.ts";

/** `number`: of the row, as the spreadsheet counts. */
export interface ImportedNotice { number: number; notice: Notice }

export interface NoticeImport {
  /** With faults of its own and of what a row must hold beyond its cells. */
  sheet: Import;
  /** Empty while there is a question or a fault: nothing is half imported. */
  rows: ImportedNotice[];
}

/** The column in which one looks first when two rows say the same of one day. */
export const firstDayColumn = (sheet: NoticeSheet): string =>
  sheet === "state_profile" ? "dated" : sheet === "recommendation" ? "round" : "valid_from";

/** Two rows that say the same of one day are a fault as well. All that is wrong is told at once, of each cell one thing. */
export function importNotices(sheet: NoticeSheet, file: Uint8Array, options: ImportOptions, own: string): NoticeImport {
  const out: NoticeImport = { sheet: understandSheet(sheet, file, options), rows: [] };
  const at = (row: unknown, column: unknown): string => `${String(column)}${String(row)}`;
  const told = new Set([...out.sheet.faults, ...out.sheet.questions].map(({ arguments: { row, column } }) => at(row, column)));
  const broken = new Set(out.sheet.faults.map(({ arguments: { row } }) => row));
  const undecided = out.sheet.questions.length > 0;
  const places = new Map<string, Span[]>();
  // Where a column is missing, nothing is said of each row that lacks it.
  const whole = out.sheet.faults.every(({ arguments: { row } }) => row !== undefined);
  for (const { number, values } of whole ? out.sheet.rows : []) {
    const tell = (key: string, column: string, value: string): void => {
      const place = out.sheet.columns.indexOf(column);
      const letters = columnLetters(place < 0 ? out.sheet.columns.length : place);
      if (told.has(at(number, letters))) return;
      out.sheet.faults.push(finding(key, { row: String(number), column: letters, ...(value === "" ? {} : { value }) }));
    };
    const notice = noticeOf(sheet, values, own, tell);
    if (undecided || broken.has(String(number))) continue;
    const span = spanOf(notice);
    const spans = places.get(placeOf(notice)) ?? [];
    if (spans.some((other) => overlap(span, other))) tell("import.overlap", firstDayColumn(sheet), span.from);
    places.set(placeOf(notice), [...spans, span]);
    out.rows.push({ number, notice });
  }
  if (out.sheet.faults.length > 0 || out.sheet.questions.length > 0) {
    out.rows = [];
    out.sheet.rows = [];
  }
  return out;
}

/** Faults beyond those of every sheet. */
export const noticeFaultKeys = ["import.list", "import.days", "import.language", "import.state", "import.number", "import.half_year",
  "import.order", "import.overlap", "import.without"] as const;
