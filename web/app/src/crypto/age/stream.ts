// Age files that come or go in pieces of any size, without any I/O. Both ends compute SHA-256 of the whole age file in
// the same pass over the same bytes that are sealed or opened (protocol §1), and of the plaintext, which the sealed
// body names (crypto/age/stream.hpp). For whole Files see ../bulk, which uses all cores.
import { ensure } from "../../base/failure.ts";
import { concat, equal, wipe, type Bytes } from "../bytes.ts";
import { systemRandom, type Random } from "../random.ts";
import { createSha256, type Digest } from "../sha256.ts";
import { ageFailure } from "./failure.ts";
import { fileKeyBytes, headerMac, payloadKey, payloadNonceBytes, type FileKey, type PayloadKey } from "./fileKey.ts";
import {
  headerBytes, parseHeader, versionLine, writeHeaderBeforeMac, writeHeaderEnd, type Header, type Stanza,
} from "./header.ts";
import { unwrapWith, wrapFileKey, type HybridIdentity, type HybridRecipient, type Profile, type Unwrap } from "./hybrid.ts";
import { chunkBytes, openChunk, sealChunk, sealedChunkBytes, tagBytes } from "./payload.ts";

/** The start of a new file, ready to be written: the header, and the nonce of the payload. */
export interface FileStart { readonly bytes: Bytes; readonly key: PayloadKey }

/** From stanzas that already wrap `fileKey`, which is used for this file alone. */
export function startFileWith(stanzas: readonly Stanza[], fileKey: FileKey, random: Random = systemRandom): FileStart {
  const before = writeHeaderBeforeMac(stanzas);
  const end = writeHeaderEnd(headerMac(fileKey, headerBytes(before)));
  const nonce = random(payloadNonceBytes);
  return { bytes: concat(headerBytes(before + end), nonce), key: payloadKey(fileKey, nonce) };
}

/** Wraps a fresh file key to each recipient; the order of stanzas is theirs. At least one (ensured). */
export function startFile(recipients: readonly HybridRecipient[], random: Random = systemRandom): FileStart {
  ensure(recipients.length > 0, "an age file has a recipient");
  const fileKey = random(fileKeyBytes);
  const start = startFileWith(recipients.map((recipient) => wrapFileKey(recipient, fileKey, random)), fileKey, random);
  wipe(fileKey);
  return start;
}

/** The payload key, once the file key is found and the header MAC holds. `file` starts with the header and nonce. */
export function openStart(header: Header, file: Bytes, unwrap: Unwrap): PayloadKey {
  const fileKey = unwrap(header);
  if (!equal(headerMac(fileKey, file.subarray(0, header.macText)), header.mac)) throw ageFailure("hmac");
  ensure(file.length >= header.size + payloadNonceBytes, "the nonce follows the header");
  const key = payloadKey(fileKey, file.subarray(header.size, header.size + payloadNonceBytes));
  wipe(fileKey);
  return key;
}

/** What is known when a file has been sealed or opened to its end. */
export interface Totals {
  readonly fileBytes: number;
  readonly plaintextBytes: number;
  readonly fileSha256: Digest;
  readonly plaintextSha256: Digest;
}

export interface Sealer {
  /** What of the age file is complete now; the header comes with the first. */
  update(plaintext: Bytes): Bytes;
  /** The rest. Nothing may be called afterwards but totals(). */
  finish(): Bytes;
  totals(): Totals;
}

// Two digests and two counts, over what goes by.
function createTally() {
  const file = createSha256();
  const plaintext = createSha256();
  let fileBytes = 0;
  let plaintextBytes = 0;
  let totals: Totals | null = null;
  return {
    file(bytes: Bytes): void {
      file.update(bytes);
      fileBytes += bytes.length;
    },
    plaintext(bytes: Bytes): void {
      plaintext.update(bytes);
      plaintextBytes += bytes.length;
    },
    finish(): void {
      totals = { fileBytes, plaintextBytes, fileSha256: file.finish(), plaintextSha256: plaintext.finish() };
      this.free();
    },
    free(): void {
      file.free();
      plaintext.free();
    },
    totals(): Totals {
      ensure(totals, "the digests of a file are known when it is finished");
      return totals;
    },
    get finished(): boolean {
      return totals !== null;
    },
  };
}

export function createSealer(start: FileStart): Sealer {
  const tally = createTally();
  // Up to one chunk: whether it is the last is known when more comes, or nothing.
  const pending = new Uint8Array(chunkBytes);
  let held = 0;
  let index = 0;
  let out: Bytes[] = [];
  let started = false;

  const emit = (bytes: Bytes): void => {
    tally.file(bytes);
    out.push(bytes);
  };
  const emitChunk = (last: boolean, plaintext: Bytes): void => {
    const sealed = new Uint8Array(plaintext.length + tagBytes);
    sealChunk(start.key, index++, last, plaintext, sealed);
    emit(sealed);
  };
  const begin = (): void => {
    ensure(!tally.finished, "an age file is finished once");
    out = [];
    if (!started) emit(start.bytes);
    started = true;
  };
  return {
    update(plaintext) {
      begin();
      tally.plaintext(plaintext);
      let rest = plaintext;
      while (rest.length > 0) {
        // A full chunk goes out only when something follows it: until then it may be the last.
        if (held === chunkBytes) {
          emitChunk(false, pending);
          held = 0;
        }
        if (held === 0) {
          for (; rest.length > chunkBytes; rest = rest.subarray(chunkBytes)) emitChunk(false, rest.subarray(0, chunkBytes));
        }
        const taken = rest.subarray(0, chunkBytes - held);
        pending.set(taken, held);
        held += taken.length;
        rest = rest.subarray(taken.length);
      }
      return concat(...out);
    },
    finish() {
      begin();
      emitChunk(true, pending.subarray(0, held));
      wipe(pending, start.key);
      tally.finish();
      return concat(...out);
    },
    totals: () => tally.totals(),
  };
}

