// The real server, people with the real command line (world.py), and the trusted end of the web client in this process.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { existsSync } from "node:fs";
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { cryptoReady } from "../../../src/crypto/sodium.ts";
import { systemClock, type Environment, type Observer } from "../../../src/agent/environment.ts";
import type { BlobFile } from "../../../src/agent/ports.ts";
import { openProfile, type Places, type Profile } from "../../../src/agent/profile.ts";
import { carriageHere } from "./carrier.ts";
import { makeServer } from "../../../src/agent/server.ts";
import type { Carrying, Notice } from "../../../src/agent/api.ts";
import type { Fetch } from "../../../src/agent/calls.ts";
import { browserLikeFetch } from "./fetch.ts";

export { totpCode, totpUsedElsewhere } from "../../support/second_factor.ts";

export interface Facts { user: string; passphrase: string; totp: string; kit: string; profile: string }
export interface Ran { code: number; out: string; err: string; json: any } // eslint-disable-line @typescript-eslint/no-explicit-any
export interface Started { url: string; certificate: string; sheet: string; admin_code: string }

const binaries = fileURLToPath(new URL("../../../../../build/release/bin/", import.meta.url));
/** Whether the native programs are built: without them these tests cannot run. */
export const hasBinaries = existsSync(`${binaries}rogatoryd`) && existsSync(`${binaries}rogatory`);

export interface World {
  do(order: Record<string, unknown>): Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any
  start(options?: { witnesses?: number; quorum?: number }): Promise<Started>;
  run(person: string, ...args: string[]): Promise<Ran>;
  /** Any command that writes an invitation's code: the code. */
  invite(person: string, ...args: string[]): Promise<string>;
  facts(name: string): Promise<Facts>;
  end(): Promise<void>;
}

/** The list a command printed, bare or under "items". */
export const items = ({ json }: Ran): any[] => (Array.isArray(json) ? json : json.items); // eslint-disable-line @typescript-eslint/no-explicit-any

export function openWorld(): World {
  const child = spawn("python3", [fileURLToPath(new URL("world.py", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let turn: Promise<unknown> = Promise.resolve();
  const ask = async (order: Record<string, unknown>) => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    const { value } = await lines.next();
    const reply = JSON.parse(value as string);
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.answer;
  };
  const world: World = {
    do: (order) => {
      const mine = turn.then(() => ask(order));
      turn = mine.catch(() => undefined);
      return mine;
    },
    start: (options = {}) => world.do({ do: "start", ...options }),
    run: (person, ...args) => world.do({ do: "run", person, arguments: args }),
    invite: async (person, ...args) => (await world.do({ do: "invite", person, arguments: args })).code,
    facts: (name) => world.do({ do: "facts", name }),
    end: () => new Promise((resolve) => {
      child.on("exit", () => resolve());
      child.stdin.end();
    }),
  };
  return world;
}

// --- one browser ---------------------------------------------------------------------------------------------------

export function memoryPlaces(): Places {
  const files = new Map<string, Uint8Array>();
  return {
    open: async (name) => {
      if (!files.has(name)) files.set(name, new Uint8Array());
      const get = (): Uint8Array => files.get(name) ?? new Uint8Array();
      const file: BlobFile = {
        size: () => get().length,
        readAt: (position, into) => {
          const part = get().subarray(position, position + into.length);
          into.set(part);
          return part.length;
        },
        writeAt: (position, bytes) => {
          const grown = new Uint8Array(Math.max(get().length, position + bytes.length));
          grown.set(get());
          grown.set(bytes, position);
          files.set(name, grown);
        },
        truncate: (size) => {
          const cut = new Uint8Array(size);
          cut.set(get().subarray(0, size));
          files.set(name, cut);
        },
        flush: () => undefined,
        close: () => undefined,
      };
      return file;
    },
    list: async (folder) => [...files.keys()].filter((name) => name.startsWith(`${folder}/`)).sort(),
    remove: async (name) => void files.delete(name),
  };
}

export interface Browser {
  environment: Environment;
  profile: Profile;
  notices: Notice[];
  /** How the person answers what only he may decide. */
  answers: { confirm: boolean };
  /** The port of a line to the server, for this browser. */
  line: { port?: number };
  /** What the page would show of its carrier. */
  carried: (Carrying | null)[];
  /** The page goes, and is opened again: another carrier, from what lies in the profile. */
  reopen(): void;
  /** Puts another fetch between: a malicious server's answers. */
  intercept(around: ((next: Fetch) => Fetch) | null): void;
}

/** A fresh browser profile that shows the page of this server. */
export async function openBrowser({ url, certificate }: Started): Promise<Browser> {
  await cryptoReady;
  const profile = await openProfile({ name: "rogatory", indexedDB: new IDBFactory(), places: memoryPlaces() });
  const line: { port?: number } = {};
  const plain = browserLikeFetch(url, certificate, () => line.port);
  let current: Fetch = plain;
  const notices: Notice[] = [];
  const answers = { confirm: true };
  const observer: Observer = {
    onTransfer: () => undefined,
    onNotice: (notice) => void notices.push(notice),
    confirm: async (what) => {
      notices.push(...what);
      return answers.confirm;
    },
    cancelled: () => false,
  };
  const fetcher: Fetch = (target, init) => current(target, init);
  const carried: (Carrying | null)[] = [];
  const carriage = () => carriageHere({
    profile, origin: url, fetch: fetcher, pause: (milliseconds) => environment.clock.pause(milliseconds),
    tell: (what) => void carried.push(what), pauseAfter: () => (line.port === undefined ? Infinity : 500),
  });
  const environment: Environment = {
    server: makeServer({ origin: url, fetch: fetcher }),
    profile,
    carriage: carriage(),
    clock: { ...systemClock },
    observer,
  };
  return {
    environment,
    profile,
    notices,
    answers,
    line,
    carried,
    reopen: () => {
      const before = environment.carriage as ReturnType<typeof carriage>;
      before.leave();
      before.carrier().end();
      const next = environment.carriage = carriage();
      next.carrier();
    },
    intercept: (around) => {
      current = around === null ? plain : around(plain);
    },
  };
}
