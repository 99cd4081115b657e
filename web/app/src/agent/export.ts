// Internal to src/agent: identities and age files so that stock `age -d -i` opens everything on a machine that never
// heard of Rogatory (platform/agent/export.cpp), as one archive. Writes secrets in the clear, because that is what is
// asked for.
import { attempt, ensure, fail } from "../base/failure.ts";
import { encodeIdentity, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { utf8, wipe, type Bytes } from "../crypto/bytes.ts";
import type { ChainId, StatementId } from "../model/ids.ts";
import type { AttachmentLine } from "../record/dossier_bodies.ts";
import { authorityOf, dossier, keyring, membership, own } from "./acting.ts";
import type { Exported } from "./api.ts";
import { openEpoch, ownDossiers } from "./epoch.ts";
import { fetchBlob } from "./keyring.ts";
import { fetchAttachment } from "./open.ts";
import { signReceipts } from "./receipts.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";
import { tarWriter, type TarWriter } from "./tar_stream.ts";

const piece = 4 * 1024 * 1024;

/**
 * Identity files as stock age reads them: comments we write ourselves and one identity a line, never a file as it came
 * (an identity file may name a plug-in program, and age runs it).
 */
async function writeIdentities(
  tar: TarWriter, name: string, comment: string, identities: readonly HybridIdentity[],
): Promise<void> {
  const text = utf8(`# ${comment}\n${identities.map((identity) => `${encodeIdentity(identity)}\n`).join("")}`);
  await tar.file(name, text);
  wipe(text);
}

async function writeAttachment(
  state: AgentState, tar: TarWriter, chain: ChainId, line: AttachmentLine, name: string,
): Promise<void> {
  const { environment } = state;
  const place = await fetchAttachment(environment, chain, line, name);
  const file = await environment.profile.place(place);
  try {
    await tar.large(name, line.size, async (take) => {
      for (let at = 0; at < line.size; ) {
        const buffer: Bytes = new Uint8Array(Math.min(piece, line.size - at));
        const count = file.readAt(at, buffer);
        if (count === 0) break;
        await take(buffer.subarray(0, count));
        at += count;
      }
    });
  } finally {
    file.close();
  }
  await environment.profile.removePlace(place);
}

async function writeDossier(state: AgentState, tar: TarWriter, chain: ChainId, exported: Exported): Promise<void> {
  const { environment } = state;
  const known = await dossier(state, chain);
  const { replayed } = known;
  const me = authorityOf(state);
  if (!replayed.opened) return;
  const identities: HybridIdentity[] = [];
  const epochs = replayed.epochs.filter(({ number }) => replayed.holds(me, number));
  const held = replayed.items.filter((item) => replayed.holds(me, item.epoch));
  // Whoever exports has it all: that is a fetch, and says so before the identities may be used.
  const entries: { id: StatementId; index: number }[] = [];
  for (const item of held) {
    const body = await attempt(() => fetchBlob(environment, chain, item.sealed));
    if ("failure" in body) {
      if (body.failure.code !== "not_found" && body.failure.code !== "expired") throw body.failure;
      continue;
    }
    if (item.kind === "entry") entries.push(item);
  }
  await signReceipts(state, chain, "fetched", entries.map(({ id }) => id));
  for (const { number } of epochs) {
    const identity = await attempt(() => openEpoch(state, known, number));
    if ("value" in identity) identities.push(identity.value);
  }
  if (identities.length === 0) return;
  const folder = chain.slice(0, 16);
  await writeIdentities(
    tar, `${folder}/identities.txt`, "the dossier's epochs: open everything beside this file", identities);
  exported.identities += identities.length;
  for (const item of held) {
    const body = await attempt(() => fetchBlob(environment, chain, item.sealed));
    if ("failure" in body) continue;
    const stem = `${folder}/entry-${item.seq}`;
    await tar.file(`${stem}.json.age`, body.value);
    ++exported.files;
    if (item.withdrawn) continue;
    for (const [i, line] of item.attachments.entries()) {
      await writeAttachment(state, tar, chain, line, `${stem}-${i + 1}.age`);
      ++exported.files;
    }
  }
}

export async function exportEverything(state: AgentState, to: WritableStream<Uint8Array>): Promise<Exported> {
  const writer = to.getWriter();
  try {
    await synchronise(state);
    if (own(state).accessPolicy()?.exportRefused === true) fail("forbidden", "export.not_allowed");
    const tar = tarWriter(writer);
    const mine = membership(state);
    const exported: Exported = { identities: 1, files: 0 };
    for (const chain of await ownDossiers(state)) await writeDossier(state, tar, chain, exported);
    // These open every file there is here: last of all, when the log has all that was fetched.
    const { generations } = await keyring(state);
    const digest = own(state).keyring(mine.authority);
    ensure(digest !== undefined, "one's authority has a keyring");
    await tar.file("keyring.age", await fetchBlob(state.environment, own(state).chain, digest));
    await writeIdentities(
      tar, "authority.txt", "the authority's generations, in order: open the grants", generations);
    exported.identities += generations.length;
    await writeIdentities(tar, "user.txt", "the user identity: opens keyring.age", [mine.identity]);
    await tar.end();
    await writer.close();
    return exported;
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    throw error;
  }
}
