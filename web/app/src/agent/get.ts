// Internal to src/agent: opening entries and their files (platform/agent/get.cpp). The receipt `fetched`, then the
// identity, then every check, and only then plain bytes go out (protocol §4 and §8).
//
// The native client fetches an entry as a whole. Here a person opens its text first and chooses the files, so `fetched`
// is signed when the sealed body, and again nothing else than the same receipt when a file, has come whole; `opened` is
// signed when the text and every file of the entry have been opened (decision 1511).
import { attempt, fail, type Failure } from "../base/failure.ts";
import type { HybridIdentity } from "../crypto/age/hybrid.ts";
import { concat, wipe } from "../crypto/bytes.ts";
import type { AttachmentId, ChainId, StatementId } from "../model/ids.ts";
import type { AttachmentLine, UnreadableReason } from "../record/dossier_bodies.ts";
import type { DossierItem } from "../record/dossier.ts";
import { isEffective } from "../record/outcome.ts";
import type { BodyFile } from "../record/sealed_body.ts";
import { bodyOf } from "../record/statement.ts";
import { authorityOf, dossier, now, requireComplete, self } from "./acting.ts";
import type { EntryView, Hex, OpenedFile } from "./api.ts";
import { digestOfPlace, openFrom, watch, type BulkTotals, type Watch } from "./bulk.ts";
import { caveatsInForce, loadCache, policyItemsFor, saveCache, type ContentCache } from "./content_cache.ts";
import { requireCounts, waitForCosigning } from "./counting.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { aside } from "./environment.ts";
import { isGrantFault, openEpoch } from "./epoch.ts";
import { viewOfEntry } from "./inbox.ts";
import { fetchBlob } from "./keyring.ts";
import { fetchAttachment, harmless, incomingName, openBody, withheld } from "./open.ts";
import type { BlobFile, Sink } from "./ports.ts";
import { viewOfPolicy } from "./policy_text.ts";
import { mine, ownReceipts, signReceipts } from "./receipts.ts";
import { labelOf, textOf } from "./recipients.ts";
import { isRestricted, restrictionSheet, sheetSuffix } from "./restriction_sheet.ts";
import type { AgentState } from "./state.ts";
import { mayReadOf } from "./successor.ts";
import { keepForNow, served, whileHeld } from "./sweep.ts";
import { synchronise } from "./synchronise.ts";

export const mostPreviewBytes = 64 * 1024 * 1024;

interface Wanted {
  entry: DossierItem;
  /** The policy statements, and releases, whose sealed halves bind it. */
  policies: DossierItem[];
}

function wanted(known: KnownDossier, seq: number): Wanted {
  const { replayed, copy, outcomes } = known;
  const entry = replayed.items.find((item) => item.kind === "entry" && item.seq === seq);
  if (entry === undefined) return fail("not_found", "entry.unknown", { entry: String(seq) });
  const ids = new Set<StatementId>(policyItemsFor(known, entry));
  // What its owner released it to may be sealed, too.
  copy.items.forEach(({ statement }, i) => {
    const released = bodyOf(statement, "released");
    const outcome = outcomes[i];
    if (released === undefined || outcome === undefined || !isEffective(outcome)) return;
    if (released.entries.includes(entry.id)) ids.add(statement.id);
  });
  const policies = [...ids].map((id) => replayed.item(id)).filter((item) => item !== undefined);
  return { entry, policies };
}

const isNetwork = ({ code }: Failure): boolean =>
  code === "unavailable" || code === "unauthenticated" || code === "storage_full";

/** What a person opens: one entry of a dossier, with everything that has to be known before. */
export interface Reading {
  state: AgentState;
  chain: ChainId;
  seq: number;
  known: KnownDossier;
  cache: ContentCache;
  identities: Map<number, HybridIdentity>;
  /** Why the entry does not open: key of the failure. */
  problem?: string;
}

export async function begin(state: AgentState, chain: ChainId, seq: number): Promise<Reading> {
  await synchronise(state);
  // Receipts are a member's; who was removed has none to give.
  self(state);
  const known = await dossier(state, chain);
  // Somebody of several authorities may be shown it for the sake of another one than he acts for.
  if (!known.replayed.opened || known.replayed.standing(authorityOf(state)) === "none") {
    fail("not_found", "dossier.unknown");
  }
  requireComplete(state, known);
  const { entry, policies } = wanted(known, seq);
  if ([entry, ...policies].some((item) => item.index >= state.log.countingSize)) await waitForCosigning(state);
  return { state, chain, seq, known, cache: await loadCache(state, chain), identities: new Map() };
}

