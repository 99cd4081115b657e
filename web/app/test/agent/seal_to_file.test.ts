// Sealed to a file for somebody without an account: stock age and tar open it, and nobody else learns of it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPaperKey } from "../../src/agent/paper_key.ts";
import { sealToFile } from "../../src/agent/seal_to_file.ts";
import type { SealToFileOrder } from "../../src/agent/api.ts";
import { bytesOf, ownParty, place, signInHere, sourceOf, type WebPerson } from "./support/people.ts";
import { hasBinaries, openWorld, type World } from "./support/world.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const keyOf = (run: () => unknown): string => {
  try {
    run();
    return "nothing failed";
  } catch (error) {
    return (error as { key?: string }).key ?? String(error);
  }
};
/** What age-keygen writes: the identity's file and the recipient. */
function keygen(folder: string, ...how: string[]): { file: string; recipient: string } {
  const file = join(folder, `key${how.join("")}.txt`);
  execFileSync("age-keygen", [...how, "-o", file], { stdio: ["ignore", "ignore", "ignore"] });
  return { file, recipient: execFileSync("age-keygen", ["-y", file]).toString().trim() };
}

let folder: string;
beforeAll(async () => {
  await cryptoReady;
  folder = mkdtempSync(join(tmpdir(), "rogatory-seal-to-file-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a key on paper", () => {
  it("is read as it is typed or scanned, and a slip of the pen is noticed", () => {
    const { recipient } = keygen(folder);
    const hybrid = keygen(folder, "-pq").recipient;
    expect(readPaperKey(recipient)).toEqual({ kind: "x25519", text: recipient });
    expect(readPaperKey(` ${recipient.replace(/(.{4})/g, "$1 ")}\n`)).toEqual({ kind: "x25519", text: recipient });
    expect(readPaperKey(hybrid.toUpperCase().replace(/(.{60})/g, "$1\r\n"))).toEqual({ kind: "hybrid", text: hybrid });
    for (const good of [recipient, hybrid]) {
      const at = good.length - 9;
      const slip = good.slice(0, at) + (good[at] === "q" ? "p" : "q") + good.slice(at + 1);
      expect(keyOf(() => readPaperKey(slip))).toBe("age.recipient");
      expect(keyOf(() => readPaperKey(good.slice(0, -1)))).toBe("age.recipient");
      expect(keyOf(() => readPaperKey(good[0]!.toUpperCase() + good.slice(1)))).toBe("age.recipient");
    }
    expect(keyOf(() => readPaperKey(""))).toBe("age.recipient");
    expect(keyOf(() => readPaperKey("ssh-ed25519 AAAA"))).toBe("age.recipient");
    // A point of low order: everybody could open what is sealed to it.
    expect(keyOf(() => readPaperKey("age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqs2tn5h"))).toBe("age.recipient");
  });

  it("that is a secret one is refused by name", () => {
    const { file } = keygen(mkdtempSync(join(folder, "secret-")));
    const secret = readFileSync(file, "utf8").split("\n").find((line) => line.startsWith("AGE-SECRET-KEY-"))!;
    expect(keyOf(() => readPaperKey(secret))).toBe("paper_key.secret");
  });
});

describe.skipIf(!hasBinaries)("sealed to a file", () => {
  let world: World;
  let sen: WebPerson;
  const small = bytesOf(3000, 1);
  const large = bytesOf(5 * 1024 * 1024 + 17, 2);
  const order = (more: Partial<SealToFileOrder>): SealToFileOrder => ({
    key: "", name: "rogatory-2026-11-28.tar.age", files: [], title: "", message: "", policy: ownParty, ...more,
  });
  beforeAll(async () => {
    world = openWorld();
    const started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
    sen = await signInHere(world, started, "SEN2");
  }, 600_000);
  afterAll(() => world?.end(), 300_000);

  it.each([["X25519", []], ["hybrid", ["-pq"]]])("to a %s key opens with stock age and tar, sheets beside and inside", async (_, how) => {
    const here = mkdtempSync(join(folder, "opened-"));
    const key = keygen(here, ...how);
    const calls: string[] = [];
    sen.browser.intercept((next) => (url, init) => {
      calls.push(String(url));
      return next(url, init);
    });
    const target = place();
    const long = `${"très ".repeat(30)}long.txt`;
    const made = await sealToFile(sen.state, order({
      key: key.recipient, title: "Comptes", message: "Voir l’annexe.",
      files: [sourceOf("annexe é.pdf", small), sourceOf("relevés.bin", large), sourceOf(long, small), sourceOf(".caché", small)],
      policy: { ...ownParty, onward: "source_consent", caveats: ["73"], words: "Demander d’abord." },
    }), target.to);
    // Nothing goes to the server: no record, no receipt.
    expect(calls).toEqual([]);
    sen.browser.intercept((next) => next);
    expect(target.state()).toBe("closed");
    expect(made).toMatchObject({
      name: "rogatory-2026-11-28.tar.age", size: target.bytes().length, sha256: sha256(target.bytes()),
      kind: how.length === 0 ? "x25519" : "hybrid", sheet: { name: "rogatory-2026-11-28.tar.age.restrictions.txt" },
    });
    const file = join(here, made.name);
    writeFileSync(file, target.bytes());
    const archive = execFileSync("age", ["-d", "-i", key.file, file], { maxBuffer: 64 * 1024 * 1024 });
    execFileSync("tar", ["-xf", "-", "-C", here], { input: archive });
    const inside = join(here, "rogatory-2026-11-28");
    expect(readdirSync(inside).sort()).toEqual(["documents", "message.txt", "restrictions.txt"]);
    expect(readdirSync(join(inside, "documents")).sort()).toEqual(["_.caché", "annexe é.pdf", long, "relevés.bin"].sort());
    expect(sha256(readFileSync(join(inside, "documents", "relevés.bin")))).toBe(sha256(large));
    expect(sha256(readFileSync(join(inside, "documents", long)))).toBe(sha256(small));
    expect(readFileSync(join(inside, "message.txt"), "utf8")).toBe("Comptes\n\nVoir l’annexe.\n");
    const sheet = readFileSync(join(inside, "restrictions.txt"), "utf8");
    for (const words of [
      "File: annexe é.pdf", `SHA-256: ${sha256(large)}`, "Source (owner): SEN/CRF", "Fichier\u00a0: relevés.bin",
      "Demander d’abord.", "Not to be disclosed to others without the prior consent of the source.",
      "Ne pas communiquer à d’autres sans l’accord préalable de la source.",
    ]) expect(sheet).toContain(words);
    expect(made.sheet.text).toContain(`SHA-256: ${made.sha256}`);
    expect(made.sheet.text).not.toContain("annexe");
    // Another key opens nothing.
    const other = keygen(mkdtempSync(join(folder, "other-")), ...how);
    expect(() => execFileSync("age", ["-d", "-i", other.file, file], { stdio: "pipe" })).toThrow();
  }, 300_000);

  it("is refused without a key, without contents, under another name, and leaves nothing", async () => {
    const { recipient } = keygen(mkdtempSync(join(folder, "refused-")));
    const refused = async (more: Partial<SealToFileOrder>): Promise<[string, string]> => {
      const target = place();
      const key = await sealToFile(sen.state, order({ key: recipient, message: "x", ...more }), target.to).then(
        () => "nothing failed", (error) => error.key);
      return [key, target.state()];
    };
    expect(await refused({ key: "age1" })).toEqual(["age.recipient", "aborted"]);
    expect(await refused({ message: "" })).toEqual(["send.nothing", "aborted"]);
    expect(await refused({ name: "../x.tar.age" })).toEqual(["file.name", "aborted"]);
    expect(await refused({ files: [sourceOf("a\u202Efdp.exe", small)] })).toEqual(["file.name", "aborted"]);
    // A file that changed between choosing and reading.
    const changed = sourceOf("a.bin", small);
    Object.defineProperty(changed.file, "size", { value: 2999 });
    expect(await refused({ files: [changed] })).toEqual(["file.changed", "aborted"]);
  }, 300_000);
});
