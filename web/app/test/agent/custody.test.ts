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
  }, 60_000);

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
    }, 120_000);

    it("holds for the native client, with the same findings", async () => {
      const path = onDisk(`${name}.tar`, bytes);
      for (const given of [[], parties]) {
        const theirs = await native(path, given);
        expect(theirs["verified"]).toBe(true);
        expect(await here(bytes, given)).toEqual(theirs);
      }
    }, 120_000);

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
    }, 120_000);
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
  }, 120_000);

  it("refuses what is not there, and leaves nothing that looks like a bundle", async () => {
    for (const order of [
      { chain, selective: true, attachments: ["00".repeat(16)] }, { chain: "00".repeat(32), selective: false, attachments: [] },
    ]) {
      const target = place();
      const failure = await makeBundle(sen.state, order, target.to).then(() => undefined, (error) => error);
      expect(isFailure(failure) && ["custody.no_such_file", "dossier.unknown"].includes(failure.key), String(failure)).toBe(true);
      expect(target.state()).toBe("aborted");
    }
  }, 60_000);

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
  }, 120_000);

  it("a founding sheet says who is who", async () => {
    const path = join(folder, "native-full.tar");
    const sheet = join(folder, "sheet.txt");
    const printed = (await world.run("SEN1", "sheet", "--out", sheet).catch(() => undefined)) ?? undefined;
    const text = printed === undefined ? parties.join("\n") : readFileSync(sheet, "utf8");
    const found = await verifyBundle(readFileSync(path), text);
    expect(found.holds).toBe(true);
    expect(found.told?.parties.some(({ basis }) => basis === "given")).toBe(true);
  }, 60_000);
});
