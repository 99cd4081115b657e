// The words of a request for assistance and its table of states. What may follow what, and who may say so, is data:
// platform/model/request_status.json, the very file from which the server's table is made. Mirror of
// platform/model/request.hpp.
import table from "../../../../platform/model/request_status.json";
import { ensure } from "../base/failure.ts";
import { isDisplayName, isState, type PartyCode } from "./party.ts";
import { utf8Length } from "./text.ts";

export const requestStatuses = [
  "sent",
  "urgent_unconfirmed", // Art. 96(1): asked by other means, to be confirmed
  "acknowledged",
  "in_execution",
  "information_requested",
  "information_given",
  "consultation", // Art. 97
  "postponed", // Art. 94, 95
  "consent_pending", // Art. 73
  "security_dispute", // Art. 72
  "partly_executed",
  "executed",
  "refused", // Art. 93(4), 93(6): with its reasons
  "referred", // Art. 87(7): recorded by the Registry alone
  "withdrawn",
  "closed",
] as const;
export type RequestStatus = (typeof requestStatuses)[number];

/** Why it is hard: the Assembly asks which problems hinder the execution of requests. */
export const obstacles = [
  "too_vague", "too_complex", "very_large_volume", "highly_technical", "national_law_element_missing",
  "no_implementing_legislation", "wrong_authority", "translation", "bank_secrecy", "holder_must_be_notified",
  "no_provisional_measure", "source_consent_pending", "national_security", "national_case", "competing_request",
  "resources", "no_reply",
] as const;
export type Obstacle = (typeof obstacles)[number];

export const natures = [
  "judicial_assistance", "operational_support", "voluntary_cooperation", "arrest_surrender",
] as const;
export type Nature = (typeof natures)[number];

/** What is asked, a template each; `registers` are those of companies and property. */
export const assistanceKinds = [
  "tracing", "freezing", "seizure", "bank_records", "registers", "service", "interview", "general",
] as const;
export type Assistance = (typeof assistanceKinds)[number];

export const urgencies = ["ordinary", "urgent"] as const;
export type Urgency = (typeof urgencies)[number];

/** What happened outside the platform and was recorded here by one side. */
export const offPlatformActs = [
  "sent", "acknowledged", "replied_in_part", "replied", "refused", "information_requested", "information_given",
  "reminded",
] as const;
export type OffPlatformAct = (typeof offPlatformActs)[number];
export const media = [
  "note_verbale", "diplomatic_channel", "courier", "post", "e_mail", "fax", "in_person", "other",
] as const;
export type Medium = (typeof media)[number];

/** Who sends, as the yearly report counts them. */
export type Organ = "state" | "prosecutor" | "registry" | "chambers" | "trust_fund" | "defence_and_victims" | "other";
export function organOf(code: PartyCode): Organ {
  if (isState(code)) return "state";
  if (code === "X-OTP") return "prosecutor";
  if (code === "X-REG") return "registry";
  if (code === "X-CHAMBERS") return "chambers";
  if (code === "X-TFV") return "trust_fund";
  // "X-D017" and "X-V003": a team under an opaque name; and the two independent offices.
  return /^X-[DV][0-9]+$/.test(code) || code === "X-OPCD" || code === "X-OPCV" ? "defence_and_victims" : "other";
}
export const isRegistry = (code: PartyCode): boolean => organOf(code) === "registry";
/** A request of the Court's: from an organ, not from a State. */
export const isCourt = (code: PartyCode): boolean => ["prosecutor", "registry", "chambers"].includes(organOf(code));

// --- the table of states -------------------------------------------------------------------------------------------

/** Who stands where in a request. The Registry is beside the two sides, and may be one of them as well. */
export type RequestSide = "none" | "requesting" | "requested";
export type RequestBy = "requesting" | "requested" | "registry";
/**
 * `reason`: sealed words; `obstacles`: at least one; `remark`: clear words for the Assembly, or sealed ones; `court`: the
 * request is the Court's; `reminded`: a reminder was signed before.
 */
export type RequestNeed = "reason" | "obstacles" | "remark" | "court" | "reminded";

