// What judging has in common in every chain. Mirror of judging.hpp.
import type { AuthorityRef, ChainId, Digest, LogIndex } from "../model/ids.ts";
import { includesRole } from "../model/party.ts";
import { envelopeVerifies } from "./envelope.ts";
import { judgeSeen } from "./log_policy.ts";
import { brokenOutcome, voidOutcome, type Head, type Outcome } from "./outcome.ts";
import { listedFiles } from "./peek.ts";
import type { Member, Register, Registers } from "./register.ts";
import type { SignedStatement, Statement } from "./statement.ts";

/** A reason why a statement is void; empty: nothing against it. */
export type Reason = string;

/**
 * Whether the statement stands where the chain goes on: only a misbehaving server (or, on append, somebody who was
 * slower) brings one that does not.
 */
export function checkFrame(
  statement: Statement, chain: ChainId, head: Head, stopped: boolean, at: LogIndex,
): Outcome | undefined {
  if (stopped) return brokenOutcome("broken.stopped");
  if (statement.chain !== chain) return brokenOutcome("broken.chain");
  if (statement.seq !== head.length) return brokenOutcome("broken.seq");
  if (statement.prev !== head.last) return brokenOutcome("broken.prev");
  if (head.length > 0 && at <= head.index) return brokenOutcome("broken.index");
  return undefined;
}

/** An author whose register, membership, key and signature were checked as of the statement's index. */
export interface AuthorFound {
  register: Register;
  member: Member;
  ref: AuthorityRef;
}
export const isOfficer = ({ member }: AuthorFound): boolean => includesRole(member.role, "officer");

export function findAuthor(
  signed: SignedStatement, at: LogIndex, registers: Registers,
): { outcome: Outcome } | { author: AuthorFound } {
  const { author, seen } = signed.statement;
  const register = registers.byChain(author.registerChain);
  // No honest server takes a statement whose author's register it does not have: one that is not shown is withheld,
  // and calling the statement void would let whoever withholds choose what takes effect.
  if (register === undefined || !register.founded || register.foundedAt >= at) {
    return { outcome: brokenOutcome("broken.register_missing") };
  }
  const key = register.keyEver(author.member, author.key);
  if (key === undefined) return { outcome: voidOutcome("void.author_unknown") };
  if (!envelopeVerifies(signed.envelope, key)) return { outcome: brokenOutcome("broken.signature") };
  const member = register.member(author.member, at);
  if (member === undefined || member.authority !== author.authority) {
    return { outcome: voidOutcome("void.not_a_member") };
  }
  if (member.key !== key) return { outcome: voidOutcome("void.old_key") };
  const reason = judgeSeen(register.logPolicy(at), seen, at);
  if (reason !== "") return { outcome: voidOutcome(reason) };
  return { author: { register, member, ref: { party: register.party, authority: author.authority } } };
}

/** Whether the statement lists a file that an effective statement of its chain, or it itself, lists already. */
export function reusesFiles(statement: Statement, known: ReadonlySet<Digest>): boolean {
  const here = new Set<Digest>();
  for (const file of listedFiles(statement)) {
    if (known.has(file) || here.has(file)) return true;
    here.add(file);
  }
  return false;
}
