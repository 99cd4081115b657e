// The page's side of the trusted end: starts its worker, hands on calls and events. When the trusted end locks, its
// worker is ended and another started: what a language with a garbage collector cannot wipe goes with the worker's
// memory. This file holds no secret but for the moment of handing one on.
import type { AgentApi, AgentEvents, AgentFailure } from "./api.ts";
import { makeCaller, type Caller } from "./rpc.ts";
import workerAddress from "./worker.ts?worker&url";

export interface Connection {
  api: AgentApi;
  /** Hears what the trusted end tells unasked; returns what ends it. */
  on<Name extends keyof AgentEvents>(name: Name, handler: AgentEvents[Name]): () => void;
}

interface WorkerPolicy { createScriptURL(url: string): unknown }
interface PolicyFactory { createPolicy(name: string, rules: { createScriptURL(url: string): string }): WorkerPolicy }

/** Only this page's own worker, whatever somebody writes into an address. */
function onlyOurs(url: string): string {
  const wanted = new URL(workerAddress, location.href).href;
  if (new URL(url, location.href).href !== wanted) throw new TypeError("not an address of a worker of ours");
  return wanted;
}

let policy: WorkerPolicy | undefined;
function trusted(url: string): string {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  policy ??= factory?.createPolicy("rogatory-worker", { createScriptURL: onlyOurs }) ?? { createScriptURL: onlyOurs };
  // A TrustedScriptURL where the browser knows them; the type of Worker's constructor does not say so yet.
  return policy.createScriptURL(url) as string;
}

const activityEvery = 20_000;

export function connectAgent(): Connection {
  const handlers = new Map<keyof AgentEvents, Set<(...values: never[]) => void>>();
  const tell = (event: keyof AgentEvents, values: unknown[]): void => {
    for (const handler of handlers.get(event) ?? []) (handler as (...all: unknown[]) => void)(...values);
  };

  let worker: Worker;
  let caller: Caller;
  const start = (): void => {
    worker = new Worker(trusted(workerAddress), { type: "module", name: "rogatory" });
    caller = makeCaller(worker as never, (event, values) => {
      if (event === "locked") restart({ code: "unauthenticated", key: "session.none", arguments: {} });
      tell(event, values);
    });
    worker.onerror = (error) => {
      console.error(error);
      restart({ code: "unavailable", key: "agent.unexpected", arguments: {} });
      tell("locked", ["session_ended"]);
    };
  };
  const restart = (failure: AgentFailure): void => {
    const gone = caller;
    worker.onerror = null;
    worker.terminate();
    start();
    gone.end(failure);
  };
  start();

  let lastTold = 0;
  const active = (): void => {
    const now = Date.now();
    if (now - lastTold < activityEvery) return;
    lastTold = now;
    caller.active();
  };
  for (const event of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    addEventListener(event, active, { passive: true, capture: true });
  }

  const api = new Proxy({} as AgentApi, {
    get: (_, name) => {
      // A proxy that answers `then` would be taken for a promise.
      if (typeof name !== "string" || name === "then") return undefined;
      return (...args: unknown[]) => caller.call(name, args);
    },
  });
  return {
    api,
    on(name, handler) {
      const all = handlers.get(name) ?? new Set();
      handlers.set(name, all);
      all.add(handler as never);
      return () => all.delete(handler as never);
    },
  };
}
