// What a statement does once it stands in its chain (protocol, section 2). Mirror of outcome.hpp.
import { Failure } from "../base/failure.ts";
import type {
  AuthorityId, AuthorityRef, InvitationId, LogIndex, MemberId, StatementId,
} from "../model/ids.ts";
import type { PartyCode, Role } from "../model/party.ts";

export type Verdict =
  | "effective"
  | "void" // well formed and signed by the key it names, but may not: keeps its seq, does nothing
  | "broken" // the chain itself does not hold: stop it, keep the evidence, alarm
  | "unsupported"; // this program is too old to judge it; it stops here without an alarm

/** What an effective statement changes, for those who keep indexes beside the chains. */
export type Effect =
  | { effect: "chain_started" }
  | { effect: "authority_created"; authority: AuthorityId }
  | { effect: "member_admitted"; authority: AuthorityId; member: MemberId; role: Role }
  | { effect: "member_left"; authority: AuthorityId; member: MemberId }
  | { effect: "member_key_changed"; authority: AuthorityId; member: MemberId }
  | { effect: "role_set"; authority: AuthorityId; member: MemberId; role: Role }
  | { effect: "generation_started"; authority: AuthorityId; generation: number }
  | { effect: "invitation_made"; invitation: InvitationId }
  | { effect: "invitation_spent"; invitation: InvitationId }
  | { effect: "pin_changed"; code: PartyCode }
  | { effect: "log_policy_changed" }
  | { effect: "access_policy_changed" }
  | { effect: "reader_admitted"; authority: AuthorityRef; participant: boolean } // else of past epochs only
  | { effect: "reader_removed"; authority: AuthorityRef }
  | { effect: "epoch_begun"; epoch: number }
  | { effect: "entry_added" }
  | { effect: "entries_withdrawn"; entries: StatementId[] } // their blobs are deleted and leave a tombstone
  | { effect: "dossier_closed" }
  | { effect: "dossier_reopened" }
  | { effect: "request_changed" } // where it stands, or by when
  | { effect: "receipts_added" }
  | { effect: "notices_changed" }
  | { effect: "note_added" };

/**
 * The judgment of one statement at its place. `reason` is the key of a message ("void.not_custodian", …), the same in
 * the server's refusal and on every client's screen; empty when effective.
 */
export interface Outcome {
  verdict: Verdict;
  reason: string;
  effects: Effect[];
}
export const effectiveOutcome = (effects: Effect[]): Outcome => ({ verdict: "effective", reason: "", effects });
export const voidOutcome = (reason: string): Outcome => ({ verdict: "void", reason, effects: [] });
export const brokenOutcome = (reason: string): Outcome => ({ verdict: "broken", reason, effects: [] });
export const unsupportedOutcome = (): Outcome =>
  ({ verdict: "unsupported", reason: "statement.unsupported", effects: [] });
export const isEffective = (outcome: Outcome): boolean => outcome.verdict === "effective";

/** The server's refusal: forbidden for what is void, invalid_input or conflict for what breaks the chain. */
export function refusalOf({ verdict, reason }: Outcome): Failure {
  if (verdict === "unsupported") return new Failure("unsupported", reason);
  if (verdict === "void") return new Failure("forbidden", reason);
  // A wrong place in the chain is what an honest client sees when somebody else was quicker.
  const movedOn = reason === "broken.seq" || reason === "broken.prev";
  return new Failure(movedOn ? "conflict" : "invalid_input", reason);
}

/** Where a chain stands: what the next statement must name. */
export interface Head {
  /** Statements so far; the next one's seq. */
  length: number;
  /** The next one's prev. */
  last?: StatementId | undefined;
  /** Of the last one. */
  index: LogIndex;
}
export const noHead = (): Head => ({ length: 0, index: 0 });
