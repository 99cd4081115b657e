// An alarm in the words of an official, by its key (platform/agent). A key without words of its own is told as what every
// alarm is: a check that must never fail has failed.
import type { Alarm } from "../../../agent/api";

const kinds: readonly (readonly [prefix: string, kind: string])[] = [
  ["log.forked", "fork"],
  ["log.rolled_back", "rolled_back"],
  ["log.", "log"],
  ["chain.forked", "two_versions"],
  ["register.", "key_record"],
  ["append.", "lied"],
  ["attachment.", "changed"],
  ["blob", "changed"],
  ["envelope", "changed"],
  ["chain.", "file"],
  ["dossier.", "file"],
  ["receipts.", "file"],
];

export function alarmKind(what: string): string {
  const key = what.replace(/^error\./u, "");
  return kinds.find(([prefix]) => key.startsWith(prefix))?.[1] ?? "other";
}

export interface AlarmWords { title: string; happened: string }

export function alarmWords(alarm: Pick<Alarm, "what">): AlarmWords {
  const kind = alarmKind(alarm.what);
  return { title: `alarm.kind.${kind}.title`, happened: `alarm.kind.${kind}.happened` };
}
