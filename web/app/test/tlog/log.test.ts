// The log as a client reads it: the protocol's vectors, and what must not verify.
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { equal, hexEncode, utf8 } from "../../src/crypto/bytes.ts";
import { sha256 } from "../../src/crypto/sha256.ts";
import { generateSigningKey, signingKeyFromSeed } from "../../src/crypto/sign.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import {
  formatSignedCheckpoint, logSignature, parseCheckpoint, parseSignedCheckpoint, verifyTreeHead,
} from "../../src/tlog/checkpoint.ts";
import { parseDecimal } from "../../src/tlog/decimal.ts";
import { decodeBundle, encodeBundle, encodeEntry, entryOf, type Entry } from "../../src/tlog/entry.ts";
import { consistencyText, parseForkProof, verifyForkProof, verifyRepeatedLabel } from "../../src/tlog/forkProof.ts";
import { formatLogProof, parseLogProof, verifyLogProof } from "../../src/tlog/logProof.ts";
import { createLogTree, type LogTree } from "../../src/tlog/logTree.ts";
import { createFrontier, emptyTree, leafHash } from "../../src/tlog/merkle.ts";
import { formatNote, noteKeyText, parseNote, parseNoteKey, verifyNoteSignature } from "../../src/tlog/note.ts";
import {
  formatPolicy, isProtocolForm, parsePolicy, policyForLog, policyThreshold, quorumNone, unwitnessedPolicy,
  verifyCheckpoint,
} from "../../src/tlog/policy.ts";
import { verifyConsistency, verifyInclusion } from "../../src/tlog/proof.ts";
import { bundlePath, newBundles, newTiles, parseBundlePath, parseTilePath, tilePath } from "../../src/tlog/tile.ts";
import { logSigner, withSignatures, witnessSigner, type LogSigner, type WitnessSigner } from "../support/logs.ts";
import { seededRandom } from "../support/random.ts";
import { fromHex, protocolJson, type Vectors } from "../support/vectors.ts";

beforeAll(() => cryptoReady);

const json = protocolJson("log.json");

function vectorTree(): LogTree {
  const tree = createLogTree();
  for (const one of json.entries) tree.push(entryOf(fromHex(one.chain), one.seq, fromHex(one.id)));
  return tree;
}

describe("the protocol's log", () => {
  test("entries", () => {
    for (const one of json.entries as Vectors[]) {
      expect(hexEncode(encodeEntry(entryOf(fromHex(one.chain), one.seq, fromHex(one.id))))).toBe(one.entry);
    }
  });
  test("roots at every size given, by tree and by frontier", () => {
    const tree = vectorTree();
    const frontier = createFrontier();
    for (let size = 0; size <= tree.size; size++) {
      if (json.roots[size] !== undefined) {
        expect(hexEncode(tree.rootAt(size))).toBe(json.roots[size]);
        expect(hexEncode(frontier.root())).toBe(json.roots[size]);
      }
      if (size < tree.size) frontier.append(leafHash(encodeEntry(tree.entry(size))));
    }
  });
  test("checkpoints, cosignatures, policy and proof", () => {
    const tree = vectorTree();
    const head = { size: tree.size, root: tree.rootAt(tree.size) };
    const signer = logSigner(json.origin, signingKeyFromSeed(fromHex(json.seed)));
    expect(formatSignedCheckpoint(signer.sign(emptyTree()))).toBe(json.empty_checkpoint);
    const first = signer.sign(head);
    const cosigned = withSignatures(first, ...[0, 1].map((i) =>
      witnessSigner(json.witness_names[i], signingKeyFromSeed(fromHex(json.witness_seeds[i])))
        .cosign(first.checkpoint, json.cosigned_at[i])));
    expect(formatSignedCheckpoint(cosigned)).toBe(json.checkpoint);

    const policy = parsePolicy(json.policy);
    expect(formatPolicy(policy)).toBe(json.policy);
    expect(isProtocolForm(policy)).toBe(true);
    expect(policyThreshold(policy)).toEqual({ k: 2, n: 3 });
    const { index, text } = json.proof;
    const path = tree.inclusion(index, tree.size);
    expect(formatLogProof({ extra: null, index, path, checkpoint: cosigned })).toBe(text);
    const verified = verifyLogProof(parseLogProof(text), tree.entry(index), policy);
    expect(verified.counts).toBe(true);
    expect(verified.quorumTime).toBe(1767225600);
    expect(verified.head.size).toBe(head.size);
    expect(equal(verified.head.root, head.root)).toBe(true);
    expect(() => verifyLogProof(parseLogProof(text), tree.entry(index + 1), policy)).toThrow("log.inclusion_invalid");
  });
  test("each place of a chain is found once, and none behind its head", () => {
    const tree = vectorTree();
    const chain = fromHex(json.entries[0].chain);
    for (let seq = 0; seq < 43; seq++) expect(tree.places(chain, seq, tree.size).length).toBe(1);
    expect(tree.places(chain, 43, tree.size)).toEqual([]);
    expect(tree.places(chain, 0, 0)).toEqual([]);
    expect(tree.hasRepeatedLabels).toBe(false);
  });
});

