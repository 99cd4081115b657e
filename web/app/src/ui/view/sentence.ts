// What a screen says, before it is said in a language: a key of the catalogue and what fills its places. The functions in
// this folder decide what is to be said and know no language; a Speaker (the interface's language and time zone) says it.
import type { Seconds } from "../../agent/api";

export type Value = string | number | Sentence | { at: Seconds } | { date: Seconds } | { bytes: number } | { list: Value[] };
export interface Sentence {
  key: string;
  values?: Record<string, Value>;
}

export interface Speaker {
  text(key: string, values?: Record<string, string | number>): string;
  time(at: Seconds): string;
  date(at: Seconds): string;
  bytes(count: number): string;
  list(items: string[]): string;
  knows(key: string): boolean;
}

export function sentence(key: string, values?: Record<string, Value>): Sentence {
  return values === undefined ? { key } : { key, values };
}

export function sayValue(speaker: Speaker, value: Value): string | number {
  if (typeof value === "string" || typeof value === "number") return value;
  if ("key" in value) return say(speaker, value);
  if ("at" in value) return speaker.time(value.at);
  if ("date" in value) return speaker.date(value.date);
  if ("bytes" in value) return speaker.bytes(value.bytes);
  return speaker.list(value.list.map((one) => String(sayValue(speaker, one))));
}

export function say(speaker: Speaker, what: Sentence): string {
  const values = Object.entries(what.values ?? {}).map(([name, value]) => [name, sayValue(speaker, value)] as const);
  return speaker.text(what.key, Object.fromEntries(values));
}

/** The word for a code of the protocol, "word.<family>.<code>"; a code the catalogue does not know stands as it is. */
export function word(family: string, code: string): Sentence {
  return sentence(`word.${family}.${code}`);
}
