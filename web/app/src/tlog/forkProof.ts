// What shows a third person, who trusts neither the log nor whoever complains, that a log told two histories
// (crypto/tlog/fork_proof.hpp).
import { fail } from "../base/failure.ts";
import { base64Decode, base64Encode } from "../crypto/base64.ts";
import { equal } from "../crypto/bytes.ts";
import { parseSignedCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { Lines } from "./decimal.ts";
import type { Entry } from "./entry.ts";
import { verifyLogProof, type LogProof } from "./logProof.ts";
import type { Hash } from "./merkle.ts";
import type { NoteKey } from "./note.ts";
import { unwitnessedPolicy, verifyCheckpoint } from "./policy.ts";
import { verifyConsistency, type ProofPath } from "./proof.ts";

/**
 * Two signed checkpoints of one log of which one cannot be an earlier state of the other. The larger one commits to its
 * own past: `rootWithin` is the root its tree had at the smaller one's size, `path` the RFC 6962 consistency proof of
 * that. A collision of SHA-256 apart there is one such root only; the smaller checkpoint is signed over another.
 */
export interface ForkProof {
  readonly smaller: SignedCheckpoint;
  readonly larger: SignedCheckpoint; // of the same size at least
  readonly rootWithin: Hash;
  readonly path: ProofPath;
}

const mostHashes = 130; // two a level is more than any proof has

/** "<base64 root>\n" and a line of base64 for each hash of the path. */
export const consistencyText = (proof: ForkProof): string =>
  [proof.rootWithin, ...proof.path].map((hash) => `${base64Encode(hash)}\n`).join("");

/** The two notes and that text. Failure: invalid_input "log.proof_malformed". */
export function parseForkProof(smaller: string, larger: string, consistency: string): ForkProof {
  const malformed = (): never => fail("invalid_input", "log.proof_malformed");
  const first = parseSignedCheckpoint(smaller);
  const second = parseSignedCheckpoint(larger);
  const lines = new Lines(consistency);
  const hashes: Hash[] = [];
  while (lines.rest !== "") {
    const line = lines.next();
    const hash = line === null ? null : base64Decode(line);
    if (hash?.length !== 32 || hashes.length === mostHashes) return malformed();
    hashes.push(hash);
  }
  const [rootWithin, ...path] = hashes;
  return rootWithin ? { smaller: first, larger: second, rootWithin, path } : malformed();
}

const provesNothing = (why: string): never => fail("invalid_input", "evidence.proves_nothing", {}, why);

/**
 * That both are signed by this log and contradict one another. Failures: integrity "log.unsigned",
 * "log.signature_invalid"; invalid_input "evidence.proves_nothing" if they may well be of one history.
 */
export function verifyForkProof(proof: ForkProof, log: NoteKey): void {
  // Signed by this log, under its own name, without lines that would be signed for another purpose.
  const policy = unwitnessedPolicy(log);
  verifyCheckpoint(policy, proof.smaller);
  verifyCheckpoint(policy, proof.larger);
  const smaller = proof.smaller.checkpoint.head;
  const larger = proof.larger.checkpoint.head;
  if (!verifyConsistency({ size: smaller.size, root: proof.rootWithin }, larger, proof.path)) {
    provesNothing("the consistency proof does not lead to the larger checkpoint");
  }
  if (equal(proof.rootWithin, smaller.root)) provesNothing("the two checkpoints are of one history");
}

/**
 * That two entries with one label stand at two places of a tree that this log signed: two statements for one place of a
 * chain. Failures as above.
 */
export function verifyRepeatedLabel(first: LogProof, firstEntry: Entry, second: LogProof, secondEntry: Entry,
  log: NoteKey): void {
  const policy = unwitnessedPolicy(log);
  verifyLogProof(first, firstEntry, policy);
  verifyLogProof(second, secondEntry, policy);
  if (first.checkpoint.note.text !== second.checkpoint.note.text) provesNothing("two different checkpoints");
  if (!equal(firstEntry.label, secondEntry.label)) provesNothing("two different places");
  if (first.index === second.index) provesNothing("one entry twice");
}
