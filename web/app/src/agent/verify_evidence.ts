// What an archive of evidence shows by itself, without network or account (platform/custody/evidence.cpp).
import { fail } from "../base/failure.ts";
import { equal, fromUtf8, hexEncode, type Bytes } from "../crypto/bytes.ts";
import { decodeEntry, entryBytes, type Entry } from "../tlog/entry.ts";
import { parseForkProof, verifyForkProof, verifyRepeatedLabel } from "../tlog/forkProof.ts";
import { parseLogProof } from "../tlog/logProof.ts";
import { noteKeyText, parseNoteKey, type NoteKey } from "../tlog/note.ts";
import { writeTar, type TarFiles } from "./tar.ts";

export interface EvidenceVerdict {
  /** Key of the alarm: "error.<what>" says it. */
  what: string;
  /** Of the kinds that prove themselves: two histories under one log key. */
  proven: boolean;
  /** Verifier key of the log: compare it with a founding sheet. */
  logKey: string;
  /** "evidence.<finding>" says it. */
  finding: "two_histories" | "two_statements" | "testimony";
  /** Name, value: sizes, indexes, roots. */
  facts: [name: string, value: string][];
}

const block = 512;
const mostFiles = 64;
const mostBytes = 16 * 1024 * 1024;
const malformed = (): never => fail("invalid_input", "evidence.malformed");

/** Exactly what writeTar gives, and nothing else. invalid_input "evidence.malformed". */
export function readTar(archive: Bytes): TarFiles {
  if (archive.length > mostBytes || archive.length % block !== 0) return malformed();
  const files: TarFiles = [];
  let at = 0;
  while (archive.length - at > 2 * block) {
    const header = archive.subarray(at, at + block);
    const end = header.indexOf(0);
    const name = fromUtf8(header.subarray(0, end < 0 || end > 100 ? 100 : end)) ?? "";
    const digits = fromUtf8(header.subarray(124, 135)) ?? "";
    const size = /^[0-7]{11}$/.test(digits) ? parseInt(digits, 8) : Number.NaN;
    const room = archive.length - at - 3 * block;
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,98}$/.test(name) || !(size <= room) || files.length === mostFiles) {
      return malformed();
    }
    files.push([name, archive.slice(at + block, at + block + size)]);
    at += block + Math.ceil(size / block) * block;
  }
  // Whatever else a header or the padding might have said was not said.
  return equal(writeTar(files), archive) ? files : malformed();
}

type Found = Omit<EvidenceVerdict, "what" | "logKey">;

class Pieces {
  constructor(private readonly files: TarFiles) {}
  bytes(name: string): Bytes {
    return this.files.find(([file]) => file === name)?.[1] ?? malformed();
  }
  text(name: string): string {
    return fromUtf8(this.bytes(name)) ?? malformed();
  }
  has(name: string): boolean {
    return this.files.some(([file]) => file === name);
  }
  entry(name: string): Entry {
    const bytes = this.bytes(name);
    return bytes.length === entryBytes ? decodeEntry(bytes) : malformed();
  }
}

function verifyFork(pieces: Pieces, log: NoteKey): Found {
  const proof = parseForkProof(pieces.text("smaller.note"), pieces.text("larger.note"), pieces.text("consistency.txt"));
  verifyForkProof(proof, log);
  const { size, root } = proof.smaller.checkpoint.head;
  return {
    proven: true,
    finding: "two_histories",
    facts: [
      ["size", String(size)], ["signed_root", hexEncode(root)], ["other_root", hexEncode(proof.rootWithin)],
      ["larger_size", String(proof.larger.checkpoint.head.size)],
    ],
  };
}

function verifyTwoForOne(pieces: Pieces, log: NoteKey): Found {
  const [first, second] = [pieces.text("first_proof.tlog-proof"), pieces.text("second_proof.tlog-proof")];
  const [firstEntry, secondEntry] = [pieces.entry("first_entry.bin"), pieces.entry("second_entry.bin")];
  const [one, other] = [parseLogProof(first), parseLogProof(second)];
  verifyRepeatedLabel(one, firstEntry, other, secondEntry, log);
  return {
    proven: true,
    finding: "two_statements",
    facts: [
      ["first_index", String(one.index)], ["first_statement", hexEncode(firstEntry.id)],
      ["second_index", String(other.index)], ["second_statement", hexEncode(secondEntry.id)],
    ],
  };
}

/**
 * invalid_input "evidence.malformed"; integrity "log.unsigned", "log.signature_invalid"; invalid_input
 * "evidence.proves_nothing" when the pieces do not show what the archive says.
 */
export function verifyEvidence(archive: Bytes): EvidenceVerdict {
  const pieces = new Pieces(readTar(archive));
  const what = pieces.text("alarm.txt").replace(/\n$/, "");
  if (!pieces.has("log_key.txt") || (what !== "log.forked" && what !== "chain.forked")) {
    // Kept for people: what the server sent, on the word of whoever kept it.
    return { what, proven: false, logKey: "", finding: "testimony", facts: [] };
  }
  const log = parseNoteKey(pieces.text("log_key.txt"));
  const found = what === "log.forked" ? verifyFork(pieces, log) : verifyTwoForOne(pieces, log);
  return { what, logKey: noteKeyText(log), ...found };
}
