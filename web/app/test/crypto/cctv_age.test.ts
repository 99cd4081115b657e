// The CCTV age vectors: each must end in its class of failure, whatever the pieces in which it comes, and what was given
// out before a late failure must be what the vector says (tests/vectors/age/cctv_age_test.cpp).
import { createHash } from "node:crypto";
import { gunzipSync, inflateSync } from "node:zlib";
import * as cctv from "cctv-age";
import { beforeAll, describe, expect, test } from "vitest";

import { ageFailureOf } from "../../src/crypto/age/failure.ts";
import { payloadKey } from "../../src/crypto/age/fileKey.ts";
import { parseHeader, writeHeaderBeforeMac, writeHeaderEnd } from "../../src/crypto/age/header.ts";
import { createOpenerWith, createSealer } from "../../src/crypto/age/stream.ts";
import { concat, hexEncode, utf8, type Bytes } from "../../src/crypto/bytes.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { identityOpens, readArmor, unwrapWithAny } from "../support/foreignAge.ts";
import { fromHex } from "../support/vectors.ts";

const foreignHeaderBytes = 16 * 1024 * 1024;
const classes: Record<string, string | null> = {
  "success": null, "no match": "no_match", "HMAC failure": "hmac", "header failure": "header",
  "payload failure": "payload", "armor failure": "armor",
};

interface Vector {
  file: Bytes;
  failure: string | null;
  payload?: string;
  fileKey?: Bytes;
  identities: string[];
  passphrases: string[];
  armored: boolean;
}

function read(bytes: Bytes): Vector {
  const end = Buffer.from(bytes).indexOf("\n\n");
  const vector: Vector = { file: bytes.slice(end + 2), failure: null, identities: [], passphrases: [], armored: false };
  for (const line of Buffer.from(bytes.subarray(0, end)).toString().split("\n")) {
    const key = line.slice(0, line.indexOf(": "));
    const value = line.slice(key.length + 2);
    if (key === "expect") {
      if (!(value in classes)) throw new Error(`unknown expectation: ${value}`);
      vector.failure = classes[value]!;
    } else if (key === "payload") vector.payload = value;
    else if (key === "identity") vector.identities.push(value);
    else if (key === "passphrase") vector.passphrases.push(value);
    else if (key === "file key") vector.fileKey = fromHex(value);
    else if (key === "armored") vector.armored = value === "yes";
    else if (key === "compressed") vector.file = new Uint8Array(value === "zlib" ? inflateSync(vector.file) : gunzipSync(vector.file));
    else if (key !== "comment") throw new Error(`unknown key: ${key}`);
  }
  return vector;
}

function open(vector: Vector, piece: number): { failure: string | null; payload: Bytes } {
  const armor = vector.armored ? readArmor(Buffer.from(vector.file).toString("latin1")) : { bytes: vector.file, good: true };
  const opener = createOpenerWith(unwrapWithAny(vector.identities.map(identityOpens), vector.passphrases), foreignHeaderBytes);
  const out: Bytes[] = [];
  try {
    for (let at = 0; at < armor.bytes.length; at += piece) out.push(opener.update(armor.bytes.subarray(at, at + piece)));
    if (!armor.good) return { failure: "armor", payload: concat(...out) };
    out.push(opener.finish());
  } catch (error) {
    // What the same call had opened before it failed does not come out; it is asked for by smaller pieces below.
    return { failure: ageFailureOf(error), payload: concat(...out, opener.misplaced()) };
  }
  expect(hexEncode(opener.totals().fileSha256)).toBe(createHash("sha256").update(armor.bytes).digest("hex"));
  return { failure: null, payload: concat(...out) };
}

const sha256 = (bytes: Bytes): string => createHash("sha256").update(bytes).digest("hex");

function checkHeader(file: Bytes): void {
  const header = parseHeader(file, foreignHeaderBytes)!;
  const written = writeHeaderBeforeMac(header.stanzas) + writeHeaderEnd(header.mac);
  expect(utf8(written)).toEqual(file.slice(0, header.size));
}

function checkPayload(vector: Vector, payload: Bytes): void {
  const { size } = parseHeader(vector.file, foreignHeaderBytes)!;
  const nonce = vector.file.slice(size, size + 16);
  const sealer = createSealer({ bytes: vector.file.slice(0, size + 16), key: payloadKey(vector.fileKey!, nonce) });
  const sealed = concat(sealer.update(payload), sealer.finish());
  expect(sha256(sealed)).toBe(sha256(vector.file));
  expect(hexEncode(sealer.totals().fileSha256)).toBe(sha256(vector.file));
}

const vectors = Object.entries((cctv as unknown as { default?: Record<string, Uint8Array> }).default ?? cctv)
  .filter(([, bytes]) => bytes instanceof Uint8Array) as [string, Uint8Array][];

beforeAll(() => cryptoReady);

describe("CCTV age vectors", () => {
  test("all 143 are there", () => expect(vectors.length).toBe(143));

  test.each(vectors)("%s", (_, bytes) => {
    const vector = read(bytes);
    // In pieces of less than a chunk, so that what had opened before a late failure has come out.
    const ended = open(vector, 4099);
    expect(ended.failure).toBe(vector.failure);
    if (vector.payload !== undefined) expect(sha256(ended.payload)).toBe(vector.payload);
    else expect(ended.payload.length).toBe(0);
    expect(open(vector, vector.file.length + 1).failure).toBe(vector.failure);
    if (vector.file.length < 5000 && vector.passphrases.length === 0) expect(open(vector, 1)).toEqual(ended);
    if (vector.armored) return;
    if (vector.failure !== "header") checkHeader(vector.file);
    if (vector.failure === null) checkPayload(vector, ended.payload);
  }, 60_000);
});
