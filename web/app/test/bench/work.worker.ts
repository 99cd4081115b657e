// What tests/bench/browser measures: a File of the machine's disk is sealed into the origin private file system and
// opened from there into another file, by ours (with SHA-256 of both, in the same pass) and by age-encryption alone.
import { Decrypter, Encrypter } from "age-encryption";

import { singleProfile } from "../../src/crypto/age/file.ts";
import { encodeIdentity, generateIdentity } from "../../src/crypto/age/hybrid.ts";
import { createOpener, createSealer, startFile } from "../../src/crypto/age/stream.ts";
import { createBulk, sinkOfPlace, sourceOfBlob, sourceOfPlace } from "../../src/crypto/bulk/bulk.ts";
import { hexEncode } from "../../src/crypto/bytes.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";

interface Place {
  readAt(position: number, into: Uint8Array): number;
  writeAt(position: number, bytes: Uint8Array): void;
  close(): void;
}

async function place(name: string, fresh: boolean): Promise<Place> {
  const folder = await navigator.storage.getDirectory();
  const handle = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
  if (fresh) handle.truncate(0);
  return {
    readAt: (at, into) => handle.read(into as Uint8Array<ArrayBuffer>, { at }),
    writeAt: (at, bytes) => void handle.write(bytes as Uint8Array<ArrayBuffer>, { at }),
    close: () => (handle.flush(), handle.close()),
  };
}

function streamOf(source: Place): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      const piece = new Uint8Array(1 << 20);
      const count = source.readAt(at, piece);
      if (count === 0) return controller.close();
      at += count;
      controller.enqueue(piece.subarray(0, count));
    },
  });
}

async function drain(stream: ReadableStream<Uint8Array>, to: Place): Promise<void> {
  let at = 0;
  for await (const piece of stream) {
    to.writeAt(at, piece);
    at += piece.length;
  }
}

await cryptoReady;
const identity = generateIdentity(() => new Uint8Array(32).fill(7)); // of this bench alone
const bulk = createBulk();

const work: Record<string, (file: File, from: Place, to: Place) => Promise<string | void>> = {
  "seal ours": async (file, _, to) =>
    hexEncode((await bulk.seal(startFile([identity.recipient]), sourceOfBlob(file), sinkOfPlace(to))).plaintextSha256),
  "open ours": async (_, from, to) =>
    hexEncode((await bulk.open(identity, singleProfile, sourceOfPlace(from), sinkOfPlace(to))).plaintextSha256),
  "seal stream": async (file, _, to) => {
    const sealer = createSealer(startFile([identity.recipient]));
    const sink = sinkOfPlace(to);
    for (let at = 0; at < file.size; at += 4 << 20) await sink(sealer.update(new Uint8Array(await file.slice(at, at + (4 << 20)).arrayBuffer())));
    await sink(sealer.finish());
  },
  "open stream": async (_, from, to) => {
    const opener = createOpener(identity, singleProfile);
    const sink = sinkOfPlace(to);
    for await (const piece of streamOf(from)) await sink(opener.update(piece));
    await sink(opener.finish());
  },
  "seal theirs": async (file, _, to) => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(identity.recipient.text);
    await drain(await encrypter.encrypt(file.stream()), to);
  },
  "open theirs": async (_, from, to) => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(encodeIdentity(identity));
    await drain(await decrypter.decrypt(streamOf(from)), to);
  },
};

onmessage = async ({ data: { what, file } }: MessageEvent<{ what: string; file: File }>) => {
  try {
    const sealing = what.startsWith("seal");
    const from = await place(sealing ? "unused" : "sealed", false);
    const to = await place(sealing ? "sealed" : "opened", true);
    const started = performance.now();
    const digest = await work[what]!(file, from, to);
    to.close();
    const seconds = (performance.now() - started) / 1000;
    from.close();
    postMessage({ seconds, digest, isolated: crossOriginIsolated });
  } catch (error) {
    postMessage({ error: String(error instanceof Error ? error.stack : error) });
  }
};
