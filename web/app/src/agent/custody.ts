// Custody bundles made of what this client has verified (platform/agent/custody.cpp), which this person signs as their
// maker. What a bundle discloses was fetched and opened by him, and his receipts say so before a key is used.
//
// The native client writes a temporary file, verifies it, and then gives it its name. A page cannot read back what it
// has handed to the browser's disk: here everything but the large members is put together in memory and verified as a
// stranger would before the first byte goes out, and the large members are held to their digests while they do
// (decision 1541).
import { attempt, ensure, fail, type Failure } from "../base/failure.ts";
import type { HybridIdentity } from "../crypto/age/hybrid.ts";
import { sameRef, type AttachmentId, type AuthorityRef, type ChainId, type PartyId, type StatementId } from "../model/ids.ts";
import { attachmentName, checkpointName, plainFileName, proofName, sealedName, statementName } from "../custody/layout.ts";
import type { ChainLine, DisclosedFile, Manifest, StatedCaveats } from "../custody/manifest.ts";
import { noTrust, verifyCustody } from "../custody/verify.ts";
import { BundleDraft, type ReadyBundle } from "../custody/write.ts";
import type { Sink } from "../custody/source.ts";
import type { AttachmentLine } from "../record/dossier_bodies.ts";
import type { DossierItem } from "../record/dossier.ts";
import { keyDigest, verifyKeyOf } from "../record/keys.ts";
import { dossierOf, namedParties } from "../record/peek.ts";
import { encodeSigned, type SignedStatement } from "../record/statement.ts";
import { formatSignedCheckpoint, type SignedCheckpoint } from "../tlog/checkpoint.ts";
import { authorityOf, dossier, membership, now, own, requireComplete, self, signingKey } from "./acting.ts";
import type { BundleFindings, Hex } from "./api.ts";
import { watch } from "./bulk.ts";
import type { ChainCopy } from "./chain_copy.ts";
import { caveatsInForce, loadCache, saveCache } from "./content_cache.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { openEpoch } from "./epoch.ts";
import { begin, makeReady, openedFile, opening, pass } from "./get.ts";
import { fetchBlob } from "./keyring.ts";
import { fetchAttachment, openBody } from "./open.ts";
import { signReceipts } from "./receipts.ts";
import type { AgentState } from "./state.ts";
import { mayReadOf } from "./successor.ts";
import { synchronise } from "./synchronise.ts";
import { sentencesOf } from "./verify_bundle.ts";

export interface BundleOrder {
  chain: ChainId;
  /** Chosen files as plain files, and no key of anything; else all this authority may open, as ciphertext. */
  selective: boolean;
  /** Selective: these; empty: every file that can be opened. */
  attachments: readonly AttachmentId[];
  /** Selective: show every statement of the dossier, so that its course can be replayed. */
  history?: boolean;
}

/** A bundle on its way: what has been gathered so far. */
interface Making {
  state: AgentState;
  order: BundleOrder;
  draft: BundleDraft;
  disclosed: DisclosedFile[];
  /** Entries that are shown where not all are. */
  shown: Set<StatementId>;
  /** Ciphertext in the profile that has served once the bundle is written. */
  staged: string[];
  chains: ChainLine[];
  caveats: StatedCaveats[];
  authors: Set<ChainId>;
  named: Set<PartyId>;
}

const isNetwork = ({ code }: Failure): boolean =>
  code === "unavailable" || code === "unauthenticated" || code === "storage_full";

const masked = ({ order }: Making): boolean => order.selective && order.history !== true;

/** As an entry is opened: what its own authority holds, of a Party that is pinned, under a checkpoint that counts. */
function mayOpen(state: AgentState, { replayed }: KnownDossier, item: DossierItem): boolean {
  return replayed.holds(authorityOf(state), item.epoch) && item.index < state.log.countingSize &&
    mayReadOf(state, item.owner.party);
}

// --- chosen documents ----------------------------------------------------------------------------------------------

async function collectPlainFiles(making: Making): Promise<void> {
  const { state, order, draft } = making;
  const known = await dossier(state, order.chain);
  const wanted = new Set(order.attachments);
  const isWanted = (line: AttachmentLine): boolean => wanted.size === 0 || wanted.has(line.id);
  const items = known.replayed.items.filter((item) =>
    item.kind === "entry" && !item.withdrawn && mayOpen(state, known, item) && item.attachments.some(isWanted));
  for (const { seq, attachments } of items) {
    for (const line of attachments.filter(isWanted)) {
      const ready = await makeReady(await begin(state, order.chain, seq), line.id);
      const { file, entry } = ready;
      const said = watch(state.environment, "open", file.name, file.size);
      // Every check over the whole of it, before anything is said of it.
      await opening(ready, (stage) => pass(ready, stage, null, said));
      await openedFile(ready);
      draft.addLarge(plainFileName(file.id), file.size, file.sha256, (sink) =>
        opening(ready, (stage) => pass(ready, stage, async (bytes) => sink(bytes), said)));
      making.staged.push(ready.place);
      making.disclosed.push({ entry: entry.id, file });
      making.shown.add(entry.id);
    }
  }
  const found = new Set(making.disclosed.map(({ file }) => file.id));
  const missing = order.attachments.find((id) => !found.has(id));
  if (missing !== undefined || found.size === 0) fail("not_found", "custody.no_such_file", { name: missing ?? "*" });
}

