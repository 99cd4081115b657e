// Mirror of platform/model/party.hpp.
import { fail } from "../base/failure.ts";
import { utf8Length } from "./text.ts";

/** A State by its ISO 3166-1 alpha-3 code ("SEN"), or a body: "X-" and 1 to 12 of A-Z, 0-9 ("X-OTP", "X-D017"). */
export type PartyCode = string;
const code = /^(?:[A-Z]{3}|X-[A-Z0-9]{1,12})$/;
export const isPartyCode = (text: string): boolean => code.test(text);
export const parsePartyCode = (text: string): PartyCode =>
  isPartyCode(text) ? text : fail("invalid_input", "party.code");
export const isState = (party: PartyCode): boolean => party[1] !== "-";
/** The Assembly of States Parties reads and publishes; it opens no dossier. */
export const isAssembly = (party: PartyCode): boolean => party === "X-ASP";

/**
 * A name shown on screens: 1 to 200 bytes of well-formed UTF-8 without control characters, line or paragraph
 * separators, or characters that turn the direction of the text around them; no space at either end.
 */
export type DisplayName = string;
export const maxDisplayNameBytes = 200;
const hasNoPlaceInName =
  // Controls (C0, DEL, C1), separators, direction, byte order mark.
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;
const loneSurrogate = /\p{Surrogate}/u;
export function isDisplayName(text: string): boolean {
  return text !== "" && utf8Length(text) <= maxDisplayNameBytes && !loneSurrogate.test(text) && !text.startsWith(" ") &&
    !text.endsWith(" ") && !hasNoPlaceInName.test(text);
}
export const parseDisplayName = (text: string): DisplayName =>
  isDisplayName(text) ? text : fail("invalid_input", "display_name");

/** What kind of competent authority: shown, never judged by. */
export const authorityKinds = [
  "central_authority", "fiu", "aro", "prosecutor", "police", "court_section", "defence_team", "victims_team", "other",
] as const;
export type AuthorityKind = (typeof authorityKinds)[number];

/** Nested: a custodian is an officer, an officer is a reader. */
export const roles = ["reader", "officer", "custodian"] as const;
export type Role = (typeof roles)[number];
export const includesRole = (held: Role, needed: Role): boolean => roles.indexOf(held) >= roles.indexOf(needed);
