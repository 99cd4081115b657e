// A C2SP tlog-policy as registers and founding sheets carry it: the exact text, and what it means. Mirror of
// log_policy.hpp.
import { fail, isFailure } from "../base/failure.ts";
import { verifyTreeHead } from "../tlog/checkpoint.ts";
import { noteKeyText, type NoteKey } from "../tlog/note.ts";
import { parsePolicy, quorumNone, requireProtocolForm, type Policy } from "../tlog/policy.ts";
import { logNumber, logOf, placeOf } from "../tlog/succession.ts";
import { utf8Length } from "../model/text.ts";
import { bytesOf, signatureBytes } from "./keys.ts";
import { maxLogPolicyBytes } from "./register_bodies.ts";
import type { Seen } from "./statement.ts";

export interface LogPolicy {
  readonly text: string;
  readonly policy: Policy;
  readonly log: NoteKey;
  /** The log's key as text. */
  readonly logKey: string;
  /** "<host>/log/<n>" */
  readonly origin: string;
  readonly witnessed: boolean;
}

// A policy stands in every register, and its meaning follows from its text alone.
const known = new Map<string, LogPolicy>();

/**
 * One log; `quorum none` or one flat group with k > n/2 and n − k ≥ 1; at most 16 KiB. Failures: src/tlog's, invalid_input
 * "log.policy_not_ours".
 */
export function parseLogPolicy(text: string): LogPolicy {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (utf8Length(text) > maxLogPolicyBytes) return fail("invalid_input", "log.policy_not_ours");
  const policy = parsePolicy(text);
  requireProtocolForm(policy);
  const log = policy.logs[0]!.key;
  const parsed = { text, policy, log, logKey: noteKeyText(log), origin: log.name, witnessed: !quorumNone(policy) };
  if (known.size >= 64) known.clear();
  known.set(text, parsed);
  return parsed;
}

/** The policy, or undefined where it is not one of ours. */
export function readLogPolicy(text: string): LogPolicy | undefined {
  try {
    return parseLogPolicy(text);
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

// Many statements have seen the same checkpoint: a head that was found signed is not verified again. Only what held is
// kept, and by everything that was verified.
const held = new Set<string>();
const maxHeld = 8192;

/** The log's own signature over the checkpoint that `seen` names. */
export function seenHolds({ log, logKey }: LogPolicy, seen: Seen): boolean {
  const what = `${logKey} ${seen.size} ${seen.root} ${seen.signature}`;
  if (held.has(what)) return true;
  if (!verifyTreeHead(log, { size: seen.size, root: bytesOf(seen.root) }, signatureBytes(seen.signature))) return false;
  if (held.size >= maxHeld) held.clear();
  held.add(what);
  return true;
}

/**
 * What a statement at this place may say that it has seen; empty, or why it is void. The log is the one in which it stands
 * (whoever has not adopted a new one cannot write in it), and nobody can have seen a tree of it that was larger than the
 * place he was then given.
 */
export function judgeSeen(policy: LogPolicy, seen: Seen, place: number): "" | "void.seen_ahead" | "void.seen_forged" {
  // (Before there was a second log a place was an index alone, whatever the first one's number.)
  const number = logOf(place);
  if (number > 0 && number !== logNumber(policy.origin)) return "void.seen_forged";
  if (seen.size > place - placeOf(number, 0)) return "void.seen_ahead";
  return seenHolds(policy, seen) ? "" : "void.seen_forged";
}
