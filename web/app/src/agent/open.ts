// Internal to src/agent: ciphertext of an attachment, and sealed bodies (platform/agent/open.hpp).
import { attempt, fail, isFailure } from "../base/failure.ts";
import { openFile, singleProfile } from "../crypto/age/file.ts";
import type { HybridIdentity } from "../crypto/age/hybrid.ts";
import { wipe } from "../crypto/bytes.ts";
import type { AttachmentId, ChainId } from "../model/ids.ts";
import type { AttachmentLine } from "../record/dossier_bodies.ts";
import type { DossierItem } from "../record/dossier.ts";
import { checkBody, parseBody, type SealedBody } from "../record/sealed_body.ts";
import { digestOfPlace } from "./bulk.ts";
import type { KnownDossier } from "./dossier_book.ts";
import type { Environment } from "./environment.ts";
import { alarm } from "./evidence.ts";
import { fetchBlob } from "./keyring.ts";
import type { BlobFile } from "./ports.ts";
import type { AgentState } from "./state.ts";

/** Opens an age file of one stanza; what does not open is this failure, whatever was wrong with it. */
export function openSingle(identity: HybridIdentity, file: Uint8Array, key: string): Uint8Array {
  try {
    return openFile(identity, file, singleProfile);
  } catch (error) {
    if (isFailure(error)) return fail("integrity", key, {}, error.key);
    throw error;
  }
}

/** Opens the sealed body of an item: digest, stanza, statement. */
export async function openBody(
  { environment }: AgentState, known: KnownDossier, item: DossierItem, identity: HybridIdentity,
): Promise<SealedBody> {
  const file = await fetchBlob(environment, known.copy.chain, item.sealed);
  const plaintext = openSingle(identity, file, "body.does_not_open");
  const body = parseBody(plaintext);
  wipe(plaintext);
  checkBody(body, known.copy.items[item.seq]!.statement.statement);
  return body;
}

const withheldBy = new WeakMap<AgentState, Set<AttachmentId>>();

/** What the server was asked for in this session and did not have, though nobody withdrew it. */
export function withheld(state: AgentState): Set<AttachmentId> {
  let found = withheldBy.get(state);
  if (found === undefined) {
    found = new Set();
    withheldBy.set(state, found);
  }
  return found;
}

export const incomingName = (line: AttachmentLine): string =>
  `incoming/${line.id}-${line.sha256.slice(0, 16)}.age`;

/**
 * The ciphertext of an attachment in the profile, whole and with the signed digest; goes on where an earlier session was
 * cut. Gives its place. expired "attachment.withdrawn"; not_found "attachment.withheld" for one that is missing without
 * a `withdrawn`; integrity "attachment.digest" | "attachment.size" | "attachment.truncated"; unavailable
 * "download.incomplete", or "transfer.cancelled" where the person stopped it.
 */
export async function fetchAttachment(
  environment: Environment, chain: ChainId, line: AttachmentLine, shown: string,
): Promise<string> {
  const name = incomingName(line);
  const file = await environment.profile.place(name);
  try {
    for (let attempts = 0; attempts < 2; ++attempts) {
      if (file.size() > line.size) file.truncate(0);
      const resumed = file.size() > 0;
      await download(environment, chain, line, shown, file);
      const got = digestOfPlace(file);
      if (got === line.sha256) return name;
      file.truncate(0);
      // What an earlier session left may have been another file's beginning: once more from the start.
      if (!resumed) return await alarm(environment, "attachment.digest", { got, signed: line.sha256 });
    }
  } finally {
    file.close();
  }
  return fail("integrity", "attachment.digest");
}

async function download(
  environment: Environment, chain: ChainId, line: AttachmentLine, shown: string, file: BlobFile,
): Promise<void> {
  const { server, observer } = environment;
  let have = file.size();
  let failures = 0;
  while (have < line.size) {
    const before = have;
    const done = await attempt(() =>
      server.download(chain, line.id, line.sha256, have, (bytes) => {
        // A sender who sends more than was signed fills no disk.
        if (bytes.length > line.size - have) fail("integrity", "attachment.size");
        file.writeAt(have, bytes);
        have += bytes.length;
        observer.onTransfer({ phase: "download", name: shown, done: have, total: line.size });
        if (observer.cancelled()) fail("unavailable", "transfer.cancelled");
      }),
    );
    if ("value" in done) {
      if (have < line.size) fail("integrity", "attachment.truncated");
      break;
    }
    const { failure } = done;
    // "Not there" and "not on my disk" come to the same: it was not withdrawn, so it should be there.
    if (failure.code === "not_found" || failure.key === "attachment.withheld") fail("not_found", "attachment.withheld");
    if (failure.code !== "unavailable") throw failure;
    // Cut: go on while it moves; else come back another time, the bytes stay.
    failures = have > before ? 0 : failures + 1;
    if (observer.cancelled()) fail("unavailable", "transfer.cancelled");
    if (failures >= 3) fail("unavailable", "download.incomplete");
  }
  file.flush();
}

/** A name that is harmless in a folder of the reader's: nothing hidden, nothing in the place of a restriction sheet. */
export function harmless(name: string): string {
  const out = name.startsWith(".") ? `_${name}` : name;
  return out.endsWith(".restrictions.txt") ? `${out}.received` : out;
}
