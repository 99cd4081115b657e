// Internal to src/agent: ciphertext on its way to the server (platform/agent/upload.hpp). Needs the ticket alone, so it
// goes on when the session ends.
import { attempt, fail } from "../base/failure.ts";
import type { Environment } from "./environment.ts";
import type { UploadTicket } from "./ports.ts";

// One PATCH: large enough that its round trip does not count, small enough that a cut loses little.
const piece = 8 * 1024 * 1024;
const mostFailures = 6;

export interface Upload {
  ticket: UploadTicket;
  /** Of the ciphertext in the profile. */
  place: string;
  /** Shown. */
  name: string;
  total: number;
}

/** From the server's durable offset to the end. unavailable "upload.incomplete" after failures without progress. */
export async function finishUpload(environment: Environment, { ticket, place, name, total }: Upload): Promise<void> {
  const file = await environment.profile.place(place);
  try {
    if (file.size() !== total) fail("unavailable", "profile.unusable", {}, "the staged ciphertext has another length");
    const buffer = new Uint8Array(Math.min(piece, total));
    let failures = 0;
    let offset: number | undefined;
    for (;;) {
      if (environment.observer.cancelled()) fail("unavailable", "upload.incomplete");
      if (offset === undefined) {
        const durable = await attempt(() => environment.server.uploadOffset(ticket));
        if ("failure" in durable) {
          if (durable.failure.code !== "unavailable") throw durable.failure;
          if (++failures >= mostFailures) fail("unavailable", "upload.incomplete");
          await environment.clock.pause(200 * failures * failures);
          continue;
        }
        offset = durable.value;
        environment.observer.onTransfer({ phase: "upload", name, done: offset, total });
      }
      if (offset > total) fail("integrity", "upload.too_long");
      if (offset === total) return;
      const bytes = buffer.subarray(0, Math.min(piece, total - offset));
      if (file.readAt(offset, bytes) !== bytes.length) fail("unavailable", "profile.unusable");
      const from = offset;
      const moved = await attempt(() => environment.server.upload(ticket, from, bytes));
      if ("value" in moved) {
        // A server that takes and takes and is no further is not worth a disk's worth of sending.
        if (moved.value > offset) failures = 0;
        else if (++failures >= mostFailures) fail("unavailable", "upload.incomplete");
        offset = moved.value;
        environment.observer.onTransfer({ phase: "upload", name, done: offset, total });
        continue;
      }
      if (moved.failure.code !== "unavailable" && moved.failure.code !== "conflict") throw moved.failure;
      if (++failures >= mostFailures) fail("unavailable", "upload.incomplete");
      await environment.clock.pause(200 * (failures - 1));
      offset = undefined;
    }
  } finally {
    file.close();
  }
}
