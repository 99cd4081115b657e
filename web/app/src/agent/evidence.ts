// Internal to src/agent: alarms keep what the server sent (platform/agent/evidence.hpp).
import { Failure } from "../base/failure.ts";
import { base64Encode } from "../crypto/base64.ts";
import { concat, utf8, type Bytes } from "../crypto/bytes.ts";
import { encodeCanonicalJson, type JsonObject } from "../crypto/canonicalJson.ts";
import { sha256Hex } from "../crypto/sha256.ts";
import type { Environment } from "./environment.ts";
import type { ProfileStore } from "./ports.ts";

/** Name and bytes as they came. Public bytes only: notes, envelopes, log entries, ciphertext. */
export type EvidencePieces = Record<string, Bytes | string>;

/** In the profile: one file for each fork alarm that stands, holding the name of its evidence. */
export const standingFolder = "alarms/standing";
export const evidenceFolder = "evidence";

const most = 64 * 1024;
// A server may send half a character inside its JSON; that has no bytes, and an alarm must not fail over it.
const loose = new TextEncoder();
const bytesOf = (piece: Bytes | string): Bytes => (typeof piece === "string" ? loose.encode(piece) : piece);

/** Names that a profile may hold, and the whole in one order. */
function textOf(key: string, pieces: EvidencePieces): string {
  const fields: JsonObject = { alarm: key };
  for (const [name, piece] of Object.entries(pieces)) {
    const bytes = bytesOf(piece);
    fields[name] = base64Encode(bytes.subarray(0, most));
    fields[`${name}_sha256`] = sha256Hex(bytes);
  }
  return encodeCanonicalJson(fields);
}

interface Evidence { name: string; text: Bytes; kept: boolean }

async function keep({ profile, clock }: Environment, key: string, pieces: EvidencePieces): Promise<Evidence> {
  const text = utf8(textOf(key, pieces));
  const tail = `${key.replaceAll(".", "-")}-${sha256Hex(text).slice(0, 12)}.json`;
  const name = `${evidenceFolder}/${clock.wall()}-${tail}`;
  try {
    // The same evidence another time is the same file.
    const known = (await profile.list(evidenceFolder)).find((each) => each.endsWith(tail));
    if (known !== undefined) return { name: known, text, kept: true };
    await profile.save(name, text);
    return { name, text, kept: true };
  } catch {
    return { name, text, kept: false };
  }
}

/** An alarm is an alarm even where it cannot be written down. */
const failureOf = ({ name, kept }: Evidence, key: string, detail: string): Failure =>
  new Failure("integrity", key, { evidence: kept ? name : "-" }, detail);

/**
 * An alarm: keeps what the server sent in the profile ("evidence/…", never overwritten) and throws the integrity failure
 * that names the file (argument "evidence").
 */
export async function alarm(
  environment: Environment, key: string, pieces: EvidencePieces, detail = "",
): Promise<never> {
  throw failureOf(await keep(environment, key, pieces), key, detail);
}

/** A fork alarm that could not be written down (a full disk). */
export interface UnkeptAlarm { evidence: string; text: Bytes }

// By profile and name of the mark: they stand here for as long as the page does, and are tried again.
const unkept = new WeakMap<ProfileStore, Map<string, UnkeptAlarm>>();

/**
 * The same for what proves, to anybody, that the log told two histories: from now on this profile seals, grants and
 * signs nothing until a person has resolved it (alarms.ts). Where the mark cannot be written it stands in memory, and the
 * person is told so.
 */
export async function forkAlarm(
  environment: Environment, key: string, pieces: EvidencePieces, detail = "",
): Promise<never> {
  const { profile, observer } = environment;
  const evidence = await keep(environment, key, pieces);
  // One file a fork: seen again in another session it is the same fork, whatever the hour.
  const digest = sha256Hex(concat(...Object.values(pieces).map(bytesOf))).slice(0, 16);
  const standing = `${standingFolder}/${digest}`;
  let marked = false;
  try {
    if ((await profile.load(standing)) === null) await profile.save(standing, utf8(evidence.name));
    marked = true;
  } catch {
    // Kept in memory, below.
  }
  if (!marked || !evidence.kept) {
    const all = unkept.get(profile) ?? new Map<string, UnkeptAlarm>();
    unkept.set(profile, all.set(standing, { evidence: evidence.name, text: evidence.text }));
    observer.onNotice({ key: "alarm.not_kept", arguments: {} });
  }
  throw failureOf(evidence, key, detail);
}

/** Those that could not be written down are tried once more; what does not succeed is given back, and stays. */
export async function keepAlarmsAgain(profile: ProfileStore): Promise<UnkeptAlarm[]> {
  const all = unkept.get(profile);
  if (all === undefined) return [];
  for (const [standing, { evidence, text }] of all) {
    try {
      if ((await profile.load(evidence)) === null) await profile.save(evidence, text);
      await profile.save(standing, utf8(evidence));
      all.delete(standing);
    } catch {
      // Another time.
    }
  }
  return [...all.values()];
}
