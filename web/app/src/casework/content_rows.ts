// What a person types about subjects, assets and measures, as typed, and the content of a request or an answer that comes of
// it (platform/agent/request_form.hpp is the same for the command line). Fields, their types and titles are those of the
// sheets (platform/casework/data/columns.csv), so that a row typed and a row imported are one thing.
import { isAmount, isDay, measureActs, measureKinds } from "../model/request_content.ts";
import { utf8Length } from "../model/text.ts";
import type { RequestContent } from "../record/request_content.ts";
import { data, dataRows } from "./data.ts";
import type { Language } from "./date.ts";
import { finding, type Finding } from "./finding.ts";
import { checkBic, checkCountry, checkCurrency, checkIban, checkLei, type Checked } from "./identifiers.ts";
import { columnsOf, type ImportedRow, type Values } from "./spreadsheet.ts";
import { readAmount, readPartDate } from "./values.ts";

export const rowKinds = ["person", "entity", "account", "transaction", "asset", "measure"] as const;
export type RowKind = (typeof rowKinds)[number];
/** Where a content has them. */
export const groupOf = {
  person: "persons", entity: "entities", account: "accounts", transaction: "transactions", asset: "assets", measure: "measures",
} as const satisfies Record<RowKind, keyof RequestContent>;

/** Of a measure: what happened when. All as typed; empty is nothing said. */
export interface TypedEvent { act: string; date: string; until: string; amount: string; currency: string; note: string }
/** `key`: unique in its content. `items` of a measure: keys of accounts and assets. */
export interface TypedRow { kind: RowKind; key: string; values: Values; items: string[]; events: TypedEvent[] }

/** `title` is absent for fields of measures, which no sheet has. */
export interface RowField { code: string; type: string; required: boolean; long: boolean; title?: Record<Language, string> }

const maxLine = 300;
const maxNote = 4096;
const notes = ["note", "address", "description", "legalBasis"];
const lists = ["aliases", "nationalities", "signatories"];
const measureFields: [code: string, type: string, required: boolean][] = [
  ["kind", "measure_kind", true], ["order", "text", false], ["orderedBy", "text", false], ["date", "date", false],
  ["legalBasis", "text", false], ["value", "amount", false], ["currency", "currency", false], ["valued_on", "date", false],
  ["start", "date", false], ["expiry", "date", false], ["managedBy", "text", false],
];

export function fieldsOf(kind: RowKind): RowField[] {
  if (kind === "measure") return measureFields.map(([code, type, required]) => ({ code, type, required, long: notes.includes(code) }));
  return columnsOf(kind).map((column) => ({ ...column, long: notes.includes(column.code) }));
}

const letters: Record<RowKind, string> = { person: "p", entity: "e", account: "a", transaction: "t", asset: "s", measure: "m" };
/** The first that no other has: "a1", or "ra1" where an answer's rows stand beside those of the request. */
export function freshKey(kind: RowKind, taken: readonly string[], prefix = ""): string {
  for (let number = 1; ; ++number) {
    const key = `${prefix}${letters[kind]}${number}`;
    if (!taken.includes(key)) return key;
  }
}

const threeLetters = new Map(dataRows(data.countries).map(([two, three]) => [two!, three!]));
/** Codes of ISO 3166-1, three letters. */
export const countryCodes: string[] = [...threeLetters.values()];
/** Codes of ISO 4217. */
export const currencyCodes: string[] = dataRows(data.currencies).map(([code]) => code!);
const twoLetters = new Map([...threeLetters].map(([two, three]) => [three, two]));
/** What names of countries are looked up by; "" where there is none. */
export const twoLettersOf = (country: string): string => twoLetters.get(country) ?? "";

const shortOf = (country: string): string => {
  const code = country.trim().toUpperCase();
  return threeLetters.get(code) ?? code;
};
const partsOf = (text: string): string[] => text.split(/[;\n]/).map((part) => part.trim()).filter((part) => part !== "");
const of = (row: TypedRow, code: string): string => row.values[code]?.trim() ?? "";
const checks: Record<string, (typed: string) => Checked> = {
  iban: checkIban, bic: checkBic, lei: checkLei, currency: checkCurrency, country: checkCountry,
};

/** What must be mended before the row can be taken: the field, and a key of the catalogue. */
export interface RowFault { field: string; key: string }

