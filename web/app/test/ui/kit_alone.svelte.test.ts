// Somebody comes in by a recovery sheet alone: its owner and the access managers are told while they are in, minute by minute.
import { flushSync } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import type { KitAttempt, Membership } from "../../src/agent/api";

const failure = (code: string) => ({ code, key: `test.${code}`, arguments: {} });
const server: {
  tried: number | null; attempts: KitAttempt[]; role: string; asked: number; unreachable: boolean; ended: string | undefined; answer: Promise<void>;
} = { tried: null, attempts: [], role: "custodian", asked: 0, unreachable: false, ended: undefined, answer: Promise.resolve() };
const authorities = ["a", "b"];
let at = "a";
vi.mock("../../src/ui/agent", () => ({
  on: () => undefined,
  agent: {
    account: async () => ({ kind: "member" }),
    memberships: async () => authorities.map((authority) => ({ authority, role: server.role, acting: authority === at }) as unknown as Membership),
    logStatus: async () => ({ complete: true, fresh: true, witnessed: true }),
    alarms: async () => [],
    synchronise: async () => ({ complete: true, fresh: true, witnessed: true }),
    lock: async () => undefined,
    actAs: async (authority: string) => { at = authority; },
    kitTriedAt: async () => { if (server.unreachable) throw failure("unavailable"); return server.tried; },
    kitAttempts: async () => {
      server.asked += 1;
      const mine = at;
      const found = mine === "a" ? [...server.attempts] : [];
      if (mine === "a") await server.answer;
      if (server.unreachable) throw failure("unavailable");
      return found;
    },
    endKitAttempt: async () => { if (server.ended !== undefined) throw failure(server.ended); server.tried = null; },
  },
}));
const { session, entered, lock, actAs, putAwayKitAttempt, kitAttemptRead } = await import("../../src/ui/session.svelte");

const attempt = (member: string, more: Partial<KitAttempt> = {}): KitAttempt =>
  ({ member, displayName: member, self: false, since: 1_800_000_000, availableAt: 1_800_259_200, ...more }) as KitAttempt;
const told = (): string[] => session.kitAttempts.map((one) => one.member);
const passes = async (milliseconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(milliseconds);
  flushSync();
};

beforeEach(async () => {
  vi.useFakeTimers();
  await lock();
  Object.assign(server, { tried: null, attempts: [], role: "custodian", asked: 0, unreachable: false, ended: undefined, answer: Promise.resolve() });
  at = "a";
});

test("an access manager who stays in is told of an attempt that began after he came, and of the end of it", async () => {
  await entered();
  await passes(0);
  expect(told()).toEqual([]);
  server.attempts = [attempt("officer"), attempt("himself", { self: true })];
  await passes(59_000);
  expect(told()).toEqual([]);
  await passes(1_000);
  expect(told()).toEqual(["officer"]);
  server.attempts = [];
  await passes(60_000);
  expect(told()).toEqual([]);
});

test("nobody else is told, and the server is not even asked", async () => {
  server.role = "officer";
  server.attempts = [attempt("another")];
  await entered();
  await passes(180_000);
  expect([told(), server.asked]).toEqual([[], 0]);
});

test("what he put away stays away until he comes in anew; what is new about it is told", async () => {
  server.attempts = [attempt("officer")];
  await entered();
  await passes(0);
  putAwayKitAttempt(session.kitAttempts[0]!);
  await passes(120_000);
  expect(told()).toEqual([]);
  server.attempts = [attempt("officer", { usedAt: 1_800_300_000 })];
  await passes(60_000);
  expect(told()).toEqual(["officer"]);
  server.attempts = [attempt("officer")];
  await passes(60_000);
  expect(told()).toEqual([]);
  await lock();
  await entered();
  await passes(0);
  expect(told()).toEqual(["officer"]);
});

test("an answer that is late tells nothing after a lock, nor when another authority is acted for", async () => {
  for (const leave of [lock, () => actAs("b")]) {
    at = "a";
    server.attempts = [attempt("officer")];
    let arrive!: () => void;
    server.answer = new Promise((resolve) => { arrive = resolve; });
    await entered();
    await passes(0);
    expect(server.asked).toBeGreaterThan(0);
    await leave();
    arrive();
    await passes(0);
    expect(told()).toEqual([]);
    await lock();
  }
});

test("a server that does not answer takes no warning away", async () => {
  server.attempts = [attempt("officer")];
  server.tried = 1_800_000_000;
  await entered();
  await passes(0);
  server.unreachable = true;
  await passes(120_000);
  expect([told(), session.kitTriedAt]).toEqual([["officer"], 1_800_000_000]);
});

test("its owner is told within the minute, and no longer once it was read here or elsewhere", async () => {
  await entered();
  await passes(0);
  expect(session.kitTriedAt).toBeNull();
  server.tried = 1_800_000_000;
  await passes(60_000);
  expect(session.kitTriedAt).toBe(1_800_000_000);
  // What fails is told by the banner that asked; it stays.
  server.ended = "unavailable";
  await expect(kitAttemptRead()).rejects.toMatchObject({ code: "unavailable" });
  expect(session.kitTriedAt).toBe(1_800_000_000);
  server.ended = "not_found"; // in another window
  await kitAttemptRead();
  expect(session.kitTriedAt).toBeNull();
  server.ended = undefined;
  await passes(60_000);
  expect(session.kitTriedAt).toBe(1_800_000_000);
  await kitAttemptRead();
  await passes(60_000);
  expect(session.kitTriedAt).toBeNull();
});
