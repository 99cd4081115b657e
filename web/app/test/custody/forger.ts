// A bundle taken apart, changed, and put together again by a maker who lies: digests, order and signature are right, so
// that only the evidence itself can give the change away (tests/support/custody_forger.hpp).
import { concat, type Bytes } from "../../src/crypto/bytes.ts";
import type { SigningKey } from "../../src/crypto/sign.ts";
import { readArchive } from "../../src/custody/archive.ts";
import { manifestName, proofName, statementName } from "../../src/custody/layout.ts";
import { parseManifest, type ChainLine, type Manifest } from "../../src/custody/manifest.ts";
import { memorySource } from "../../src/custody/source.ts";
import { BundleDraft } from "../../src/custody/write.ts";

export const spoilt = (hex: string): string => ((parseInt(hex[0]!, 16) ^ 1).toString(16)) + hex.slice(1);
export const flip = (bytes: Bytes, at: number): void => void (bytes[at]! ^= 0x04);

export class Forger {
  private constructor(readonly manifest: Manifest, readonly members: Map<string, Bytes>) {}

  static async of(bundle: Bytes): Promise<Forger> {
    const members = new Map<string, Bytes>();
    for (const { name, size, offset } of await readArchive(memorySource(bundle))) {
      members.set(name, bundle.slice(offset, offset + size));
    }
    const manifest = parseManifest(members.get(manifestName)!);
    for (const name of [...members.keys()].slice(0, 3)) members.delete(name);
    return new Forger(manifest, members);
  }

  get(name: string): Bytes {
    const found = this.members.get(name);
    if (found === undefined) throw new Error(`no member ${name}`);
    return found;
  }
  set(name: string, bytes: Bytes): void { this.members.set(name, bytes); }
  drop(name: string): void {
    this.get(name);
    this.members.delete(name);
  }
  chain(use: ChainLine["use"]): ChainLine {
    return this.manifest.chains.find((line) => line.use === use)!;
  }
  /** The first member whose name starts so. */
  like(start: string): string {
    return [...this.members.keys()].find((name) => name.startsWith(start))!;
  }
  statement(seq: number): string { return statementName(this.manifest.dossier, seq); }
  proof(seq: number): string { return proofName(this.manifest.dossier, seq); }

  async signedBy(key: SigningKey): Promise<Bytes> {
    const draft = new BundleDraft();
    for (const [name, bytes] of this.members) draft.add(name, bytes);
    const pieces: Bytes[] = [];
    await draft.ready(this.manifest, key).write((piece) => void pieces.push(piece));
    return concat(...pieces);
  }
}
