// A server that was put back to an older copy is repaired from what its clients keep (platform/agent/resubmit.cpp). Nothing
// of this needs a key: what is brought is public or ciphertext, and the server takes it only under its own earlier signature.
import { attempt, fail } from "../base/failure.ts";
import { concat, equal, fromUtf8, hexDecode, utf8 } from "../crypto/bytes.ts";
import { sha256Hex } from "../crypto/sha256.ts";
import { isHex, type LogIndex } from "../model/ids.ts";
import { needs } from "../record/peek.ts";
import { encodeSigned, type SignedStatement } from "../record/statement.ts";
import { formatSignedCheckpoint, parseSignedCheckpoint, type SignedCheckpoint } from "../tlog/checkpoint.ts";
import { decodeEntry, entryBytes } from "../tlog/entry.ts";
import { createLogTree, type LogTree } from "../tlog/logTree.ts";
import type { Resubmitted } from "./api.ts";
import { ChainCopy } from "./chain_copy.ts";
import type { Environment } from "./environment.ts";
import { checkpointFile, entriesFile } from "./log_view.ts";
import type { Blob, ProfileStore, RepairStatus } from "./ports.ts";

const entriesAtOnce = 16384; // 1 MiB
const statementsAtOnce = 200;
const bytesAtOnce = 4 * 1024 * 1024;

/** The log as this device has verified it. */
interface Held { checkpoint: SignedCheckpoint; tree: LogTree; number: number }

async function readHeld(profile: ProfileStore): Promise<Held> {
  const damaged = (): never => fail("integrity", "resubmit.profile_damaged");
  const note = await profile.load(checkpointFile);
  const entries = await profile.load(entriesFile);
  if (note === null || entries === null) return fail("not_found", "resubmit.nothing_here");
  const parsed = await attempt(() => parseSignedCheckpoint(fromUtf8(note) ?? ""));
  if ("failure" in parsed) return damaged();
  const { head, origin } = parsed.value.checkpoint;
  if (Math.floor(entries.length / entryBytes) < head.size) return damaged();
  const tree = createLogTree();
  for (let i = 0; i < head.size; ++i) tree.push(decodeEntry(entries.subarray(i * entryBytes, (i + 1) * entryBytes)));
  if (!equal(tree.rootAt(head.size), head.root)) return damaged();
  const digits = origin.slice(origin.lastIndexOf("/") + 1);
  return /^(0|[1-9][0-9]{0,9})$/.test(digits) ? { checkpoint: parsed.value, tree, number: Number(digits) } : damaged();
}

/** The entries that the server does not know, each run with the proof that it has signed them. */
async function bringEntries(
  { server }: Environment, { tree }: Held, before: RepairStatus,
): Promise<{ status: RepairStatus; brought: number }> {
  let status = before;
  let brought = 0;
  // A proof to a larger tree than this device has read is another's to give.
  if (status.target > tree.size) return { status, brought };
  const end = Math.min(tree.size, status.target);
  while (status.behind && status.entries < end) {
    const known = status.entries;
    const to = Math.min(end, known + entriesAtOnce);
    status = await server.repairEntries(known, tree.encoded(known, to), concat(...tree.consistency(to, status.target)));
    if (status.behind && status.entries <= known) fail("unavailable", "client.answer_not_understood", { request: "" });
    brought += to - known;
  }
  return { status, brought };
}

/** Every statement of the profile from this index on, by its place in the verified log. */
async function statementsFrom(
  { tree }: Held, profile: ProfileStore, from: LogIndex,
): Promise<[LogIndex, SignedStatement][]> {
  const found = new Map<LogIndex, SignedStatement>();
  for (const file of await profile.list("chains")) {
    const chain = file.slice(file.lastIndexOf("/") + 1);
    if (!isHex(chain, 32)) continue;
    const copy = new ChainCopy(chain);
    await copy.restore(profile);
    const label = hexDecode(chain)!;
    for (const { statement } of copy.items) {
      const id = hexDecode(statement.id)!;
      for (const index of tree.places(label, statement.statement.seq, tree.size)) {
        if (index >= from && equal(tree.entry(index).id, id)) found.set(index, statement);
      }
    }
  }
  return [...found].sort(([a], [b]) => a - b);
}

/**
 * Shows the checkpoint that lies in the profile, then brings entries, statements and age files that lie there. Nothing to
 * do is no error: `before.behind` is false then. not_found "resubmit.nothing_here" when this device has not read the log;
 * integrity "resubmit.profile_damaged" when its copy is damaged; integrity "repair.other_history" from the server.
 */
export async function resubmit(environment: Environment): Promise<Resubmitted> {
  const { server, profile, observer } = environment;
  const held = await readHeld(profile);
  // It may not know yet that it is behind; that it refuses then is no surprise.
  await attempt(() => server.offerCheckpoint(held.number, formatSignedCheckpoint(held.checkpoint)));
  const before = await server.repairStatus();
  const done: Resubmitted = { before, after: before, entries: 0, statements: 0, blobs: 0, wanted: 0 };
  if (!before.behind && before.lost === 0) return done;
  if (!before.repairable) return fail("integrity", "repair.other_history");
  const brought = await bringEntries(environment, held, before);
  done.after = brought.status;
  done.entries = brought.brought;
  const from = before.behind ? before.size : before.lostFrom;
  const end = before.behind ? done.after.entries : held.tree.size;
  const statements = (await statementsFrom(held, profile, from)).filter(([index]) => index < end);

  let parcel: { statements: { index: number; envelope: string }[]; blobs: Blob[]; bytes: number } =
    { statements: [], blobs: [], bytes: 0 };
  let sent = 0;
  const send = async (): Promise<void> => {
    if (parcel.statements.length === 0) return;
    const answer = await server.repairStatements(parcel.statements, parcel.blobs);
    done.statements += answer.placed;
    done.blobs += answer.blobs;
    done.wanted += answer.wanted;
    done.after = answer.status;
    sent += parcel.statements.length;
    parcel = { statements: [], blobs: [], bytes: 0 };
    observer.onProgress?.({ of: "repair", done: sent, total: statements.length });
  };
  observer.onProgress?.({ of: "repair", done: 0, total: statements.length });
  for (const [index, statement] of statements) {
    if (parcel.statements.length === statementsAtOnce || parcel.bytes > bytesAtOnce) await send();
    const envelope = encodeSigned(statement);
    parcel.bytes += utf8(envelope).length;
    parcel.statements.push({ index, envelope });
    for (const { sha256 } of needs(statement.statement).blobs) {
      const data = await profile.load(`blobs/${sha256}`);
      if (data === null || sha256Hex(data) !== sha256) continue;
      parcel.bytes += data.length;
      parcel.blobs.push({ sha256, data });
    }
  }
  await send();
  return done;
}
