// Evidence that a log told two histories, checked here and by the command line.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hexEncode, utf8, type Bytes } from "../../src/crypto/bytes.ts";
import { sha256 } from "../../src/crypto/sha256.ts";
import { generateSigningKey } from "../../src/crypto/sign.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { evidenceReadme } from "../../src/agent/evidence_readme.ts";
import { writeTar, type TarFiles } from "../../src/agent/tar.ts";
import { verifyBundle } from "../../src/agent/verify_bundle.ts";
import { verifyEvidence } from "../../src/agent/verify_evidence.ts";
import { formatSignedCheckpoint } from "../../src/tlog/checkpoint.ts";
import { encodeEntry, entryOf, type Entry } from "../../src/tlog/entry.ts";
import { consistencyText } from "../../src/tlog/forkProof.ts";
import { formatLogProof } from "../../src/tlog/logProof.ts";
import { createLogTree, type LogTree } from "../../src/tlog/logTree.ts";
import { noteKeyText } from "../../src/tlog/note.ts";
import { refusal } from "../record/vectors.ts";
import { logSigner, type LogSigner } from "../support/logs.ts";

const rogatory = fileURLToPath(new URL("../../../../build/release/bin/rogatory", import.meta.url));
const chain = new Uint8Array(32).fill(9);
const entryAt = (seq: number, mark: string): Entry => entryOf(chain, seq, sha256(utf8(`${mark} ${seq}`)));

function treeOf(entries: readonly Entry[]): LogTree {
  const tree = createLogTree();
  for (const entry of entries) tree.push(entry);
  return tree;
}

let log: LogSigner;
let files: { fork: TarFiles; two: TarFiles; testimony: TarFiles };
let folder: string;

