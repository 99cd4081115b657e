// What goes on sending while nobody has unlocked: ciphertext that lies sealed in this browser, each under its own ticket
// (protocol §7). It runs in a worker of its own (carrier.worker.ts), which outlives the trusted end's, and knows no key,
// no session, no name and no statement. One file at a time; what the line interrupts is tried again by itself, from the
// byte that the server has.
import { Failure, type ErrorCode } from "../base/failure.ts";
import type { AgentFailure, Carrying, Hex } from "./api.ts";
import {
  carriedFile, carriedFolder, decodeCarried, stagedPlace, type Carried, type CarrierChannel,
} from "./carriage.ts";
import type { ProfileStore } from "./ports.ts";
import { finishUpload, type Staged, type Transport } from "./upload.ts";

export interface CarrierOptions extends Transport {
  profile: Pick<ProfileStore, "list" | "loadWrapped" | "remove">;
  /** Ciphertext to be read; null: nothing lies there. */
  staged(place: string): Promise<Staged | null>;
  channel: CarrierChannel;
  /** One carrier at a time has a profile, however many tabs show the page. */
  alone<T>(run: () => Promise<T>): Promise<T>;
  /** What the screens show meanwhile; null: nothing was handed over. */
  tell(what: Carrying | null): void;
  /** Milliseconds before the next attempt after so many in a row that failed. */
  pauseAfter?(failures: number): number;
}

export interface Carrier {
  /** The line is back, or something new lies there. */
  look(): void;
  end(): void;
}

const longestPause = 5 * 60_000;
const usualPause = (failures: number): number => Math.min(longestPause, 5_000 * 3 ** (failures - 1));

/** What may be otherwise next time; whatever else a server says of a ticket is its last word. */
const mayPass: readonly ErrorCode[] = ["unavailable", "storage_full", "too_many", "unauthenticated"];

interface State {
  carried: Carried;
  done: number;
  whole: boolean;
  failures: number;
  notBefore: number;
  stop?: AbortController;
}

export function makeCarrier(options: CarrierOptions): Carrier {
  const { profile, channel, tell, pauseAfter = usualPause } = options;
  const states = new Map<Hex, State>();
  const given = new Set<Hex>(); // up, while one was being opened
  let ended = false;
  let news = false;
  let rouse: () => void = () => undefined;

  const show = (): void => {
    const all = [...states.values()];
    if (all.length === 0) return tell(null);
    const left = all.filter(({ whole }) => !whole);
    tell({
      files: all.length,
      left: left.length,
      done: all.reduce((sum, one) => sum + (one.whole ? one.carried.total : one.done), 0),
      total: all.reduce((sum, { carried }) => sum + carried.total, 0),
      held: left.length > 0 && left.every(({ notBefore }) => notBefore > Date.now()),
    });
  };
  const look = (): void => {
    news = true;
    rouse();
  };
  const drop = (id: Hex): void => {
    given.add(id);
    states.get(id)?.stop?.abort();
    states.delete(id);
    show();
  };
  channel.onmessage = ({ data }) => {
    if ("drop" in data) drop(data.drop);
    if (!("look" in data)) return;
    const state = states.get(data.look);
    // Whoever asks anew wants to hear what the server has now.
    if (state !== undefined) Object.assign(state, { whole: false, failures: 0, notBefore: 0 });
    // Counted at once, also while another one is on its way.
    else void refresh().catch(() => undefined);
    look();
  };

  /** Reads what was handed over. */
  const refresh = async (): Promise<void> => {
    given.clear();
    const ids = (await profile.list(carriedFolder)).map((name) => name.slice(carriedFolder.length + 1));
    for (const id of states.keys()) if (!ids.includes(id)) states.delete(id);
    for (const id of ids) {
      if (states.has(id)) continue;
      try {
        const bytes = await profile.loadWrapped(carriedFile(id));
        if (bytes === null || given.has(id)) continue;
        states.set(id, { carried: decodeCarried(bytes), done: 0, whole: false, failures: 0, notBefore: 0 });
      } catch (error) {
        // Of a key that is gone: the draft still has its ticket.
        if (!(error instanceof Failure)) throw error;
        if (error.code === "invalid_input") await profile.remove(carriedFile(id));
      }
    }
    show();
  };

  /** Of what was handed over the first whose time has come. */
  const next = async (): Promise<Hex | undefined> => {
    await refresh();
    return [...states].find(([, { whole, notBefore }]) => !whole && notBefore <= Date.now())?.[0];
  };

  const send = async (id: Hex, state: State): Promise<void> => {
    const { carried } = state;
    const { signal } = (state.stop = new AbortController());
    try {
      const staged = await options.staged(stagedPlace(id));
      if (staged === null || staged.size !== carried.total) throw new Failure("invalid_input", "draft.damaged");
      await finishUpload(options, { ...carried, staged }, {
        progress: (done) => {
          state.done = done;
          channel.postMessage({ id, done });
          show();
        },
        signal,
      });
      Object.assign(state, { whole: true, failures: 0 });
      channel.postMessage({ id, whole: true });
    } catch (error) {
      if (signal.aborted) return;
      const failure = error instanceof Failure ? error : new Failure("unavailable", "profile.unusable", {}, String(error));
      if (mayPass.includes(failure.code)) {
        state.notBefore = Date.now() + pauseAfter(++state.failures);
      } else {
        states.delete(id);
        await profile.remove(carriedFile(id));
      }
      const { code, key, arguments: args } = failure;
      channel.postMessage({ id, failed: { code, key, arguments: args } satisfies AgentFailure });
    }
    show();
  };

  const untilNews = async (): Promise<void> => {
    const waits = [...states.values()].filter(({ whole }) => !whole).map(({ notBefore }) => notBefore - Date.now());
    const soonest = Math.min(...waits);
    await new Promise<void>((resolve) => {
      const timer = soonest === Infinity ? undefined : setTimeout(resolve, Math.max(0, soonest));
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
      if (news || ended) rouse();
    });
    rouse = () => undefined;
  };

  const work = async (): Promise<void> => {
    while (!ended) {
      news = false;
      await options.alone(async () => {
        for (let id = await next(); id !== undefined && !ended; id = await next()) {
          const state = states.get(id);
          if (state !== undefined) await send(id, state);
        }
      });
      await untilNews();
    }
  };
  // What is not expected ends the worker: its page starts another.
  work().catch((error: unknown) => queueMicrotask(() => { throw error; }));

  return {
    look: () => {
      for (const state of states.values()) state.notBefore = 0;
      look();
    },
    end: () => {
      ended = true;
      for (const { stop } of states.values()) stop?.abort();
      rouse();
    },
  };
}