/** Why the content of an item may not be opened now; the failure says it. */
function requireReadable({ state, known }: Reading, item: DossierItem): void {
  // A statement of a Party that is not pinned is listed, its content is not opened.
  if (!mayReadOf(state, item.owner.party)) {
    fail("forbidden", "party.not_pinned", { party: state.book.byParty(item.owner.party)?.code ?? "" });
  }
  requireCounts(state, item.index, item.at);
  const grants = known.replayed.grants(authorityOf(state)).filter((grant) => grant.epoch === item.epoch);
  if (grants.length === 0) fail("forbidden", "epoch.not_granted");
  // No receipt for what a grant that does not count yet would open.
  if (!grants.some((grant) => grant.since < state.log.countingSize)) fail("unavailable", "log.not_yet_witnessed");
}

/** The ciphertext of its sealed body, which has come and has the signed digest. */
async function fetchBody(reading: Reading, item: DossierItem): Promise<void> {
  requireReadable(reading, item);
  const fetched = await attempt(() => fetchBlob(reading.state.environment, reading.chain, item.sealed));
  if ("value" in fetched) return;
  const { failure } = fetched;
  if (isNetwork(failure) || failure.code === "integrity") throw failure;
  if (item.withdrawn) fail("expired", "attachment.withdrawn");
  fail("not_found", "attachment.withheld");
}

async function identityOf({ state, known, identities }: Reading, epoch: number): Promise<HybridIdentity> {
  let identity = identities.get(epoch);
  if (identity === undefined) {
    identity = await openEpoch(state, known, epoch);
    identities.set(epoch, identity);
  }
  return identity;
}

/** Brings the dossier up to what was just appended. */
async function readAgain(reading: Reading): Promise<Wanted> {
  reading.known = await dossier(reading.state, reading.chain);
  return wanted(reading.known, reading.seq);
}

/** Its author's fault, answered with `unreadable`. */
async function unreadable(reading: Reading, item: DossierItem, reason: UnreadableReason): Promise<void> {
  // Receipts name entries alone; what else does not open is shown.
  if (item.kind === "entry") await signReceipts(reading.state, reading.chain, "unreadable", [item.id], reason);
}

const isLie = ({ key }: Failure): boolean => key === "blob.digest" || key === "attachment.digest";

/** Opens the body of one item into the cache; false: unreadable. */
async function openInto(reading: Reading, item: DossierItem): Promise<boolean> {
  const key = await attempt(() => identityOf(reading, item.epoch));
  if ("failure" in key) {
    if (isNetwork(key.failure) || isLie(key.failure) || key.failure.key === "date.disputed") throw key.failure;
    if (item.kind === "entry") reading.problem = key.failure.key;
    if (isGrantFault(key.failure)) await unreadable(reading, item, "grant");
    return false;
  }
  const body = await attempt(() => openBody(reading.state, reading.known, item, key.value));
  if ("failure" in body) {
    // It came and was receipted: where it went since is not its author's affair.
    if (body.failure.code !== "integrity" || isLie(body.failure)) throw body.failure;
    if (item.kind === "entry") reading.problem = body.failure.key;
    await unreadable(reading, item, "sealed_body");
    return false;
  }
  reading.cache.bodies.set(item.id, body.value);
  return true;
}

/** Bodies of what binds the entry and of the entry itself, fetched, receipted, opened. */
async function openBodies(reading: Reading): Promise<void> {
  const { state, chain, cache } = reading;
  const first = wanted(reading.known, reading.seq);
  const lacking = [...first.policies, first.entry].filter((item) => !cache.bodies.has(item.id));
  if (lacking.length === 0) return;
  const fetched = new Set<StatementId>();
  for (const item of lacking) {
    const come = await attempt(() => fetchBody(reading, item));
    if ("value" in come) fetched.add(item.id);
    // What binds it and cannot be had leaves the sealed half of its policy unknown; that is shown.
    else if (item.kind === "entry" || isNetwork(come.failure) || isLie(come.failure)) throw come.failure;
  }
  // The receipt that says "fetched" is in the log before the identity is used (protocol §4).
  if (fetched.has(first.entry.id)) await signReceipts(state, chain, "fetched", [first.entry.id]);
  const { entry, policies } = await readAgain(reading);
  for (const item of [...policies, entry]) {
    if (fetched.has(item.id)) await openInto(reading, item);
  }
  await saveCache(state, cache);
}

/** `opened` once the text and every file have been. */
async function signOpened(reading: Reading): Promise<void> {
  const { entry } = await readAgain(reading);
  const { state, cache, known, chain } = reading;
  if (!cache.bodies.has(entry.id) || !entry.attachments.every((line) => cache.opened.has(line.id))) return;
  const signed = mine(state, await ownReceipts(state, known), entry.id);
  if (signed?.fetched === undefined || signed.opened !== undefined) return;
  await signReceipts(state, chain, "opened_receipt", [entry.id]);
}

