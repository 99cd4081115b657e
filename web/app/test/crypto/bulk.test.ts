// Large files over several workers: the same bytes and digests as age/stream.ts, bounded memory, and everything that
// must not open. The workers here are of this thread; those of a browser are tested by tests/bench/browser.
import { beforeAll, describe, expect, test } from "vitest";

import { singleProfile } from "../../src/crypto/age/file.ts";
import { generateIdentity, type HybridIdentity } from "../../src/crypto/age/hybrid.ts";
import { createOpener, createSealer, startFile } from "../../src/crypto/age/stream.ts";
import { createBulk, sinkOfPlace, sinkOfWriter, sourceOfBlob, sourceOfPlace, sourceOfStream, type Sink, type Source } from "../../src/crypto/bulk/bulk.ts";
import { plainBatchBytes, serveJobs, type Port } from "../../src/crypto/bulk/jobs.ts";
import type { Spawn, WorkerPort } from "../../src/crypto/bulk/pool.ts";
import { concat, hexEncode, type Bytes } from "../../src/crypto/bytes.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { seededRandom } from "../support/random.ts";

let identity: HybridIdentity;
beforeAll(async () => {
  await cryptoReady;
  identity = generateIdentity(seededRandom("bulk"));
});

// Answers late, and one worker's before another's, as workers do; what one is told comes in its order.
const here: Spawn = () => {
  let ended = false;
  const inner: Port = { onmessage: null, postMessage: (data) => later(() => outer.onmessage?.({ data } as MessageEvent)) };
  const outer: WorkerPort = {
    onmessage: null, onerror: null,
    postMessage: (data) => later(() => inner.onmessage?.({ data: structuredCloneButMemory(data) } as MessageEvent)),
    terminate: () => void (ended = true),
  };
  let last = Promise.resolve();
  const later = (run: () => void): void => void (last = last.then(async () => {
    await new Promise((resolve) => (Math.random() < 0.3 ? setTimeout(resolve, 1) : setImmediate(resolve)));
    if (!ended) run();
  }));
  const structuredCloneButMemory = (data: unknown): unknown =>
    typeof data === "object" && data !== null && "memory" in data ? data : structuredClone(data);
  serveJobs(inner);
  return outer;
};

