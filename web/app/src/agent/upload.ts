// Internal to src/agent: ciphertext on its way to the server (platform/agent/upload.hpp). Needs the ticket alone, so it
// goes on when the session ends.
import { attempt, fail } from "../base/failure.ts";
import type { Environment } from "./environment.ts";
import type { UploadTicket } from "./ports.ts";

// One PATCH: large enough that its round trip does not count, small enough that a cut loses little.
const piece = 8 * 1024 * 1024;
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

export interface Upload {
  ticket: UploadTicket;
  /** Of the ciphertext in the profile. */
  place: string;
  /** Shown. */
  name: string;
  total: number;
}

/**
 * From the server's durable offset to the end. unavailable "upload.incomplete" after several failures without progress,
 * "upload.not_moving" (with "file") where the server takes bytes and gets no further.
 */
export async function finishUpload(environment: Environment, { ticket, place, name, total }: Upload): Promise<void> {
  const file = await environment.profile.place(place);
  try {
    if (file.size() !== total) fail("unavailable", "profile.unusable", {}, "the staged ciphertext has another length");
    const buffer = new Uint8Array(Math.min(piece, total));
    const still = patience(total);
    let offset: number | undefined;
    for (;;) {
      if (environment.observer.cancelled()) fail("unavailable", "upload.incomplete");
      if (offset === undefined) {
        const durable = await attempt(() => environment.server.uploadOffset(ticket));
        if ("failure" in durable) {
          if (durable.failure.code !== "unavailable") throw durable.failure;
          if (!still.failed()) fail("unavailable", "upload.incomplete");
          await environment.clock.pause(200 * still.failures() * still.failures());
          continue;
        }
        offset = durable.value;
        if (!still.reached(offset)) fail("unavailable", "upload.incomplete");
        environment.observer.onTransfer({ phase: "upload", name, done: offset, total });
      }
      if (offset > total) fail("integrity", "upload.too_long");
      if (offset === total) return;
      const bytes = buffer.subarray(0, Math.min(piece, total - offset));
      if (file.readAt(offset, bytes) !== bytes.length) fail("unavailable", "profile.unusable");
      const from = offset;
      const moved = await attempt(() => environment.server.upload(ticket, from, bytes));
      if ("value" in moved) {
        // Taken, says the server: then it is as much further as was sent, or this is one more time in vain.
        const whole = moved.value === from + bytes.length;
        offset = moved.value;
        environment.observer.onTransfer({ phase: "upload", name, done: offset, total });
        if (!still.reached(offset) || (!whole && !still.failed())) fail("unavailable", "upload.not_moving", { file: name });
        continue;
      }
      if (moved.failure.code !== "unavailable" && moved.failure.code !== "conflict") throw moved.failure;
      if (!still.failed()) fail("unavailable", "upload.incomplete");
      await environment.clock.pause(200 * (still.failures() - 1));
      offset = undefined;
    }
  } finally {
    file.close();
  }
}