async function viewNow(reading: Reading): Promise<EntryView> {
  const { entry } = await readAgain(reading);
  await ownReceipts(reading.state, reading.known);
  const view = viewOfEntry(reading.state, reading.known, reading.cache, entry);
  return reading.problem === undefined ? view : { ...view, problem: reading.problem };
}

/** Verifies, signs receipts, opens bodies. What does not open is said in the view's `outcome`. */
export async function openEntry(state: AgentState, chain: Hex, seq: number): Promise<EntryView> {
  const reading = await begin(state, chain, seq);
  const opened = await attempt(() => openBodies(reading));
  // Its text is gone with the withdrawal; what is left is shown.
  if ("failure" in opened && opened.failure.key !== "attachment.withdrawn") throw opened.failure;
  await signOpened(reading);
  return viewNow(reading);
}

// --- files ---------------------------------------------------------------------------------------------------------

/** An attachment whose ciphertext is here, receipted, and the identity that opens it. */
export interface Ready {
  reading: Reading;
  entry: DossierItem;
  line: AttachmentLine;
  file: BodyFile;
  place: string;
  identity: HybridIdentity;
}

export async function makeReady(reading: Reading, attachment: AttachmentId, mostBytes?: number): Promise<Ready> {
  const { state, chain } = reading;
  const before = wanted(reading.known, reading.seq).entry;
  const at = before.attachments.findIndex((each) => each.id === attachment);
  const line = before.attachments[at];
  if (line === undefined) return fail("not_found", "attachment.unknown", { entry: String(reading.seq) });
  if (before.withdrawn) fail("expired", "attachment.withdrawn");
  requireReadable(reading, before);
  await openBodies(reading);
  const file = reading.cache.bodies.get(before.id)?.files[at];
  if (file === undefined) return fail("integrity", "entry.unreadable", { entry: String(reading.seq) });
  if (mostBytes !== undefined && file.size > mostBytes) {
    fail("too_large", "preview.too_large", { file: file.name, bytes: String(mostBytes) });
  }
  const come = await attempt(() =>
    aside(state.environment, () => fetchAttachment(state.environment, chain, line, file.name)));
  if ("failure" in come) {
    if (isNetwork(come.failure) || come.failure.code === "integrity") throw come.failure;
    // Nobody withdrew it, whatever the server says.
    withheld(state).add(line.id);
    return fail("not_found", "attachment.withheld");
  }
  withheld(state).delete(line.id);
  await signReceipts(state, chain, "fetched", [before.id]);
  const { entry } = await readAgain(reading);
  const key = await attempt(() => identityOf(reading, entry.epoch));
  if ("failure" in key) {
    if (isGrantFault(key.failure)) await unreadable(reading, entry, "grant");
    throw key.failure;
  }
  return { reading, entry, line, file, place: come.value, identity: key.value };
}

/** The same, and nobody takes the ciphertext away until `run` is done. */
export async function withReady<T>(
  reading: Reading, attachment: AttachmentId, run: (ready: Ready) => Promise<T>, mostBytes?: number,
): Promise<T> {
  const line = wanted(reading.known, reading.seq).entry.attachments.find((each) => each.id === attachment);
  const place = line === undefined ? "" : incomingName(line);
  return whileHeld(reading.state, place, async () => run(await makeReady(reading, attachment, mostBytes)));
}

/** The digest again, of the very bytes that were decrypted, and what the author said of the plain file. */
export function requireAsSigned(totals: BulkTotals, line: AttachmentLine, file: BodyFile): void {
  if (totals.fileSha256 !== line.sha256 || totals.fileBytes !== line.size) fail("integrity", "attachment.digest");
  if (totals.plaintextBytes !== file.size || totals.plaintextSha256 !== file.sha256) {
    fail("integrity", "attachment.not_as_described");
  }
}

export async function pass(
  { identity, line, file }: Ready, stage: BlobFile, sink: Sink | null, said: Watch,
): Promise<void> {
  const totals = await attempt(() => openFrom(identity, stage, sink, said));
  if ("failure" in totals) {
    const { failure } = totals;
    if (failure.code !== "integrity" || !failure.key.startsWith("age.")) throw failure;
    // The author is told only of what he signed: this browser's disk may have changed since the digest was checked.
    if (digestOfPlace(stage) !== line.sha256) return fail("integrity", "attachment.digest");
    return fail("integrity", "attachment.does_not_open", {}, failure.key);
  }
  requireAsSigned(totals.value, line, file);
}

