import type { AgentApi } from "../../src/agent/api";

type Tell = (name: "transfer" | "notice" | "locked" | "changed" | "alarm" | "question", ...values: unknown[]) => void;

export function caseworkAnswers(_tell: Tell): Partial<AgentApi> {
  return {};
}
