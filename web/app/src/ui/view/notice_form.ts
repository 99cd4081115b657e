// A row of a notice board as a person fills it in, one thing a page: which fields stand on which page, how each is typed, and what is
// wrong with it, told at its field. What is wrong is found by the reader of spreadsheets: one set of rules for both ways in.
import { noticeOf } from "../../casework/notice_reader.ts";
import { joinedCell, noticeSheets, partsOf, valuesOf } from "../../casework/notice_values.ts";
import { isWordList } from "../../casework/sheet_words.ts";
import { columnsOf, mostCellBytes, type Column, type Values } from "../../casework/spreadsheet.ts";
import type { NoticeChange, NoticeView } from "../../agent/api";
import { utf8Length } from "../../model/text.ts";
import { sentence, type Sentence } from "./sentence";
import type { NoticeKind } from "./notices";

export interface FormStep { name: string; columns: string[] }

const pages: Record<NoticeKind, FormStep[]> = {
  focal_point_set: [
    { name: "who", columns: ["authority", "name", "role"] },
    { name: "what", columns: ["theme", "level", "languages"] },
    { name: "reach", columns: ["telephone", "email", "hours", "time_zone", "deputies"] },
    { name: "dates", columns: ["valid_from", "valid_to", "note"] },
  ],
  law_entry_set: [
    { name: "article", columns: ["article", "keyword", "answer", "kinds"] },
    { name: "text", columns: ["provision", "language", "source"] },
    { name: "way", columns: ["channel", "request_languages", "authentic_only"] },
    { name: "elements", columns: ["elements"] },
    { name: "effect", columns: ["holder_notice", "deferral_days", "freeze_days", "freeze_renewal", "urgent_days"] },
    { name: "dates", columns: ["valid_from", "valid_to", "note"] },
  ],
  profile_set: [
    { name: "answer", columns: ["state", "topic", "answer"] },
    { name: "source", columns: ["dated", "source", "note"] },
  ],
  recommendation_set: [
    { name: "which", columns: ["number", "round", "state", "due"] },
    { name: "list", columns: ["clusters", "row_with"] },
    { name: "words", columns: ["addressee_en", "addressee_fr", "text_en", "text_fr"] },
    { name: "note", columns: ["note_en", "note_fr"] },
  ],
  calendar_set: [
    { name: "dates", columns: ["valid_from", "valid_to"] },
    { name: "days", columns: ["weekend", "holidays", "note"] },
  ],
};

/** A State speaks of itself: it is not asked which State it means. */
export const formSteps = (kind: NoticeKind, own: string): FormStep[] => pages[kind].map(({ name, columns }) =>
  ({ name, columns: columns.filter((column) => !(kind === "profile_set" && column === "state" && own !== "")) }));

export type FieldKind = "line" | "text" | "date" | "word" | "lines" | "codes" | "ticks" | "flag" | "number" | "short";
const kindsOfField: Record<string, FieldKind> = {
  note: "text", provision: "text", elements: "lines", deputies: "lines", languages: "codes", request_languages: "codes", kinds: "ticks",
  clusters: "ticks", weekend: "ticks", holidays: "lines", deferral_days: "number", freeze_days: "number", urgent_days: "number", language: "short", due: "short", row_with: "short",
  text_en: "text", text_fr: "text", note_en: "text", note_fr: "text",
};
export function fieldKind({ code, type }: Column): FieldKind {
  if (type === "yes_no") return "flag";
  if (isWordList(type)) return "word";
  if (type === "date") return "date";
  if (code === "state") return "short";
  return kindsOfField[code] ?? (code === "number" ? "short" : "line");
}
/** The list of words that the ticks of a column are. */
export const tickList = (column: string): string => 
  (column === "kinds" ? "assistance" : column === "weekend" ? "weekday" : "cluster");

export const columnOf = (kind: NoticeKind, code: string): Column => columnsOf(noticeSheets[kind]).find((one) => one.code === code)!;
export const fieldsOf = (kind: NoticeKind, { columns }: FormStep): { column: Column; kind: FieldKind }[] =>
  columns.map((code) => columnOf(kind, code)).map((column) => ({ column, kind: fieldKind(column) }));

