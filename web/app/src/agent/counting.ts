// Internal to src/agent: pending and counting statements (protocol §5; platform/agent/counting.cpp).
import { fail, isFailure } from "../base/failure.ts";
import type { ChainId, LogIndex, UnixSeconds } from "../model/ids.ts";
import type { Kind } from "../record/kinds.ts";
import type { Statement } from "../record/statement.ts";
import { membership } from "./acting.ts";
import type { ChainCopy } from "./chain_copy.ts";
import type { AgentState } from "./state.ts";

const betweenLooks = 250; // milliseconds
/** A person waits five seconds at most. */
export const mostLooks = 20;

const receipts: readonly Kind[] = ["fetched", "opened_receipt", "unreadable"];
// What changes neither who can read nor to which key something is sealed.
const introducesNothing: readonly Kind[] = [
  "entry", "closed", "reopened", "approved", "withdrawn", "status", "reminded", "due_proposed", "due_agreed",
  "off_platform", "off_platform_confirmed", "routing_disclosed", "unpinned", "focal_point_set", "law_entry_set", "profile_set",
  "recommendation_set", "calendar_set", "row_published", "note", ...receipts,
];

export const counts = ({ log }: AgentState, index: LogIndex, at: UnixSeconds): boolean =>
  index < log.countingSize && !log.disputed(index, at);

/**
 * What the statement at this index of the log introduces may be acted on: it is covered by a checkpoint that meets the
 * policy (else unavailable "log.not_yet_witnessed"), and its date is not disputed (forbidden "date.disputed").
 */
export function requireCounts({ log }: AgentState, index: LogIndex, at: UnixSeconds): void {
  if (index >= log.countingSize) fail("unavailable", "log.not_yet_witnessed");
  if (log.disputed(index, at)) fail("forbidden", "date.disputed");
}

/** Every statement of the chain that introduces a key, a grant or a reader counts. */
export function requireSettled({ log }: AgentState, copy: ChainCopy): void {
  for (const { statement, index } of [...copy.items].reverse()) {
    if (index < log.countingSize) return;
    if (!introducesNothing.includes(statement.kind)) fail("unavailable", "log.not_yet_witnessed");
  }
}

/** After a pending statement only its own author appends. (A receipt introduces nothing; nobody waits for one.) */
export function requireTurn(state: AgentState, next: Statement): void {
  if (receipts.includes(next.kind)) return;
  for (const { statement, index } of [...(copyOf(state, next.chain)?.items ?? [])].reverse()) {
    if (index < state.log.countingSize) return;
    if (statement.statement.author.member !== membership(state).member) fail("unavailable", "log.not_yet_witnessed");
  }
}

/** A person waits: looks for the cosigning a few times. True when all that was pending counts. */
export async function waitForCosigning(state: AgentState): Promise<boolean> {
  const { log, environment } = state;
  if (!log.witnessed) return true;
  const wanted = log.size;
  while (log.countingSize < wanted && state.looksLeft > 0) {
    --state.looksLeft;
    await environment.clock.pause(betweenLooks);
    await log.advance(environment);
  }
  return log.countingSize >= wanted;
}

/** Tries; waits once for the cosigning if that is what was missing, and tries again. */
export async function onceCounted<T>(state: AgentState, attempt: () => T | Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isFailure(error, "log.not_yet_witnessed") || !(await waitForCosigning(state))) throw error;
    return attempt();
  }
}

/** The copy of a chain that is followed. */
export function copyOf({ book, dossiers, notices, casebooks }: AgentState, chain: ChainId): ChainCopy | undefined {
  const known = book.known(chain)?.copy ?? dossiers.known(chain)?.copy ?? notices.known(chain)?.copy ??
    casebooks.known(chain)?.copy;
  if (known !== undefined) return known;
  for (const dossier of dossiers.all().values()) {
    for (const { copy } of dossier.receipts.values()) if (copy.chain === chain) return copy;
  }
  return undefined;
}