// --- everything, as it lies on the server --------------------------------------------------------------------------

const piece = 4 * 1024 * 1024;

async function writeCiphertext({ state }: Making, place: string, line: AttachmentLine, sink: Sink): Promise<void> {
  const file = await state.environment.profile.place(place);
  try {
    const said = watch(state.environment, "download", line.id, line.size);
    for (let at = 0; at < line.size; ) {
      const buffer = new Uint8Array(Math.min(piece, line.size - at));
      const count = file.readAt(at, buffer);
      if (count === 0) return; // the writer misses what is not there
      await sink(buffer.subarray(0, count));
      at += count;
      said(at);
    }
  } finally {
    file.close();
  }
}

async function collectCiphertext(making: Making): Promise<void> {
  const { state, draft } = making;
  const { chain } = making.order;
  const { environment } = state;
  const known = await dossier(state, chain);
  const opened: number[] = [];
  const entries: StatementId[] = [];
  for (const item of known.replayed.items) {
    if (!mayOpen(state, known, item)) continue;
    const body = await attempt(() => fetchBlob(environment, chain, item.sealed));
    if ("failure" in body) {
      if (isNetwork(body.failure) || body.failure.code === "integrity") throw body.failure;
      continue;
    }
    draft.add(sealedName(item.sealed), body.value);
    opened.push(item.seq);
    if (item.kind === "entry") entries.push(item.id);
    if (item.withdrawn) continue;
    for (const line of item.attachments) {
      const place = await fetchAttachment(environment, chain, line, line.id);
      draft.addLarge(attachmentName(line.id), line.size, line.sha256, (sink) => writeCiphertext(making, place, line, sink));
      making.staged.push(place);
    }
  }
  // "fetched" is in the log before the identity is used (protocol §4).
  await signReceipts(state, chain, "fetched", entries);
  await openBodies(making, await dossier(state, chain), new Set(opened));
}

/** Names and restrictions, which only the bodies tell. */
async function openBodies(making: Making, known: KnownDossier, seqs: ReadonlySet<number>): Promise<void> {
  const { state, order } = making;
  const cache = await loadCache(state, order.chain);
  const identities = new Map<number, HybridIdentity>();
  for (const item of known.replayed.items) {
    if (!seqs.has(item.seq)) continue;
    const identity = identities.get(item.epoch) ?? (await openEpoch(state, known, item.epoch));
    identities.set(item.epoch, identity);
    const body = await openBody(state, known, item, identity);
    if (item.kind === "entry") {
      for (const file of body.files) making.disclosed.push({ entry: item.id, file });
    }
    cache.bodies.set(item.id, body);
  }
  await saveCache(state, cache);
}

// --- statements ----------------------------------------------------------------------------------------------------

type Shows = (statement: SignedStatement) => boolean;

/** One chain up to the counted log; `shows` says which statements are shown. */
function addChain(
  making: Making, counted: SignedCheckpoint, copy: ChainCopy, what: Pick<ChainLine, "use" | "party" | "authority">,
  shows: Shows,
): void {
  const { state, draft } = making;
  const line: ChainLine = { ...what, chain: copy.chain, length: 0, leftOut: [] };
  for (const { statement, index } of copy.items) {
    if (index >= counted.checkpoint.head.size) break;
    const seq = line.length++;
    draft.add(proofName(line.chain, seq), state.log.proofUnder(counted, index));
    if (!shows(statement)) {
      line.leftOut.push({ seq, id: statement.id });
      continue;
    }
    draft.add(statementName(line.chain, seq), encodeSigned(statement));
    making.authors.add(statement.statement.author.registerChain);
    if (masked(making) || line.use === "register") continue;
    for (const party of namedParties(statement.statement)) making.named.add(party);
  }
  if (line.length > 0) making.chains.push(line);
}

function addDossier(making: Making, counted: SignedCheckpoint, { copy, replayed }: KnownDossier): void {
  for (const { entry } of making.disclosed) {
    const item = replayed.item(entry);
    // What does not count yet proves nothing to a stranger.
    if (item === undefined || item.index >= counted.checkpoint.head.size) fail("unavailable", "log.not_yet_witnessed");
  }
  addChain(making, counted, copy, { use: "dossier" }, ({ id }) => !masked(making) || making.shown.has(id));
}

/** A receipt that names entries which are not disclosed would tell of them. */
function namesShownAlone({ shown }: Making, { statement }: SignedStatement): boolean {
  if (dossierOf(statement) === undefined) return false;
  return (statement.body as { entries: StatementId[] }).entries.every((id) => shown.has(id));
}

