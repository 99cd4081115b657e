// Internal to src/agent: ciphertext on its way to the server (platform/agent/upload.hpp). Needs the ticket alone, so it
// goes on when the session ends; here it runs in the carrier (carrier.ts).
import { attempt, fail } from "../base/failure.ts";
import type { Clock } from "./environment.ts";
import type { ServerPort, UploadTicket } from "./ports.ts";

// One PATCH: large enough that its round trip does not count, small enough that a cut loses little and a slow line is
// seen to move. The line itself says what that is.
const firstPiece = 1024 * 1024;
const largestPiece = 8 * 1024 * 1024;
const leastPiece = 256 * 1024;
const slowMilliseconds = 20_000;
const mostFailures = 6;

// As little as a line that is cut all the time brings across, and it still moves.
const leastProgress = 64 * 1024;

/**
 * How often in a row nothing came of it. Whoever takes bytes and is no further, goes back, or creeps by single bytes,
 * does not move: what counts is the furthest that was ever durable.
 */
function patience(total: number): { reached: (offset: number) => boolean; failed: () => boolean; failures: () => number } {
  let counted = 0;
  let failures = 0;
  return {
    /** True while it is worth going on. */
    reached: (offset) => {
      if (offset >= Math.min(total, counted + leastProgress)) [counted, failures] = [offset, 0];
      return failures < mostFailures;
    },
    failed: () => ++failures < mostFailures,
    failures: () => failures,
  };
}

/** Ciphertext that lies in the profile, whole. */
export interface Staged {
  size: number;
  /** Bytes, or what stands for them: the browser reads it while it sends. */
  piece(from: number, to: number): Promise<Uint8Array | Blob>;
}

export interface Transport {
  server: Pick<ServerPort, "uploadOffset" | "upload">;
  clock: Pick<Clock, "pause">;
}

export interface Upload {
  ticket: UploadTicket;
  staged: Staged;
  total: number;
}

export interface Watched {
  progress(done: number): void;
  signal: AbortSignal;
}

/**
 * From the server's durable offset to the end. unavailable "upload.incomplete" after several failures without progress
 * or when it is aborted, "upload.not_moving" where the server takes bytes and gets no further.
 */
export async function finishUpload(
  { server, clock }: Transport, { ticket, staged, total }: Upload, { progress, signal }: Watched,
): Promise<void> {
  const still = patience(total);
  let size = firstPiece;
  let offset: number | undefined;
  for (;;) {
    if (signal.aborted) fail("unavailable", "upload.incomplete");
    if (offset === undefined) {
      const durable = await attempt(() => server.uploadOffset(ticket));
      if ("failure" in durable) {
        if (durable.failure.code !== "unavailable") throw durable.failure;
        if (!still.failed()) fail("unavailable", "upload.incomplete");
        await clock.pause(200 * still.failures() * still.failures());
        continue;
      }
      offset = durable.value;
      if (!still.reached(offset)) fail("unavailable", "upload.incomplete");
      progress(offset);
    }
    if (offset > total) fail("integrity", "upload.too_long");
    if (offset === total) return;
    const from = offset;
    const length = Math.min(size, total - from);
    const bytes = await staged.piece(from, from + length);
    const begun = performance.now();
    const moved = await attempt(() => server.upload(ticket, from, bytes, signal));
    const took = performance.now() - begun;
    if (took > slowMilliseconds) size = Math.max(leastPiece, size / 2);
    else if (took < slowMilliseconds / 4) size = Math.min(largestPiece, size * 2);
    if ("value" in moved) {
      // Taken, says the server: then it is as much further as was sent, or this is one more time in vain.
      const whole = moved.value === from + length;
      offset = moved.value;
      progress(offset);
      if (!still.reached(offset) || (!whole && !still.failed())) fail("unavailable", "upload.not_moving");
      continue;
    }
    if (moved.failure.code !== "unavailable" && moved.failure.code !== "conflict") throw moved.failure;
    if (!still.failed()) fail("unavailable", "upload.incomplete");
    await clock.pause(200 * (still.failures() - 1));
    offset = undefined;
  }
}
