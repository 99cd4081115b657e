// What the bulk workers are told and answer, and the layout of the memory they share. The worker's side is as small as
// can be: it holds no state between jobs, decides nothing, and knows of a file no more than its payload key.
import { ensure } from "../../base/failure.ts";
import type { Bytes } from "../bytes.ts";
import { chunkBytes, sealedChunkBytes, tagBytes } from "../age/sizes.ts";
import {
  createKernelMemory, createKernels, hashBytes, pageBytes, scratchBytes, slackBytes, type Kernels,
} from "./kernels/kernels.ts";

/** Chunks in a batch, which is what a worker is given at a time: 1 MiB, some milliseconds. */
export const batchChunks = 16;
export const plainBatchBytes = batchChunks * chunkBytes;
export const sealedBatchBytes = batchChunks * sealedChunkBytes;

// Each area has room for one byte that was read ahead, and for what sealing and opening overwrite behind their output.
const areaBytes = (bytes: number): number => Math.ceil((bytes + slackBytes + 1) / 64) * 64;
export const plainAreaBytes = areaBytes(plainBatchBytes);
export const slotBytes = plainAreaBytes + areaBytes(sealedBatchBytes);

export const mostWorkers = 16;
// Page 0: scratch of each worker and of whoever gives the jobs; behind it the two running hashes.
const hashesAt = (mostWorkers + 1) * scratchBytes;
export const fileHashAt = hashesAt;
export const plainHashAt = hashesAt + hashBytes;
export const slotAt = (slot: number): number => pageBytes + slot * slotBytes;
export const createSlotMemory = (slots: number): WebAssembly.Memory => createKernelMemory(slotAt(slots), true);
ensure(hashesAt + 2 * hashBytes <= pageBytes, "scratch and hashes fit the first page");

/** First to a worker: the memory, the kernels' code, and which scratch is its own. */
export interface Start { readonly memory: WebAssembly.Memory; readonly module: WebAssembly.Module; readonly worker: number }

/** A batch of chunks, numbered from `index`; `length` counts plaintext when sealing, sealed chunks when opening. */
export interface Crypt {
  readonly kind: "seal" | "open";
  readonly key: Bytes;
  readonly index: number;
  readonly last: boolean;
  readonly length: number;
  readonly from: number;
  readonly to: number;
}
export interface Hash { readonly kind: "hash"; readonly hash: number; readonly from: number; readonly length: number }
export type Job = Crypt | Hash;
/** Whether every chunk was sealed, opened, hashed. */
export type Answer = boolean;

function nonceOf(index: number, last: boolean): Bytes {
  // An 11-byte big-endian counter, and 0x01 for the last chunk (c2sp.org/age, "Payload").
  const nonce = new Uint8Array(12);
  for (let i = 10, rest = index; rest > 0; i--, rest = Math.floor(rest / 256)) nonce[i] = rest % 256;
  nonce[11] = last ? 1 : 0;
  return nonce;
}

function seal(kernels: Kernels, { key, index, last, length, from, to }: Crypt): Answer {
  const chunks = Math.max(1, Math.ceil(length / chunkBytes));
  for (let i = 0; i < chunks; i++) {
    const bytes = Math.min(chunkBytes, length - i * chunkBytes);
    ensure(bytes === chunkBytes || (last && i === chunks - 1), "only the last chunk is short");
    kernels.seal(key, nonceOf(index + i, last && i === chunks - 1), from + i * chunkBytes, bytes, to + i * sealedChunkBytes);
  }
  return true;
}

function open(kernels: Kernels, { key, index, last, length, from, to }: Crypt): Answer {
  const chunks = Math.ceil(length / sealedChunkBytes);
  for (let i = 0; i < chunks; i++) {
    const bytes = Math.min(sealedChunkBytes, length - i * sealedChunkBytes);
    const isLast = last && i === chunks - 1;
    // As openChunk() of age/payload.ts: only the last chunk is short, and it is empty only if it is the first.
    if (bytes < tagBytes || (bytes < sealedChunkBytes && !isLast) || (bytes === tagBytes && index + i > 0)) return false;
    const opened = kernels.open(key, nonceOf(index + i, isLast), from + i * sealedChunkBytes, bytes, to + i * chunkBytes);
    if (!opened) return false;
  }
  return chunks > 0;
}

export function work(kernels: Kernels, job: Job): Answer {
  if (job.kind === "hash") {
    kernels.hashUpdate(job.hash, job.from, job.length);
    return true;
  }
  const done = job.kind === "seal" ? seal(kernels, job) : open(kernels, job);
  kernels.wipe();
  job.key.fill(0);
  return done;
}

/** A worker's side of a message channel. */
export interface Port {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

export function serveJobs(port: Port): void {
  let kernels: Kernels | undefined;
  port.onmessage = ({ data }: MessageEvent<Start | Job>) => {
    if ("memory" in data) kernels = createKernels(data.memory, data.worker * scratchBytes, data.module);
    else port.postMessage(work(kernels!, data));
  };
}