describe("the tree", () => {
  const leaves = Array.from({ length: 70 }, (_, i) => i);
  const entryAt = (i: number): Entry => ({ label: sha256(utf8(`label ${i}`)), id: sha256(utf8(`id ${i}`)) });
  const treeOf = (size: number): LogTree => {
    const tree = createLogTree();
    for (let i = 0; i < size; i++) tree.push(entryAt(i));
    return tree;
  };

  test("every inclusion proof up to 70 leaves holds, and at no other index, size or root", () => {
    const tree = treeOf(70);
    for (const size of leaves.map((i) => i + 1)) {
      const head = { size, root: tree.rootAt(size) };
      for (let index = 0; index < size; index++) {
        const leaf = leafHash(encodeEntry(entryAt(index)));
        const path = tree.inclusion(index, size);
        expect(verifyInclusion(leaf, index, head, path)).toBe(true);
        expect(verifyInclusion(leaf, index + 1, head, path)).toBe(false);
        expect(verifyInclusion(leaf, index, head, path.slice(1)) && path.length > 0).toBe(false);
        expect(verifyInclusion(leaf, index, head, [...path, leaf])).toBe(false);
        expect(verifyInclusion(leaf, index, { size, root: leaf }, path) && size > 1).toBe(false);
      }
    }
  }, 60_000);
  test("every consistency proof up to 70 leaves holds, and with no other root", () => {
    const tree = treeOf(70);
    for (let old = 0; old <= 70; old++) {
      for (let size = old; size <= 70; size++) {
        const [older, newer] = [{ size: old, root: tree.rootAt(old) }, { size, root: tree.rootAt(size) }];
        const path = tree.consistency(old, size);
        expect(verifyConsistency(older, newer, path)).toBe(true);
        const wrong = { size: old, root: sha256(utf8("another")) };
        expect(verifyConsistency(wrong, newer, path)).toBe(false);
        expect(verifyConsistency(older, { ...newer, root: wrong.root }, path) && old > 0).toBe(false);
        expect(verifyConsistency(older, newer, [...path, wrong.root])).toBe(false);
        if (path.length > 0) expect(verifyConsistency(older, newer, path.slice(0, -1))).toBe(false);
      }
    }
  }, 60_000);
  test("forgets what is truncated and grows again as if it had not been", () => {
    const tree = treeOf(70);
    tree.truncate(33);
    expect(tree.size).toBe(33);
    expect(equal(tree.rootAt(33), treeOf(33).rootAt(33))).toBe(true);
    for (let i = 33; i < 70; i++) tree.push(entryAt(i));
    expect(equal(tree.rootAt(70), treeOf(70).rootAt(70))).toBe(true);
    expect(tree.hasRepeatedLabels).toBe(false);
  });
  test("labels that share their first bytes are two places; one label twice is seen", () => {
    const tree = createLogTree();
    const chain = sha256(utf8("chain"));
    const real = entryOf(chain, 0, sha256(utf8("one")));
    const near = { label: real.label.slice(), id: real.id };
    near.label[31]! ^= 1;
    tree.push(near);
    tree.push(real);
    expect(tree.places(chain, 0, 2)).toEqual([1]);
    expect(tree.hasRepeatedLabels).toBe(false);
    tree.push({ label: real.label, id: sha256(utf8("another")) });
    expect(tree.places(chain, 0, 3)).toEqual([1, 2]);
    expect(tree.places(chain, 0, 2)).toEqual([1]);
    expect(tree.hasRepeatedLabels).toBe(true);
    tree.truncate(2);
    expect(tree.hasRepeatedLabels).toBe(false);
    expect(tree.places(chain, 0, 2)).toEqual([1]);
  });
});