/** Runs what opens it; where it is its author's fault that it does not, that is answered with `unreadable`. */
export async function opening<T>(ready: Ready, run: (stage: BlobFile) => Promise<T>): Promise<T> {
  const { environment } = ready.reading.state;
  const stage = await environment.profile.place(ready.place);
  const done = await attempt(() => aside(environment, async () => {
    try {
      if (stage.size() !== ready.line.size) fail("unavailable", "profile.unusable", {}, "the ciphertext went away");
      return await run(stage);
    } finally {
      stage.close();
    }
  }));
  if ("value" in done) return done.value;
  if (done.failure.code === "integrity" && !isLie(done.failure)) {
    await unreadable(ready.reading, ready.entry, "attachment");
  }
  throw done.failure;
}

/** What lies beside a file of a restricted item; undefined: the item is not restricted. */
function sheetOf(
  state: AgentState, known: KnownDossier, cache: ContentCache, entry: DossierItem, { name, sha256 }: { name: string; sha256: string },
): { name: string; text: string } | undefined {
  const policy = viewOfPolicy(entry.inForce, caveatsInForce(known, cache, entry));
  if (!isRestricted(policy)) return undefined;
  return {
    name: name + sheetSuffix,
    text: restrictionSheet({
      fileName: name, sha256, owner: textOf(labelOf(state, entry.owner)), dossier: known.copy.chain, receivedAt: now(state), policy,
    }),
  };
}

/** Beside a file that the page made of what an opened item says, such as its rows. */
export async function restrictionsBeside(
  state: AgentState, chain: Hex, seq: number, file: { name: string; sha256: string },
): Promise<{ name: string; text: string } | null> {
  const known = await dossier(state, chain);
  const entry = known.replayed.items.find((item) => item.seq === seq) ?? fail("not_found", "entry.unknown", { entry: String(seq) });
  return sheetOf(state, known, await loadCache(state, known.copy.chain), entry, file) ?? null;
}

export async function openedFile(ready: Ready): Promise<OpenedFile> {
  const { reading, entry, line, file } = ready;
  const { state, chain } = reading;
  // As it is now: other entries may have been opened while this file came.
  const cache = await loadCache(state, chain);
  reading.cache = cache;
  cache.opened.add(line.id);
  await saveCache(state, cache);
  // The person has it; where the line is down now, the receipt follows with the next thing opened.
  const signed = await attempt(() => signOpened(reading));
  if ("failure" in signed && !isNetwork(signed.failure)) throw signed.failure;
  const name = harmless(file.name);
  const opened: OpenedFile = {
    attachment: line.id, name, type: file.type, size: file.size, sha256: file.sha256, seq: entry.seq,
  };
  const sheet = sheetOf(state, reading.known, cache, entry, { name, sha256: file.sha256 });
  if (sheet !== undefined) opened.restrictionSheet = sheet;
  return opened;
}

/**
 * Plain bytes go to `to` after every check has passed over the whole ciphertext: it is opened twice, first into nothing,
 * so that no plain file ever lies in this browser. `to` is closed at the end, or aborted.
 */
export async function saveAttachment(
  state: AgentState, chain: Hex, seq: number, attachment: Hex, to: WritableStream<Uint8Array>,
): Promise<OpenedFile> {
  const writer = to.getWriter();
  try {
    const ready = await withReady(await begin(state, chain, seq), attachment, async (made) => {
      const { file } = made;
      const said = watch(state.environment, "open", file.name, 2 * file.size);
      await opening(made, (stage) => pass(made, stage, null, said));
      await opening(made, (stage) =>
        pass(made, stage, (bytes) => writer.write(bytes.slice()), (done) => said(file.size + done)));
      return made;
    });
    const opened = await openedFile(ready);
    await writer.close();
    await served(state, ready.place);
    return opened;
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    throw error;
  }
}

/** The whole plaintext after every check; too_large "preview.too_large". */
export async function previewAttachment(
  state: AgentState, chain: Hex, seq: number, attachment: Hex,
): Promise<{ file: OpenedFile; bytes: Uint8Array }> {
  const { ready, bytes } = await withReady(await begin(state, chain, seq), attachment, async (made) => {
    const pieces: Uint8Array[] = [];
    const said = watch(state.environment, "open", made.file.name, made.file.size);
    let held = 0;
    const whole = await opening(made, async (stage) => {
      try {
        await pass(made, stage, (piece) => {
          held += piece.length;
          // An author may have said less than there is.
          if (held > made.file.size) fail("integrity", "attachment.not_as_described");
          pieces.push(piece.slice());
        }, said);
        return concat(...pieces);
      } finally {
        wipe(...pieces);
      }
    });
    return { ready: made, bytes: whole };
  }, mostPreviewBytes);
  await keepForNow(state, ready.place);
  return { file: await openedFile(ready), bytes };
}
