// The chains of a bundle with their places in the log. Mirror of platform/custody/chains.hpp.
import { fail, isFailure, type Failure } from "../base/failure.ts";
import { base64Decode } from "../crypto/base64.ts";
import { concat, equal, fromUtf8, hexEncode, utf8, type Bytes } from "../crypto/bytes.ts";
import { createSha256 } from "../crypto/sha256.ts";
import type { ChainId, LogIndex, PartyId, StatementId, UnixSeconds } from "../model/ids.ts";
import { formatSignedCheckpoint, parseSignedCheckpoint, type SignedCheckpoint } from "../tlog/checkpoint.ts";
import { entryBytes, entryLabel, entryLeafHash } from "../tlog/entry.ts";
import { formatLogProof, parseLogProof } from "../tlog/logProof.ts";
import { createFrontier, leafHash } from "../tlog/merkle.ts";
import { maxNoteBytes } from "../tlog/note.ts";
import { verifyConsistency, verifyInclusion, type ProofPath } from "../tlog/proof.ts";
import { maxEnvelopeBytes } from "../record/envelope.ts";
import { bytesOf } from "../record/keys.ts";
import type { Outcome } from "../record/outcome.ts";
import { Register, type Registers } from "../record/register.ts";
import { encodeSigned, parseSigned, type SignedStatement } from "../record/statement.ts";
import { custodyFailure, type Bundle } from "./bundle.ts";
import { checkpointName, consistencyName, entriesName, proofName, statementName } from "./layout.ts";
import type { ChainLine } from "./manifest.ts";
import { copyRange } from "./source.ts";

export interface Place {
  seq: number;
  id: StatementId;
  index: LogIndex;
  /** Which of Chains.checkpoints. */
  checkpoint: number;
  path: ProofPath;
  /** undefined: left out. */
  statement?: SignedStatement | undefined;
}
/** `places` by seq. */
export interface Chain {
  line: ChainLine;
  places: Place[];
}
export interface KnownCheckpoint {
  parsed: SignedCheckpoint;
  /** Once verified. */
  quorumTime?: UnixSeconds | undefined;
}
export interface Chains {
  /** In the order of the manifest. */
  all: Chain[];
  /** [0] is the newest; older ones as they are met. */
  checkpoints: KnownCheckpoint[];
  proofBytes: number;
}

/** The registers of a bundle, replayed; in the order of their chains. */
export class BundleRegisters implements Registers {
  readonly all = new Map<ChainId, Register>();

  byChain(chain: ChainId): Register | undefined {
    const found = this.all.get(chain);
    return found?.founded === true ? found : undefined;
  }
  byParty(party: PartyId): Register | undefined {
    for (const one of this.all.values()) if (one.founded && one.party === party) return one;
    return undefined;
  }
}

const atPlace = (key: string, chain: ChainId, seq: number): never =>
  fail("integrity", key, { chain: chain.slice(0, 16), seq: String(seq) });

/** The value, or undefined where it failed as one expects of foreign bytes. */
function read<T>(run: () => T): { value: T } | { failure: Failure } {
  try {
    return { value: run() };
  } catch (error) {
    if (isFailure(error)) return { failure: error };
    throw error;
  }
}

/**
 * Every statement and proof, parsed and held together: chain, seq, prev. Nothing is believed yet. integrity
 * "custody.malformed", "custody.missing", "custody.statement" {chain, seq}.
 */
export async function readChains(bundle: Bundle): Promise<Chains> {
  const chains: Chains = { all: [], checkpoints: [], proofBytes: 0 };
  const numbers = new Map<string, number>();

  const checkpoint = (text: string | null): number => {
    const known = text === null ? undefined : numbers.get(text);
    if (known !== undefined) return known;
    const parsed = read(() => parseSignedCheckpoint(text ?? ""));
    if (text === null || "failure" in parsed) return custodyFailure("custody.malformed", "where", "checkpoint");
    numbers.set(text, chains.checkpoints.length);
    return chains.checkpoints.push({ parsed: parsed.value }) - 1;
  };

  const readPlace = async ({ chain }: ChainLine, seq: number): Promise<Omit<Place, "id">> => {
    const bytes = await bundle.load(proofName(chain, seq), maxNoteBytes);
    chains.proofBytes += bytes.length;
    const text = fromUtf8(bytes);
    const proof = read(() => parseLogProof(text ?? ""));
    // One proof has one text, and nothing that nobody checks hides in it.
    if ("failure" in proof || proof.value.extra !== null || formatLogProof(proof.value) !== text) {
      return atPlace("custody.statement", chain, seq);
    }
    const { index, path, checkpoint: under } = proof.value;
    return { seq, index, path, checkpoint: checkpoint(formatSignedCheckpoint(under)) };
  };

  const readStatement = async ({ chain }: ChainLine, seq: number, before: StatementId | undefined):
  Promise<SignedStatement> => {
    const envelope = await bundle.load(statementName(chain, seq), maxEnvelopeBytes);
    chains.proofBytes += envelope.length;
    const parsed = read(() => parseSigned(envelope));
    if ("failure" in parsed) {
      if (parsed.failure.code === "unsupported") throw parsed.failure;
      return atPlace("custody.statement", chain, seq);
    }
    const { statement } = parsed.value;
    const holds = equal(utf8(encodeSigned(parsed.value)), envelope) && statement.chain === chain &&
      statement.seq === seq && statement.prev === before;
    return holds ? parsed.value : atPlace("custody.statement", chain, seq);
  };

  const newest = await bundle.load(checkpointName, maxNoteBytes);
  chains.proofBytes += newest.length;
  checkpoint(fromUtf8(newest));
  if (chains.checkpoints[0]!.parsed.checkpoint.head.size !== bundle.manifest.logSize) {
    return custodyFailure("custody.malformed", "where", "log_size");
  }
  for (const line of bundle.manifest.chains) {
    const chain: Chain = { line, places: [] };
    const leftOut = new Map(line.leftOut.map(({ seq, id }) => [seq, id]));
    let before: StatementId | undefined;
    for (let seq = 0; seq < line.length; ++seq) {
      const place = await readPlace(line, seq);
      const untold = leftOut.get(seq);
      const statement = untold === undefined ? await readStatement(line, seq, before) : undefined;
      before = untold ?? (statement as SignedStatement).id;
      chain.places.push({ ...place, id: before, statement });
    }
    chains.all.push(chain);
  }
  return chains;
}

