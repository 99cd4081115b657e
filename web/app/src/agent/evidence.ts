// Internal to src/agent: alarms keep what the server sent (platform/agent/evidence.hpp).
import { Failure } from "../base/failure.ts";
import { base64Encode } from "../crypto/base64.ts";
import { concat, utf8, type Bytes } from "../crypto/bytes.ts";
import { encodeCanonicalJson, type JsonObject } from "../crypto/canonicalJson.ts";
import { sha256Hex } from "../crypto/sha256.ts";
import type { Environment } from "./environment.ts";

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

async function raise(
  { profile, clock }: Environment, key: string, pieces: EvidencePieces, detail: string,
): Promise<Failure> {
  const text = textOf(key, pieces);
  const tail = `${key.replaceAll(".", "-")}-${sha256Hex(utf8(text)).slice(0, 12)}.json`;
  const failure = (evidence: string): Failure => new Failure("integrity", key, { evidence }, detail);
  try {
    // The same evidence another time is the same file.
    const known = (await profile.list(evidenceFolder)).find((name) => name.endsWith(tail));
    if (known !== undefined) return failure(known);
    const name = `${evidenceFolder}/${clock.wall()}-${tail}`;
    await profile.save(name, utf8(text));
    return failure(name);
  } catch {
    // An alarm is an alarm even where it cannot be written down.
    return failure("-");
  }
}

/**
 * An alarm: keeps what the server sent in the profile ("evidence/…", never overwritten) and throws the integrity failure
 * that names the file (argument "evidence").
 */
export async function alarm(
  environment: Environment, key: string, pieces: EvidencePieces, detail = "",
): Promise<never> {
  throw await raise(environment, key, pieces, detail);
}

/**
 * The same for what proves, to anybody, that the log told two histories: from now on this profile seals, grants and
 * signs nothing until a person has resolved it (alarms.ts).
 */
export async function forkAlarm(
  environment: Environment, key: string, pieces: EvidencePieces, detail = "",
): Promise<never> {
  const raised = await raise(environment, key, pieces, detail);
  // One file a fork: seen again in another session it is the same fork, whatever the hour.
  const digest = sha256Hex(concat(...Object.values(pieces).map(bytesOf))).slice(0, 16);
  const standing = `${standingFolder}/${digest}`;
  try {
    if ((await environment.profile.load(standing)) === null) {
      await environment.profile.save(standing, utf8(raised.arguments["evidence"] ?? "-"));
    }
  } catch {
    // The failure itself says it.
  }
  throw raised;
}