beforeAll(async () => {
  await cryptoReady;
  folder = mkdtempSync(join(tmpdir(), "rogatory-evidence-"));
  log = logSigner("log.example/log/1", generateSigningKey());
  const head = (tree: LogTree, size: number) => ({ size, root: tree.rootAt(size) });
  const archive = (what: string, pieces: TarFiles): TarFiles =>
    [["README.txt", utf8(evidenceReadme(what))], ["alarm.txt", utf8(`${what}\n`)], ...pieces];

  const shown = treeOf([0, 1, 2, 3, 4].map((seq) => entryAt(seq, "shown")));
  const other = treeOf([...[0, 1].map((seq) => entryAt(seq, "shown")), ...[2, 3, 4, 5, 6].map((seq) => entryAt(seq, "other"))]);
  const smaller = log.sign(head(shown, 4));
  const larger = log.sign(head(other, 7));
  const consistency = consistencyText({ smaller, larger, rootWithin: other.rootAt(4), path: other.consistency(4, 7) });
  const twice = treeOf([entryAt(0, "a"), entryAt(1, "a"), entryAt(1, "b")]);
  const under = log.sign(head(twice, 3));
  const proof = (index: number): Bytes =>
    utf8(formatLogProof({ extra: null, index, path: twice.inclusion(index, 3), checkpoint: under }));
  files = {
    fork: archive("log.forked", [
      ["consistency.txt", utf8(consistency)], ["larger.note", utf8(formatSignedCheckpoint(larger))],
      ["log_key.txt", utf8(noteKeyText(log.key))], ["smaller.note", utf8(formatSignedCheckpoint(smaller))],
    ]),
    two: archive("chain.forked", [
      ["first_entry.bin", encodeEntry(entryAt(1, "a"))], ["first_proof.tlog-proof", proof(1)],
      ["log_key.txt", utf8(noteKeyText(log.key))], ["second_entry.bin", encodeEntry(entryAt(1, "b"))],
      ["second_proof.tlog-proof", proof(2)],
    ]),
    testimony: archive("log.rolled_back", [["checkpoint.note", utf8(formatSignedCheckpoint(smaller))]]),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const replaced = (from: TarFiles, name: string, content: Bytes): Bytes =>
  writeTar(from.map(([file, bytes]) => [file, file === name ? content : bytes]));

describe("evidence", () => {
  it("of two histories, of two statements, and of neither", () => {
    const fork = verifyEvidence(writeTar(files.fork));
    expect(fork).toMatchObject({ what: "log.forked", proven: true, finding: "two_histories", logKey: noteKeyText(log.key) });
    expect(Object.fromEntries(fork.facts)).toMatchObject({ size: "4", larger_size: "7" });
    const two = verifyEvidence(writeTar(files.two));
    expect(two).toMatchObject({ what: "chain.forked", proven: true, finding: "two_statements" });
    expect(Object.fromEntries(two.facts)).toMatchObject({
      first_index: "1", second_index: "2", first_statement: hexEncode(entryAt(1, "a").id),
    });
    expect(verifyEvidence(writeTar(files.testimony))).toMatchObject({ proven: false, finding: "testimony", logKey: "" });
  });

  it("that proves nothing, or was altered, is refused", () => {
    const honest = treeOf([0, 1, 2, 3, 4, 5, 6].map((seq) => entryAt(seq, "shown")));
    const smaller = log.sign({ size: 4, root: honest.rootAt(4) });
    const larger = log.sign({ size: 7, root: honest.rootAt(7) });
    const consistency = consistencyText({ smaller, larger, rootWithin: honest.rootAt(4), path: honest.consistency(4, 7) });
    const nothing = writeTar(files.fork.map(([name, bytes]) => [name,
      name === "consistency.txt" ? utf8(consistency)
      : name === "smaller.note" ? utf8(formatSignedCheckpoint(smaller))
      : name === "larger.note" ? utf8(formatSignedCheckpoint(larger)) : bytes]));
    expect(refusal(() => verifyEvidence(nothing))).toBe("evidence.proves_nothing");
    const stranger = logSigner("log.example/log/1", generateSigningKey());
    expect(refusal(() => verifyEvidence(replaced(files.fork, "log_key.txt", utf8(noteKeyText(stranger.key)))))).toBe("log.unsigned");
    expect(refusal(() => verifyEvidence(replaced(files.two, "second_entry.bin", encodeEntry(entryAt(1, "c"))))))
      .toBe("log.inclusion_invalid");
    expect(refusal(() => verifyEvidence(replaced(files.two, "second_entry.bin", new Uint8Array(63))))).toBe("evidence.malformed");
    const good = writeTar(files.fork);
    for (let at = 0; at < 512; at += 5) {
      const bad = good.slice();
      bad[at]! ^= 0x21;
      expect(refusal(() => verifyEvidence(bad)), `byte ${at}`).toBe("evidence.malformed");
    }
    expect(refusal(() => verifyEvidence(good.slice(0, -512)))).toBe("evidence.malformed");
    expect(refusal(() => verifyEvidence(new Uint8Array(0)))).toBe("evidence.malformed");
  });

  it("is told from a bundle by itself", async () => {
    const fork = await verifyBundle(writeTar(files.fork));
    expect(fork.holds).toBe(true);
    expect(fork.findings.map(({ key, outcome }) => [key, outcome])).toEqual([["proof.two_histories", "holds"], ["proof.log_key", "not_shown"]]);
    const altered = await verifyBundle(replaced(files.fork, "smaller.note", utf8("nonsense")));
    expect(altered).toMatchObject({ holds: false });
    expect(altered.findings[0]).toMatchObject({ outcome: "fails" });
  });

  it.skipIf(!existsSync(rogatory))("comes to the same with the command line", () => {
    for (const one of [files.fork, files.two, files.testimony]) {
      const path = join(folder, "evidence.tar");
      writeFileSync(path, writeTar(one));
      const out = execFileSync(rogatory, ["--json", "verify", "evidence", path], { env: { ...process.env, HOME: folder } });
      const theirs = JSON.parse(out.toString("utf8").split("\n")[0]!) as Record<string, unknown>;
      const ours = verifyEvidence(writeTar(one));
      expect(theirs).toMatchObject({ proven: ours.proven, finding: ours.finding, ...Object.fromEntries(ours.facts.filter(([name]) => name in theirs).map(([name, value]) => [name, value])) });
    }
  });
});