/** What stands in the fields: of lists one on each line, of languages with commas, of ticks their codes. */
export type Typed = Record<string, string>;
const listed = /\n/;

/** For a new row what most rows have; a change begins with what stands there. */
export function typedOf(kind: NoticeKind, own: string, today: string, view?: NoticeView): Typed {
  if (view === undefined) {
    if (kind === "focal_point_set") return { role: "central_authority", theme: "general", level: own === "" ? "court" : "national", valid_from: today };
    if (kind === "law_entry_set") return { answer: "provision", valid_from: today };
    if (kind === "calendar_set") return { valid_from: `${today.slice(0, 4)}-01-01`, valid_to: `${today.slice(0, 4)}-12-31`, weekend: "saturday, sunday" };
    return kind === "profile_set" ? { state: own, topic: "apic", answer: "yes", dated: "" } : { state: "under_way" };
  }
  const values = valuesOf(view.notice, own);
  return Object.fromEntries(Object.entries(values).map(([code, cell]) => {
    const field = fieldKind(columnOf(kind, code));
    if (field === "lines") return [code, partsOf(cell).join("\n")];
    return [code, field === "codes" || field === "ticks" ? partsOf(cell).join(", ") : cell];
  }));
}

export function valuesOfTyped(kind: NoticeKind, typed: Typed, own: string): Values {
  const out: Values = {};
  for (const column of columnsOf(noticeSheets[kind])) {
    const text = (typed[column.code] ?? "").trim();
    const field = fieldKind(column);
    const parts = field === "lines" ? text.split(listed).map((one) => one.trim()) : field === "codes" || field === "ticks" ? text.toLowerCase().split(/[\s,;]+/) : undefined;
    const cell = parts === undefined ? text : joinedCell(parts.filter((one) => one !== ""));
    if (cell !== "" && !(field === "flag" && cell === "no")) out[column.code] = cell;
  }
  if (kind === "profile_set" && own !== "") out["state"] = own;
  return out;
}

export interface FieldFault { column: string; what: Sentence }

/** Of the columns given; all of them without. */
export function faultsOf(kind: NoticeKind, typed: Typed, own: string, columns?: readonly string[]): FieldFault[] {
  const out: FieldFault[] = [];
  const tell = (key: string, column: string, value: string): void => {
    if (out.some((one) => one.column === column)) return;
    out.push({ column, what: sentence(`publish.fault.${key.slice("import.".length)}`, { value }) });
  };
  const values = valuesOfTyped(kind, typed, own);
  for (const { code, required } of columnsOf(noticeSheets[kind])) {
    if (required && values[code] === undefined) tell("import.required", code, "");
    if (utf8Length(values[code] ?? "") > mostCellBytes && fieldKind(columnOf(kind, code)) !== "lines") tell("import.too_long", code, "");
  }
  noticeOf(noticeSheets[kind], values, own, tell);
  return out.filter(({ column }) => columns === undefined || columns.includes(column));
}

/**
 * What is to be published. Who went through every field of a row that holds today has thereby said that it is true: a change bears
 * today's date as its confirmation.
 */
export function changeOf(kind: NoticeKind, typed: Typed, own: string, today: string, view?: NoticeView): NoticeChange {
  const values = valuesOfTyped(kind, typed, own);
  const dated = kind === "profile_set" || kind === "recommendation_set";
  if (view !== undefined && !dated && (values["valid_from"] ?? "") <= today) values["last_confirmed"] = today;
  const { row } = noticeOf(noticeSheets[kind], values, own, () => undefined);
  return { ...(view === undefined ? {} : { id: view.id }), row };
}

/** The field at which one looks when another row says the same of some of these days. */
export const dayField = (kind: NoticeKind): string => (kind === "profile_set" ? "dated" : kind === "recommendation_set" ? "round" : "valid_from");