/** integrity "custody.broken" {reason}; unsupported "chain.unsupported" */
export function requireSound(outcome: Outcome): void {
  if (outcome.verdict === "unsupported") fail("unsupported", "chain.unsupported");
  if (outcome.verdict === "broken") custodyFailure("custody.broken", "reason", outcome.reason);
}

export function replayRegisters(chains: Chains, registers: BundleRegisters): void {
  for (const { line, places } of chains.all) {
    if (line.use !== "register") continue;
    const replayed = new Register(line.chain);
    registers.all.set(line.chain, replayed);
    for (const { statement, index } of places) {
      if (statement === undefined) return custodyFailure("custody.malformed", "where", "register");
      requireSound(replayed.apply(statement, index));
    }
    if (!replayed.founded) custodyFailure("custody.malformed", "where", "register");
  }
}

function readConsistency(bytes: Bytes, oldSize: number): ProofPath {
  const malformed = (): never => custodyFailure("custody.malformed", "where", "consistency");
  const text = fromUtf8(bytes) ?? "";
  const head = `old ${oldSize}\n`;
  if (!text.startsWith(head) || !text.endsWith("\n")) return malformed();
  const lines = text.slice(head.length).split("\n").slice(0, -1);
  const path = lines.map((line) => base64Decode(line));
  if (path.length > 64 || path.some((hash) => hash?.length !== 32)) return malformed();
  return path as Bytes[];
}

/**
 * Every place under its checkpoint, and every older checkpoint under the newest. The checkpoints' own signatures are the
 * caller's business. integrity "custody.place" {chain, seq}, "custody.consistency".
 */
export async function checkPlaces(bundle: Bundle, chains: Chains): Promise<void> {
  const newest = chains.checkpoints[0]!.parsed.checkpoint;
  for (const { parsed } of chains.checkpoints.slice(1)) {
    const older = parsed.checkpoint;
    const path = readConsistency(await bundle.load(consistencyName(older.head.size), 16 * 1024), older.head.size);
    if (older.origin !== newest.origin || !verifyConsistency(older.head, newest.head, path)) {
      custodyFailure("custody.consistency", "size", String(older.head.size));
    }
  }
  for (const { line, places } of chains.all) {
    const chain = bytesOf(line.chain);
    for (const { seq, id, index, path, checkpoint } of places) {
      const entry = { label: entryLabel(chain, seq), id: bytesOf(id) };
      const { head } = chains.checkpoints[checkpoint]!.parsed.checkpoint;
      if (!verifyInclusion(entryLeafHash(entry), index, head, path)) atPlace("custody.place", line.chain, seq);
    }
  }
}

/**
 * Where the bundle holds the whole log: its root, and that each place of these chains stands in it once and the one after
 * the last not at all. integrity "custody.log_entries", "custody.second_entry", "custody.later_entry".
 */
export async function checkWholeLog(bundle: Bundle, chains: Chains): Promise<void> {
  const { head } = chains.checkpoints[0]!.parsed.checkpoint;
  const wrong = (): never => custodyFailure("custody.log_entries", "size", String(head.size));
  const member = bundle.find(entriesName);
  if (member === undefined || member.size !== head.size * entryBytes) return wrong();
  // What is looked for: the index of each place, and none for the one after the last.
  const wanted = new Map<string, LogIndex | null>();
  const want = (chain: ChainId, seq: number, index: LogIndex | null): void => {
    const label = hexEncode(entryLabel(bytesOf(chain), seq));
    if (!wanted.has(label)) wanted.set(label, index);
  };
  for (const { line, places } of chains.all) {
    for (const { seq, index } of places) want(line.chain, seq, index);
    want(line.chain, line.length, null);
  }
  const tree = createFrontier();
  const hash = createSha256();
  let found: { key: string; index: LogIndex } | undefined;
  let pending: Bytes = new Uint8Array(0);
  try {
    const whole = await copyRange(bundle.source, member.offset, member.size, (piece) => {
      hash.update(piece);
      const bytes = pending.length === 0 ? piece : concat(pending, piece);
      let at = 0;
      for (; bytes.length - at >= entryBytes; at += entryBytes) {
        const index = tree.size;
        tree.append(leafHash(bytes.subarray(at, at + entryBytes)));
        const mine = wanted.get(hexEncode(bytes.subarray(at, at + 32)));
        if (mine === undefined || mine === index) continue;
        found = { key: mine === null ? "custody.later_entry" : "custody.second_entry", index };
      }
      pending = bytes.slice(at);
    });
    if (!whole || hexEncode(hash.finish()) !== member.sha256 || !equal(tree.root(), head.root)) return wrong();
  } finally {
    hash.free();
  }
  if (found !== undefined) custodyFailure(found.key, "index", String(found.index));
}