function sample(length: number): Bytes {
  const out = new Uint8Array(length);
  for (let i = 0, x = 99; i < length; i++) out[i] = (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 16;
  return out;
}
function sourceOf(bytes: Bytes): Source {
  let at = 0;
  return (into) => {
    const piece = bytes.subarray(at, at + into.length);
    into.set(piece);
    at += piece.length;
    return piece.length;
  };
}
function collector(): { sink: Sink; bytes: () => Bytes; calls: () => number } {
  const parts: Bytes[] = [];
  return { sink: (bytes) => void parts.push(bytes.slice()), bytes: () => concat(...parts), calls: () => parts.length };
}
const start = () => startFile([identity.recipient], seededRandom("start"));
function sealedByStream(plaintext: Bytes) {
  const sealer = createSealer(start());
  return { file: concat(sealer.update(plaintext), sealer.finish()), totals: sealer.totals() };
}

const mib = 1 << 20;
const sizes = [0, 1, 65536, mib, mib + 1, 2 * mib + 65536, 3 * mib - 1, 11 * mib + 12345];

describe.each([1, 2, 3])("with %i workers", (workers) => {
  test.each(sizes)("%i bytes: the same as the stream, both ways", async (size) => {
    const bulk = createBulk({ workers, spawn: here });
    const plaintext = sample(size);
    const expected = sealedByStream(plaintext);
    const sealed = collector();
    const seen: number[] = [];
    const totals = await bulk.seal(start(), sourceOf(plaintext), sealed.sink, { progress: (done) => void seen.push(done) });
    expect(totals).toEqual(expected.totals);
    expect(Buffer.compare(sealed.bytes(), expected.file)).toBe(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(size);
    const opened = collector();
    expect(await bulk.open(identity, singleProfile, sourceOf(expected.file), opened.sink)).toEqual(expected.totals);
    expect(Buffer.compare(opened.bytes(), plaintext)).toBe(0);
    bulk.close();
  }, 60_000);
});

describe("must not open", () => {
  const size = 5 * mib + 77;
  const sealedChunk = 65552;
  let file: Bytes;
  let headerSize: number;
  beforeAll(() => {
    file = sealedByStream(sample(size)).file;
    headerSize = start().bytes.length;
  });
  const fails = async (bytes: Bytes, why: string, who = identity): Promise<void> => {
    const bulk = createBulk({ workers: 2, spawn: here });
    const opened = collector();
    await expect(bulk.open(who, singleProfile, sourceOf(bytes), opened.sink)).rejects.toThrow(why);
    // What came out before is authentic: the beginning of the plaintext and nothing else.
    const got = opened.bytes();
    expect(Buffer.compare(got, sample(size).subarray(0, got.length))).toBe(0);
    // The same failure as the stream's.
    const opener = createOpener(who, singleProfile);
    expect(() => concat(opener.update(bytes), opener.finish())).toThrow(why);
    // And the workers go on with the next file.
    const again = collector();
    await bulk.open(identity, singleProfile, sourceOf(file), again.sink);
    expect(again.bytes().length).toBe(size);
    bulk.close();
  };
  test("changed in the first, a middle and the last chunk, and in each tag", async () => {
    for (const at of [headerSize, headerSize + 65551, headerSize + 40 * sealedChunk + 5, file.length - 1, file.length - 17]) {
      const changed = file.slice();
      changed[at]! ^= 1;
      await fails(changed, "age.payload");
    }
  }, 60_000);
  test("cut off at and around the end of chunks and batches, or longer", async () => {
    for (const end of [headerSize + 64 * sealedChunk, headerSize + 48 * sealedChunk, headerSize + 48 * sealedChunk + 1,
      headerSize + 48 * sealedChunk + 16, headerSize + 50 * sealedChunk, file.length - 1]) {
      await fails(file.slice(0, end), "age.payload");
    }
    await fails(concat(file, new Uint8Array(1)), "age.payload");
    await fails(concat(file, new Uint8Array(sealedChunk)), "age.payload");
  }, 60_000);
  test("chunks and batches exchanged or left out", async () => {
    const at = (i: number): number => headerSize + i * sealedChunk;
    const chunk = (from: number, to = from + 1): Bytes => file.slice(at(from), at(to));
    const rest = file.slice(at(64));
    const head = file.slice(0, headerSize);
    await fails(concat(head, chunk(1), chunk(0), chunk(2, 64), rest), "age.payload");
    await fails(concat(head, chunk(16, 32), chunk(0, 16), chunk(32, 64), rest), "age.payload");
    await fails(concat(head, chunk(0, 16), chunk(32, 64), rest), "age.payload");
    await fails(concat(head, chunk(0, 64), chunk(63), rest), "age.payload");
  }, 60_000);
  test("a header that was changed, another's identity, another profile", async () => {
    const changed = file.slice();
    changed[headerSize - 20]! ^= 1; // the MAC
    await fails(changed, "age.hmac");
    await fails(file, "age.no_match", generateIdentity(seededRandom("another")));
    const two = startFile([identity.recipient, identity.recipient], seededRandom("two"));
    const sealer = createSealer(two);
    await fails(concat(sealer.update(sample(size)), sealer.finish()), "age.refused");
  }, 60_000);
});

describe("conduct", () => {
  const size = 9 * mib;
  test("what source, sink and progress throw ends the work, and the next file is sealed", async () => {
    const bulk = createBulk({ workers: 2, spawn: here });
    const broken = new Error("broken");
    let reads = 0;
    const source = sourceOf(sample(size));
    await expect(bulk.seal(start(), (into) => {
      if (++reads === 4) throw broken;
      return source(into);
    }, () => undefined)).rejects.toBe(broken);
    let writes = 0;
    await expect(bulk.seal(start(), sourceOf(sample(size)), async () => {
      if (++writes === 3) throw broken;
    })).rejects.toBe(broken);
    await expect(bulk.seal(start(), sourceOf(sample(size)), () => undefined, {
      progress: (done) => {
        if (done > 2 * mib) throw broken;
      },
    })).rejects.toBe(broken);
    const sealed = collector();
    await bulk.seal(start(), sourceOf(sample(size)), sealed.sink);
    expect(Buffer.compare(sealed.bytes(), sealedByStream(sample(size)).file)).toBe(0);
    bulk.close();
  }, 60_000);
  test("a slow sink holds reading back", async () => {
    const bulk = createBulk({ workers: 2, spawn: here });
    let read = 0;
    let written = 0;
    let most = 0;
    const source = sourceOf(sample(24 * mib));
    await bulk.seal(start(), (into) => {
      const count = source(into) as number;
      read += count;
      most = Math.max(most, read - written);
      return count;
    }, async (bytes) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      written += bytes.length;
    });
    expect(most).toBeLessThan(11 * mib);
    bulk.close();
  }, 60_000);
  test("two files at once are done one after the other", async () => {
    const bulk = createBulk({ workers: 2, spawn: here });
    const [one, two] = [collector(), collector()];
    await Promise.all([
      bulk.seal(start(), sourceOf(sample(3 * mib)), one.sink), bulk.seal(start(), sourceOf(sample(4 * mib)), two.sink),
    ]);
    expect(Buffer.compare(one.bytes(), sealedByStream(sample(3 * mib)).file)).toBe(0);
    expect(Buffer.compare(two.bytes(), sealedByStream(sample(4 * mib)).file)).toBe(0);
    bulk.close();
  }, 60_000);
  test("ended in the middle it fails, and begins again when asked", async () => {
    const bulk = createBulk({ workers: 2, spawn: here });
    const sealing = bulk.seal(start(), sourceOf(sample(size)), () => bulk.close());
    await expect(sealing).rejects.toThrow("the bulk workers were ended");
    const sealed = collector();
    const totals = await bulk.seal(start(), sourceOf(sample(size)), sealed.sink);
    expect(totals.plaintextBytes).toBe(size);
    bulk.close();
  }, 60_000);
  test("a worker that dies is an error, not a wait", async () => {
    const ports: WorkerPort[] = [];
    const bulk = createBulk({ workers: 2, spawn: () => {
      const port = here();
      ports.push(port);
      return port;
    } });
    const sealing = bulk.seal(start(), sourceOf(sample(size)), () => ports[1]!.onerror?.({ message: "gone" } as ErrorEvent));
    await expect(sealing).rejects.toThrow("a bulk worker failed: gone");
    expect((await bulk.seal(start(), sourceOf(sample(size)), () => undefined)).plaintextBytes).toBe(size);
    bulk.close();
  }, 60_000);
  test("a worker whose script does not come is started again, and not for ever", async () => {
    /** Of so many workers the script does not come; what is said to them is lost. */
    const spawning = (lost: number) => {
      let made = 0;
      const spawn: Spawn = () => {
        if (++made > lost) return here();
        const port: WorkerPort = { onmessage: null, onerror: null, postMessage: () => undefined, terminate: () => undefined };
        setTimeout(() => port.onerror?.({} as ErrorEvent), 5);
        return port;
      };
      return { spawn, made: () => made };
    };
    const twice = spawning(2);
    const bulk = createBulk({ workers: 2, spawn: twice.spawn });
    const sealed = collector();
    await bulk.seal(start(), sourceOf(sample(size)), sealed.sink);
    expect(twice.made()).toBe(4);
    expect(Buffer.compare(sealed.bytes(), sealedByStream(sample(size)).file)).toBe(0);
    bulk.close();
    const never = createBulk({ workers: 1, spawn: spawning(1_000).spawn });
    await expect(never.seal(start(), sourceOf(sample(size)), () => undefined)).rejects.toThrow("its script did not come");
  }, 60_000);
});

describe("sources and sinks", () => {
  const bytes = sample(3 * mib + 5);
  const readAll = async (source: Source, piece: number): Promise<Bytes> => {
    const parts: Bytes[] = [];
    const buffer = new Uint8Array(piece);
    for (;;) {
      const count = await source(buffer);
      parts.push(buffer.slice(0, count));
      if (count < piece) return concat(...parts);
    }
  };
  test("a Blob, a stream, a place", async () => {
    const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
    const place = {
      readAt(position: number, into: Bytes): number {
        const part = bytes.subarray(position, position + Math.min(into.length, 1000));
        into.set(part);
        return part.length;
      },
    };
    for (const piece of [plainBatchBytes, 70_001]) {
      expect(Buffer.compare(await readAll(sourceOfBlob(blob), piece), bytes)).toBe(0);
      expect(Buffer.compare(await readAll(sourceOfStream(blob.stream()), piece), bytes)).toBe(0);
      expect(Buffer.compare(await readAll(sourceOfPlace(place), piece), bytes)).toBe(0);
    }
    expect(await sourceOfBlob(new Blob([]))(new Uint8Array(1))).toBe(0);
  });
  test("to a place and to a stream", async () => {
    const out = new Uint8Array(bytes.length);
    const sink = sinkOfPlace({ writeAt: (position, part) => out.set(part, position) });
    await sink(bytes.subarray(0, 100));
    await sink(bytes.subarray(100));
    expect(Buffer.compare(out, bytes)).toBe(0);
    const got: Bytes[] = [];
    const writer = new WritableStream<Bytes>({ write: (part) => void got.push(part) }).getWriter();
    const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(7);
    await sinkOfWriter(writer)(shared);
    expect(got[0]!.buffer instanceof ArrayBuffer).toBe(true);
    expect(hexEncode(got[0]!)).toBe("07070707");
  });
});
