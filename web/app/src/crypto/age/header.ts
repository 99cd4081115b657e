// The textual header of an age file (c2sp.org/age, "Header"), apart from any cryptography. Strict and canonical: what
// parses is, written again, the same bytes (crypto/age/header.hpp).
import { ensure } from "../../base/failure.ts";
import { base64Decode, base64Encode } from "../base64.ts";
import { concat, utf8, type Bytes } from "../bytes.ts";
import { ageFailure } from "./failure.ts";

export const versionLine = "age-encryption.org/v1\n";

// How many bytes a header may take before its end is seen: whoever sends a file chooses its header, and it is held in
// memory before anything is authenticated.
export const smallHeaderBytes = 4 * 1024; // protocol §1: everything but keyrings and bundles
export const keyringHeaderBytes = 1024 * 1024; // protocol §1: 501 recipients make 780 KB

export interface Stanza {
  readonly args: readonly string[]; // at least one; the first is the type
  readonly body: Bytes;
}

export interface Header {
  readonly stanzas: readonly Stanza[]; // at least one
  readonly mac: Bytes; // compare with equal()
  readonly size: number; // bytes, the final line feed included; the payload's nonce comes next
  readonly macText: number; // the MAC covers so many bytes: up to and with "---"
}

const columns = 64;
const endMark = "---";
const endLineLength = endMark.length + 1 + 43;
const latin1 = new TextDecoder("latin1");

type Step<T> = T | "more" | "bad";

/**
 * Reads a header from the first bytes of a file. null: `start` ends before the header does and is shorter than the
 * limit; come again with more. Failure "age.header": no more bytes can make it right.
 */
export function parseHeader(start: Bytes, limitBytes: number): Header | null {
  // Latin-1 gives each byte a character of its own; what is above 0x7E is refused wherever it stands. (The decoder
  // reads windows-1252: some bytes from 0x80 to 0x9F become characters above U+00FF. None is visible ASCII either.)
  const text = latin1.decode(start.subarray(0, limitBytes));
  const step = parse(text);
  if (step === "bad" || (step === "more" && start.length >= limitBytes)) throw ageFailure("header");
  return step === "more" ? null : step;
}

function parse(text: string): Step<Header> {
  let at = 0;
  const nextLine = (): string | null => {
    const end = text.indexOf("\n", at);
    if (end < 0) return null;
    const line = text.slice(at, end);
    at = end + 1;
    return line;
  };

  // arg-line = "-> " argument *(SP argument) LF, then a body whose last line is shorter than 64 columns.
  function stanza(): Step<Stanza> {
    const first = nextLine();
    if (first === null) return "more";
    if (!/^->(?: [\x21-\x7e]+)+$/.test(first)) return "bad";
    const args = first.slice(3).split(" ");
    const body: Bytes[] = [];
    for (;;) {
      const line = nextLine();
      if (line === null) return "more";
      const part = line.length <= columns ? base64Decode(line, "unpadded") : null;
      if (!part) return "bad";
      body.push(part);
      // A full line must be followed by another, if empty: accepting its absence would give one stanza two encodings.
      if (line.length < columns) return { args, body: concat(...body) };
    }
  }

  const version = nextLine();
  if (version === null) return versionLine.startsWith(text) ? "more" : "bad";
  if (`${version}\n` !== versionLine) return "bad";
  const stanzas: Stanza[] = [];
  for (;;) {
    if (text.length - at < endMark.length) return "more";
    if (text.startsWith(endMark, at)) break;
    if (!text.startsWith("->", at)) return "bad";
    const read = stanza();
    if (read === "more" || read === "bad") return read;
    stanzas.push(read);
  }
  const macText = at + endMark.length;
  // end = "--- " 43base64char LF; header = v1-line 1*stanza end
  const rest = text.length - at;
  const end = nextLine();
  if (end === null) return rest > endLineLength ? "bad" : "more";
  if (end.length !== endLineLength || end[endMark.length] !== " " || stanzas.length === 0) return "bad";
  const mac = base64Decode(end.slice(endMark.length + 1), "unpadded");
  if (mac?.length !== 32) return "bad";
  return { stanzas, mac, size: at, macText };
}

/** The header up to and with "---": what the MAC is computed over. */
export function writeHeaderBeforeMac(stanzas: readonly Stanza[]): string {
  ensure(stanzas.length > 0, "an age header has a stanza");
  const lines = stanzas.map(({ args, body }) => {
    ensure(args.length > 0 && args.every((arg) => /^[\x21-\x7e]+$/.test(arg)), "a stanza's argument is visible");
    const text = base64Encode(body, "unpadded");
    let out = `-> ${args.join(" ")}\n`;
    for (let at = 0; at < text.length; at += columns) out += `${text.slice(at, at + columns)}\n`;
    return text.length % columns === 0 ? `${out}\n` : out;
  });
  return versionLine + lines.join("") + endMark;
}

/** The final " " ‖ base64 ‖ LF. */
export const writeHeaderEnd = (mac: Bytes): string => ` ${base64Encode(mac, "unpadded")}\n`;

export const headerBytes = (text: string): Bytes => utf8(text);
