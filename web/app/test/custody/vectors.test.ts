import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { hexEncode } from "../../src/crypto/bytes.ts";
import { sha256 } from "../../src/crypto/sha256.ts";
import { tarBlock } from "../../src/custody/archive.ts";
import { blobSource, memorySource } from "../../src/custody/source.ts";
import { extractFile, noTrust, parseTrusted, verifyCustody } from "../../src/custody/verify.ts";
import { refusal } from "../record/vectors.ts";
import { shown } from "./shown.ts";

beforeAll(() => cryptoReady);

const folder = new URL("../../../../tests/vectors/custody/", import.meta.url);
const bundle = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
interface Case { bundle: string; parties: string[]; findings: Record<string, unknown> }
const { cases } = JSON.parse(readFileSync(new URL("findings.json", folder), "utf8")) as { cases: Case[] };

describe("the committed bundles", () => {
  it.each(cases.map((one, i) => [`${one.bundle}, ${one.parties.length} given (${i})`, one] as const))(
    "%s: the findings of the native client", async (_, one) => {
      const trust = { parties: one.parties.map(parseTrusted) };
      expect(shown(await verifyCustody(memorySource(bundle(one.bundle)), trust))).toEqual(one.findings);
    });

  it("a file that is read in pieces gives the same", async () => {
    const one = cases[0]!;
    let told = 0;
    const found = await verifyCustody(blobSource(new Blob([new Uint8Array(bundle(one.bundle))])), noTrust(), { watch: (done) => (told = done) });
    expect(shown(found)).toEqual(one.findings);
    expect(told).toBeGreaterThan(0);
  });

  it("a disclosed document comes out as it went in", async () => {
    const source = memorySource(bundle("selective.tar"));
    const { told } = await verifyCustody(source, noTrust());
    const files = told!.entries.flatMap(({ attachments }) => attachments).filter(({ evidence }) => evidence === "plain_file");
    expect(files).toHaveLength(1);
    const pieces: Uint8Array[] = [];
    await extractFile(source, files[0]!.file!, (piece) => void pieces.push(piece));
    expect(hexEncode(sha256(...pieces))).toBe(files[0]!.file!.sha256);
    await expect(extractFile(source, { ...files[0]!.file!, id: "00".repeat(16) }, () => undefined))
      .rejects.toMatchObject({ key: "custody.no_such_file" });
  });
});

describe("what was altered", () => {
  // One byte in each block, and the ends: whatever stands there, it is noticed.
  it.each(["full.tar", "selective.tar"])("%s: no byte may change", async (name) => {
    const good = bundle(name);
    const keys = new Map<string, number>();
    let tried = 0;
    for (let at = 7; at < good.length; at += tarBlock + 41) {
      const bad = good.slice();
      bad[at]! ^= 1;
      const { failure, told } = await verifyCustody(memorySource(bad), noTrust());
      expect(told, `byte ${at}`).toBeUndefined();
      expect(["custody.malformed", "custody.altered", "custody.maker"], `byte ${at}`).toContain(failure?.key);
      keys.set(failure!.key, (keys.get(failure!.key) ?? 0) + 1);
      ++tried;
    }
    console.log(`${name}: ${tried} altered bytes noticed: ${JSON.stringify(Object.fromEntries(keys))}`);
  }, 300_000);

  it("nor may it be cut short or lengthened", async () => {
    const good = bundle("selective.tar");
    for (const bad of [good.slice(0, -1), good.slice(0, -tarBlock), good.slice(0, 1000), new Uint8Array(0),
      new Uint8Array([...good, 0]), new Uint8Array([...good, ...new Uint8Array(tarBlock)])]) {
      const { failure } = await verifyCustody(memorySource(bad), noTrust());
      expect(failure?.key).toBe("custody.malformed");
    }
  });

  it("a file that is taken away meanwhile is no finding", async () => {
    const gone = { size: 4096, read: () => Promise.reject(new DOMException("gone", "NotReadableError")) };
    await expect(verifyCustody(gone, noTrust())).rejects.toThrow();
  });
});

it("fingerprints that are typed", () => {
  expect(parseTrusted("SEN=59724 60989 17898 88949 04391 41443 45378 35452").code).toBe("SEN");
  expect(parseTrusted(`X-OTP=${"ab".repeat(32)}`).fingerprint).toBe("ab".repeat(32));
  for (const bad of ["", "SEN", "sen=1", "SEN=123", `SEN=${"ab".repeat(31)}`, `SEN=${"1".repeat(41)}`]) {
    expect(refusal(() => parseTrusted(bad)), bad).toBe("custody.trust");
  }
});
