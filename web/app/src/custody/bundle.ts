// An archive that is exactly what its manifest lists. Mirror of platform/custody/bundle.hpp.
import { fail, Failure } from "../base/failure.ts";
import { equal, hexEncode, utf8, type Bytes } from "../crypto/bytes.ts";
import { createSha256 } from "../crypto/sha256.ts";
import type { Digest, Signature } from "../model/ids.ts";
import { isSignatureText, sha256Hex } from "../record/keys.ts";
import { readArchive, type ArchiveMember } from "./archive.ts";
import { manifestName, readme, readmeName, signatureName } from "./layout.ts";
import { maxManifestBytes, parseManifest, textOf, type Manifest } from "./manifest.ts";
import { copyRange, type Source } from "./source.ts";

export const custodyFailure = (key: string, name: string, value: string): never => fail("integrity", key, { [name]: value });

export interface BundleMember {
  size: number;
  offset: number;
  sha256: Digest;
}

export interface Bundle {
  readonly source: Source;
  readonly manifest: Manifest;
  readonly manifestText: Bytes;
  readonly signature: Signature;
  /** undefined: not there. What is found counts as used. */
  find(name: string): BundleMember | undefined;
  /** A small member, its digest checked again. integrity "custody.missing" {member}, "custody.malformed". */
  load(name: string, limit: number): Promise<Bytes>;
  /** A member that nothing asked for, if there is one: a bundle holds nothing that proves nothing. */
  unused(): string | undefined;
  hasBelow(folder: string): boolean;
}

const heads = [readmeName, manifestName, signatureName];

async function bytesOf(source: Source, { size, offset }: BundleMember | ArchiveMember, limit: number): Promise<Bytes> {
  if (size > limit) return custodyFailure("custody.malformed", "where", "size");
  return (await source.read(offset, size)) ?? custodyFailure("custody.malformed", "where", "truncated");
}

/** `watch` hears how many bytes were counted: the caller may tell a person, or stop by throwing. */
async function digestOf(source: Source, member: ArchiveMember, watch: (bytes: number) => void): Promise<Digest> {
  const hash = createSha256();
  try {
    const whole = await copyRange(source, member.offset, member.size, (piece) => {
      hash.update(piece);
      watch(piece.length);
    });
    return whole ? hexEncode(hash.finish()) : custodyFailure("custody.malformed", "where", "truncated");
  } finally {
    hash.free();
  }
}

function signatureOf(bytes: Bytes): Signature {
  const line = textOf(bytes) ?? "";
  if (!line.endsWith("\n") || !isSignatureText(line.slice(0, -1))) {
    return custodyFailure("custody.malformed", "where", "signature");
  }
  return line.slice(0, -1);
}

export interface Reading {
  /** Hears of bytes as they are counted; may stop by throwing. */
  watch?: ((bytes: number) => void) | undefined;
  /** Digests that the caller has counted himself, of bytes that he will write: these members are not read. */
  counted?: ReadonlyMap<string, Digest> | undefined;
}

/**
 * Reads all of it once: layout, manifest, and the digest of every member. integrity "custody.malformed" {where},
 * "custody.altered" {member}.
 */
export async function openBundle(source: Source, { watch = () => undefined, counted }: Reading = {}): Promise<Bundle> {
  const archive = await readArchive(source);
  if (archive.length < heads.length || heads.some((name, i) => archive[i]!.name !== name)) {
    return custodyFailure("custody.malformed", "where", "layout");
  }
  const words = utf8(readme);
  if (!equal(await bytesOf(source, archive[0]!, words.length), words)) {
    return custodyFailure("custody.malformed", "where", "readme");
  }
  const manifestText = await bytesOf(source, archive[1]!, maxManifestBytes);
  const manifest = parseManifest(manifestText);
  const signature = signatureOf(await bytesOf(source, archive[2]!, 256));

  // The list is in rising order, so no name stands twice.
  const lines = manifest.members;
  if (archive.length !== heads.length + lines.length) return custodyFailure("custody.malformed", "where", "members");
  const members = new Map<string, BundleMember>();
  for (const [i, line] of lines.entries()) {
    const member = archive[heads.length + i]!;
    if (member.name !== line.name || member.size !== line.size) {
      return custodyFailure("custody.malformed", "where", "members");
    }
    const sha256 = counted?.get(member.name) ?? (await digestOf(source, member, watch));
    if (sha256 !== line.sha256) return custodyFailure("custody.altered", "member", member.name);
    members.set(member.name, { size: member.size, offset: member.offset, sha256 });
  }

  const used = new Set<string>();
  const find = (name: string): BundleMember | undefined => {
    const member = members.get(name);
    if (member !== undefined) used.add(name);
    return member;
  };
  return {
    source, manifest, manifestText, signature, find,
    async load(name, limit) {
      const member = find(name) ?? custodyFailure("custody.missing", "member", name);
      const bytes = await bytesOf(source, member, limit);
      // Once more: nothing that is used may have changed since it was counted.
      return sha256Hex(bytes) === member.sha256 ? bytes : custodyFailure("custody.altered", "member", name);
    },
    unused: () => [...members.keys()].find((name) => !used.has(name)),
    hasBelow: (folder) => [...members.keys()].some((name) => name.startsWith(folder)),
  };
}

/** Whether this is a finding about the bundle; what the environment could not do is none. */
export const isFinding = (error: unknown): error is Failure => error instanceof Failure && error.code !== "unavailable";
