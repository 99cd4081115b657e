// C2SP tlog-proof: what the server answers an append with, and what a custody bundle carries
// (crypto/tlog/log_proof.hpp).
import { fail } from "../base/failure.ts";
import { base64Decode, base64Encode } from "../crypto/base64.ts";
import { utf8, type Bytes } from "../crypto/bytes.ts";
import { formatSignedCheckpoint, parseSignedCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { Lines, parseDecimal } from "./decimal.ts";
import { entryLeafHash, type Entry } from "./entry.ts";
import type { Hash } from "./merkle.ts";
import { maxNoteBytes } from "./note.ts";
import { verifyCheckpoint, type Policy, type VerifiedCheckpoint } from "./policy.ts";
import { verifyInclusion, type ProofPath } from "./proof.ts";

export interface LogProof {
  readonly extra: Bytes | null; // not authenticated; ours has none
  readonly index: number;
  readonly path: ProofPath;
  readonly checkpoint: SignedCheckpoint;
}

const version = "c2sp.org/tlog-proof@v1";
const maxPath = 63; // a tree has fewer than 2^63 leaves

export const formatLogProof = (proof: LogProof): string =>
  [
    version,
    ...(proof.extra ? [`extra ${base64Encode(proof.extra)}`] : []),
    `index ${proof.index}`,
    ...proof.path.map((hash) => base64Encode(hash)),
    "",
  ].map((line) => `${line}\n`).join("") + formatSignedCheckpoint(proof.checkpoint);

/** Limits: 64 KiB, 63 hashes. Failure: invalid_input "log.proof_malformed" (or the checkpoint's own failures). */
export function parseLogProof(text: string): LogProof {
  const malformed = (detail: string): never => fail("invalid_input", "log.proof_malformed", {}, detail);
  if (text.length > maxNoteBytes) return malformed("too long");
  const lines = new Lines(text);
  if (lines.next() !== version) return malformed("not this version");
  let line = lines.next();
  let extra: Bytes | null = null;
  if (line?.startsWith("extra ")) {
    extra = base64Decode(line.slice(6));
    if (!extra) return malformed("extra data");
    line = lines.next();
  }
  const index = line?.startsWith("index ") ? parseDecimal(line.slice(6)) : null;
  if (index === null) return malformed("index");
  const path: Hash[] = [];
  for (;;) {
    line = lines.next();
    if (line === null) return malformed("no checkpoint");
    if (line === "") break;
    const hash = base64Decode(line);
    if (hash?.length !== 32 || path.length === maxPath) return malformed("path");
    path.push(hash);
  }
  const checkpoint = parseSignedCheckpoint(lines.rest);
  if (utf8(text).length > maxNoteBytes) return malformed("too long");
  return { extra, index, path, checkpoint };
}

/**
 * That `entry` stands at the proof's index in the tree of a checkpoint the policy accepts. Fails with what
 * verifyCheckpoint fails with, or integrity "log.inclusion_invalid".
 */
export function verifyLogProof(proof: LogProof, entry: Entry, policy: Policy): VerifiedCheckpoint {
  const verified = verifyCheckpoint(policy, proof.checkpoint);
  if (!verifyInclusion(entryLeafHash(entry), proof.index, verified.head, proof.path)) {
    return fail("integrity", "log.inclusion_invalid");
  }
  return verified;
}
