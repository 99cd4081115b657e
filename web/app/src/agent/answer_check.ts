// Internal to src/agent: what a 201 hands out with each statement (platform/agent/answer_check.hpp).
import { isFailure } from "../base/failure.ts";
import { bytesOf } from "../record/keys.ts";
import { encodeSigned, type SignedStatement } from "../record/statement.ts";
import { entryOf } from "../tlog/entry.ts";
import { parseLogProof, verifyLogProof, type LogProof } from "../tlog/logProof.ts";
import { alarm } from "./evidence.ts";
import type { Appended } from "./ports.ts";
import type { AgentState } from "./state.ts";

/**
 * Its place, and the proof of it under the log's signature. integrity "append.proof", evidence kept. The checkpoints it
 * was proven under are remembered for keepToPromises().
 */
export async function checkAnswers(
  state: AgentState, statements: readonly SignedStatement[], answers: readonly Appended[],
): Promise<void> {
  for (const [i, signed] of statements.entries()) {
    const answer = answers[i];
    const wrong = (detail: string): Promise<never> => alarm(state.environment, "append.proof",
      { envelope: encodeSigned(signed), answer: answer?.proof ?? "" }, detail);
    if (answer === undefined) return wrong("no answer");
    const { chain, seq } = signed.statement;
    let proof: LogProof;
    try {
      proof = parseLogProof(answer.proof);
      verifyLogProof(proof, entryOf(bytesOf(chain), seq, bytesOf(signed.id)), state.log.policy);
    } catch (error) {
      if (!isFailure(error)) throw error;
      return wrong(error.key);
    }
    if (answer.id !== signed.id || answer.index !== proof.index) return wrong("another statement or place");
    state.promised.push(proof.checkpoint);
  }
}

/**
 * After the log was read again: the checkpoints that the server signed when it took statements are of the log it shows
 * now. integrity "log.rolled_back", "log.forked".
 */
export async function keepToPromises(state: AgentState): Promise<void> {
  for (const checkpoint of state.promised.splice(0)) {
    await state.log.requireConsistentCheckpoint(state.environment, checkpoint, "the answer to an append");
  }
}
