// Mirror of platform/casework/notice_sheets.cpp, as far as it writes: what a row of a notice board holds, column by column of the
// sheets "focal_point", "law_entry", "state_profile", "calendar" and "recommendation".
import type { Bilingual, Notice } from "../record/notice_bodies.ts";
import type { Language } from "./date.ts";
import { exportSheet, type Values } from "./spreadsheet.ts";

export const noticeSheets = {
  focal_point_set: "focal_point", law_entry_set: "law_entry", profile_set: "state_profile", recommendation_set: "recommendation",
  calendar_set: "calendar", row_published: "published_row",
} as const satisfies Record<Notice["kind"], string>;
/** Of which there are spreadsheets; published rows stand with the report. */
export type NoticeSheet = Exclude<(typeof noticeSheets)[Notice["kind"]], "published_row">;

/**
 * The parts of a cell, divided by semicolons. One that holds a semicolon stands in quotation marks, a mark inside it twice: a; "b; c".
 * Marks that are not closed, or behind which more stands, are part of the text.
 */
export function partsOf(cell: string): string[] {
  const out: string[] = [];
  for (let at = 0; at < cell.length;) {
    const quoted = /^[ ]*"((?:[^"]|"")*)"[ ]*(?:;|$)/.exec(cell.slice(at));
    if (quoted) {
      if (quoted[1] !== "") out.push(quoted[1]!.replaceAll('""', '"'));
      at += quoted[0].length;
      continue;
    }
    const semicolon = cell.indexOf(";", at);
    const end = semicolon < 0 ? cell.length : semicolon;
    const part = cell.slice(at, end).replace(/^ +| +$/g, "");
    if (part !== "") out.push(part);
    at = end + 1;
  }
  return out;
}

const needsQuotes = /;|^"|^[ \t\u00a0\u202f]|[ \t\u00a0\u202f]$/;
/** What partsOf gives back equal. */
export const joinedCell = (parts: readonly string[]): string =>
  parts.map((part) => (needsQuotes.test(part) ? `"${part.replaceAll('"', '""')}"` : part)).join("; ");

/** `own`: the State whose board it is, for a profile that names none; "" of a body. */
export function valuesOf({ kind, row }: Notice, own: string): Values {
  const out: Values = {};
  const put = (column: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== "") out[column] = String(value);
  };
  const both = (column: string, text: Bilingual | undefined): void => {
    put(`${column}_en`, text?.en);
    put(`${column}_fr`, text?.fr);
  };
  switch (kind) {
    case "focal_point_set":
      for (const name of ["authority", "name", "role", "theme", "level", "hours", "telephone", "email", "note"] as const) put(name, row[name]);
      put("time_zone", row.timeZone);
      put("languages", joinedCell(row.languages));
      put("deputies", joinedCell(row.deputies));
      break;
    case "law_entry_set":
      for (const name of ["article", "keyword", "answer", "provision", "language", "source", "channel", "note"] as const) put(name, row[name]);
      put("kinds", joinedCell(row.kinds));
      put("request_languages", joinedCell(row.requestLanguages));
      if (row.authenticOnly) put("authentic_only", "yes");
      put("elements", joinedCell(row.elements));
      put("holder_notice", row.holderNotice);
      put("deferral_days", row.deferralDays);
      put("freeze_days", row.freezeDays);
      put("freeze_renewal", row.freezeRenewal);
      put("urgent_days", row.urgentDays);
      break;
    case "calendar_set":
      put("weekend", joinedCell(row.weekend));
      put("holidays", joinedCell(row.holidays));
      put("note", row.note);
      break;
    case "row_published": {
      const { reportRow: of, answer } = row;
      const plain = { state: of.party, organ: of.organ, from: of.from, to: of.to, as_of: of.asOf, answer };
      for (const [name, value] of Object.entries(plain)) put(name, value);
      for (const side of ["received", "sent"] as const) {
        for (const { figure, count } of of[side]) put(`${side}.${figure}`, count ?? "c");
      }
      return out;
    }
    case "profile_set":
      put("state", row.state ?? own);
      for (const name of ["topic", "answer", "dated", "source", "note"] as const) put(name, row[name]);
      return out;
    case "recommendation_set":
      for (const name of ["number", "round", "state", "due"] as const) put(name, row[name]);
      put("clusters", joinedCell(row.clusters));
      put("row_with", row.rowWith);
      both("addressee", row.addressee);
      both("text", row.text);
      both("note", row.note);
      return out;
  }
  put("valid_from", row.validFrom);
  put("valid_to", row.validTo);
  put("last_confirmed", row.confirmed);
  return out;
}

/** Of one row by its values, as importNotices reads it. */
export const exportNotices = (sheet: NoticeSheet, rows: readonly Notice[], language: Language, own: string): string =>
  exportSheet(sheet, rows.map((row) => valuesOf(row, own)), language);
