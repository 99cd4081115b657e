// What our log logs: exactly 64 bytes, label ‖ statement id (crypto/tlog/entry.hpp).
import { ensure, fail } from "../base/failure.ts";
import { concat, labelled, type Bytes } from "../crypto/bytes.ts";
import { sha256, type Digest } from "../crypto/sha256.ts";
import { leafHash, type Hash } from "./merkle.ts";
import { tileWidth } from "./tile.ts";

export const entryBytes = 64;

/**
 * SHA-256("rogatory/v1/leaf" ‖ 0x00 ‖ chain ‖ seq as 8 bytes): names a place in a chain without naming the chain to
 * those who do not know it (protocol §5).
 */
export type EntryLabel = Digest;
export const entryLabel = (chain: Bytes, seq: number): EntryLabel =>
  sha256(labelled("rogatory/v1/leaf", { fixed: chain }, { number: seq }));

export interface Entry { readonly label: EntryLabel; readonly id: Digest }

export const entryOf = (chain: Bytes, seq: number, id: Digest): Entry => ({ label: entryLabel(chain, seq), id });

export const encodeEntry = (entry: Entry): Bytes => concat(entry.label, entry.id);

export function decodeEntry(bytes: Bytes): Entry {
  ensure(bytes.length === entryBytes, "an entry has 64 bytes");
  return { label: bytes.slice(0, 32), id: bytes.slice(32) };
}

/** RFC 6962 leaf hash of the 64 bytes. */
export const entryLeafHash = (entry: Entry): Hash => leafHash(encodeEntry(entry));

/** C2SP tlog-tiles, "Log entries": each entry after its length in two bytes, big-endian; so 66 bytes an entry here. */
export const bundledEntryBytes = 2 + entryBytes;

export function encodeBundle(entries: readonly Entry[]): Bytes {
  ensure(entries.length <= tileWidth, "a bundle holds up to 256 entries");
  return concat(...entries.flatMap((entry) => [Uint8Array.of(0, entryBytes), encodeEntry(entry)]));
}

/** Refuses anything but whole entries of 64 bytes, and more than 256 of them. Failure: "log.bundle_malformed". */
export function decodeBundle(bundle: Bytes): Entry[] {
  if (bundle.length % bundledEntryBytes !== 0 || bundle.length > tileWidth * bundledEntryBytes) {
    fail("invalid_input", "log.bundle_malformed");
  }
  const entries: Entry[] = [];
  for (let at = 0; at < bundle.length; at += bundledEntryBytes) {
    if (bundle[at] !== 0 || bundle[at + 1] !== entryBytes) fail("invalid_input", "log.bundle_malformed");
    entries.push(decodeEntry(bundle.subarray(at + 2, at + bundledEntryBytes)));
  }
  return entries;
}
