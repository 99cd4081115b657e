// Where vectors lie: the protocol's own in the tree, third parties' beside it (or where ROGATORY_VECTORS says), and
// skipped loudly where they are absent.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";

import { hexDecode, type Bytes } from "../../src/crypto/bytes.ts";

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");
const thirdParty = process.env["ROGATORY_VECTORS"] ?? resolve(repository, "../shared/vectors");

// What a JSON file of vectors holds is as its own test says.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Vectors = any;

export const protocolJson = (name: string): Vectors =>
  JSON.parse(readFileSync(join(repository, "tests/vectors/protocol", name), "utf8"));

/** A group of tests over a file (or folder) of third parties. */
export function describeVectors(title: string, below: string, tests: (path: string) => void): void {
  const path = join(thirdParty, below);
  if (existsSync(path)) {
    describe(title, () => tests(path));
  } else {
    console.warn(`SKIPPED vectors: ${below} is not here; set ROGATORY_VECTORS to the folder of shared vectors`);
    test.skip(`${title}: the shared vectors are absent`);
  }
}

export const readJson = (path: string): Vectors => JSON.parse(readFileSync(path, "utf8"));

export function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension)).sort().map((name) => join(folder, name));
}

export function fromHex(text: string): Bytes {
  const bytes = hexDecode(text);
  if (!bytes) throw new Error("a vector is not lower-case hexadecimal");
  return bytes;
}