export interface RequestMove {
  from: RequestStatus;
  to: RequestStatus;
  by: readonly RequestBy[];
  needs: readonly RequestNeed[];
}
export interface ObstacleRow { code: Obstacle; by: readonly RequestBy[]; needs: readonly RequestNeed[] }
interface OffPlatformRow { act: OffPlatformAct; by: readonly RequestBy[]; from: readonly RequestStatus[]; to?: RequestStatus }

const named = <Name extends string>(names: readonly Name[], text: string): Name => {
  ensure(names.includes(text as Name), `request_status.json has no word of its own: ${text}`);
  return text as Name;
};
const all = <Name extends string>(names: readonly Name[], texts: readonly string[] = []): Name[] =>
  texts.map((text) => named(names, text));
const sides = ["requesting", "requested", "registry"] as const;
const needs = ["reason", "obstacles", "remark", "court", "reminded"] as const;
const inOrder = (names: readonly string[], texts: readonly string[]): boolean =>
  names.length === texts.length && names.every((name, i) => texts[i] === name);
// A name that the file does not have, or has elsewhere, starts nothing.
ensure(
  table.version === 1 && inOrder(requestStatuses, table.statuses) &&
    inOrder(obstacles, table.obstacles.map(({ code }) => code)) &&
    inOrder(offPlatformActs, table.off_platform.map(({ act }) => act)),
  "request_status.json is the table this program knows",
);

/** A `to` of "same" reports an obstacle (or, when all is done, a remark) and moves nothing. */
export const requestMoves: readonly RequestMove[] = table.moves.flatMap((move) =>
  all(requestStatuses, move.from).map((from) => ({
    from, to: move.to === "same" ? from : named(requestStatuses, move.to), by: all(sides, move.by),
    needs: all(needs, move.needs),
  })));
/** undefined: no row, for nobody. */
export const requestMove = (from: RequestStatus, to: RequestStatus): RequestMove | undefined =>
  requestMoves.find((move) => move.from === from && move.to === to);

const obstacleRows: readonly ObstacleRow[] = table.obstacles.map((row) =>
  ({ code: named(obstacles, row.code), by: all(sides, row.by), needs: all(needs, row.needs) }));
export const obstacleRow = (code: Obstacle): ObstacleRow => obstacleRows[obstacles.indexOf(code)] as ObstacleRow;

const offPlatformRows: readonly OffPlatformRow[] = table.off_platform.map((row) => ({
  act: named(offPlatformActs, row.act), by: all(sides, row.by), from: all(requestStatuses, row.from),
  ...(row.to === undefined ? {} : { to: named(requestStatuses, row.to) }),
}));
const offPlatformRow = (act: OffPlatformAct): OffPlatformRow =>
  offPlatformRows[offPlatformActs.indexOf(act)] as OffPlatformRow;
export const offPlatformBy = (act: OffPlatformAct): readonly RequestBy[] => offPlatformRow(act).by;
/** Where an act outside leads from here; undefined: it is recorded and moves nothing. */
export function offPlatformMove(act: OffPlatformAct, from: RequestStatus): RequestStatus | undefined {
  const row = offPlatformRow(act);
  return row.from.includes(from) ? row.to : undefined;
}

export const initialStatuses = all(requestStatuses, table.initial);
export const isInitial = (status: RequestStatus): boolean => initialStatuses.includes(status);
const over = all(requestStatuses, table.over);
/** Nothing more is expected of anybody. */
export const isOver = (status: RequestStatus): boolean => over.includes(status);

// --- clear fields --------------------------------------------------------------------------------------------------

/** 1 to 64 bytes on one line, as a display name is made. */
export const isReference = (text: string): boolean =>
  utf8Length(text) <= 64 && isDisplayName(text);
/** A situation as the Court writes it: 1 to 32 of A-Z a-z 0-9 and "/.-". */
export const isSituation = (text: string): boolean => /^[A-Za-z0-9/.-]{1,32}$/.test(text);
/** ISO 639: two or three small letters. */
export const isLanguage = (text: string): boolean => /^[a-z]{2,3}$/.test(text);
