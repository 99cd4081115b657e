// Which entries of a request are versions of others in another language. Versions are sealed, so no judge of the chain sees
// them: whoever opens them holds them to these rules, the same at both ends. Mirror of language_versions.hpp.
import type { PartyId, StatementId } from "../model/ids.ts";
import type { RequestSide } from "../model/request.ts";
import type { LanguageVersion } from "./sealed_body.ts";

/** One entry of a request, in the order of the chain, as far as this reader has opened it. */
export interface VersionedEntry {
  id: StatementId;
  /** Of its author. */
  party: PartyId;
  side: RequestSide;
  /** Not withdrawn. */
  stands: boolean;
  /** Of what is no version: as it says itself; "": not said, or not opened. */
  language: string;
  version?: Pick<LanguageVersion, "of" | "language" | "state" | "authentic"> | undefined;
}

/** One language of one entry, as one Party gives it. Nobody's version takes the place of another Party's. */
export interface VersionStanding {
  /** Places among the entries. */
  of: number;
  language: string;
  by: PartyId;
  /** The newest that was delivered or revised. */
  text?: number | undefined;
  /** The newest that asks for it, until the text that comes after it. */
  asked?: number | undefined;
  /** By the Party of the entry it translates. */
  own: boolean;
  /** The text to go by, instead of the entry itself; one of an entry at most. */
  authentic: boolean;
}

/** The place of the entry that is named, before this one; −1: none. */
const placeOf = (entries: readonly VersionedEntry[], before: number, id: StatementId): number =>
  entries.findIndex((entry, at) => at < before && entry.id === id);

/** For each entry why its version is not taken, a key of the catalogue behind "error."; "": it is, or there is none. */
export const judgeVersions = (entries: readonly VersionedEntry[]): string[] => entries.map((entry, at) => {
  const { version } = entry;
  if (version === undefined) return "";
  const of = entries[placeOf(entries, at, version.of)];
  if (of?.stands !== true) return "version.unknown_entry";
  if (of.version !== undefined) return "version.of_version";
  if (entry.side === "none") return "version.side";
  if (of.language === version.language) return "version.original_language";
  return version.authentic && of.party !== entry.party ? "version.authentic" : "";
});

const taken = (entry: VersionedEntry, refused: string | undefined): boolean =>
  entry.version !== undefined && entry.stands && refused === "";

/**
 * By entry, language, then the entry's own Party before others, in the order of their first version. Of those that are
 * taken and stand.
 */
export function standingVersions(entries: readonly VersionedEntry[]): VersionStanding[] {
  const refused = judgeVersions(entries);
  const all: VersionStanding[] = [];
  entries.forEach((entry, at) => {
    const { version, party } = entry;
    if (version === undefined || !taken(entry, refused[at])) return;
    const of = placeOf(entries, at, version.of);
    let found = all.find((one) => one.of === of && one.language === version.language && one.by === party);
    if (found === undefined) {
      found = { of, language: version.language, by: party, own: entries[of]?.party === party, authentic: false };
      all.push(found);
    }
    if (version.state === "asked") found.asked = at;
    else [found.text, found.asked] = [at, undefined];
  });
  // What a Party asked for is there once anybody gave it.
  for (const one of all) {
    for (const other of all) {
      if (one.asked !== undefined && other.of === one.of && other.language === one.language && (other.text ?? -1) > one.asked) {
        one.asked = undefined;
      }
    }
  }
  const out = all.filter((one) => one.asked !== undefined || one.text !== undefined);
  const order = (a: VersionStanding, b: VersionStanding): number =>
    a.of - b.of || (a.language < b.language ? -1 : a.language > b.language ? 1 : Number(b.own) - Number(a.own));
  out.sort(order);
  // The newest text that says so of itself is the one.
  for (const of of new Set(out.map((one) => one.of))) {
    const best = out.filter((one) => one.of === of && one.text !== undefined && entries[one.text]?.version?.authentic === true)
      .sort((a, b) => (b.text ?? 0) - (a.text ?? 0))[0];
    if (best !== undefined) best.authentic = true;
  }
  return out;
}

/**
 * The text of an entry for a reader of `language`: the entry itself where it is in that language, its own Party's version,
 * else another's, else the entry itself.
 */
export function textFor(
  entries: readonly VersionedEntry[], standing: readonly VersionStanding[], of: number, language: string,
): number {
  if (entries[of]?.language === language) return of;
  return standing.find((one) => one.of === of && one.language === language && one.text !== undefined)?.text ?? of;
}

/**
 * Whether the obstacle "translation", which the side named at that place of the entries (those before it are older), is
 * answered: by a version, delivered or revised since, of an entry of the other side; in a language that the side asked for,
 * if it asked for one.
 */
export function translationAnswered(entries: readonly VersionedEntry[], namedBy: RequestSide, since: number): boolean {
  const refused = judgeVersions(entries);
  const took = (entry: VersionedEntry, at: number): boolean => taken(entry, refused[at]);
  const wanted = entries.filter((entry, at) => took(entry, at) && entry.side === namedBy && entry.version?.state === "asked")
    .map(({ version }) => version?.language);
  return entries.some((entry, at) => {
    const { version } = entry;
    if (at < since || version === undefined || !took(entry, at) || version.state === "asked") return false;
    if (entries[placeOf(entries, at, version.of)]?.side === namedBy) return false;
    return wanted.length === 0 || wanted.includes(version.language);
  });
}
