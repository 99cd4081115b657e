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

const connectionLost = (): AgentFailure =>
  ({ code: "unavailable", key: "client.connection_lost", arguments: { host: location.host } });

const unexpected: AgentFailure = { code: "unavailable", key: "agent.unexpected", arguments: {} };

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
      if (error.message) console.error(error);
      mine.terminate();
      carrier = undefined;
      const channel = new BroadcastChannel(carrierChannel);
      channel.postMessage({ gone: true } satisfies CarrierMessage);
      channel.close();
      setTimeout(carry, carrierAgainAfter);
    };
  };

  let worker: Worker | undefined;
  let caller: Caller;
  const start = (): Caller => {
    const mine = worker = new Worker(trusted(workerAddress), { type: "module", name: "rogatory" });
    let spoke = false;
    mine.addEventListener("message", () => { spoke = true; }, { once: true });
    caller = makeCaller(mine as never, (event, values) => {
      if (event === "carry") return carry();
      if (event === "unfetched") return restart(connectionLost());
      if (event === "locked") restart({ code: "unauthenticated", key: "session.none", arguments: {} });
      tell(event, values);
    });
    mine.onerror = (error) => {
      // Without a message: it could not be fetched.
      if (error.message) console.error(error);
      const failure = error.message ? unexpected : connectionLost();
      // One that never spoke is not started again at once: it would end as this one did, for as long as the line is
      // lost. Who asks next tries again.
      if (!spoke) return drop().end(failure);
      restart(failure);
      tell("locked", ["session_ended"]);
    };
    return caller;
  };
  const drop = (): Caller => {
    if (worker !== undefined) {
      worker.onerror = null;
      worker.terminate();
      worker = undefined;
    }
    return caller;
  };
  const restart = (failure: AgentFailure): void => {
    const asked = drop();
    start();
    asked.end(failure);
  };
  const here = (): Caller => worker === undefined ? start() : caller;
  addEventListener("online", () => void here());
  start();

  let lastTold = 0;
  const active = (): void => {
    const now = Date.now();
    if (now - lastTold < activityEvery) return;
    lastTold = now;
    if (worker !== undefined) caller.active();
  };
  for (const event of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    addEventListener(event, active, { passive: true, capture: true });
  }

  const api = new Proxy({} as AgentApi, {
    get: (_, name) => {
      // A proxy that answers `then` would be taken for a promise.
      if (typeof name !== "string" || name === "then") return undefined;
      return (...args: unknown[]) => here().call(name, args);
    },
  });
  return {
    api,
    fetched: () => here().call("fetched", []) as Promise<void>,
    on(name, handler) {
      const all = handlers.get(name) ?? new Set();
      handlers.set(name, all);
      all.add(handler as never);
      return () => all.delete(handler as never);
    },
  };
}
