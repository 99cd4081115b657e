// Writing a bundle: members are gathered, then the manifest lists and signs them. Mirror of platform/custody/write.hpp.
import { ensure, Failure } from "../base/failure.ts";
import { base64Encode } from "../crypto/base64.ts";
import { concat, hexEncode, utf8, type Bytes } from "../crypto/bytes.ts";
import { createSha256 } from "../crypto/sha256.ts";
import type { SigningKey } from "../crypto/sign.ts";
import type { Digest } from "../model/ids.ts";
import { sha256Hex, signText } from "../record/keys.ts";
import type { ProofPath } from "../tlog/proof.ts";
import { isMemberName, tarEnd, tarHeader, tarPadding } from "./archive.ts";
import { custodyFailure } from "./bundle.ts";
import { manifestName, readme, readmeName, signatureName } from "./layout.ts";
import { encodeManifest, manifestSignedText, parseManifest, type Manifest } from "./manifest.ts";
import type { Sink, Source } from "./source.ts";

/** Bytes held in memory, or handed over when the archive is written: the digest must be theirs, or writing fails. */
type Content = Bytes | ((sink: Sink) => Promise<void>);
interface Member {
  name: string;
  size: number;
  sha256: Digest;
  content: Content;
}

/** A bundle that is complete but for the bytes that are handed over while it is written. */
export interface ReadyBundle {
  size: number;
  /**
   * The archive with holes where large members will be, so that it can be verified before anything is written:
   * verifyCustody with `counted` asks for none of them. Reading a hole fails (unavailable "custody.read").
   */
  source: Source;
  /** Digests of the members in holes, counted by whoever added them. */
  counted: ReadonlyMap<string, Digest>;
  /**
   * The archive. Failures: the sink's and the contents'; integrity "custody.altered" where a content is not what was
   * announced: what was written is no bundle then.
   */
  write(sink: Sink): Promise<void>;
}

export class BundleDraft {
  readonly #members: Member[] = [];

  add(name: string, bytes: Bytes | string): void {
    const content = typeof bytes === "string" ? utf8(bytes) : bytes;
    this.#members.push({ name, size: content.length, sha256: sha256Hex(content), content });
  }

  addLarge(name: string, size: number, sha256: Digest, write: (sink: Sink) => Promise<void>): void {
    this.#members.push({ name, size, sha256, content: write });
  }

  /** `manifest.members` is filled in here. */
  ready(manifest: Omit<Manifest, "members">, key: SigningKey): ReadyBundle {
    const ordered = [...this.#members].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name } of ordered) ensure(isMemberName(name), "a bundle's members have plain names");
    const members = ordered.map(({ name, size, sha256 }) => ({ name, size, sha256 }));
    const text = utf8(encodeManifest({ ...manifest, members }));
    // What would not be read is not written.
    parseManifest(text);
    const head = (name: string, content: Bytes): Member => ({ name, size: content.length, sha256: "", content });
    const all = [
      head(readmeName, utf8(readme)), head(manifestName, text),
      head(signatureName, utf8(`${signText(key, manifestSignedText(text))}\n`)), ...ordered,
    ];
    const counted = new Map<string, Digest>();
    for (const { name, sha256, content } of ordered) if (typeof content === "function") counted.set(name, sha256);
    const source = sourceOf(all);
    return { size: source.size, source, counted, write: (sink) => writeAll(all, sink) };
  }
}

async function writeAll(members: readonly Member[], sink: Sink): Promise<void> {
  for (const { name, size, sha256, content } of members) {
    await sink(tarHeader(name, size));
    if (typeof content === "function") await writeLarge(name, size, sha256, content, sink);
    else await sink(content);
    const padding = tarPadding(size);
    if (padding > 0) await sink(new Uint8Array(padding));
  }
  await sink(new Uint8Array(tarEnd));
}

async function writeLarge(
  name: string, size: number, sha256: Digest, content: (sink: Sink) => Promise<void>, sink: Sink,
): Promise<void> {
  const hash = createSha256();
  let written = 0;
  try {
    await content(async (piece) => {
      written += piece.length;
      if (written > size) custodyFailure("custody.altered", "member", name);
      hash.update(piece);
      await sink(piece);
    });
    if (written !== size || hexEncode(hash.finish()) !== sha256) custodyFailure("custody.altered", "member", name);
  } finally {
    hash.free();
  }
}

/** A stretch of the archive: bytes, or only a length. */
interface Stretch {
  at: number;
  size: number;
  bytes?: Bytes;
}

function sourceOf(members: readonly Member[]): Source {
  const stretches: Stretch[] = [];
  let end = 0;
  const push = (size: number, bytes?: Bytes): void => {
    if (size > 0) stretches.push(bytes === undefined ? { at: end, size } : { at: end, size, bytes });
    end += size;
  };
  for (const { name, size, content } of members) {
    const header = tarHeader(name, size);
    push(header.length, header);
    push(size, typeof content === "function" ? undefined : content);
    push(tarPadding(size), new Uint8Array(tarPadding(size)));
  }
  push(tarEnd, new Uint8Array(tarEnd));
  const first = (offset: number): number => {
    let low = 0;
    let high = stretches.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (stretches[middle]!.at <= offset) low = middle;
      else high = middle;
    }
    return low;
  };
  return {
    size: end,
    read(offset, length) {
      if (offset + length > end) return Promise.resolve(null);
      const pieces: Bytes[] = [];
      for (let i = first(offset), at = offset; at < offset + length; ++i) {
        const { at: start, size, bytes } = stretches[i]!;
        if (bytes === undefined) return Promise.reject(new Failure("unavailable", "custody.read"));
        pieces.push(bytes.subarray(at - start, Math.min(size, offset + length - start)));
        at = start + size;
      }
      return Promise.resolve(concat(...pieces));
    },
  };
}

/** "old <size>", then a hash a line in base64. */
export const consistencyMember = (olderSize: number, path: ProofPath): string =>
  [`old ${olderSize}`, ...path.map((hash) => base64Encode(hash))].map((line) => `${line}\n`).join("");
