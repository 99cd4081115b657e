// Ten things that go wrong, each as the page meets it: what the help page says of them is what a person then reads, because
// both ask failureOf(), or the page that tells it is named here. `tests/browser/failures` brings each about and compares.

import { failureOf, type Failure, type FailureName } from "./failures";

export interface Listed {
  key: string; // failure_list.<key>.when
  thrown: unknown;
  online: boolean;
  /** Told at the field of a form, and not as a box. */
  atField?: string;
  /** Told by a page of its own, in these sentences, and not as a box. */
  reads?: string[];
}

const agentFailure = (code: string, key: string, values: Record<string, string> = {}): unknown => ({ code, key, arguments: values });

export const failureList = (host: string): Listed[] => [
  { key: "network", thrown: agentFailure("unavailable", "client.connection_lost", { host }), online: false },
  { key: "server", thrown: agentFailure("unavailable", "client.connection_lost", { host }), online: true },
  { key: "session", thrown: agentFailure("unauthenticated", "session.ended"), online: true, reads: ["unlock.why_session_ended"] },
  { key: "quota", thrown: new DOMException("", "QuotaExceededError"), online: true },
  { key: "wrong_sheet", thrown: agentFailure("invalid_input", "kit.not_current"), online: true, atField: "error.kit.not_current" },
  { key: "save_blocked", thrown: new DOMException("", "SecurityError"), online: true },
  { key: "feature", thrown: agentFailure("unsupported", "chain.unsupported"), online: true, reads: ["old_browser.title", "old_browser.lead"] },
  { key: "integrity", thrown: agentFailure("integrity", "attachment.digest", { evidence: "…" }), online: true },
  { key: "interrupted", thrown: agentFailure("unavailable", "transfer.cancelled"), online: true },
  { key: "alarm", thrown: agentFailure("integrity", "alarm.standing", { evidence: "…" }), online: true, reads: ["badge.why.alarm"] },
];

export const failureOfListed = ({ thrown, online }: Listed): Failure => failureOf(thrown, online);
export const listedNames: FailureName[] =
  ["network", "server", "session", "quota", "other", "save_blocked", "feature", "integrity", "interrupted", "alarm"];
