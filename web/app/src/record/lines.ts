// Reading texts of exact grammars: one line after the other, LF after each, nothing else anywhere. Mirror of lines.hpp.
import { isHex, type Hex } from "../model/ids.ts";

export class Lines {
  #at = 0;
  #number = 0;
  constructor(private readonly text: string) {}

  get done(): boolean { return this.#at === this.text.length; }
  get rest(): string { return this.text.slice(this.#at); }
  /** Of the line read last, from 1. */
  get number(): number { return this.#number; }

  /** The next line without its LF, and without the prefix that it must have; undefined: there is no such line. */
  next(prefix = ""): string | undefined {
    const end = this.text.indexOf("\n", this.#at);
    if (end < 0) return undefined;
    const line = this.text.slice(this.#at, end);
    this.#at = end + 1;
    ++this.#number;
    return line.startsWith(prefix) ? line.slice(prefix.length) : undefined;
  }
  /** True: the next line is exactly this; it has been read. */
  take(line: string): boolean { return this.next() === line; }
  nextStartsWith(prefix: string): boolean { return this.text.startsWith(prefix, this.#at); }
}

/** Canonical decimal: no sign, no leading zero, at most 2^53 - 1. */
export function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

export const parseId = (text: string | undefined, bytes: 16 | 32): Hex | undefined =>
  text !== undefined && isHex(text, bytes) ? text : undefined;

/** Two words with one space between them. */
export function split(text: string | undefined): [string, string] | undefined {
  const space = text?.indexOf(" ") ?? -1;
  return text === undefined || space < 0 ? undefined : [text.slice(0, space), text.slice(space + 1)];
}
