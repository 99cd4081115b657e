// The one place for alarms (platform/agent/alarms.hpp). Each kept piece of evidence is one; those that prove to anybody
// that the log told two histories stand until a person has resolved them, over sessions, and nothing is sealed, granted
// or signed meanwhile.
import { fail } from "../base/failure.ts";
import { base64Decode } from "../crypto/base64.ts";
import { fromUtf8, utf8, type Bytes } from "../crypto/bytes.ts";
import { canonicalJson } from "../record/keys.ts";
import type { Alarm } from "./api.ts";
import { evidenceFolder, keepAlarmsAgain, standingFolder } from "./evidence.ts";
import { evidenceReadme } from "./evidence_readme.ts";
import type { ProfileStore } from "./ports.ts";
import { writeTar, type TarFiles } from "./tar.ts";

const resolvedFolder = "alarms/resolved";
const mostEvidence = 8 * 1024 * 1024;

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1).replace(/\.json$/, "");
const fileOf = (name: string): string => `${evidenceFolder}/${name}.json`;
const resolutionOf = (name: string): string => `${resolvedFolder}/${name}`;
const textOf = (bytes: Bytes): string => fromUtf8(bytes) ?? "";

interface Kept { what: string; pieces: [string, Bytes][] }

function parseKept(bytes: Bytes): Kept | undefined {
  const json = canonicalJson(bytes, mostEvidence);
  if (typeof json !== "object" || Array.isArray(json)) return undefined;
  const kept: Kept = { what: "", pieces: [] };
  for (const [name, value] of Object.entries(json)) {
    if (typeof value !== "string") return undefined;
    if (name === "alarm") {
      kept.what = value;
    } else if (!name.endsWith("_sha256")) {
      const piece = base64Decode(value);
      if (piece === null) return undefined;
      kept.pieces.push([name, piece]);
    }
  }
  return kept;
}

function archiveName(piece: string): string {
  if (piece.endsWith("_entry")) return `${piece}.bin`;
  if (piece.endsWith("_proof")) return `${piece}.tlog-proof`;
  if (["smaller", "larger", "checkpoint", "verified_before"].includes(piece)) return `${piece}.note`;
  if (piece === "statement" || piece === "envelope") return `${piece}.dsse.json`;
  if (piece === "consistency" || piece === "log_key") return `${piece}.txt`;
  return `${piece}.bin`;
}

async function standingNames(profile: ProfileStore): Promise<{ marker: string; name: string }[]> {
  const rows = [];
  for (const marker of await profile.list(standingFolder)) {
    const named = await profile.load(marker);
    if (named !== null) rows.push({ marker, name: baseName(textOf(named)) });
  }
  return rows;
}

/** Oldest first. Those that a full disk did not take are tried again first. */
export async function listAlarms(profile: ProfileStore): Promise<Alarm[]> {
  await keepAlarmsAgain(profile);
  const stands = new Set((await standingNames(profile)).map(({ name }) => name));
  const rows: Alarm[] = [];
  for (const file of await profile.list(evidenceFolder)) {
    const name = baseName(file);
    const bytes = await profile.load(file);
    const resolution = await profile.load(resolutionOf(name));
    rows.push({
      name,
      what: (bytes === null ? undefined : parseKept(bytes)?.what) ?? "",
      at: Number(/^[0-9]{1,12}/.exec(name)?.[0] ?? 0),
      standing: stands.has(name),
      resolution: resolution === null ? "" : textOf(resolution),
    });
  }
  return rows.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
}

/**
 * integrity "alarm.standing" with the argument "evidence": of what lies in the profile, or of what only this page knows,
 * for it could not be written down.
 */
export async function requireNoStandingAlarm(profile: ProfileStore): Promise<void> {
  const [unkept] = await keepAlarmsAgain(profile);
  if (unkept !== undefined) fail("integrity", "alarm.standing", { evidence: baseName(unkept.evidence) });
  const [first] = await profile.list(standingFolder);
  if (first === undefined) return;
  const named = await profile.load(first);
  fail("integrity", "alarm.standing", { evidence: baseName(named === null ? first : textOf(named)) });
}

async function findAlarm(profile: ProfileStore, text: string): Promise<Alarm> {
  const rows = await listAlarms(profile);
  const exact = rows.find(({ name }) => name === text);
  if (exact !== undefined) return exact;
  const found = text === "" ? [] : rows.filter(({ name }) => name.includes(text));
  if (found.length > 1) return fail("invalid_input", "name.ambiguous", { name: text });
  return found[0] ?? fail("not_found", "alarm.unknown", { name: text });
}

/** The evidence stays; `reason` is kept beside it. */
export async function resolveAlarm(profile: ProfileStore, name: string, reason: string): Promise<void> {
  if (reason.trim() === "") fail("invalid_input", "alarm.reason_needed");
  const alarm = await findAlarm(profile, name);
  await profile.save(resolutionOf(alarm.name), utf8(reason));
  for (const row of await standingNames(profile)) if (row.name === alarm.name) await profile.remove(row.marker);
}

/**
 * The evidence as one tar archive (POSIX ustar): each piece as the file it is, and README.txt, which tells a
 * cryptographer what to check with which standard. Holds nothing secret. `rogatory verify evidence` reads it.
 */
export async function exportEvidence(profile: ProfileStore, name: string): Promise<Bytes> {
  const alarm = await findAlarm(profile, name);
  const bytes = await profile.load(fileOf(alarm.name));
  const kept = bytes === null ? fail("not_found", "alarm.unknown", { name }) : parseKept(bytes);
  if (kept === undefined) return fail("invalid_input", "evidence.malformed");
  const files: TarFiles = [
    ["README.txt", utf8(evidenceReadme(kept.what))],
    ["alarm.txt", utf8(`${kept.what}\n`)],
    ...kept.pieces.map(([piece, content]): [string, Bytes] => [archiveName(piece), content]),
  ];
  return writeTar(files);
}
