// The shape every call to the server has: same origin, session cookie, `Rogatory-Client: web`, Idempotency-Key, one more
// try when a connection broke before an answer (the key makes that safe), bounds on what is read. A connection on which
// nothing moves for a minute is given up; a slow one is not.
import { Failure, fail } from "../base/failure.ts";
import { hexEncode } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/random.ts";
import { problemOf, requireOk, type Reply } from "./answer.ts";

export const largestJson = 16 * 1024 * 1024; // a page of statements of 256 KiB each, base64
const stallMilliseconds = 60_000;
/** Of a request whose body may be large: fetch tells nothing of its progress. */
const patientMilliseconds = 30 * 60_000;

export interface Request {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  largest?: number;
  /** Instead of the session: an enrolment's token, an upload's ticket. */
  bearer?: string;
  /** Without the session and without the page's mark: a token that is answered stays with the trusted end. */
  apart?: boolean;
  /** With a bearer, and its answer is the session: a browser keeps the cookie only of a request that may carry one. */
  enters?: boolean;
  signal?: AbortSignal | undefined;
  /** A large body goes up. */
  patient?: boolean;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An answer whose body is still to come. */
export interface Opened {
  response: Response;
  /** The body's bytes as they come; ends with a Failure when the line breaks or nothing moves. */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
}

export interface Calls {
  readonly origin: string;
  /** As it is; no success is required. */
  send(request: Request): Promise<Reply>;
  /** The same, the body unread. */
  open(request: Request): Promise<Opened>;
  get(path: string, largest?: number): Promise<Reply>;
  write(method: string, path: string, body?: unknown, how?: "apart" | "enters"): Promise<Reply>;
}

export const randomKey = (): string => hexEncode(systemRandom(16));

async function wholeWithin(opened: Opened, largest: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of opened.chunks()) {
    size += part.length;
    if (size > largest) return fail("unavailable", "client.answer_too_large");
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * `origin` is the page's own (or, in tests, the server's); `enrolment` gives the enrolment's token while one is in
 * force. Nothing is ever followed elsewhere: a redirect is an error.
 */
export function makeCalls(origin: string, fetcher: Fetch, enrolment: () => string): Calls {
  const host = origin.replace("https://", "");

  const open = async (request: Request): Promise<Opened> => {
    const headers = new Headers(request.headers);
    if (request.apart !== true) headers.set("Rogatory-Client", "web");
    const bearer = request.bearer ?? enrolment();
    if (bearer !== "") headers.set("Authorization", `Bearer ${bearer}`);
    const stop = new AbortController();
    let stalled = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = (milliseconds: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        stalled = true;
        stop.abort();
      }, milliseconds);
    };
    const cancel = (): void => stop.abort();
    request.signal?.addEventListener("abort", cancel);
    if (request.signal?.aborted === true) stop.abort();
    const done = (): void => {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", cancel);
    };
    const broken = (error: unknown): Failure => {
      if (error instanceof Failure) return error;
      if (request.signal?.aborted === true) return new Failure("unavailable", "transfer.cancelled");
      if (stalled) return new Failure("unavailable", "client.timed_out", { host });
      return new Failure("unavailable", "client.connection_lost", { host }, String(error));
    };

    wait(request.patient === true ? patientMilliseconds : stallMilliseconds);
    let response: Response;
    try {
      response = await fetcher(origin + request.path, {
        method: request.method,
        headers,
        ...(request.body === undefined ? {} : { body: request.body }),
        // With a bearer of its own nothing of the session goes along, unless it begins with this answer.
        credentials: request.enters === true || (bearer === "" && request.apart !== true) ? "same-origin" : "omit",
        cache: "no-store",
        redirect: "manual",
        mode: "same-origin",
        referrerPolicy: "no-referrer",
        signal: stop.signal,
      });
    } catch (error) {
      done();
      throw broken(error);
    }
    const status = response.status;
    if (response.type === "opaqueredirect" || (status >= 300 && status < 400 && status !== 304)) {
      done();
      return fail("unavailable", "client.redirect_refused", { host });
    }
    return {
      response,
      async *chunks() {
        const reader = response.body?.getReader();
        try {
          if (reader === undefined) return;
          for (;;) {
            wait(stallMilliseconds);
            const { done: ended, value } = await reader.read();
            if (ended) return;
            // Whoever takes the chunk may take his time over it.
            clearTimeout(timer);
            yield value;
          }
        } catch (error) {
          throw broken(error);
        } finally {
          done();
          stop.abort();
        }
      },
    };
  };

  const once = async (request: Request): Promise<Reply> => {
    const opened = await open(request);
    const body = await wholeWithin(opened, request.largest ?? largestJson);
    return { status: opened.response.status, headers: opened.response.headers, body };
  };

  const send = async (request: Request): Promise<Reply> => {
    const repeatable = request.method === "GET" || request.headers?.["Idempotency-Key"] !== undefined;
    try {
      return await once(request);
    } catch (error) {
      if (repeatable && error instanceof Failure && error.key === "client.connection_lost") return once(request);
      throw error;
    }
  };

  return {
    origin,
    send,
    open,
    get: async (path, largest) => {
      const reply = await send({ method: "GET", path, ...(largest === undefined ? {} : { largest }) });
      if (reply.status !== 200) throw problemOf(reply);
      return reply;
    },
    write: async (method, path, body, how) => {
      const headers: Record<string, string> = { "Idempotency-Key": randomKey() };
      if (body !== undefined) headers["Content-Type"] = "application/json";
      return requireOk(await send({
        method, path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }), apart: how === "apart", enters: how === "enters",
      }));
    },
  };
}
