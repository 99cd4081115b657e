// Inclusion and consistency (crypto/tlog/proof.hpp). Verifiers by RFC 9162 §2.1.3.2 and §2.1.4.2, which are RFC 6962's
// proofs with the algorithm written out.
import { ensure } from "../base/failure.ts";
import { equal } from "../crypto/bytes.ts";
import { bitFloor, emptyRoot, hasSingleBit, nodeHash, type Hash, type TreeHead } from "./merkle.ts";

/** Sibling hashes from the leaf up (RFC 6962 §2.1.1), or the nodes of a consistency proof (§2.1.2). */
export type ProofPath = readonly Hash[];

const half = (n: number): number => Math.floor(n / 2);
const odd = (n: number): boolean => n % 2 === 1;
const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

export function verifyInclusion(leaf: Hash, index: number, tree: TreeHead, path: ProofPath): boolean {
  if (!isSize(index) || !isSize(tree.size) || index >= tree.size) return false;
  let fn = index;
  let sn = tree.size - 1;
  let root = leaf;
  for (const sibling of path) {
    if (sn === 0) return false;
    if (odd(fn) || fn === sn) {
      root = nodeHash(sibling, root);
      // fn is not zero here: fn == sn > 0
      for (; !odd(fn); fn = half(fn)) sn = half(sn);
    } else {
      root = nodeHash(root, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && equal(root, tree.root);
}

/** A tree is consistent with itself and with the empty tree; both have the empty proof. */
export function verifyConsistency(older: TreeHead, newer: TreeHead, path: ProofPath): boolean {
  if (!isSize(older.size) || !isSize(newer.size) || older.size > newer.size) return false;
  // The two cases RFC 9162 leaves out, by RFC 6962 §2.1.2: nothing to prove.
  if (older.size === newer.size) return path.length === 0 && equal(older.root, newer.root);
  if (older.size === 0) return path.length === 0 && equal(older.root, emptyRoot());
  // A power of two is a complete subtree of the newer tree: its root is not in the path but known.
  const complete = hasSingleBit(older.size);
  if (!complete && path.length === 0) return false;
  let fn = older.size - 1;
  let sn = newer.size - 1;
  for (; odd(fn); fn = half(fn)) sn = half(sn);
  let oldRoot = complete ? older.root : path[0]!;
  let newRoot = oldRoot;
  for (const node of complete ? path : path.slice(1)) {
    if (sn === 0) return false;
    if (odd(fn) || fn === sn) {
      oldRoot = nodeHash(node, oldRoot);
      newRoot = nodeHash(node, newRoot);
      for (; !odd(fn) && fn !== 0; fn = half(fn)) sn = half(sn);
    } else {
      newRoot = nodeHash(newRoot, node);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && equal(oldRoot, older.root) && equal(newRoot, newer.root);
}

/** The root of the complete subtree number `index` of 2^height leaves. */
export type Subtrees = (height: number, index: number) => Hash;

// MTH(D[begin:end]); begin is a multiple of the smallest power of two that is not below end − begin, as it always is in
// RFC 6962's recursions.
function rootBetween(begin: number, end: number, subtrees: Subtrees): Hash {
  const count = end - begin;
  if (count === 0) return emptyRoot();
  const power = bitFloor(count);
  if (power === count) return subtrees(Math.log2(power), begin / power);
  return nodeHash(rootBetween(begin, begin + power, subtrees), rootBetween(begin + power, end, subtrees));
}

/** The root of the first `size` leaves. */
export const rootOf = (size: number, subtrees: Subtrees): Hash => rootBetween(0, size, subtrees);

// The largest power of two smaller than n, for n > 1.
const splitOf = (n: number): number => bitFloor(n - 1);

/** RFC 6962 §2.1.1: PATH(m, D[n]). */
export function proveInclusion(index: number, size: number, subtrees: Subtrees): Hash[] {
  ensure(index < size, "the leaf is in the tree");
  const path = (begin: number, end: number): Hash[] => {
    if (end - begin === 1) return [];
    const split = begin + splitOf(end - begin);
    return index < split
      ? [...path(begin, split), rootBetween(split, end, subtrees)]
      : [...path(split, end), rootBetween(begin, split, subtrees)];
  };
  return path(0, size);
}

/** RFC 6962 §2.1.2: PROOF(m, D[n]). */
export function proveConsistency(oldSize: number, newSize: number, subtrees: Subtrees): Hash[] {
  ensure(oldSize <= newSize, "a tree only grows");
  if (oldSize === 0 || oldSize === newSize) return [];
  const subproof = (begin: number, end: number, whole: boolean): Hash[] => {
    // The verifier has the root of the whole older tree.
    if (oldSize === end) return whole ? [] : [rootBetween(begin, end, subtrees)];
    const split = begin + splitOf(end - begin);
    return oldSize <= split
      ? [...subproof(begin, split, whole), rootBetween(split, end, subtrees)]
      : [...subproof(split, end, false), rootBetween(begin, split, subtrees)];
  };
  return subproof(0, newSize, true);
}