const amountFault = (field: string, typed: string, currency: string): RowFault[] => {
  if (typed === "") return [];
  const read = readAmount(typed, undefined);
  if (read.state === "ambiguous") return [{ field, key: "rows.amount_ambiguous" }];
  if (read.state !== "read" || !isAmount(read.decimal)) return [{ field, key: "rows.amount_wrong" }];
  return currency === "" ? [{ field, key: "rows.currency_needed" }] : [];
};

function faultOf(field: RowField, text: string): string | undefined {
  if (text === "") return field.required ? "rows.needed" : undefined;
  if (lists.includes(field.code)) {
    const parts = partsOf(text);
    if (parts.length > (field.code === "nationalities" ? 20 : 100) || parts.some((part) => utf8Length(part) > maxLine)) return "rows.too_long";
    return field.code === "nationalities" && !parts.every((part) => /^[A-Z]{3}$/.test(shortOf(part))) ? "rows.country_wrong" : undefined;
  }
  if (utf8Length(text) > (field.long ? maxNote : maxLine)) return "rows.too_long";
  if (field.type === "date") return isDay(text) ? undefined : "rows.date_wrong";
  if (field.type === "part_date") return readPartDate(text, undefined).state === "read" ? undefined : "rows.date_wrong";
  if (field.type === "country") return /^[A-Z]{3}$/.test(shortOf(text)) ? undefined : "rows.country_wrong";
  if (field.type === "currency") return /^[A-Z]{3}$/.test(text.toUpperCase()) ? undefined : "rows.currency_wrong";
  return undefined;
}

/** Fields of the events are "event-<number>-<field>". */
export function faultsOf(row: TypedRow): RowFault[] {
  const faults = fieldsOf(row.kind).flatMap((field): RowFault[] => {
    const key = faultOf(field, of(row, field.code));
    if (key !== undefined) return [{ field: field.code, key }];
    return field.type === "amount" ? amountFault(field.code, of(row, field.code), of(row, "currency")) : [];
  });
  // The record asks for one of them: an account of which nothing is known names no account.
  if (row.kind === "account" && ["iban", "number", "institution"].every((code) => of(row, code) === "")) {
    faults.push({ field: "institution", key: "rows.account_needed" });
  }
  if (row.kind === "measure" && of(row, "start") !== "" && of(row, "expiry") !== "" && of(row, "expiry") < of(row, "start")) {
    faults.push({ field: "expiry", key: "rows.expiry_before" });
  }
  for (const [at, event] of row.events.entries()) {
    const field = `event-${at}`;
    if (!isDay(event.date)) faults.push({ field: `${field}-date`, key: "rows.date_wrong" });
    if (event.until !== "" && event.until < event.date) faults.push({ field: `${field}-until`, key: "rows.expiry_before" });
    faults.push(...amountFault(`${field}-amount`, event.amount.trim(), event.currency));
    if (utf8Length(event.note) > maxNote) faults.push({ field: `${field}-note`, key: "rows.too_long" });
  }
  return faults;
}

export interface RowWarning { field: string; finding: Finding }
/** What a person should look at again. It hinders nothing: the value is kept as typed and shown as not verified. */
export function warningsOf(row: TypedRow): RowWarning[] {
  const warnings = fieldsOf(row.kind).flatMap(({ code, type }): RowWarning[] => {
    const texts = code === "nationalities" ? partsOf(of(row, code)) : [of(row, code)].filter((text) => text !== "");
    const check = checks[code === "nationalities" ? "country" : type];
    return check === undefined ? [] : texts.flatMap((text) => check(text).warnings.map((one) => ({ field: code, finding: one })));
  });
  if (row.kind === "account" && of(row, "iban") === "" && (of(row, "institution") === "" || of(row, "number") === "")) {
    warnings.push({ field: of(row, "institution") === "" ? "institution" : "number", finding: finding("account.unnamed") });
  }
  return warnings;
}

type Fields = Record<string, unknown>;
const moneyOf = (amount: string, currency: string, date = ""): Fields | undefined => {
  const read = readAmount(amount.trim(), undefined);
  if (read.state !== "read") return undefined;
  return { amount: read.decimal, currency: currency.trim().toUpperCase(), ...(date === "" ? {} : { date }) };
};

/** A value as the record holds it: compact where it was verified. */
function valueOf(row: TypedRow, { code, type }: RowField): unknown {
  const text = of(row, code);
  if (lists.includes(code)) return code === "nationalities" ? partsOf(text).map(shortOf) : partsOf(text);
  if (text === "") return undefined;
  if (type === "amount") return moneyOf(text, of(row, "currency"), of(row, "valued_on"));
  if (type === "country") return shortOf(text);
  if (type === "part_date") {
    const read = readPartDate(text, undefined);
    return read.state === "read" ? read.iso : undefined;
  }
  return checks[type]?.(text).value ?? text;
}

