// Internal to src/agent: who would take a lost authority over (platform/agent/recovery_candidates.hpp).
import { attempt, ensure, fail, isFailure } from "../base/failure.ts";
import { fromUtf8 } from "../crypto/bytes.ts";
import type { AuthorityId, Hex, LogIndex, UnixSeconds } from "../model/ids.ts";
import {
  comparisonDigits, parseSignedRecord, recordDigest, recordSignatureHolds, type SignedRecord,
} from "../record/enrolment_record.ts";
import { recoveryDelay, type Candidacy, type Register } from "../record/register.ts";
import type { AuthorityRecovered } from "../record/register_bodies.ts";
import type { SignedStatement } from "../record/statement.ts";
import { parseSignedCheckpoint } from "../tlog/checkpoint.ts";
import { verifyCheckpoint } from "../tlog/policy.ts";
import { own, ownKnown } from "./acting.ts";
import type { RecoveryCandidate } from "./api.ts";
import type { InvitationRow } from "./ports.ts";
import { holderName } from "./recovery_parts.ts";
import type { AgentState } from "./state.ts";

/**
 * The record that a row brings, if it is one for this authority's recovery: signed by its own key, of a custodian of this
 * Party who is none yet. integrity "invitation.answer_signature" | "invitation.answer_differs".
 */
export function candidateRecord(register: Register, authority: AuthorityId, row: InvitationRow): SignedRecord {
  if (row.record === undefined) return fail("not_found", "invitation.not_answered");
  const text = fromUtf8(row.record) ?? fail("integrity", "invitation.answer_differs");
  const answer = parseSignedRecord(text);
  const { record } = answer;
  const fits = record.invitation === undefined && record.party === register.party && record.authority === authority &&
    record.role === "custodian" && !record.service && record.firstGeneration === undefined;
  if (!fits) return fail("integrity", "invitation.answer_differs");
  return recordSignatureHolds(answer) ? answer : fail("integrity", "invitation.answer_signature");
}

/** The statement of an approval, in one's own register. */
export function approvalOf(state: AgentState, id: Hex): SignedStatement {
  const found = ownKnown(state).copy.items.find(({ statement }) => statement.id === id);
  ensure(found !== undefined, "an approval was read before it counted");
  return found.statement;
}

/**
 * The checkpoint as the server gives it, if it is what it should be: of this log, cosigned as the policy asks, and over
 * that entry.
 */
function quorumTimeOver(state: AgentState, note: string, index: LogIndex): UnixSeconds | undefined {
  try {
    const verified = verifyCheckpoint(own(state).logPolicy().policy, parseSignedCheckpoint(note));
    const { quorumTime } = verified;
    return verified.counts && verified.head.size > index && typeof quorumTime === "number" ? quorumTime : undefined;
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

/** The cosigned checkpoints that first covered a record's approvals, and since when the 72 hours run. */
export interface CoveredApprovals { references: AuthorityRecovered["refs"]; first: UnixSeconds | undefined }

export async function coveredApprovals(state: AgentState, { approvals }: Candidacy): Promise<CoveredApprovals> {
  const covered: CoveredApprovals = { references: [], first: undefined };
  for (const { statement, index } of approvals) {
    if (index >= state.log.countingSize) continue;
    const asked = await attempt(() => state.environment.server.firstWitnessedCheckpoint(state.log.number, index + 1));
    if ("failure" in asked) {
      if (asked.failure.code === "not_found") continue;
      throw asked.failure;
    }
    const at = quorumTimeOver(state, asked.value, index);
    if (at === undefined) return fail("integrity", "void.recovery_checkpoint");
    covered.references.push({ approval: statement, checkpoint: asked.value });
    covered.first = Math.min(covered.first ?? at, at);
  }
  return covered;
}

async function viewOf(state: AgentState, authority: AuthorityId, row: InvitationRow): Promise<RecoveryCandidate> {
  const register = own(state);
  const view: RecoveryCandidate = {
    invitation: row.invitationId, record: "", displayName: "", comparisonDigits: "",
    state: row.state as RecoveryCandidate["state"], notAfter: row.notAfter, approvals: [], notBefore: 0, problem: "",
  };
  if (row.record === undefined) return view;
  const read = await attempt(() => candidateRecord(register, authority, row));
  if ("failure" in read) return { ...view, problem: read.failure.key };
  const { record } = read.value;
  view.record = recordDigest(record);
  view.displayName = record.displayName;
  view.comparisonDigits = comparisonDigits(record);
  const candidacy = register.candidacies(authority).find((one) => one.record === view.record);
  if (candidacy === undefined) return view;
  if (candidacy.refused) view.state = "refused";
  view.approvals = candidacy.approvals.map(({ statement, index }) => {
    const { author, at } = approvalOf(state, statement).statement;
    return { holder: holderName(register, author), member: author.member, at, counting: index < state.log.countingSize };
  });
  const set = register.recovery(authority);
  if (set !== undefined && view.approvals.length >= set.threshold && register.logPolicy().witnessed) {
    const { references, first } = await coveredApprovals(state, candidacy);
    if (first !== undefined && references.length >= set.threshold) view.notBefore = first + recoveryDelay;
  }
  return view;
}

/** All that the server tells of, and what the register says of each. */
export async function candidatesOf(state: AgentState, authority: AuthorityId): Promise<RecoveryCandidate[]> {
  const views: RecoveryCandidate[] = [];
  for (const row of await state.environment.server.recoveries(authority)) {
    if (row.authority === authority) views.push(await viewOf(state, authority, row));
  }
  return views;
}

/** Who answered that invitation. not_found "recovery.candidate_unknown". */
export async function chooseCandidate(state: AgentState, authority: AuthorityId, invitation: Hex): Promise<SignedRecord> {
  const rows = await state.environment.server.recoveries(authority);
  const row = rows.find((each) => each.invitationId === invitation && each.authority === authority &&
    each.record !== undefined && each.state === "answered");
  return row === undefined ? fail("not_found", "recovery.candidate_unknown") : candidateRecord(own(state), authority, row);
}
