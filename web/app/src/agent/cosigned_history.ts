// Internal to src/agent: which sizes of the log were cosigned when, as this device has seen it
// (platform/agent/cosigned_history.hpp).
import { fromUtf8, utf8 } from "../crypto/bytes.ts";
import type { LogIndex, UnixSeconds } from "../model/ids.ts";
import { day, minute } from "./environment.ts";
import type { ProfileStore } from "./ports.ts";

/**
 * A size that a quorum cosigned. Of k cosigners at least one is honest, so the newest cosignature of a checkpoint is not
 * before, and the k-th newest not after, a time at which somebody honest saw it.
 */
export interface Cosigned {
  size: number;
  first: UnixSeconds; // the newest cosignature of the first checkpoint of this size
  last: UnixSeconds; // the k-th newest of the last one
}

const file = "log/cosigned";
const most = 4096;
const worthWriting = 10 * minute;

/** True when something worth writing down changed. */
export function addCosigned(history: Cosigned[], fresh: Cosigned): boolean {
  const at = history.findIndex((row) => row.size >= fresh.size);
  const row = at < 0 ? undefined : history[at];
  if (row?.size !== fresh.size) {
    history.splice(at < 0 ? history.length : at, 0, { ...fresh });
    // Statements of long ago are not disputed any more.
    if (history.length > most) history.splice(0, most / 4);
    return true;
  }
  const changed = fresh.first < row.first || fresh.last - row.last > worthWriting;
  row.first = Math.min(row.first, fresh.first);
  row.last = Math.max(row.last, fresh.last);
  return changed;
}

/**
 * Logged more than 24 hours after `at` (a size without it was still cosigned then), or covered by a cosignature more
 * than 10 minutes before `at`. Never says so without a cosignature that shows it.
 */
export const dateDisputed = (history: readonly Cosigned[], index: LogIndex, at: UnixSeconds): boolean =>
  history.some((row) => (row.size > index ? at - row.first > 10 * minute : row.last - at > day));

/** What cannot be read is left out: it is evidence of times, and costs nothing else. */
export async function loadCosigned(profile: ProfileStore): Promise<Cosigned[]> {
  const stored = await profile.load(file);
  const history: Cosigned[] = [];
  for (const line of (stored === null ? "" : fromUtf8(stored) ?? "").split("\n")) {
    const parts = /^([0-9]{1,15}) ([0-9]{1,15}) ([0-9]{1,15})$/.exec(line);
    if (parts === null) continue;
    addCosigned(history, { size: Number(parts[1]), first: Number(parts[2]), last: Number(parts[3]) });
  }
  return history;
}

export const saveCosigned = (profile: ProfileStore, history: readonly Cosigned[]): Promise<void> =>
  profile.save(file, utf8(history.map(({ size, first, last }) => `${size} ${first} ${last}\n`).join("")));
