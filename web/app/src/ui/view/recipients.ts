// The picker: every State and body, and of each why it cannot receive yet and what to do. Nothing is a dead end.
import type { AuthorityView, Hex, Membership, PartyView } from "../../agent/api";
import { type Sentence, sentence } from "./sentence";
import { partyName, printable } from "./names";
import type { NamedState } from "./states";

export type Obstacle = "no_account" | "not_founded" | "founded_anew" | "not_checked" | "suspended" | "problem" | "no_authority" | "own";
export interface Choice {
  /** As the trusted end takes it: "FRA/fiu". */
  address: string;
  partyCode: string;
  partyName: string;
  authority: Hex | null;
  authorityName: string;
  kind: string;
  /** Null: it can receive. */
  obstacle: Obstacle | null;
  why: Sentence | null;
  /** Whom one may ask, as far as the platform knows. */
  call: Sentence | null;
  /** It can receive, but one should know: a single access manager. */
  caution: Sentence | null;
  checked: PartyView["pinned"];
  /** The authority that stands for the Party where none is named. */
  root: boolean;
}

function obstacleOf(party: PartyView): Obstacle | null {
  if (party.problem !== "") return "problem";
  if (party.fingerprint === "" || party.state === "created" || party.state === "invited") return "not_founded";
  if (party.state === "suspended") return "suspended";
  if (party.pinned === "") return party.succeeds === undefined ? "not_checked" : "founded_anew";
  if (party.authorities.length === 0) return "no_authority";
  return null;
}

function callOf(party: PartyView, authorities: readonly AuthorityView[]): Sentence | null {
  const names = [...new Set(authorities.flatMap(({ managers }) => managers))].map(printable);
  return names.length === 0 ? null
    : sentence("picker.call", { party: partyName(party.code, party.name || party.code), names: { list: names }, count: names.length });
}

function choice(party: PartyView, authority: AuthorityView | null, obstacle: Obstacle | null): Choice {
  const notLive = obstacle === null && authority !== null && !authority.live;
  return {
    call: obstacle !== null ? callOf(party, party.authorities) : notLive ? callOf(party, [authority]) : null,
    address: authority === null ? party.code : `${party.code}/${authority.name}`,
    partyCode: party.code,
    partyName: printable(party.name || party.code),
    authority: authority?.authority ?? null,
    authorityName: printable(authority?.name ?? ""),
    kind: authority?.kind ?? "",
    obstacle,
    why: obstacle === null ? null : sentence(`picker.${obstacle}`, { party: partyName(party.code, party.name || party.code), code: party.code }),
    caution: notLive ? sentence("picker.not_live") : null,
    checked: party.pinned,
    root: authority?.root ?? false,
  };
}

/** A State Party of which the platform knows nothing yet. */
const absent = ({ code, name }: NamedState): Choice => ({
  address: code, partyCode: code, partyName: name, authority: null, authorityName: "", kind: "", obstacle: "no_account",
  why: sentence("picker.no_account", { party: name, code }), call: null, caution: null, checked: "", root: false,
});

export function recipientChoices(
  parties: readonly PartyView[], acting: Membership | null, states: readonly NamedState[] = [],
): Choice[] {
  const names = new Map(states.map(({ code, name }) => [code, name]));
  // Whose keys are lost receives nothing more; the register that follows it stands in its place.
  const all = parties.filter((party) => party.succeededBy === undefined).flatMap((known): Choice[] => {
    // Nobody has checked what it calls itself: it stands under the name it has on the Assembly's list.
    const party = known.pinned === "" ? { ...known, name: names.get(known.code) ?? known.name } : known;
    const obstacle = obstacleOf(party);
    if (obstacle !== null) return [choice(party, null, obstacle)];
    return party.authorities.map((authority) =>
      choice(party, authority, acting !== null && authority.authority === acting.authority ? "own" : null));
  });
  const here = new Set(parties.map(({ code }) => code));
  return [...all.filter((one) => one.obstacle !== "own"), ...states.filter(({ code }) => !here.has(code)).map(absent)];
}

/** Letters without their accents, lower case: "senegal" finds Sénégal. */
export function plainLetters(text: string): string {
  return text.normalize("NFD").replace(/\p{Mark}/gu, "").toLocaleLowerCase("und");
}

/** What a choice is called on the screen, where that is not as the key record has it: the Court's bodies have names in every language. */
export type Naming = (one: Choice) => string;
const asRecorded: Naming = (one) => one.partyName;

/** Choices that match what was typed, in name, code or authority; those who can receive first. */
export function findChoices(choices: readonly Choice[], typed: string, language: string, named: Naming = asRecorded): Choice[] {
  const wanted = plainLetters(typed).trim().split(/\s+/u).filter((part) => part !== "");
  const collator = new Intl.Collator(language);
  return choices
    .filter((one) => {
      const text = plainLetters(`${named(one)} ${one.partyName} ${one.partyCode} ${one.authorityName}`);
      return wanted.every((part) => text.includes(part));
    })
    .sort((a, b) => Number(a.obstacle !== null) - Number(b.obstacle !== null) ||
      collator.compare(named(a), named(b)) || collator.compare(a.authorityName, b.authorityName));
}

/** What the picker shows: whoever can receive; whoever cannot and was looked for or chosen; and the others, folded away. */
export interface PickerLists {
  able: Choice[];
  apart: Choice[];
  folded: Choice[];
}

/**
 * Of some 125 State Parties most cannot receive yet: without a word typed they are folded away, so that nobody passes them
 * one by one on the way to the next button. `stays` says of what was ticked here where it was then: it does not move from
 * under the pointer or the focus.
 */
export function pickerLists(
  choices: readonly Choice[], typed: string, language: string, chosen: readonly string[],
  stays: ReadonlyMap<string, boolean> = new Map(), named: Naming = asRecorded,
): PickerLists {
  const found = new Set(findChoices(choices, typed, language, named));
  const all = findChoices(choices, "", language, named);
  const looking = typed.trim() !== "";
  const kept = ({ address }: Choice): boolean => stays.get(address) ?? chosen.includes(address);
  const unable = all.filter((one) => one.obstacle !== null);
  const shown = (one: Choice): boolean => (looking && found.has(one)) || kept(one);
  return {
    able: all.filter((one) => one.obstacle === null && (found.has(one) || kept(one))),
    apart: unable.filter(shown),
    folded: looking ? [] : unable.filter((one) => !shown(one)),
  };
}
