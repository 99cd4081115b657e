// Evidence made here and checked by the command line, and the other way round, on one real server with witnesses.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isFailure } from "../../src/base/failure.ts";
import { makeBundle } from "../../src/agent/custody.ts";
import { openEntry } from "../../src/agent/get.ts";
import { dossiers } from "../../src/agent/inbox.ts";
import { verifyBundle } from "../../src/agent/verify_bundle.ts";
import { memorySource } from "../../src/custody/source.ts";
import { extractFile, parseTrusted, verifyCustody } from "../../src/custody/verify.ts";
import { shown } from "../custody/shown.ts";
import { bytesOf, place, signInHere, type WebPerson } from "./support/people.ts";
import { signingKey } from "../../src/agent/acting.ts";
import { fromUtf8, utf8 } from "../../src/crypto/bytes.ts";
import { sha256Hex } from "../../src/crypto/sha256.ts";
import { encodeIdentity, generateIdentity } from "../../src/crypto/age/hybrid.ts";
import { generateSigningKey } from "../../src/crypto/sign.ts";
import { checkpointName } from "../../src/custody/layout.ts";
import { formatLogProof, parseLogProof } from "../../src/tlog/logProof.ts";
import { formatNote, parseNote, type Note } from "../../src/tlog/note.ts";
import { flip, Forger, spoilt } from "../custody/forger.ts";
import { hasBinaries, openWorld, type Started, type World } from "./support/world.ts";

