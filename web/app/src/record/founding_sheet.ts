// The founding sheet (protocol, section 6): one plain text, the same bytes in file, QR code and on the screen. It is
// believed because of the note verbale it came with. Mirror of founding_sheet.hpp.
//
//   rogatory/v1/founding-sheet
//   date: 2026-11-21
//   server: https://rogatory.example.org
//   registry: <64 hex>                       absent on the very first sheet, before the Registry has founded
//   party: SEN <64 hex>                      any number, sorted by code, each code once
//   policy:
//   log …                                    a C2SP tlog-policy file, to the end
import { ensure, fail } from "../base/failure.ts";
import type { PartyId } from "../model/ids.ts";
import { isPartyCode, type PartyCode } from "../model/party.ts";
import { utf8Length } from "../model/text.ts";
import { strictlyRising } from "./codec.ts";
import { Lines, parseId, split } from "./lines.ts";
import { readLogPolicy } from "./log_policy.ts";

const maxSheetBytes = 64 * 1024;

export interface SheetRow {
  code: PartyCode;
  party: PartyId;
}
export interface FoundingSheet {
  /** Of the note verbale, YYYY-MM-DD. */
  date: string;
  /** "https://host" or "https://host:port" */
  server: string;
  registry?: PartyId | undefined;
  parties: SheetRow[];
  logPolicy: string;
}

/** A date of the Gregorian calendar, YYYY-MM-DD, from 2000 on. */
function isDate(text: string): boolean {
  const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])] as const;
  if (year < 2000 || month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= days[month - 1]!;
}

/** "https://host" or "https://host:port", in lower case: the one spelling of an origin. */
function isOrigin(text: string): boolean {
  const parts = /^https:\/\/([a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?$/.exec(text);
  if (parts === null || text.length > 300 || parts[2] === "443") return false;
  const host = parts[1]!;
  return !/^[.-]|[.-]$/.test(host) && !host.includes("..");
}

const inOrder = (rows: readonly SheetRow[]): boolean => strictlyRising(rows, (row) => row.code);

/** undefined: the line just read is not what it must be. */
function read(lines: Lines): FoundingSheet | undefined {
  if (!lines.take("rogatory/v1/founding-sheet")) return undefined;
  const date = lines.next("date: ") ?? "";
  if (!isDate(date)) return undefined;
  const server = lines.next("server: ") ?? "";
  if (!isOrigin(server)) return undefined;
  let registry: PartyId | undefined;
  if (lines.nextStartsWith("registry: ")) {
    registry = parseId(lines.next("registry: "), 32);
    if (registry === undefined) return undefined;
  }
  const parties: SheetRow[] = [];
  while (lines.nextStartsWith("party: ")) {
    const row = split(lines.next("party: "));
    const party = parseId(row?.[1], 32);
    if (row === undefined || !isPartyCode(row[0]) || party === undefined) return undefined;
    parties.push({ code: row[0], party });
    if (!inOrder(parties)) return undefined;
  }
  if (!lines.take("policy:")) return undefined;
  const logPolicy = lines.rest;
  return readLogPolicy(logPolicy) === undefined ? undefined : { date, server, registry, parties, logPolicy };
}

/** encodeSheet(parseSheet(text)) is the text. invalid_input "sheet.malformed" {line}, too_large "sheet.too_large". */
export function parseSheet(text: string): FoundingSheet {
  if (utf8Length(text) > maxSheetBytes) return fail("too_large", "sheet.too_large");
  const lines = new Lines(text);
  return read(lines) ?? fail("invalid_input", "sheet.malformed", { line: String(lines.number) });
}

export function encodeSheet({ date, server, registry, parties, logPolicy }: FoundingSheet): string {
  ensure(
    isDate(date) && isOrigin(server) && inOrder(parties) && readLogPolicy(logPolicy) !== undefined,
    "a founding sheet is written from checked values",
  );
  const rows = parties.map((row) => `party: ${row.code} ${row.party}\n`).join("");
  const first = registry === undefined ? "" : `registry: ${registry}\n`;
  return `rogatory/v1/founding-sheet\ndate: ${date}\nserver: ${server}\n${first}${rows}policy:\n${logPolicy}`;
}