export interface Opener {
  /**
   * What has opened: authentic at its place, before the end of the file is known, so keep it in a temporary place until
   * finish() has succeeded and the digest is compared. Throws an age failure; then every call throws the same.
   */
  update(file: Bytes): Bytes;
  finish(): Bytes;
  totals(): Totals;
  /**
   * After a failure: what the chunk that failed holds if it is authentic at its place but with the other flag, so that
   * the file was cut off behind it or lengthened; else nothing.
   */
  misplaced(): Bytes;
}

export function createOpenerWith(unwrap: Unwrap, headerLimitBytes: number): Opener {
  const tally = createTally();
  let start: Bytes = new Uint8Array(0); // the header so far
  let scanned = 0;
  let endMark = 0;
  let header: Header | null = null;
  let key: PayloadKey | null = null;
  const pending = new Uint8Array(sealedChunkBytes);
  let held = 0;
  let index = 0;
  let failure: unknown = null;
  let misplaced: Bytes = new Uint8Array(0);
  let out: Bytes[] = [];

  function giveUp(error: unknown): never {
    failure = error;
    wipe(pending);
    if (key) wipe(key);
    tally.free();
    throw error;
  }
  const guarded = (run: () => void): Bytes => {
    if (failure !== null) throw failure;
    ensure(!tally.finished, "an age file is finished once");
    out = [];
    try {
      run();
    } catch (error) {
      giveUp(error);
    }
    return concat(...out);
  };

  // Looks for the end of the header in what has come, and takes the payload's nonce with it.
  function readStart(): void {
    if (!header) {
      const version = headerBytes(versionLine).subarray(0, start.length);
      if (!equal(start.subarray(0, version.length), version)) throw ageFailure("header");
      // Parsing again for every piece that comes would be quadratic in a length that the sender chooses: the header
      // cannot end before a line that begins with its end mark, nor be more than a line behind it.
      for (; endMark === 0 && scanned + 4 <= start.length; scanned++) {
        if (start[scanned] === 0x0a && start[scanned + 1] === 0x2d && start[scanned + 2] === 0x2d && start[scanned + 3] === 0x2d) {
          endMark = scanned + 1;
        }
      }
      if (endMark === 0 && start.length < headerLimitBytes) return;
      header = parseHeader(start, headerLimitBytes);
      if (!header) return;
    }
    if (start.length < header.size + payloadNonceBytes) return;
    key = openStart(header, start, unwrap);
  }

  function open(last: boolean, chunk: Bytes): void {
    if (chunk.length >= tagBytes) {
      const plaintext = new Uint8Array(chunk.length - tagBytes);
      if (openChunk(key!, index, last, chunk, plaintext)) {
        index++;
        tally.plaintext(plaintext);
        out.push(plaintext);
        return;
      }
      if (openChunk(key!, index, !last, chunk, plaintext)) misplaced = plaintext;
    }
    throw ageFailure("payload");
  }

  function takeChunks(file: Bytes): void {
    let rest = file;
    while (rest.length > 0) {
      if (held === sealedChunkBytes) {
        open(false, pending);
        held = 0;
      }
      if (held === 0) {
        for (; rest.length > sealedChunkBytes; rest = rest.subarray(sealedChunkBytes)) open(false, rest.subarray(0, sealedChunkBytes));
      }
      const taken = rest.subarray(0, sealedChunkBytes - held);
      pending.set(taken, held);
      held += taken.length;
      rest = rest.subarray(taken.length);
    }
  }

  return {
    update: (file) => guarded(() => {
      tally.file(file);
      if (key) return takeChunks(file);
      start = concat(start, file);
      readStart();
      if (key) takeChunks(start.subarray(header!.size + payloadNonceBytes));
    }),
    finish: () => guarded(() => {
      if (!key) throw ageFailure("header");
      open(true, pending.subarray(0, held));
      tally.finish();
      wipe(key);
    }),
    totals: () => tally.totals(),
    misplaced: () => misplaced,
  };
}

/** The profile first, then decapsulation with exactly this identity. */
export const createOpener = (identity: HybridIdentity, profile: Profile): Opener =>
  createOpenerWith(unwrapWith(identity, profile), profile.headerBytes);

/** As a TransformStream; `totals` settles when the stream has ended, and rejects when it fails. */
export interface AgeTransform {
  readonly stream: TransformStream<Bytes, Bytes>;
  readonly totals: Promise<Totals>;
}

function transform(engine: Sealer | Opener): AgeTransform {
  let resolve: (totals: Totals) => void;
  let reject: (error: unknown) => void;
  const totals = new Promise<Totals>((yes, no) => ([resolve, reject] = [yes, no]));
  totals.catch(() => undefined); // the stream reports it as well
  const pass = (run: () => Bytes, controller: TransformStreamDefaultController<Bytes>): void => {
    try {
      const bytes = run();
      if (bytes.length > 0) controller.enqueue(bytes);
    } catch (error) {
      reject(error);
      throw error;
    }
  };
  const stream = new TransformStream<Bytes, Bytes>({
    transform: (bytes, controller) => pass(() => engine.update(bytes), controller),
    flush(controller) {
      pass(() => engine.finish(), controller);
      resolve(engine.totals());
    },
  });
  return { stream, totals };
}

export const sealTransform = (start: FileStart): AgeTransform => transform(createSealer(start));
export const openTransform = (identity: HybridIdentity, profile: Profile): AgeTransform =>
  transform(createOpener(identity, profile));