function fieldsOfRow(row: TypedRow): Fields {
  const amounts = fieldsOf(row.kind).some(({ type }) => type === "amount");
  const said = fieldsOf(row.kind).flatMap((field): [string, unknown][] => {
    // Both are part of the amount.
    if (amounts && (field.code === "currency" || field.code === "valued_on")) return [];
    const value = valueOf(row, field);
    return value === undefined ? [] : [[field.code, value]];
  });
  return { key: row.key, ...Object.fromEntries(said) };
}

const eventOf = ({ act, date, until, amount, currency, note }: TypedEvent): Fields => {
  const money = amount.trim() === "" ? undefined : moneyOf(amount, currency);
  return {
    act, date, ...(until === "" ? {} : { until }), ...(money === undefined ? {} : { amount: money }),
    ...(note.trim() === "" ? {} : { note: note.trim() }),
  };
};

type Rows = Pick<RequestContent, "persons" | "entities" | "accounts" | "transactions" | "assets" | "measures">;
/** Of rows without a fault. */
export function contentOfRows(rows: readonly TypedRow[]): Rows {
  const of_ = (kind: RowKind): TypedRow[] => rows.filter((row) => row.kind === kind);
  return {
    persons: of_("person").map(fieldsOfRow), entities: of_("entity").map(fieldsOfRow), accounts: of_("account").map(fieldsOfRow),
    transactions: of_("transaction").map(fieldsOfRow), assets: of_("asset").map(fieldsOfRow),
    measures: of_("measure").map((row) => ({ ...fieldsOfRow(row), items: row.items, events: row.events.map(eventOf) })),
  } as unknown as Rows;
}

export const mostRowsOfKind = 500;
/** Rows that a sheet holds, as if they had been typed. */
export function rowsOfSheet(kind: RowKind, imported: readonly ImportedRow[], taken: readonly string[], prefix = ""): TypedRow[] {
  const keys = [...taken];
  return imported.map(({ values }) => {
    const key = freshKey(kind, keys, prefix);
    keys.push(key);
    // An amount that was read has a point and nothing else. With three digits behind it, it would be asked about once more.
    const said = Object.entries(values).map(([code, text]) => [code, /^-?\d+\.\d{3}$/.test(text) && ["amount", "value"].includes(code) ? `${text}0` : text]);
    return { kind, key, values: Object.fromEntries(said) as Values, items: [], events: [] };
  });
}

/** What a sheet of them says; measures have none. */
export function sheetOf(content: Rows, kind: Exclude<RowKind, "measure">): Values[] {
  return (content[groupOf[kind]] as unknown as Fields[]).map((row) => {
    const said: Values = {};
    for (const { code, type } of fieldsOf(kind)) {
      const value = row[code];
      if (typeof value === "string" && value !== "") said[code] = value;
      else if (Array.isArray(value) && value.length > 0) said[code] = value.join("; ");
      else if (type === "amount" && value !== undefined) {
        const { amount, currency, date } = value as { amount: string; currency: string; date?: string };
        Object.assign(said, { [code]: amount, currency, ...(date === undefined || kind === "transaction" ? {} : { valued_on: date }) });
      }
    }
    return said;
  });
}

const enquired = ["person", "entity", "account", "asset"] as const;
/** The rows that an enquiry named, as they would have been typed. */
export const rowsOfContent = (content: Rows): TypedRow[] => enquired.flatMap((kind) =>
  sheetOf(content, kind).map((values, at) => ({ ...emptyRow(kind, content[groupOf[kind]][at]?.key ?? ""), values })));

/** What a row is called in a list; "" where nothing names it. */
export function rowName(row: TypedRow): string {
  switch (row.kind) {
    case "person": case "entity": return of(row, "name");
    case "account": return [of(row, "institution"), of(row, "iban") || of(row, "number")].filter((text) => text !== "").join(", ");
    case "transaction": return [of(row, "date"), `${of(row, "amount")} ${of(row, "currency")}`].join(" · ");
    case "asset": return of(row, "description");
    case "measure": return of(row, "order");
  }
}

export const emptyRow = (kind: RowKind, key: string): TypedRow => ({
  kind, key, values: kind === "measure" ? { kind: measureKinds[0] } : {}, items: [], events: [],
});
export const emptyEvent = (): TypedEvent => ({ act: measureActs[0], date: "", until: "", amount: "", currency: "", note: "" });
