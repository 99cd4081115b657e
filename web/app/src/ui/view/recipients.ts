// The picker: every State and body, and of each why it cannot receive yet and what to do. Nothing is a dead end.
import type { AuthorityView, Hex, Membership, PartyView } from "../../agent/api";
import { type Sentence, sentence } from "./sentence";
import { printable } from "./names";

export type Obstacle = "not_founded" | "founded_anew" | "not_checked" | "suspended" | "problem" | "no_authority" | "own";
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
  /** It can receive, but one should know: a single access manager. */
  caution: Sentence | null;
  checked: PartyView["pinned"];
}

function obstacleOf(party: PartyView): Obstacle | null {
  if (party.problem !== "") return "problem";
  if (party.fingerprint === "" || party.state === "created" || party.state === "invited") return "not_founded";
  if (party.state === "suspended") return "suspended";
  if (party.pinned === "") return party.succeeds === undefined ? "not_checked" : "founded_anew";
  if (party.authorities.length === 0) return "no_authority";
  return null;
}

function choice(party: PartyView, authority: AuthorityView | null, obstacle: Obstacle | null): Choice {
  return {
    address: authority === null ? party.code : `${party.code}/${authority.name}`,
    partyCode: party.code,
    partyName: printable(party.name || party.code),
    authority: authority?.authority ?? null,
    authorityName: printable(authority?.name ?? ""),
    kind: authority?.kind ?? "",
    obstacle,
    why: obstacle === null ? null : sentence(`picker.${obstacle}`, { party: printable(party.name || party.code), code: party.code }),
    caution: obstacle === null && authority !== null && !authority.live ? sentence("picker.not_live") : null,
    checked: party.pinned,
  };
}

export function recipientChoices(parties: readonly PartyView[], acting: Membership | null): Choice[] {
  // Whose keys are lost receives nothing more; the register that follows it stands in its place.
  const all = parties.filter((party) => party.succeededBy === undefined).flatMap((party): Choice[] => {
    const obstacle = obstacleOf(party);
    if (obstacle !== null) return [choice(party, null, obstacle)];
    return party.authorities.map((authority) =>
      choice(party, authority, acting !== null && authority.authority === acting.authority ? "own" : null));
  });
  return all.filter((one) => one.obstacle !== "own");
}

/** Letters without their accents, lower case: "senegal" finds Sénégal. */
export function plainLetters(text: string): string {
  return text.normalize("NFD").replace(/\p{Mark}/gu, "").toLocaleLowerCase("und");
}

/** Choices that match what was typed, in name, code or authority; those who can receive first. */
export function findChoices(choices: readonly Choice[], typed: string, language: string): Choice[] {
  const wanted = plainLetters(typed).trim().split(/\s+/u).filter((part) => part !== "");
  const collator = new Intl.Collator(language);
  return choices
    .filter((one) => {
      const text = plainLetters(`${one.partyName} ${one.partyCode} ${one.authorityName}`);
      return wanted.every((part) => text.includes(part));
    })
    .sort((a, b) => Number(a.obstacle !== null) - Number(b.obstacle !== null) ||
      collator.compare(a.partyName, b.partyName) || collator.compare(a.authorityName, b.authorityName));
}
