// Calls, answers and events between the page and the trusted end, over one MessagePort-like channel. Structured cloning
// carries values and Files; an AbortSignal travels as a name and a later message; a WritableStream as a port of its own,
// with one chunk under way at a time (transferring streams themselves is not known to every browser).
import { Failure, isFailure } from "../base/failure.ts";
import type { AgentEvents, AgentFailure } from "./api.ts";

export interface Channel {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

type ToTrustedEnd = { call: number; name: string; args: unknown[] } | { abort: number } | { active: true };
type ToPage =
  | { answer: number; value: unknown }
  | { answer: number; failure: AgentFailure }
  | { event: keyof AgentEvents; values: unknown[] };

interface SignalMark { $signal: number }
interface StreamMark { $stream: MessagePort }
type FromStream = { chunk: Uint8Array } | { close: true } | { abort: unknown };
type ToStream = { ready: true } | { failed: AgentFailure };

export function asFailure(error: unknown): AgentFailure {
  if (isFailure(error)) return { code: error.code, key: error.key, arguments: error.arguments };
  if (typeof error === "object" && error !== null && "key" in error && "code" in error) return error as AgentFailure;
  // A fault of ours, or of the browser's storage: nothing of it is shown, the console has it.
  console.error(error);
  return { code: "unavailable", key: "agent.unexpected", arguments: {} };
}

const failureOf = ({ code, key, arguments: args }: AgentFailure): Failure => new Failure(code, key, args);

// --- streams -------------------------------------------------------------------------------------------------------

/** In the page: what comes through the port goes into the stream that the page made. */
function lendStream(stream: WritableStream<Uint8Array>): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const writer = stream.getWriter();
  const tell = (message: ToStream): void => port1.postMessage(message);
  port1.onmessage = async ({ data }: MessageEvent<FromStream>) => {
    try {
      if ("chunk" in data) await writer.write(data.chunk);
      else if ("close" in data) await writer.close();
      else await writer.abort(data.abort);
      tell({ ready: true });
    } catch (error) {
      tell({ failed: { code: "unavailable", key: "file.cannot_write", arguments: {} } });
      console.error(error);
    }
    if (!("chunk" in data)) port1.close();
  };
  return port2;
}

/** In the trusted end: the stream at the other side of a port. */
export function borrowedStream(port: MessagePort): WritableStream<Uint8Array> {
  const send = (message: FromStream, transfer: Transferable[] = []): Promise<void> =>
    new Promise((resolve, reject) => {
      port.onmessage = ({ data }: MessageEvent<ToStream>) =>
        "ready" in data ? resolve() : reject(failureOf(data.failed));
      port.postMessage(message, transfer);
    });
  return new WritableStream<Uint8Array>({
    write: (chunk) => {
      // A copy: the writer may use its buffer again.
      const own = chunk.slice();
      return send({ chunk: own }, [own.buffer]);
    },
    close: () => send({ close: true }),
    abort: (reason) => send({ abort: String(reason) }),
  });
}

// --- the page's side -----------------------------------------------------------------------------------------------

export interface Caller {
  call(name: string, args: unknown[]): Promise<unknown>;
  /** Somebody moves in front of the screen. */
  active(): void;
  /** The trusted end is gone: every call that waits ends with this, but for those that asked for it. */
  end(failure: AgentFailure): void;
}

/** These ask for the very end that they do not hear the answer of. */
const endsIt = ["lock", "signOut"];

export function makeCaller(channel: Channel, onEvent: (event: keyof AgentEvents, values: unknown[]) => void): Caller {
  let next = 1;
  interface Waiting { name: string; resolve: (value: unknown) => void; reject: (failure: AgentFailure) => void }
  const waiting = new Map<number, Waiting>();

  channel.onmessage = ({ data }: MessageEvent<ToPage>) => {
    if ("event" in data) {
      onEvent(data.event, data.values);
      return;
    }
    const asked = waiting.get(data.answer);
    waiting.delete(data.answer);
    if ("failure" in data) asked?.reject(data.failure);
    else asked?.resolve(data.value);
  };

  const post = (message: ToTrustedEnd, transfer: Transferable[] = []): void => channel.postMessage(message, transfer);
  return {
    call: (name, given) => new Promise((resolve, reject) => {
      const call = next++;
      const transfer: Transferable[] = [];
      const args = given.map((argument) => {
        if (argument instanceof AbortSignal) {
          argument.addEventListener("abort", () => post({ abort: call }));
          if (argument.aborted) queueMicrotask(() => post({ abort: call }));
          return { $signal: call } satisfies SignalMark;
        }
        if (argument instanceof WritableStream) {
          const port = lendStream(argument as WritableStream<Uint8Array>);
          transfer.push(port);
          return { $stream: port } satisfies StreamMark;
        }
        return argument;
      });
      waiting.set(call, { name, resolve, reject });
      try {
        post({ call, name, args }, transfer);
      } catch (error) {
        waiting.delete(call);
        reject(asFailure(error));
      }
    }),
    active: () => post({ active: true }),
    end: (failure) => {
      for (const { name, resolve, reject } of waiting.values()) {
        if (endsIt.includes(name)) resolve(undefined);
        else reject(failure);
      }
      waiting.clear();
    },
  };
}

// --- the trusted end's side ----------------------------------------------------------------------------------------

export interface Served {
  tell(event: keyof AgentEvents, values: unknown[]): void;
}

const marks = (value: unknown): value is SignalMark | StreamMark =>
  typeof value === "object" && value !== null && ("$signal" in value || "$stream" in value);

/** Large results move rather than being copied. */
function buffersOf(value: unknown): Transferable[] {
  if (value instanceof Uint8Array) return value.byteLength === value.buffer.byteLength ? [value.buffer as ArrayBuffer] : [];
  if (typeof value === "object" && value !== null && "bytes" in value) return buffersOf(value.bytes);
  return [];
}

export function serve(
  channel: Channel, call: (name: string, args: unknown[]) => Promise<unknown>, onActive: () => void,
): Served {
  const signals = new Map<number, AbortController>();
  const post = (message: ToPage, transfer: Transferable[] = []): void => channel.postMessage(message, transfer);

  channel.onmessage = async ({ data }: MessageEvent<ToTrustedEnd>) => {
    if ("active" in data) {
      onActive();
      return;
    }
    if ("abort" in data) {
      signals.get(data.abort)?.abort();
      return;
    }
    const args = data.args.map((argument) => {
      if (!marks(argument)) return argument;
      if ("$stream" in argument) return borrowedStream(argument.$stream);
      const controller = new AbortController();
      signals.set(argument.$signal, controller);
      return controller.signal;
    });
    try {
      const value = await call(data.name, args);
      post({ answer: data.call, value }, buffersOf(value));
    } catch (error) {
      post({ answer: data.call, failure: asFailure(error) });
    } finally {
      signals.delete(data.call);
    }
  };
  return { tell: (event, values) => post({ event, values }) };
}