async function addReceipts(making: Making, counted: SignedCheckpoint, known: KnownDossier): Promise<void> {
  const { state } = making;
  const readers: AuthorityRef[] = known.replayed.readers();
  for (const reader of readers) {
    // Where others are not to be named, only one's own receipts are shown.
    if (masked(making) && !sameRef(reader, authorityOf(state))) continue;
    const receipts = await state.dossiers.updateReceipts(state.environment, state.log, state.book, known, reader);
    if (receipts.copy.incomplete) fail("integrity", "dossier.incomplete");
    addChain(making, counted, receipts.copy, { use: "receipts", ...reader }, (statement) =>
      !masked(making) || namesShownAlone(making, statement));
  }
}

/** Of every author, of everybody a statement of the replay names, and of those whose lists their pins rest on. */
function addRegisters(making: Making, counted: SignedCheckpoint): void {
  const { state, authors, named } = making;
  authors.add(own(state).chain);
  const chains = new Set(authors);
  if (!masked(making)) {
    for (const chain of authors) for (const party of state.book.byChain(chain)?.vouchersEver ?? []) named.add(party);
    for (const party of named) {
      const register = state.book.byParty(party);
      if (register !== undefined) chains.add(register.chain);
    }
  }
  for (const chain of [...chains].sort()) {
    const known = state.book.known(chain);
    if (known === undefined) continue; // nobody has it: who wrote in its name is nobody
    if (known.copy.incomplete) fail("integrity", "register.incomplete");
    addChain(making, counted, known.copy, { use: "register" }, () => true);
  }
}

/** The sealed half of the restrictions, as this client has opened it. */
async function stateCaveats(making: Making, counted: SignedCheckpoint, known: KnownDossier): Promise<void> {
  const { state, order, shown } = making;
  const cache = await loadCache(state, order.chain);
  for (const item of known.replayed.items) {
    if (item.kind !== "entry" || item.index >= counted.checkpoint.head.size) continue;
    if (order.selective && !shown.has(item.id)) continue;
    const caveats = caveatsInForce(known, cache, item);
    if (caveats !== undefined) making.caveats.push({ entry: item.id, caveats });
  }
}

function manifestOf(making: Making, counted: SignedCheckpoint): Omit<Manifest, "members"> {
  const { state, order, chains, disclosed, caveats } = making;
  const { authority, member } = membership(state);
  const by = <T>(key: (one: T) => string) => (a: T, b: T): number => (key(a) < key(b) ? -1 : 1);
  return {
    form: order.selective ? "selective" : "full",
    dossier: order.chain,
    author: {
      registerChain: own(state).chain, authority, member, key: keyDigest(verifyKeyOf(signingKey(state))),
    },
    at: now(state),
    logSize: counted.checkpoint.head.size,
    chains: [...chains].sort(by(({ chain }) => chain)),
    files: [...disclosed].sort(by(({ file }) => file.id)),
    caveats: [...caveats].sort(by(({ entry }) => entry)),
  };
}

// --- the whole -----------------------------------------------------------------------------------------------------

async function gather(making: Making): Promise<ReadyBundle> {
  const { state, order, draft } = making;
  await synchronise(state);
  self(state);
  const before = await dossier(state, order.chain);
  if (!before.replayed.opened) fail("not_found", "dossier.unknown");
  requireComplete(state, before);
  if (order.selective) await collectPlainFiles(making);
  else await collectCiphertext(making);
  // The receipts that were just signed belong to the story.
  await synchronise(state);
  const known = await dossier(state, order.chain);
  requireComplete(state, known);
  const counted = await state.log.counted(state.environment);
  await stateCaveats(making, counted, known);
  addDossier(making, counted, known);
  await addReceipts(making, counted, known);
  addRegisters(making, counted);
  draft.add(checkpointName, formatSignedCheckpoint(counted));
  return draft.ready(manifestOf(making, counted), signingKey(state));
}

/**
 * Writes the bundle to `to`, which is closed at the end, or aborted: what was written is no bundle then. not_found
 * "dossier.unknown" | "custody.no_such_file"; unavailable "log.not_yet_witnessed", "transfer.cancelled".
 */
export async function makeBundle(
  state: AgentState, order: BundleOrder, to: WritableStream<Uint8Array>,
): Promise<BundleFindings> {
  const writer = to.getWriter();
  const making: Making = {
    state, order, draft: new BundleDraft(), disclosed: [], shown: new Set(), staged: [], chains: [], caveats: [],
    authors: new Set(), named: new Set(),
  };
  try {
    const ready = await gather(making);
    const findings = await verifyCustody(ready.source, noTrust(), { counted: ready.counted });
    // A stranger would refuse it: so it is not handed out.
    if (findings.failure !== undefined) throw findings.failure;
    ensure(findings.told !== undefined, "a bundle that holds is told of");
    await ready.write((bytes) => writer.write(bytes));
    await writer.close();
    for (const place of making.staged) await state.environment.profile.removePlace(place);
    return sentencesOf(findings);
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    throw error;
  }
}

/** As the page asks for it. */
export const makeBundleOf = (
  state: AgentState, chain: Hex, selective: boolean, attachments: Hex[], to: WritableStream<Uint8Array>,
): Promise<BundleFindings> => makeBundle(state, { chain, selective, attachments }, to);
