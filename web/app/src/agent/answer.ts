// What a server's answer says, before anything of it is believed: web/client/answer.cpp. A field of the wrong shape
// makes the whole answer "not understood".
import { Failure, type ErrorCode } from "../base/failure.ts";
import { base64Decode } from "../crypto/base64.ts";
import { isHex } from "../model/ids.ts";

const problemPrefix = "urn:rogatory:problem:";
const longestKey = 80;
const longestArgument = 500;

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 401: return "unauthenticated";
    case 403: return "forbidden";
    case 404: return "not_found";
    case 408: return "unavailable";
    case 409: return "conflict";
    case 410: return "expired";
    case 412: return "precondition_failed";
    case 413: return "too_large";
    case 429: return "too_many";
    case 501: return "unsupported";
    case 507: return "storage_full";
    default: return status >= 500 ? "unavailable" : "invalid_input";
  }
}

/** A whole answer: status, headers, body within its bound. */
export interface Reply { status: number; headers: Headers; body: Uint8Array }

export const notUnderstood = (reply: Reply): Failure =>
  new Failure("unavailable", "client.answer_not_understood",
    { request: (reply.headers.get("x-request-id") ?? "").slice(0, longestKey) }, `status ${reply.status}`);

export function parseJson(reply: Reply): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(reply.body));
  } catch {
    throw notUnderstood(reply);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The failure that an answer other than 2xx stands for: problem+json with the server's key, or nobody's words. */
export function problemOf(reply: Reply): Failure {
  const code = codeOf(reply.status);
  if (!(reply.headers.get("content-type") ?? "").startsWith("application/problem+json")) {
    // Not our server's words: a proxy, a portal, a firewall.
    return new Failure(code, "client.answer_not_understood", { request: `HTTP ${reply.status}` },
      `status ${reply.status}`);
  }
  let value: unknown;
  try {
    value = parseJson(reply);
  } catch {
    return notUnderstood(reply);
  }
  if (!isRecord(value) || typeof value["type"] !== "string" || !value["type"].startsWith(problemPrefix)) {
    return notUnderstood(reply);
  }
  const key = value["type"].slice(problemPrefix.length);
  if (key.length > longestKey || !/^[a-z0-9_.]+$/.test(key)) return notUnderstood(reply);
  const args: Record<string, string> = {};
  if (isRecord(value["arguments"])) {
    for (const [name, argument] of Object.entries(value["arguments"])) {
      if (typeof argument === "string" && argument.length <= longestArgument) args[name] = argument;
    }
  }
  const request = value["request_id"];
  args["request"] = typeof request === "string" ? request.slice(0, longestKey) : "";
  return new Failure(code, key, args, `status ${reply.status}`);
}

/** Typed reading of one JSON object; any misfit throws `client.answer_not_understood`. */
export interface Fields {
  has(name: string): boolean;
  text(name: string): string;
  textOrEmpty(name: string): string;
  integer(name: string): number;
  natural(name: string): number;
  truth(name: string): boolean;
  hex(name: string, bytes: number): string;
  base64(name: string): Uint8Array;
  object(name: string): Fields;
  items(name: string): Fields[];
  texts(name: string): string[];
  entries(): [string, unknown][];
}

export function fieldsOf(value: unknown, reply: Reply): Fields {
  const bad = (): never => { throw notUnderstood(reply); };
  const object: Record<string, unknown> = isRecord(value) ? value : bad();
  const has = (name: string): boolean => Object.hasOwn(object, name);
  const text = (name: string): string => {
    const found = has(name) ? object[name] : undefined;
    return typeof found === "string" ? found : bad();
  };
  const integer = (name: string): number => {
    const found = has(name) ? object[name] : undefined;
    return typeof found === "number" && Number.isSafeInteger(found) ? found : bad();
  };
  const list = (name: string): unknown[] => {
    const found = has(name) ? object[name] : undefined;
    return Array.isArray(found) ? found : bad();
  };
  return {
    has,
    text,
    textOrEmpty: (name) => (has(name) ? text(name) : ""),
    integer,
    natural: (name) => {
      const found = integer(name);
      return found < 0 ? bad() : found;
    },
    truth: (name) => {
      const found = has(name) ? object[name] : undefined;
      return typeof found === "boolean" ? found : bad();
    },
    hex: (name, bytes) => {
      const found = text(name);
      return isHex(found, bytes) ? found : bad();
    },
    base64: (name) => base64Decode(text(name)) ?? bad(),
    object: (name) => fieldsOf(has(name) ? object[name] : undefined, reply),
    items: (name) => list(name).map((item) => fieldsOf(item, reply)),
    texts: (name) => list(name).map((item) => (typeof item === "string" ? item : bad())),
    entries: () => Object.entries(object),
  };
}

export const fieldsOfReply = (reply: Reply): Fields => fieldsOf(parseJson(reply), reply);

export const requireOk = (reply: Reply): Reply => {
  if (Math.floor(reply.status / 100) !== 2) throw problemOf(reply);
  return reply;
};
