// Names of States, bodies and authorities as a person reads them. A name comes from a key record that was checked; what is
// not checked is never shown under the name it claims.
import type { AuthorityLabel, Hex, Membership, PartyView } from "../../agent/api";
import { type Value, sentence } from "./sentence";

/** Names by code, of the Parties this device knows. */
export type PartyNames = ReadonlyMap<string, string>;

export function partyNames(parties: readonly PartyView[]): PartyNames {
  return new Map(parties.map((party) => [party.code, party.name || party.code]));
}

// What is not seen and changes how the rest reads, or is nothing at all: controls, format characters, line and paragraph
// separators, private and unassigned code points, half characters, and fillers (letters that show nothing). Variation
// selectors only choose a glyph. web/cli/console/format.cpp has the same; tests/vectors/text/printable.txt holds both.
const hidden =
  /(?![\n\t\p{Variation_Selector}\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;

// ZERO WIDTH NON-JOINER and JOINER belong to the spelling of words in these scripts (Arabic to N’Ko, those of India and
// Sri Lanka, Myanmar, Khmer and Mongolian), and join emoji: after one of their characters they stay.
const joiners =
  /(?<!(?=[\u0600-\u08ff])\p{Alphabetic}|[\u0900-\u0dff\u1000-\u109f\u1780-\u18af]|[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Variation_Selector}])[\u200c\u200d]/gu;

/** Text from outside, so that it cannot rearrange or hide what stands around it. Line breaks and tabs stay. */
export function printable(text: string): string {
  return text.replace(joiners, "\ufffd").replace(hidden, "\ufffd");
}

/** The Court's bodies bear the Court's own names, in the reader's language. */
const bodies = new Set(["X-OTP", "X-REG", "X-TFV", "X-ASP", "X-OPCD", "X-OPCV"]);

/** `checked`: the name that the key record gives. */
export function partyName(code: string, checked: string): Value {
  return bodies.has(code) ? sentence(`name.body.${code}`) : printable(checked);
}

export function authorityName(label: Pick<AuthorityLabel, "partyCode" | "authorityName" | "authority">, names: PartyNames): Value {
  if (label.partyCode === "") return sentence("name.unchecked", { id: label.authority.slice(0, 12) });
  const checked = names.get(label.partyCode) ?? label.partyCode;
  const party = partyName(label.partyCode, checked);
  // "Registry, Registry": a body of one authority bears one name.
  if (label.authorityName === "" || sameText(label.authorityName, checked)) return party;
  return sentence("name.authority", { party, authority: printable(label.authorityName) });
}

export function sameAuthority(one: { authority: Hex }, other: { authority: Hex }): boolean {
  return one.authority === other.authority;
}

export function membershipName(membership: Membership, names: PartyNames): Value {
  return authorityName({ ...membership, authority: membership.authority }, names);
}

/** "SEN/CENTIF", as the trusted end takes a recipient. */
export function addressOf(label: Pick<AuthorityLabel, "partyCode" | "authorityName">): string {
  return label.authorityName === "" ? label.partyCode : `${label.partyCode}/${label.authorityName}`;
}

/** Groups of five digits, as on the sheet of the note verbale: whatever was typed between them is ignored. */
export function digitGroups(text: string): string {
  const digits = text.replace(/\D/gu, "");
  return digits.replace(/(\d{5})(?=\d)/gu, "$1 ");
}

/** A code as it is written on a card: groups of four, so that it can be dictated. */
export function codeGroups(code: string): string {
  return code.replace(/[\s-]/gu, "").replace(/(.{4})(?=.)/gu, "$1 ");
}

/** Whether two words are the same to a person who types one of them. */
export function sameText(one: string, other: string): boolean {
  const plain = (text: string): string => text.normalize("NFC").trim().toLocaleLowerCase("und");
  return plain(one) === plain(other);
}
