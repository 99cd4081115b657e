// The C2SP texts' numbers and lines (crypto/tlog/decimal.hpp).

/**
 * "ASCII decimal with no leading zeroes". The texts go up to 2^63 − 1; here it ends at 2^53 − 1, which no log reaches:
 * beyond it a number of JavaScript is no longer one number.
 */
export function parseDecimal(text: string): number | null {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** Takes line after line off a text, without its newline; null when no complete line is left. */
export class Lines {
  rest: string;

  constructor(text: string) {
    this.rest = text;
  }

  next(): string | null {
    const end = this.rest.indexOf("\n");
    if (end < 0) return null;
    const line = this.rest.slice(0, end);
    this.rest = this.rest.slice(end + 1);
    return line;
  }
}
