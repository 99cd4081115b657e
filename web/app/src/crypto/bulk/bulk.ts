// Large age files over all cores in bounded memory (crypto/age/parallel.hpp): batches of 1 MiB are sealed or opened by
// any worker in any order, and hashed and given out in theirs. The digest of the age file and of the plaintext come
// from the same pass over the same bytes (protocol §1).
//
// Where memory cannot be shared between workers, or there is only a little to do, the same is done here and now, by
// age/stream.ts.
import { ensure } from "../../base/failure.ts";
import { wipe, type Bytes } from "../bytes.ts";
import { ageFailure } from "../age/failure.ts";
import { payloadNonceBytes, type PayloadKey } from "../age/fileKey.ts";
import { parseHeader } from "../age/header.ts";
import { unwrapWith, type HybridIdentity, type Profile } from "../age/hybrid.ts";
import { chunkBytes, sealedChunkBytes, tagBytes } from "../age/sizes.ts";
import { createOpener, createSealer, openStart, type FileStart, type Totals } from "../age/stream.ts";
import {
  batchChunks, createSlotMemory, fileHashAt, mostWorkers, plainAreaBytes, plainBatchBytes, plainHashAt, sealedBatchBytes,
  slotAt, slotBytes, type Crypt,
} from "./jobs.ts";
import { compileKernels, createKernels, scratchBytes, type Kernels } from "./kernels/kernels.ts";
import { createPool, spawnBulkWorker, type Pool, type Spawn } from "./pool.ts";
import type { Sink, Source } from "./source.ts";

export * from "./source.ts";
export type { Totals } from "../age/stream.ts";

export interface BulkOptions {
  /** Plaintext bytes whose batch is done, rising. What it throws ends the work: that is how one cancels. */
  progress?(plaintextBytes: number): void;
}

export interface Bulk {
  /** Seals the source into the sink. After a failure the sink holds part of a file. */
  seal(start: FileStart, plaintext: Source, file: Sink, options?: BulkOptions): Promise<Totals>;
  /**
   * Opens the source into the sink. What reached the sink is authentic chunk by chunk, but is the file only if this
   * succeeds and the digest is the signed one: write to a temporary place. Fails with the age failures, and with what
   * source, sink and progress fail with.
   */
  open(identity: HybridIdentity, profile: Profile, file: Source, plaintext: Sink, options?: BulkOptions): Promise<Totals>;
  /** Ends the workers and forgets their memory; the next file starts others. */
  close(): void;
}

export interface BulkSetting {
  /** As many as the machine has cores. */
  workers?: number;
  spawn?: Spawn;
}

// In flight: what all workers work on, what is read ahead and what waits to be written; never above 48 MiB.
const mostSlots = Math.floor((48 * 1024 * 1024) / slotBytes);
const slotsFor = (workers: number): number => Math.min(2 * workers + 4, mostSlots);

interface Engine { pool: Pool; memory: WebAssembly.Memory; kernels: Kernels; slots: number }

// What differs between sealing and opening.
interface Way {
  kind: Crypt["kind"];
  key: PayloadKey;
  inputBatch: number;
  outputLength(inputLength: number): number;
  inputHash: number;
  outputHash: number;
}

// How long workers without work stay.
const idleMilliseconds = 60_000;

