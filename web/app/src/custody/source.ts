// Bytes of any length, read in pieces. Mirror of platform/custody/source.hpp.
import { Failure } from "../base/failure.ts";
import type { Bytes } from "../crypto/bytes.ts";

export interface Source {
  readonly size: number;
  /** Exactly these bytes, the caller's own; null where there are fewer. Failure: unavailable "custody.read". */
  read(offset: number, length: number): Promise<Bytes | null>;
}

/** What is written goes on only when the promise is kept: a slow disk holds the writer back. */
export type Sink = (piece: Bytes) => Promise<void> | void;

export const memorySource = (bytes: Bytes): Source => ({
  size: bytes.length,
  read: (offset, length) =>
    Promise.resolve(offset + length > bytes.length ? null : bytes.slice(offset, offset + length)),
});

const readAhead = 256 * 1024;

/** A file the person chose. Small pieces come from a window that is read at once. */
export function blobSource(blob: Blob): Source {
  let windowAt = 0;
  let window: Bytes = new Uint8Array(0);
  const fetch = async (offset: number, length: number): Promise<Bytes> => {
    try {
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    } catch (error) {
      // Moved, changed or taken away since it was chosen.
      throw new Failure("unavailable", "custody.read", {}, error instanceof Error ? error.name : "");
    }
  };
  return {
    size: blob.size,
    async read(offset, length) {
      if (offset + length > blob.size) return null;
      if (length >= readAhead) return fetch(offset, length);
      if (offset < windowAt || offset + length > windowAt + window.length) {
        windowAt = offset;
        window = await fetch(offset, Math.min(readAhead, blob.size - offset));
      }
      // A copy: the window is dropped as a whole.
      return window.slice(offset - windowAt, offset - windowAt + length);
    },
  };
}

const piece = 1024 * 1024;

/** Hands `length` bytes from `offset` on to the sink, in pieces. False: the source ended before. */
export async function copyRange(source: Source, offset: number, length: number, sink: Sink): Promise<boolean> {
  for (let done = 0; done < length; done += piece) {
    const bytes = await source.read(offset + done, Math.min(piece, length - done));
    if (bytes === null) return false;
    await sink(bytes);
  }
  return true;
}
