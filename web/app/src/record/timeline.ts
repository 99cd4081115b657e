// A value that changes at log indexes; asked "before i" it answers with the last change at a smaller index.
import type { LogIndex } from "../model/ids.ts";

export type Timeline<T> = { at: LogIndex; value: T }[];

export const set = <T>(timeline: Timeline<T>, at: LogIndex, value: T): void => void timeline.push({ at, value });

export function before<T>(timeline: Timeline<T>, index: LogIndex): T | undefined {
  for (let i = timeline.length - 1; i >= 0; --i) {
    const change = timeline[i]!;
    if (change.at < index) return change.value;
  }
  return undefined;
}