export function createBulk({ workers = globalThis.navigator?.hardwareConcurrency ?? 1, spawn }: BulkSetting = {}): Bulk {
  const size = Math.max(1, Math.min(workers, mostWorkers));
  let engine: Engine | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let idle: ReturnType<typeof setTimeout> | undefined;

  function start(): Engine | null {
    if (engine && !engine.pool.closed) return engine;
    // Only a page that is isolated from all others may share memory; the server's headers make ours so.
    if (typeof SharedArrayBuffer === "undefined" || (spawn === undefined && !globalThis.crossOriginIsolated)) return null;
    const slots = slotsFor(size);
    const memory = createSlotMemory(slots);
    const module = compileKernels(memory);
    const kernels = createKernels(memory, mostWorkers * scratchBytes, module);
    engine = { pool: createPool({ memory, module }, size, spawn ?? spawnBulkWorker), memory, kernels, slots };
    return engine;
  }
  const close = (): void => {
    clearTimeout(idle);
    engine?.pool.close();
    if (engine) new Uint8Array(engine.memory.buffer).fill(0);
    engine = null;
  };

  // One file at a time: its batches already use all workers.
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    clearTimeout(idle);
    const mine = turn.then(run, run);
    const settled = mine.catch(() => undefined).then(() => {
      clearTimeout(idle);
      if (engine && turn === settled) idle = setTimeout(close, idleMilliseconds);
    });
    turn = settled;
    return mine;
  };

  async function batches(
    { pool, memory, kernels, slots }: Engine, way: Way, first: Bytes, source: Source, sink: Sink, options: BulkOptions,
  ): Promise<{ input: number; output: number; inputSha256: Bytes; outputSha256: Bytes }> {
    const bytes = new Uint8Array(memory.buffer);
    const free = Array.from({ length: slots }, (_, slot) => slot);
    const inFlight = new Set<Promise<void>>();
    let failure: { error: unknown } | undefined;
    let [inputDone, outputDone] = [0, 0];
    // Each digest has its worker, whose queue keeps the order of the batches.
    const [inputWorker, outputWorker] = [0, 1 % pool.size];
    // What has been put into the queue of the output's digest, and what has been written: the next one waits for it.
    let queued: Promise<unknown> = Promise.resolve();
    let written: Promise<unknown> = Promise.resolve();
    let ahead = first;
    let last = false;

    async function batch(slot: number, index: number, length: number, isLast: boolean): Promise<void> {
      const plainAt = slotAt(slot);
      const sealedAt = plainAt + plainAreaBytes;
      const [from, to] = way.kind === "seal" ? [plainAt, sealedAt] : [sealedAt, plainAt];
      const outputLength = way.outputLength(length);
      const { kind, key, inputHash, outputHash } = way;
      const crypt = pool.run({ kind, key, index: index * batchChunks, last: isLast, length, from, to });
      const hashInput = pool.run({ kind: "hash", hash: inputHash, from, length }, inputWorker);
      const opened = crypt.then((good) => {
        if (!good) throw ageFailure("payload");
      });
      const before = Promise.all([queued, opened]);
      let hashed: Promise<unknown> = Promise.resolve();
      queued = before.then(() => {
        hashed = pool.run({ kind: "hash", hash: outputHash, from: to, length: outputLength }, outputWorker);
      });
      const hashOutput = queued.then(() => hashed);
      const write = Promise.all([written, opened]).then(() => {
        if (!failure && outputLength > 0) return sink(bytes.subarray(to, to + outputLength));
      });
      written = write;
      // Each is waited for even when another has failed: the slot is used until then.
      const all = await Promise.allSettled([opened, hashInput, hashOutput, write]);
      const failed = all.find((one) => one.status === "rejected");
      if (failed) throw failed.reason;
      inputDone += length;
      outputDone += outputLength;
      options.progress?.(way.kind === "seal" ? inputDone : outputDone);
    }

    try {
      for (let index = 0; !last && !failure; index++) {
        while (free.length === 0) await Promise.race(inFlight);
        if (failure) break;
        const slot = free.pop()!;
        const from = slotAt(slot) + (way.kind === "seal" ? 0 : plainAreaBytes);
        const taken = Math.min(ahead.length, way.inputBatch);
        bytes.set(ahead.subarray(0, taken), from);
        ahead = ahead.slice(taken);
        let length = taken;
        // One byte more than a batch says whether this is the last one.
        if (ahead.length === 0) {
          length += await source(bytes.subarray(from + taken, from + way.inputBatch + 1));
          last = length <= way.inputBatch;
          if (!last) {
            length = way.inputBatch;
            ahead = bytes.slice(from + length, from + length + 1);
          }
        }
        const one = batch(slot, index, length, last)
          .catch((error: unknown) => void (failure ??= { error }))
          .finally(() => {
            free.push(slot);
            inFlight.delete(one);
          });
        inFlight.add(one);
      }
    } catch (error) {
      failure ??= { error };
    }
    while (inFlight.size > 0) await Promise.race(inFlight);
    wipe(way.key, ahead);
    if (failure) throw failure.error;
    return {
      input: inputDone, output: outputDone,
      inputSha256: kernels.hashFinish(way.inputHash), outputSha256: kernels.hashFinish(way.outputHash),
    };
  }

  // What is in front of the chunks belongs to the age file's digest.
  function hashStart({ memory, kernels }: Engine, before: Bytes): void {
    kernels.hashStart(fileHashAt);
    kernels.hashStart(plainHashAt);
    const bytes = new Uint8Array(memory.buffer);
    for (let at = 0; at < before.length; at += slotBytes) {
      const piece = before.subarray(at, at + slotBytes);
      bytes.set(piece, slotAt(0));
      kernels.hashUpdate(fileHashAt, slotAt(0), piece.length);
    }
  }
  const clean = ({ memory }: Engine): void => void new Uint8Array(memory.buffer, slotAt(0)).fill(0);

  async function sealAll(fileStart: FileStart, source: Source, sink: Sink, options: BulkOptions): Promise<Totals> {
    const head = new Uint8Array(plainBatchBytes + 1);
    const first = head.subarray(0, await source(head));
    const one = first.length > plainBatchBytes ? start() : null;
    if (!one) return sealHere(fileStart, first, source, sink, options);
    try {
      hashStart(one, fileStart.bytes);
      await sink(fileStart.bytes);
      const done = await batches(one, {
        kind: "seal", key: fileStart.key, inputBatch: plainBatchBytes,
        outputLength: (length) => length + Math.max(1, Math.ceil(length / chunkBytes)) * tagBytes,
        inputHash: plainHashAt, outputHash: fileHashAt,
      }, first, source, sink, options);
      return {
        fileBytes: fileStart.bytes.length + done.output, plaintextBytes: done.input,
        fileSha256: done.outputSha256, plaintextSha256: done.inputSha256,
      };
    } finally {
      clean(one);
      wipe(head);
    }
  }

  async function openAll(
    identity: HybridIdentity, profile: Profile, source: Source, sink: Sink, options: BulkOptions,
  ): Promise<Totals> {
    const head = new Uint8Array(profile.headerBytes + payloadNonceBytes + sealedBatchBytes + 1);
    const first = head.subarray(0, await source(head));
    const one = first.length === head.length ? start() : null;
    if (!one) return openHere(identity, profile, first, source, sink, options);
    const header = parseHeader(first, profile.headerBytes);
    ensure(header, "a header that is not complete within its limit is refused");
    const startBytes = header.size + payloadNonceBytes;
    const key = openStart(header, first, unwrapWith(identity, profile));
    try {
      hashStart(one, first.subarray(0, startBytes));
      const done = await batches(one, {
        kind: "open", key, inputBatch: sealedBatchBytes,
        outputLength: (length) => length - Math.ceil(length / sealedChunkBytes) * tagBytes,
        inputHash: fileHashAt, outputHash: plainHashAt,
      }, first.slice(startBytes), source, sink, options);
      return {
        fileBytes: startBytes + done.input, plaintextBytes: done.output,
        fileSha256: done.inputSha256, plaintextSha256: done.outputSha256,
      };
    } finally {
      clean(one);
    }
  }

  return {
    seal: (fileStart, source, sink, options = {}) => inTurn(() => sealAll(fileStart, source, sink, options)),
    open: (identity, profile, source, sink, options = {}) => inTurn(() => openAll(identity, profile, source, sink, options)),
    close,
  };
}

const pieceBytes = 1024 * 1024;

async function sealHere(start: FileStart, first: Bytes, source: Source, sink: Sink, { progress }: BulkOptions):
  Promise<Totals> {
  const sealer = createSealer(start);
  const buffer = new Uint8Array(pieceBytes);
  let done = 0;
  for (let piece = first; piece.length > 0; piece = buffer.subarray(0, await source(buffer))) {
    await sink(sealer.update(piece));
    progress?.((done += piece.length));
  }
  await sink(sealer.finish());
  wipe(buffer, first);
  progress?.(done);
  return sealer.totals();
}

async function openHere(identity: HybridIdentity, profile: Profile, first: Bytes, source: Source, sink: Sink,
  { progress }: BulkOptions): Promise<Totals> {
  const opener = createOpener(identity, profile);
  const buffer = new Uint8Array(pieceBytes);
  let done = 0;
  const give = async (plaintext: Bytes): Promise<void> => {
    if (plaintext.length > 0) await sink(plaintext);
    done += plaintext.length;
    progress?.(done);
    wipe(plaintext);
  };
  for (let piece = first; piece.length > 0; piece = buffer.subarray(0, await source(buffer))) {
    await give(opener.update(piece));
  }
  await give(opener.finish());
  return opener.totals();
}
