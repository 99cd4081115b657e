// The Merkle tree of RFC 6962 §2.1, as pure arithmetic: hashes in, hashes out (crypto/tlog/merkle.hpp).
import { ensure } from "../base/failure.ts";
import type { Bytes } from "../crypto/bytes.ts";
import { sha256, type Digest } from "../crypto/sha256.ts";

export type Hash = Digest;

/** A tree of `size` leaves and its root: what a checkpoint signs and a client remembers. */
export interface TreeHead { readonly size: number; readonly root: Hash }

const leafPrefix = Uint8Array.of(0x00);
const nodePrefix = Uint8Array.of(0x01);

/** SHA-256 of nothing: the root of a tree of size 0. */
export const emptyRoot = (): Hash => sha256();
export const emptyTree = (): TreeHead => ({ size: 0, root: emptyRoot() });
/** SHA-256(0x00 ‖ entry). The two prefixes keep a leaf from being taken for a node (second preimages). */
export const leafHash = (entry: Bytes): Hash => sha256(leafPrefix, entry);
/** SHA-256(0x01 ‖ left ‖ right). */
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(nodePrefix, left, right);

/** The largest power of two that is at most n; n > 0. */
export function bitFloor(n: number): number {
  let power = 1;
  while (power * 2 <= n) power *= 2;
  return power;
}

/** Whether n is a power of two. */
export const hasSingleBit = (n: number): boolean => n > 0 && bitFloor(n) === n;

/**
 * A tree that can be appended to and asked for its root, in memory proportional to log(size): the roots of its complete
 * subtrees, largest first. What came before cannot be got out of it.
 */
export interface Frontier {
  append(leaf: Hash): void;
  readonly size: number;
  root(): Hash;
  head(): TreeHead;
}

export function createFrontier(): Frontier {
  let size = 0;
  const subtrees: Hash[] = [];
  const root = (): Hash => {
    if (subtrees.length === 0) return emptyRoot();
    // MTH(D[n]) splits at the largest power of two below n, so the root folds the subtrees from the right.
    return subtrees.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), subtrees.at(-1)!);
  };
  return {
    append(leaf) {
      ensure(size < Number.MAX_SAFE_INTEGER, "a tree has fewer than 2^53 leaves");
      subtrees.push(leaf);
      // Each trailing one bit of the old size is a complete subtree that the new leaf completes to the next larger.
      for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
        const right = subtrees.pop()!;
        subtrees.push(nodeHash(subtrees.pop()!, right));
      }
      size++;
    },
    get size() {
      return size;
    },
    root,
    head: () => ({ size, root: root() }),
  };
}
