// What a person sees when something is in the way: one page (or one box in a page) for each cause, each with what happened,
// what is safe, and what to do. An unknown cause is never shown as a code alone.
import type { AgentFailure } from "../../agent/api";
import { type Sentence, sentence } from "./sentence";

export type FailureName =
  | "network" | "server" | "session" | "quota" | "allowance" | "save_blocked" | "feature" | "integrity" | "changed" | "not_there"
  | "not_allowed" | "too_large" | "alarm" | "interrupted" | "other";

export interface Failure {
  name: FailureName;
  title: Sentence;
  /** What the trusted end said, with what to do. */
  said: Sentence | null;
  /** What is safe, and what to do now. */
  advice: Sentence;
  /** What can be pressed. */
  action: "again" | "sign_in" | "unlock" | "free_space" | "save_elsewhere" | "alarms" | "back" | "none";
}

const actions: Record<FailureName, Failure["action"]> = {
  network: "again", server: "again", session: "unlock", quota: "free_space", allowance: "free_space", save_blocked: "save_elsewhere", feature: "none",
  integrity: "alarms", changed: "again", not_there: "back", not_allowed: "back", too_large: "back", alarm: "alarms",
  interrupted: "again", other: "again",
};

export function isAgentFailure(value: unknown): value is AgentFailure {
  return typeof value === "object" && value !== null && "code" in value && "key" in value;
}

function nameOfKey(key: string): FailureName | null {
  if (key.startsWith("alarm.")) return "alarm";
  if (key.startsWith("session.")) return "session";
  if (key === "transfer.cancelled" || key === "transfer.incomplete") return "interrupted";
  // What the server gives an authority, not the room on this device.
  if (key === "upload.quota") return "allowance";
  return null;
}

function nameOfCode(failure: AgentFailure, online: boolean): FailureName {
  switch (failure.code) {
    case "unavailable": return online ? "server" : "network";
    case "unauthenticated": return "session";
    case "storage_full": return "quota";
    case "unsupported": return "feature";
    case "integrity": return "integrity";
    case "conflict":
    case "precondition_failed": return "changed";
    case "not_found": return "not_there";
    case "forbidden": return "not_allowed";
    case "too_large": return "too_large";
    default: return "other";
  }
}

function nameOfException(thrown: unknown, online: boolean): FailureName {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "";
  if (name === "QuotaExceededError") return "quota";
  if (name === "SecurityError" || name === "NotAllowedError" || name === "NoModificationAllowedError") return "save_blocked";
  if (name === "AbortError") return "interrupted";
  if (name === "NotSupportedError") return "feature";
  return online ? "other" : "network";
}

export function failureOf(thrown: unknown, online: boolean): Failure {
  const agent = isAgentFailure(thrown) ? thrown : null;
  const name = agent === null ? nameOfException(thrown, online) : nameOfKey(agent.key) ?? nameOfCode(agent, online);
  return {
    name,
    title: sentence(`failure.${name}.title`),
    said: agent === null ? null : sentence(`error.${agent.key}`, agent.arguments),
    advice: sentence(`failure.${name}.advice`),
    action: actions[name],
  };
}
