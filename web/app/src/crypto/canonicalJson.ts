// The only JSON that is signed or sealed: RFC 8785, narrowed (protocol §2) so that two implementations cannot
// disagree. A text has exactly one meaning and a meaning exactly one text: keys sorted by byte and never twice, no
// white space, integers 0..2^53−1, no fraction, no exponent, no negative, no null, shortest escapes, well-formed UTF-8
// without lone surrogates, at most eight objects or arrays inside one another (crypto/encoding/canonical_json.hpp).
import { ensure, fail } from "../base/failure.ts";
import { fromUtf8, isWellFormed, utf8, type Bytes } from "./bytes.ts";

export const jsonMaxInteger = Number.MAX_SAFE_INTEGER;
export const jsonMaxDepth = 8;
export const jsonMaxBytes = 1024 * 1024;

export type Json = boolean | number | string | Json[] | JsonObject;
/** As parsed it has no prototype, so that "__proto__" is a key like any other; ask with Object.hasOwn or `in`. */
export interface JsonObject { [key: string]: Json }

/**
 * Reads bytes that are already canonical: anything else, even the same value spelled otherwise, is refused, so
 * encode(parse(bytes)) gives the same bytes. Failures: too_large "json.too_large", invalid_input "json.not_canonical".
 */
export function parseCanonicalJson(bytes: Bytes, limitBytes = jsonMaxBytes): Json {
  if (bytes.length > limitBytes) fail("too_large", "json.too_large");
  const text = fromUtf8(bytes);
  if (text === null) return fail("invalid_input", "json.not_canonical", {}, "not UTF-8");
  let at = 0;

  const refuse = (): never => fail("invalid_input", "json.not_canonical", {}, `at character ${at}`);
  const take = (expected: string): void => {
    if (!text.startsWith(expected, at)) refuse();
    at += expected.length;
  };
  const took = (expected: string): boolean => {
    if (text[at] !== expected) return false;
    at++;
    return true;
  };

  function value(depth: number): Json {
    switch (text![at]) {
      case "{": return depth <= jsonMaxDepth ? object(depth) : refuse();
      case "[": return depth <= jsonMaxDepth ? array(depth) : refuse();
      case '"': return string();
      case "t": take("true"); return true;
      case "f": take("false"); return false;
      default: return integer();
    }
  }

  function object(depth: number): JsonObject {
    at++;
    const members = Object.create(null) as JsonObject;
    if (took("}")) return members;
    let last: string | null = null;
    do {
      const key = string();
      // Strictly rising: sorted, and none twice.
      if (last !== null && compareByCodePoint(last, key) >= 0) refuse();
      last = key;
      take(":");
      members[key] = value(depth + 1);
    } while (took(","));
    take("}");
    return members;
  }

  function array(depth: number): Json[] {
    at++;
    const elements: Json[] = [];
    if (took("]")) return elements;
    do elements.push(value(depth + 1)); while (took(","));
    take("]");
    return elements;
  }

  const digits = /(?:0|[1-9][0-9]{0,15})(?![0-9])/y;
  function integer(): number {
    digits.lastIndex = at;
    const found = digits.exec(text!);
    if (!found) return refuse();
    const number = Number(found[0]);
    if (number > jsonMaxInteger) refuse();
    at += found[0].length;
    return number;
  }

  // The shortest escape of what needs one (RFC 8785 §3.2.2.2).
  const escape = /\\(?:["\\btnfr]|u00(?:0[0-7bef]|1[0-9a-f]))/y;
  function string(): string {
    const start = at;
    take('"');
    let escaped = false;
    for (;;) {
      const unit = text!.charCodeAt(at); // NaN behind the end
      if (unit === 0x22) break;
      if (unit === 0x5c) {
        escaped = true;
        escape.lastIndex = at;
        if (!escape.test(text!)) refuse();
        at = escape.lastIndex;
      } else if (unit >= 0x20) {
        at++;
      } else {
        refuse(); // a control character, or the end of the text
      }
    }
    at++;
    const quoted = text!.slice(start, at);
    // What was let through, JSON.parse reads as it is meant.
    return escaped ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  }

  const result = value(1);
  if (at !== text.length) refuse();
  return result;
}

/**
 * The canonical text. Strings must be well-formed, integers in range and the depth at most jsonMaxDepth (ensured):
 * what people typed is checked where it enters. A member that is undefined is absent.
 */
export function encodeCanonicalJson(value: Json): string {
  const write = (item: Json, depth: number): string => {
    switch (typeof item) {
      case "boolean": return item ? "true" : "false";
      case "number":
        ensure(Number.isSafeInteger(item) && item >= 0 && !Object.is(item, -0), "an integer from 0 to 2^53 - 1");
        return String(item);
      case "string": return writeString(item);
    }
    ensure(item !== null && typeof item === "object" && depth <= jsonMaxDepth, "a value with a canonical form");
    if (Array.isArray(item)) return `[${item.map((element) => write(element, depth + 1)).join(",")}]`;
    const keys = Object.keys(item).filter((key) => item[key] !== undefined).sort(compareByCodePoint);
    return `{${keys.map((key) => `${writeString(key)}:${write(item[key]!, depth + 1)}`).join(",")}}`;
  };
  return write(value, 1);
}

export const canonicalJsonBytes = (value: Json): Bytes => utf8(encodeCanonicalJson(value));

// ECMA-262's QuoteJSONString is what RFC 8785 §3.2.2.2 refers to: shortest escapes, lower-case hex, nothing else.
function writeString(text: string): string {
  ensure(isWellFormed(text), "a text to be encoded is well-formed");
  return JSON.stringify(text);
}

/** The order of UTF-8 bytes, which is that of code points; UTF-16's own puts U+FF5E behind U+1F600. */
export function compareByCodePoint(a: string, b: string): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

// Surrogates stand for what lies above U+FFFF.
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
