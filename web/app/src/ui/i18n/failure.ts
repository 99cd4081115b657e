// What a person is told when something did not work: the sentence of its key, else that of its kind with the key as
// reference, so that a newer server's refusals can still be told to somebody.

import type { AgentFailure, Notice } from "../../agent/api";
import { hasText, t } from "./index.svelte";

export function isFailure(error: unknown): error is AgentFailure {
  return typeof error === "object" && error !== null && "key" in error && "code" in error;
}

export function asFailure(error: unknown): AgentFailure {
  if (isFailure(error)) return error;
  return { code: "unavailable", key: "page.broken", arguments: {} };
}

export function failureText(error: unknown): string {
  const failure = asFailure(error);
  const key = `error.${failure.key}`;
  const told = hasText(key) ? t(key, failure.arguments) : t(`error.code.${failure.code}`, { ...failure.arguments, key: failure.key });
  // A refusal at the door has a code by which an administrator finds the cause.
  const code = failure.arguments["support"];
  return code === undefined ? told : `${told} ${t("support.told", { code })}`;
}

export function warningText(key: string): string {
  return hasText(`warning.${key}`) ? t(`warning.${key}`) : t("notice.unknown", { key });
}

/** `key` may come with its namespace ("change.policy") or without ("log.not_fresh"). */
export function noticeText(notice: Notice): string {
  const key = hasText(notice.key) ? notice.key : `notice.${notice.key}`;
  const values = { ...notice.arguments };
  // What was done comes as the record names it, and is said in words, as at the command line.
  const { kind } = values;
  const word = kind === undefined ? undefined : ["register", "act", "receipt"].map((family) => `word.${family}.${kind}`).find(hasText);
  if (word !== undefined) values["kind"] = t(word);
  return hasText(key) ? t(key, values) : t("notice.unknown", { key: notice.key });
}