describe("bundles and tiles", () => {
  const entries = Array.from({ length: 3 }, (_, i) => ({ label: sha256(utf8(`l${i}`)), id: sha256(utf8(`i${i}`)) }));
  test("a bundle is read as it was written, and nothing but whole entries", () => {
    const bundle = encodeBundle(entries);
    expect(decodeBundle(bundle)).toEqual(entries);
    for (const bad of [bundle.slice(1), bundle.slice(0, -1), new Uint8Array(257 * 66), new Uint8Array(66)]) {
      expect(() => decodeBundle(bad)).toThrow("log.bundle_malformed");
    }
  });
  test("paths are the standard's", () => {
    expect(tilePath({ level: 0, index: 1234067, width: 256 })).toBe("tile/0/x001/x234/067");
    expect(tilePath({ level: 1, index: 0, width: 17 })).toBe("tile/1/000.p/17");
    expect(bundlePath({ index: 1234067, width: 256 })).toBe("tile/entries/x001/x234/067");
    for (const tile of [...newTiles(0, 70000), ...newTiles(65535, 65537)]) expect(parseTilePath(tilePath(tile))).toEqual(tile);
    for (const bundle of newBundles(250, 1000)) expect(parseBundlePath(bundlePath(bundle))).toEqual(bundle);
    for (const bad of ["tile/0/0", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/64/000", "tile/00/000",
      "tile/0/001/002", "tile/0/x001", "tile/0/000.p/01", "tile/entries", "tile/0/", "/tile/0/000"]) {
      expect(parseTilePath(bad)).toBeNull();
    }
  });
  test("what is new", () => {
    expect(newBundles(0, 0)).toEqual([]);
    expect(newBundles(256, 257)).toEqual([{ index: 1, width: 1 }]);
    expect(newBundles(255, 257)).toEqual([{ index: 0, width: 256 }, { index: 1, width: 1 }]);
    expect(newTiles(0, 256)).toEqual([{ level: 0, index: 0, width: 256 }, { level: 1, index: 0, width: 1 }]);
  });
  test("decimals have one spelling", () => {
    expect(parseDecimal("0")).toBe(0);
    expect(parseDecimal("9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    for (const bad of ["", "00", "01", "-1", "+1", "1 ", "1e3", "9007199254740992", "0x1", "١"]) expect(parseDecimal(bad)).toBeNull();
  });
});

describe("notes", () => {
  // Go's example note (golang.org/x/mod/sumdb/note).
  const vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  const note =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
  test("Go's example verifies", () => {
    const key = parseNoteKey(vkey);
    const parsed = parseNote(note);
    expect(verifyNoteSignature(key, parsed.text, parsed.signatures[0]!)).toBe(true);
    expect(verifyNoteSignature(key, `${parsed.text}x\n`, parsed.signatures[0]!)).toBe(false);
    expect(formatNote(parsed)).toBe(note);
    expect(noteKeyText(key)).toBe(vkey);
  });
  test("what is no note, and what is no key", () => {
    for (const bad of ["", "text\n", "text\n\n", note.replace("\u2014", "-"), note.slice(0, -1), note.replace("x08g", "x08\u00e9"),
      note.replace(" x08", "  x08"), note.replace("If", "I\tf"), note.replace("If", "\ud800"), `${note}\n`, note.replace("AM=", "AN=")]) {
      expect(() => parseNote(bad)).toThrow("log.note_malformed");
    }
    for (const bad of ["", "a+b", vkey.replace("c74f", "c74e"), vkey.replace("c74f", "C74F"), vkey.replace("Peter", "Peter "),
      vkey.slice(1), vkey.slice(0, -1)]) {
      expect(() => parseNoteKey(bad)).toThrow("log.key_malformed");
    }
    expect(() => parseNoteKey(vkey.replace("+ARpc", "+Bhpc"))).toThrow("log.key_unsupported");
  });
  test("what is no checkpoint", () => {
    const root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    expect(parseCheckpoint(`o\n0\n${root}\n`).head.size).toBe(0);
    for (const bad of ["", "o\n0\n", `\n0\n${root}\n`, `o\n00\n${root}\n`, `o\n-1\n${root}\n`, `o\n0\n${root.slice(4)}\n`,
      `o\n0\n${root}`, `o\n0\n${root}\n\n`, `o\n0\n${root}\nx`]) {
      expect(() => parseCheckpoint(bad)).toThrow("log.checkpoint_malformed");
    }
  });
});

describe("what a checkpoint is worth", () => {
  let log: LogSigner;
  let witnesses: WitnessSigner[];
  const random = seededRandom("log");
  const head = () => ({ size: 7, root: sha256(utf8("root")) });
  beforeEach(() => {
    log = logSigner("log.example/log/1", generateSigningKey(random));
    witnesses = [1, 2, 3].map((i) => witnessSigner(`w.example/${i}`, generateSigningKey(random)));
  });
  const policyText = (tail: string): string =>
    `log ${noteKeyText(log.key)}\n${witnesses.map((one, i) => `witness w${i} ${noteKeyText(one.key)}\n`).join("")}${tail}`;

  test("counts with its quorum, and its time is the k-th newest", () => {
    const policy = parsePolicy(policyText("group g 2 w0 w1 w2\nquorum g\n"));
    const signed = log.sign(head());
    const cosigned = (...times: (number | null)[]) => withSignatures(signed,
      ...times.flatMap((at, i) => (at === null ? [] : [witnesses[i]!.cosign(signed.checkpoint, at)])));
    expect(verifyCheckpoint(policy, signed).counts).toBe(false);
    expect(verifyCheckpoint(policy, cosigned(5)).counts).toBe(false);
    expect(verifyCheckpoint(policy, cosigned(5)).quorumTime).toBeNull();
    expect(verifyCheckpoint(policy, cosigned(5, null, 9)).quorumTime).toBe(5);
    expect(verifyCheckpoint(policy, cosigned(5, 7, 9)).quorumTime).toBe(7);
    const twice = withSignatures(cosigned(5, 7), witnesses[0]!.cosign(signed.checkpoint, 11));
    expect(verifyCheckpoint(policy, twice).cosignatures).toEqual([{ witness: 0, at: 11 }, { witness: 1, at: 7 }]);
  });
  test("no witness means it counts, for ever marked so", () => {
    const policy = unwitnessedPolicy(log.key);
    expect(verifyCheckpoint(policy, log.sign(head())).counts).toBe(true);
    expect(quorumNone(policy)).toBe(true);
    expect(formatPolicy(parsePolicy(formatPolicy(policy)))).toBe(formatPolicy(policy));
  });
  test("another log's, a changed one, a cosignature of another text", () => {
    const policy = parsePolicy(policyText("group g 2 w0 w1 w2\nquorum g\n"));
    const signed = log.sign(head());
    const other = logSigner("log.example/log/1", generateSigningKey(random)).sign(head());
    expect(() => verifyCheckpoint(policy, other)).toThrow("log.unsigned");
    const changed = { ...signed, checkpoint: { ...signed.checkpoint, head: { ...signed.checkpoint.head, size: 8 } } };
    expect(() => verifyCheckpoint(policy, changed)).toThrow("log.signature_invalid");
    const larger = log.sign({ size: 8, root: head().root });
    const moved = withSignatures(signed, ...larger.note.signatures);
    expect(() => verifyCheckpoint(policy, moved)).toThrow("log.signature_invalid");
    expect(() => verifyCheckpoint(policy, withSignatures(signed, witnesses[0]!.cosign(larger.checkpoint, 5))))
      .toThrow("log.signature_invalid");
    const elsewhere = logSigner("log.example/log/2", generateSigningKey(random));
    const mixed = parsePolicy(`log ${noteKeyText(elsewhere.key)}\nquorum none\n`);
    expect(() => verifyCheckpoint(mixed, signed)).toThrow("log.unsigned");
    // Lines of unknown keys are ignored.
    const stranger = witnessSigner("w.example/9", generateSigningKey(random));
    expect(verifyCheckpoint(policy, withSignatures(signed, stranger.cosign(signed.checkpoint, 5))).counts).toBe(false);
  });
  test("a head's own signature, for `seen`", () => {
    const signed = log.sign(head());
    const signature = logSignature(log.key, signed)!;
    expect(verifyTreeHead(log.key, head(), signature)).toBe(true);
    expect(verifyTreeHead(log.key, { ...head(), size: 8 }, signature)).toBe(false);
    expect(logSignature(witnesses[0]!.key, signed)).toBeNull();
  });
  test("what is no policy, with its line", () => {
    const good = policyText("group g 2 w0 w1 w2\nquorum g\n");
    expect(formatPolicy(parsePolicy(good.replace("group", "# a comment\n\n  group\t")))).toBe(good);
    const lineOf = (text: string): string => {
      try {
        parsePolicy(text);
      } catch (error) {
        return (error as Vectors).arguments.line;
      }
      return "good";
    };
    expect(lineOf(policyText("group g 2 w0 w1 w2\n"))).toBe("5");
    expect(lineOf(policyText("quorum g\n"))).toBe("5");
    expect(lineOf(policyText("group g 4 w0 w1 w2\nquorum g\n"))).toBe("5");
    expect(lineOf(policyText("group g 0 w0\nquorum g\n"))).toBe("5");
    expect(lineOf(policyText("group g 2 w0 w0\nquorum g\n"))).toBe("5");
    expect(lineOf(policyText("group none 1 w0\nquorum none\n"))).toBe("5");
    expect(lineOf(policyText("group w0 1 w1\nquorum w0\n"))).toBe("5");
    expect(lineOf(policyText("quorum none\nquorum none\n"))).toBe("6");
    expect(lineOf(policyText("constructor x\nquorum none\n"))).toBe("5");
    expect(lineOf(policyText("quorum none"))).toBe("0");
    expect(lineOf(`${policyText("quorum none\n")}\u007f\n`)).toBe("0");
    expect(lineOf(`log ${noteKeyText(witnesses[0]!.key)}\nquorum none\n`)).toBe("1");
    expect(lineOf(`log ${noteKeyText(log.key)}\nlog ${noteKeyText(log.key)}\nquorum none\n`)).toBe("2");
  });
  test("what protocol §5 asks", () => {
    const form = (tail: string): boolean => isProtocolForm(parsePolicy(policyText(tail)));
    expect(form("group g 2 w0 w1 w2\nquorum g\n")).toBe(true);
    expect(form("group g 3 w0 w1 w2\nquorum g\n")).toBe(false); // none to spare
    expect(form("group g 1 w0 w1 w2\nquorum g\n")).toBe(false); // no majority
    expect(form("group g 2 w0 w1\nquorum g\n")).toBe(false); // not all witnesses
    expect(form("quorum w0\n")).toBe(false);
    expect(form("quorum none\n")).toBe(false);
    expect(form("group h 1 w0 w1\ngroup g 2 h w2\nquorum g\n")).toBe(false);
    const other = logSigner("log.example/log/1", generateSigningKey(random));
    expect(policyForLog(parsePolicy(policyText("group g 2 w0 w1 w2\nquorum g\n")), other.key).logs[0]!.key).toEqual(other.key);
    const stranger = logSigner("log.example/log/2", generateSigningKey(random));
    expect(() => policyForLog(parsePolicy(policyText("quorum none\n")), stranger.key)).toThrow("log.policy_not_ours");
  });
});

describe("evidence of two histories", () => {
  const random = seededRandom("fork");
  let log: LogSigner;
  beforeEach(() => void (log = logSigner("log.example/log/1", generateSigningKey(random))));
  const history = (size: number, changedAt: number): LogTree => {
    const tree = createLogTree();
    for (let i = 0; i < size; i++) {
      tree.push({ label: sha256(utf8(`label ${i}`)), id: sha256(utf8(`id ${i}${i >= changedAt ? " changed" : ""}`)) });
    }
    return tree;
  };
  const sign = (tree: LogTree, size: number) => log.sign({ size, root: tree.rootAt(size) });

  test("two checkpoints that contradict one another", () => {
    const [one, other] = [history(9, 99), history(13, 4)];
    const proof = { smaller: sign(one, 9), larger: sign(other, 13), rootWithin: other.rootAt(9), path: other.consistency(9, 13) };
    verifyForkProof(proof, log.key);
    const read = parseForkProof(formatSignedCheckpoint(proof.smaller), formatSignedCheckpoint(proof.larger), consistencyText(proof));
    verifyForkProof(read, log.key);
    const honest = history(13, 99);
    const nothing = { smaller: sign(one, 9), larger: sign(honest, 13), rootWithin: honest.rootAt(9), path: honest.consistency(9, 13) };
    expect(() => verifyForkProof(nothing, log.key)).toThrow("evidence.proves_nothing");
    expect(() => verifyForkProof({ ...proof, rootWithin: sha256() }, log.key)).toThrow("evidence.proves_nothing");
    const stranger = logSigner("log.example/log/1", generateSigningKey(random));
    expect(() => verifyForkProof(proof, stranger.key)).toThrow("log.unsigned");
    expect(() => parseForkProof("", "", "")).toThrow("log.note_malformed");
    const texts = [proof.smaller, proof.larger].map(formatSignedCheckpoint) as [string, string];
    for (const bad of ["", "x\n", consistencyText(proof).slice(0, -1)]) expect(() => parseForkProof(...texts, bad)).toThrow("log.proof_malformed");
  });
  test("one label twice in one tree", () => {
    const tree = history(9, 99);
    const again = { label: tree.entry(3).label, id: sha256(utf8("another")) };
    tree.push(again);
    const checkpoint = sign(tree, 10);
    const proofOf = (index: number) => parseLogProof(formatLogProof({ extra: null, index, path: tree.inclusion(index, 10), checkpoint }));
    verifyRepeatedLabel(proofOf(3), tree.entry(3), proofOf(9), again, log.key);
    expect(() => verifyRepeatedLabel(proofOf(3), tree.entry(3), proofOf(3), tree.entry(3), log.key)).toThrow("evidence.proves_nothing");
    expect(() => verifyRepeatedLabel(proofOf(3), tree.entry(3), proofOf(4), tree.entry(4), log.key)).toThrow("evidence.proves_nothing");
    expect(() => verifyRepeatedLabel(proofOf(3), tree.entry(4), proofOf(9), again, log.key)).toThrow("log.inclusion_invalid");
  });
  test("what is no proof", () => {
    const tree = history(9, 99);
    const text = formatLogProof({ extra: utf8("x"), index: 3, path: tree.inclusion(3, 9), checkpoint: sign(tree, 9) });
    expect(parseLogProof(text).extra).toEqual(utf8("x"));
    for (const bad of ["", text.replace("@v1", "@v2"), text.replace("extra eA==", "extra eB=="), text.replace("index 3", "index 03"),
      text.replace("index 3\n", ""), text.replace("index 3\n", "index 3\nxx\n"), text.slice(0, text.indexOf("\n\n"))]) {
      expect(() => parseLogProof(bad)).toThrow("log.proof_malformed");
    }
    expect(parseSignedCheckpoint(formatSignedCheckpoint(sign(tree, 9))).checkpoint.head.size).toBe(9);
  });
});
