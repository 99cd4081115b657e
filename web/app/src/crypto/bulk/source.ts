// Where large files come from and where they go (crypto/age/parallel.hpp, Source and Sink): in order, one call at a
// time. What is handed over may lie in memory that workers share and is good during the call only.
import type { Bytes } from "../bytes.ts";

/** Fills `into` from where the last call ended; fewer bytes only at the end. */
export type Source = (into: Bytes) => number | Promise<number>;
/** Takes the bytes that come next. */
export type Sink = (bytes: Bytes) => void | Promise<void>;

/**
 * Reads a Blob or File from its start. As a stream, because that costs the browser half of what slices do. A file that
 * changes on its disk makes the call fail.
 */
export const sourceOfBlob = (blob: Blob): Source => sourceOfStream(blob.stream());

/** Reads a stream, which is locked from now on. */
export function sourceOfStream(stream: ReadableStream<Bytes>): Source {
  const reader = stream.getReader();
  let piece: Bytes = new Uint8Array(0);
  let ended = false;
  return async (into) => {
    let filled = 0;
    while (filled < into.length && !ended) {
      if (piece.length === 0) {
        const { done, value } = await reader.read();
        ended = done;
        if (value) piece = value;
        continue;
      }
      const taken = piece.subarray(0, into.length - filled);
      into.set(taken, filled);
      filled += taken.length;
      piece = piece.subarray(taken.length);
    }
    return filled;
  };
}

/** What reads at a place: a synchronous handle of the origin private file system, for one. */
export interface ReadsAt { readAt(position: number, into: Bytes): number }
export interface WritesAt { writeAt(position: number, bytes: Bytes): void }

export function sourceOfPlace(place: ReadsAt): Source {
  let at = 0;
  return (into) => {
    let filled = 0;
    while (filled < into.length) {
      const count = place.readAt(at, into.subarray(filled));
      if (count === 0) break;
      at += count;
      filled += count;
    }
    return filled;
  };
}

export function sinkOfPlace(place: WritesAt): Sink {
  let at = 0;
  return (bytes) => {
    place.writeAt(at, bytes);
    at += bytes.length;
  };
}

/** A stream is handed bytes of its own. */
export const sinkOfWriter = (writer: WritableStreamDefaultWriter<Bytes>): Sink => (bytes) => writer.write(bytes.slice());