describe.skipIf(!hasBinaries)("evidence, two clients", () => {
  let world: World;
  let started: Started;
  let folder: string;
  let sen: WebPerson;
  let chain: string;
  let parties: string[];
  let attachments: { attachment: string; name: string }[];
  const small = bytesOf(3000, 1);
  const large = bytesOf(6 * 1024 * 1024 + 17, 2);
  const onDisk = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  /** The native client's findings about a file. */
  const native = async (path: string, given: string[]): Promise<Record<string, unknown>> => {
    const options = given.flatMap((one) => ["--party", one]);
    return (await world.do({ do: "run", person: "SEN1", arguments: ["verify", "bundle", path, ...options], expect: null })).json;
  };
  const here = async (bytes: Uint8Array, given: string[]): Promise<Record<string, unknown>> =>
    shown(await verifyCustody(memorySource(bytes), { parties: given.map(parseTrusted) }));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rogatory-web-custody-"));
    world = openWorld();
    started = await world.start({ witnesses: 3, quorum: 2 });
    const cast = await world.do({ do: "cast", cast: "whole_cast" });
    parties = Object.entries(cast.fingerprints as Record<string, string>).map(([code, digits]) => `${code}=${digits}`);
    sen = await signInHere(world, started, "SEN2");
    const sent = await world.run("FRA1", "send", onDisk("comptes é.pdf", small), onDisk("relevés.bin", large), "--to", "SEN/CRF",
      "--title", "Comptes", "--message", "Voir l'annexe.", "--caveat", "93-8-b", "--onward", "source_consent", "--yes");
    chain = (sent.json.items ?? [sent.json])[0].dossier;
    await dossiers(sen.state);
    attachments = (await openEntry(sen.state, chain, 1)).attachments;
  }, 600_000);
  afterAll(async () => {
    await world?.end();
    rmSync(folder, { recursive: true, force: true });
  }, 300_000);

  describe.each([["full", false], ["selective", true]] as const)("made in the page, %s", (name, selective) => {
    let bytes: Uint8Array;

    it("is written, and says what it proves", async () => {
      const target = place();
      const chosen = selective ? [attachments[1]!.attachment] : [];
      const found = await makeBundle(sen.state, { chain, selective, attachments: chosen }, target.to);
      expect(target.state()).toBe("closed");
      bytes = target.bytes();
      expect(found.holds).toBe(true);
      expect(found.findings.map(({ key }) => key)).toContain("custody.check.maker.passed");
      expect(found.told?.maker.name).toBe("sen.crf.2");
      expect(found.told?.totalBytes).toBe(bytes.length);
    }, 300_000);

    it("holds for the native client, with the same findings", async () => {
      const path = onDisk(`${name}.tar`, bytes);
      for (const given of [[], parties]) {
        const theirs = await native(path, given);
        expect(theirs["verified"]).toBe(true);
        expect(await here(bytes, given)).toEqual(theirs);
      }
    }, 300_000);

    it("does not hold once a byte of a document has changed, and both say so alike", async () => {
      const bad = bytes.slice();
      bad[bad.length - 4096]! ^= 1;
      const path = onDisk(`${name}-bad.tar`, bad);
      const theirs = await native(path, []);
      expect(theirs["verified"]).toBe(false);
      expect(await here(bad, [])).toEqual(theirs);
      const said = await verifyBundle(bad);
      expect(said.holds).toBe(false);
      expect(said.told).toBeUndefined();
      expect(said.findings.at(-1)?.key).toMatch(/^error\.custody\./);
    }, 300_000);
  });

  it("a selective bundle gives the chosen document and nothing of the others", async () => {
    const target = place();
    await makeBundle(sen.state, { chain, selective: true, attachments: [attachments[0]!.attachment] }, target.to);
    const source = memorySource(target.bytes());
    const { told } = await verifyCustody(source, { parties: [] });
    const disclosed = told!.entries.flatMap((entry) => entry.attachments).filter(({ file }) => file !== undefined);
    expect(disclosed.map(({ file }) => file!.name)).toEqual(["comptes é.pdf"]);
    const pieces: Uint8Array[] = [];
    await extractFile(source, disclosed[0]!.file!, (piece) => void pieces.push(piece));
    expect(Buffer.concat(pieces).equals(small)).toBe(true);
    const text = Buffer.from(target.bytes()).toString("latin1");
    expect(text).not.toContain(Buffer.from("relevés.bin").toString("latin1"));
    expect(text).not.toContain("AGE-SECRET-KEY");
    expect(text).not.toContain(Buffer.from("Voir l'annexe.").toString("latin1"));
  }, 300_000);

  it("refuses what is not there, and leaves nothing that looks like a bundle", async () => {
    for (const order of [
      { chain, selective: true, attachments: ["00".repeat(16)] }, { chain: "00".repeat(32), selective: false, attachments: [] },
    ]) {
      const target = place();
      const failure = await makeBundle(sen.state, order, target.to).then(() => undefined, (error) => error);
      expect(isFailure(failure) && ["custody.no_such_file", "dossier.unknown"].includes(failure.key), String(failure)).toBe(true);
      expect(target.state()).toBe("aborted");
    }
  }, 300_000);

  it.each([
    ["full", []], ["keys and log", ["--with-keys", "--with-log"]], ["selective", ["--file", "comptes é.pdf"]],
    ["selective with history", ["--file", "comptes é.pdf", "--history", "--with-log"]],
  ])("made by the native client, %s: the same findings here", async (name, options) => {
    const path = join(folder, `native-${name.replaceAll(" ", "-")}.tar`);
    await world.run("SEN1", "bundle", "make", chain, "--out", path, "--yes", ...options);
    for (const given of [[], parties]) {
      const theirs = await native(path, given);
      expect(theirs["verified"]).toBe(true);
      expect(await here(readFileSync(path), given)).toEqual(theirs);
    }
  }, 300_000);

  it("a founding sheet says who is who", async () => {
    const path = join(folder, "native-full.tar");
    const sheet = join(folder, "sheet.txt");
    const printed = (await world.run("SEN1", "sheet", "--out", sheet).catch(() => undefined)) ?? undefined;
    const text = printed === undefined ? parties.join("\n") : readFileSync(sheet, "utf8");
    const found = await verifyBundle(readFileSync(path), text);
    expect(found.holds).toBe(true);
    expect(found.told?.parties.some(({ basis }) => basis === "given")).toBe(true);
  }, 300_000);

  // The maker signs with his true key: only the evidence itself gives the change away, here and there alike.
  describe("a maker who lies and signs it", () => {
    const bundles = new Map<string, Uint8Array>();
    beforeAll(async () => {
      const made = async (name: string, ...options: string[]): Promise<void> => {
        const path = join(folder, `lie-${name}.tar`);
        await world.run("SEN1", "bundle", "make", chain, "--out", path, "--yes", ...options);
        const forger = await Forger.of(readFileSync(path));
        // In the name of the one whose key is here.
        const target = place();
        await makeBundle(sen.state, { chain, selective: true, attachments: [] }, target.to);
        forger.manifest.author = (await Forger.of(target.bytes())).manifest.author;
        bundles.set(name, await forger.signedBy(signingKey(sen.state)));
      };
      await made("full");
      await made("keys", "--with-keys", "--with-log");
      await made("selective", "--file", "comptes é.pdf");
      await made("history", "--file", "comptes é.pdf", "--history");
    }, 300_000);

    type Change = (forger: Forger, other: (name: string) => Promise<Forger>) => void | Promise<void>;
    const notes = (change: (note: { text: string; signatures: Note["signatures"][number][] }) => void): Change => (f) => {
      const before = fromUtf8(f.get(checkpointName))!;
      const note = parseNote(before);
      const changed = { text: note.text, signatures: note.signatures.map((one) => ({ ...one, signature: one.signature.slice() })) };
      change(changed);
      for (const [name, bytes] of f.members) {
        const text = fromUtf8(bytes);
        if (text?.includes(before) === true) f.set(name, utf8(text.replace(before, formatNote(changed))));
      }
    };
    const proof = (change: (one: { path: Uint8Array[]; extra: Uint8Array | null }) => void): Change => (f) => {
      const read = parseLogProof(fromUtf8(f.get(f.proof(1)))!);
      const changed = { ...read, path: [...read.path] };
      change(changed);
      f.set(f.proof(1), utf8(formatLogProof(changed)));
    };
    const swap = (f: Forger, a: string, b: string): void => {
      const kept = f.get(a);
      f.set(a, f.get(b));
      f.set(b, kept);
    };
    /** The key of what does not hold; "" where all does; undefined: some flaw; null: whatever the native client says. */
    const lies: [what: string, bundle: string, key: string | undefined | null, change: Change][] = [
      ["nothing changed", "full", "", () => undefined],
      ["nothing changed, with keys", "keys", "", () => undefined],
      ["nothing changed, selective", "selective", "", () => undefined],
      ["another member as maker", "full", "custody.maker", (f) => void (f.manifest.author.member = spoilt(f.manifest.author.member))],
      ["a letter of a statement", "full", undefined, (f) => flip(f.get(f.statement(1)), 60)],
      ["two statements swapped", "full", "custody.statement", (f) => swap(f, f.statement(0), f.statement(1))],
      ["a statement dropped", "full", "custody.missing", (f) => f.drop(f.statement(1))],
      ["the last statement cut off, with the log", "keys", "custody.later_entry", (f) => {
        const line = f.chain("dossier");
        f.drop(f.statement(line.length - 1));
        f.drop(f.proof(line.length - 1));
        --line.length;
        f.manifest.files = [];
        f.manifest.caveats = [];
        for (const name of [...f.members.keys()]) if (/^custody\/(?:attachments|sealed|keys)\//.test(name)) f.drop(name);
      }],
      ["left out under another id", "selective", undefined, (f) => {
        const { leftOut } = f.chain("dossier");
        leftOut[0]!.id = spoilt(leftOut[0]!.id);
      }],
      ["a letter of a proof", "full", undefined, (f) => flip(f.get(f.proof(1)), 60)],
      ["another's proof", "full", undefined, (f) => f.set(f.proof(1), f.get(f.proof(0)))],
      ["a path in another order", "full", "custody.place", proof((one) => one.path.reverse())],
      ["words that nobody signs", "full", "custody.statement", proof((one) => void (one.extra = utf8("a note")))],
      ["one cosigner fewer", "full", "", notes((note) => void note.signatures.pop())],
      ["two cosigners fewer", "full", "custody.not_cosigned", notes((note) => note.signatures.splice(2))],
      ["a cosignature altered", "full", "log.signature_invalid", notes((note) => flip(note.signatures.at(-1)!.signature, 20))],
      ["a cosignature's time altered", "full", "log.signature_invalid", notes((note) => flip(note.signatures.at(-1)!.signature, 7))],
      ["without the log's signature", "full", "log.unsigned", notes((note) => void note.signatures.shift())],
      ["a byte of the document", "selective", "custody.file", (f) => flip(f.get(f.like("custody/files/")), 3)],
      ["another salt", "selective", "custody.file", (f) => {
        const { file } = f.manifest.files[0]!;
        file.salt = spoilt(file.salt);
      }],
      ["another name", "selective", "custody.file", (f) => void (f.manifest.files[0]!.file.name = "autre.pdf")],
      ["the document dropped", "selective", "custody.missing", (f) => f.drop(f.like("custody/files/"))],
      ["another document under its own true digest", "selective", "custody.file", (f) => {
        const bytes = utf8("falsified");
        f.set(f.like("custody/files/"), bytes);
        Object.assign(f.manifest.files[0]!.file, { size: bytes.length, sha256: sha256Hex(bytes) });
      }],
      ["a byte of ciphertext", "full", "custody.ciphertext", (f) => flip(f.get(f.like("custody/attachments/")), 300)],
      ["a byte of a sealed body", "full", undefined, (f) => flip(f.get(f.like("custody/sealed/")), 300)],
      ["another key", "keys", "custody.key", (f) => f.set(f.like("custody/keys/"), utf8(`${encodeIdentity(generateIdentity())}\n`))],
      ["a comment beside a key", "keys", "custody.key", (f) => {
        const name = f.like("custody/keys/");
        f.set(name, utf8(`${fromUtf8(f.get(name))!}# a comment\n`));
      }],
      ["an opinion", "full", "custody.stray", (f) => f.set("custody/opinion.txt", utf8("believe me"))],
      ["one more document", "selective", "custody.stray", (f) => f.set("custody/files/00", utf8("x"))],
      ["a plain document in a full bundle", "full", "custody.form", (f) => f.set("custody/files/00", utf8("x"))],
      ["a key in a selective bundle", "history", "custody.form", async (f, other) => {
        const keys = await other("keys");
        f.set(keys.like("custody/keys/"), keys.get(keys.like("custody/keys/")));
      }],
      ["ciphertext in a selective bundle", "history", "custody.form", async (f, other) => {
        const full = await other("full");
        f.set(full.like("custody/attachments/"), full.get(full.like("custody/attachments/")));
      }],
      ["restrictions of nothing", "full", "custody.malformed", (f) => {
        f.manifest.caveats[0]!.entry = spoilt(f.manifest.caveats[0]!.entry);
      }],
      ["another size of the log", "full", "custody.malformed", (f) => void ++f.manifest.logSize],
      ["a register cut short", "full", null, (f) => {
        const line = f.chain("register");
        for (let seq = 3; seq < line.length; ++seq) for (const end of ["json", "proof"]) f.drop(`custody/statements/${line.chain}/${String(seq).padStart(6, "0")}.${end}`);
        line.length = 3;
      }],
      ["a log entry altered", "keys", "custody.log_entries", (f) => flip(f.get("custody/log-entries"), 70)],
    ];
    it.each(lies)("%s", async (_, bundle, key, change) => {
      const forger = await Forger.of(bundles.get(bundle)!);
      await change(forger, async (name) => Forger.of(bundles.get(name)!));
      const bytes = await forger.signedBy(signingKey(sen.state));
      const theirs = await native(onDisk("lie.tar", bytes), []);
      expect(await here(bytes, [])).toEqual(theirs);
      if (key === undefined) expect(theirs["verified"]).toBe(false);
      else if (key !== null) expect(theirs["problem"] ?? "").toBe(key);
    }, 300_000);

    it("signed by somebody else", async () => {
      const bytes = await (await Forger.of(bundles.get("full")!)).signedBy(generateSigningKey());
      expect((await here(bytes, []))["problem"]).toBe("custody.maker");
      expect(await here(bytes, [])).toEqual(await native(onDisk("lie.tar", bytes), []));
    }, 300_000);
  });
});
