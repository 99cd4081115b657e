// Every entry of a log as somebody has read it: the root at every size, proofs between them, and for each label its
// places. Pure; whether a root is the right one is for the caller to say, who has a signed checkpoint
// (crypto/tlog/log_tree.hpp).
import { ensure } from "../base/failure.ts";
import type { Bytes } from "../crypto/bytes.ts";
import { sha256 } from "../crypto/sha256.ts";
import { decodeEntry, encodeEntry, entryBytes, entryLabel, type Entry } from "./entry.ts";
import { nodeHash, type Hash } from "./merkle.ts";
import { proveConsistency, proveInclusion, rootOf } from "./proof.ts";

export interface LogTree {
  push(entry: Entry): void;
  /** Forgets the entries from `size` on. */
  truncate(size: number): void;
  readonly size: number;
  entry(index: number): Entry;
  /** The entries from `from` to `to` − 1, 64 bytes each: what a profile keeps. */
  encoded(from: number, to: number): Bytes;
  /** Sizes up to `size` (a bug otherwise). */
  rootAt(size: number): Hash;
  consistency(oldSize: number, newSize: number): Hash[];
  inclusion(index: number, size: number): Hash[];
  /**
   * The indices below `size` of the entries with the label of this place of a chain, in order: none, one, or the
   * evidence of a fork. For every seq up to the head a client was given exactly one, for head + 1 none (protocol §5).
   */
  places(chain: Bytes, seq: number, size: number): number[];
  /** Some label stands twice: never in an honest log. */
  readonly hasRepeatedLabels: boolean;
}

// Records of one width, one after the other: a log of 300,000 entries takes 40 MB this way and not 200.
function createRecords(width: number) {
  let bytes = new Uint8Array(width * 64);
  let count = 0;
  return {
    push(record: Bytes): void {
      if ((count + 1) * width > bytes.length) {
        const grown = new Uint8Array(bytes.length * 2);
        grown.set(bytes);
        bytes = grown;
      }
      bytes.set(record, count++ * width);
    },
    at: (index: number): Bytes => bytes.slice(index * width, (index + 1) * width),
    between: (from: number, to: number): Bytes => bytes.slice(from * width, to * width),
    truncate: (to: number): void => void (count = Math.min(count, to)),
    get count() {
      return count;
    },
  };
}

const leafPrefix = Uint8Array.of(0x00);
// A label is uniform, so eight bytes of it tell all but a forger's apart; those are told apart by comparing the rest.
const keyOf = (label: Bytes): bigint => new DataView(label.buffer, label.byteOffset, 8).getBigUint64(0);

export function createLogTree(): LogTree {
  const entries = createRecords(entryBytes);
  const levels: ReturnType<typeof createRecords>[] = []; // [l][i]: root of complete subtree number i of 2^l leaves
  const first = new Map<bigint, number>();
  const more = new Map<bigint, number[]>();
  const repeated = new Set<number>();

  const sameLabel = (index: number, label: Bytes): boolean => {
    const other = entries.at(index);
    for (let i = 0; i < 32; i++) if (other[i] !== label[i]) return false;
    return true;
  };
  // All indices whose label has this key, rising.
  const candidates = (key: bigint): number[] => {
    const one = first.get(key);
    return one === undefined ? [] : [one, ...(more.get(key) ?? [])];
  };
  const subtrees = (height: number, index: number): Hash => levels[height]!.at(index);

  const tree: LogTree = {
    push(entry) {
      const index = entries.count;
      const key = keyOf(entry.label);
      const known = candidates(key);
      if (known.length === 0) first.set(key, index);
      else more.set(key, [...known.slice(1), index]);
      if (known.some((other) => sameLabel(other, entry.label))) repeated.add(index);
      const bytes = encodeEntry(entry);
      entries.push(bytes);
      let hash = sha256(leafPrefix, bytes);
      for (let height = 0; ; height++) {
        const level = (levels[height] ??= createRecords(32));
        level.push(hash);
        if (level.count % 2 !== 0) break;
        hash = nodeHash(level.at(level.count - 2), hash);
      }
    },
    truncate(size) {
      for (let index = entries.count - 1; index >= size; index--) {
        const key = keyOf(entries.at(index));
        const rest = more.get(key);
        if (first.get(key) === index) first.delete(key);
        else if (rest) more.set(key, rest.filter((other) => other !== index));
        repeated.delete(index);
      }
      entries.truncate(size);
      levels.forEach((level, height) => level.truncate(Math.floor(size / 2 ** height)));
    },
    get size() {
      return entries.count;
    },
    entry(index) {
      ensure(index < entries.count, "an entry is asked for within the log");
      return decodeEntry(entries.at(index));
    },
    encoded: (from, to) => entries.between(from, Math.min(to, entries.count)),
    rootAt(size) {
      ensure(size <= entries.count, "a root is asked for within the log");
      return rootOf(size, subtrees);
    },
    consistency(oldSize, newSize) {
      ensure(newSize <= entries.count, "a proof is asked for within the log");
      return proveConsistency(oldSize, newSize, subtrees);
    },
    inclusion(index, size) {
      ensure(size <= entries.count, "a proof is asked for within the log");
      return proveInclusion(index, size, subtrees);
    },
    places(chain, seq, size) {
      const label = entryLabel(chain, seq);
      return candidates(keyOf(label)).filter((index) => index < size && sameLabel(index, label));
    },
    get hasRepeatedLabels() {
      return repeated.size > 0;
    },
  };
  return tree;
}
