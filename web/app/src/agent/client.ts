// The page's side of the trusted end: starts its worker, hands on calls and events. When the trusted end locks, its
// worker is ended and another started: what a language with a garbage collector cannot wipe goes with the worker's
// memory. The carrier's worker, which holds no key, is none of that: it sends on until the page goes. This file holds no
// secret but for the moment of handing one on.
import { carrierChannel, type CarrierMessage } from "./carriage.ts";
import carrierAddress from "./carrier.worker.ts?worker&url";
import type { AgentApi, AgentEvents, AgentFailure } from "./api.ts";
import { makeCaller, type Caller } from "./rpc.ts";
import workerAddress from "./worker.ts?worker&url";

export interface Connection {
  api: AgentApi;
  /** Until all of the trusted end has been fetched: what it does without the server, it does without a network then. */
  fetched(): Promise<void>;
  /** Hears what the trusted end tells unasked; returns what ends it. */
  on<Name extends keyof AgentEvents>(name: Name, handler: AgentEvents[Name]): () => void;
}

interface WorkerPolicy { createScriptURL(url: string): unknown }
interface PolicyFactory { createPolicy(name: string, rules: { createScriptURL(url: string): string }): WorkerPolicy }

/** Only this page's own workers, whatever somebody writes into an address. */
function onlyOurs(url: string): string {
  const asked = new URL(url, location.href).href;
  const wanted = [workerAddress, carrierAddress].map((address) => new URL(address, location.href).href);
  if (!wanted.includes(asked)) throw new TypeError("not an address of a worker of ours");
  return asked;
}

let policy: WorkerPolicy | undefined;
function trusted(url: string): string {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  policy ??= factory?.createPolicy("rogatory-worker", { createScriptURL: onlyOurs }) ?? { createScriptURL: onlyOurs };
  // A TrustedScriptURL where the browser knows them; the type of Worker's constructor does not say so yet.
  return policy.createScriptURL(url) as string;
}

const activityEvery = 20_000;
const carrierAgainAfter = 30_000;

export function connectAgent(): Connection {
  const handlers = new Map<keyof AgentEvents, Set<(...values: never[]) => void>>();
  const tell = (event: keyof AgentEvents, values: unknown[]): void => {
    for (const handler of handlers.get(event) ?? []) (handler as (...all: unknown[]) => void)(...values);
  };

  let carrier: Worker | undefined;
  const carry = (): void => {
    if (carrier !== undefined) return;
    const mine = carrier = new Worker(trusted(carrierAddress), { type: "module", name: "rogatory-carrier" });
    mine.onmessage = ({ data }) => tell("carrying", [data]);
    mine.onerror = (error) => {
      console.error(error);
      mine.terminate();
      carrier = undefined;
      const channel = new BroadcastChannel(carrierChannel);
      channel.postMessage({ gone: true } satisfies CarrierMessage);
      channel.close();
      setTimeout(carry, carrierAgainAfter);
    };
  };

  let worker: Worker;
  let caller: Caller;
  const start = (): void => {
    worker = new Worker(trusted(workerAddress), { type: "module", name: "rogatory" });
    caller = makeCaller(worker as never, (event, values) => {
      if (event === "carry") return carry();
      if (event === "unfetched") {
        return restart({ code: "unavailable", key: "client.connection_lost", arguments: { host: location.host } });
      }
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
    fetched: () => caller.call("fetched", []) as Promise<void>,
    on(name, handler) {
      const all = handlers.get(name) ?? new Set();
      handlers.set(name, all);
      all.add(handler as never);
      return () => all.delete(handler as never);
    },
  };
}
