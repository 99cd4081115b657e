// The parts of a recovery identity, as every implementation writes and reads them.
import { beforeAll, describe, expect, it } from "vitest";
import { identityFromSeed } from "../../src/crypto/age/hybrid.ts";
import { equal, utf8 } from "../../src/crypto/bytes.ts";
import { shamirCombine } from "../../src/crypto/shamir.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { fromUtf8 } from "../../src/crypto/bytes.ts";
import {
  encodePrintedShare, encodeShareFile, parsePrintedShare, parseShare, shareDigest,
} from "../../src/record/share_file.ts";
import { bytesOfBase64, haveVectors, refusal, vectors, type BadCase } from "./vectors.ts";

interface File {
  shares: string[]; share_sha256: string[]; share_bad: BadCase[]; threshold: number; recipient: string; printed: string;
  printed_framed: string; printed_bad: BadCase[];
}
const name = "recovery_shares.json";

describe.skipIf(!haveVectors(name))("parts of a recovery identity", () => {
  let file: File;
  beforeAll(async () => {
    await cryptoReady;
    file = vectors<File>(name);
  });

  it("are read and written byte for byte, and named by the digests that the register has", () => {
    const parsed = file.shares.map((text) => parseShare(utf8(text)));
    expect(parsed.map((share) => fromUtf8(encodeShareFile(share)))).toEqual(file.shares);
    expect(parsed.map(({ share }) => shareDigest(share))).toEqual(file.share_sha256);
    for (const left of [0, 1, 2]) {
      const some = parsed.filter((_, i) => i !== left).slice(0, file.threshold).map(({ share }) => share);
      expect(identityFromSeed(shamirCombine(some)!).recipient.text).toBe(file.recipient);
    }
  });

  it("are refused when a byte is another", () => {
    for (const { what, text } of file.share_bad) {
      expect(refusal(() => parseShare(bytesOfBase64(text))), what).toBe("share.malformed");
    }
  });

  it("are printed, and read from a sheet with its frame", () => {
    const sheet = parsePrintedShare(file.printed);
    expect(encodePrintedShare(sheet)).toBe(file.printed);
    expect(fromUtf8(encodeShareFile(sheet.file))).toBe(file.shares[2]);
    expect(equal(parsePrintedShare(file.printed_framed).file.share.value, sheet.file.share.value)).toBe(true);
    for (const { what, text } of file.printed_bad) {
      const bad = fromUtf8(bytesOfBase64(text)) ?? "";
      expect(refusal(() => parsePrintedShare(bad)), what).toBe("envelope.malformed");
    }
  });
});
