// A server for exercises says so, and for how long backups are kept; the page asks until it knows.
import { beforeEach, expect, test, vi } from "vitest";

const server: { training: boolean; lost: number; asked: number; backupsKeptDays?: number } = { training: false, lost: 0, asked: 0 };
vi.mock("../../src/ui/agent", () => ({
  on: () => undefined,
  agent: {
    account: async () => null,
    serverInfo: async () => {
      server.asked += 1;
      if (server.asked <= server.lost) throw { code: "unavailable", key: "test.unavailable", arguments: {} };
      return { name: "Rogatory", version: "0", logOrigin: "x/log/0", time: 0, training: server.training, backupsKeptDays: server.backupsKeptDays };
    },
  },
}));
const { session, startSession } = await import("../../src/ui/session.svelte");

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", { addEventListener: () => undefined });
  Object.assign(server, { training: false, lost: 0, asked: 0, backupsKeptDays: undefined });
  session.training = false;
  session.backupsKeptDays = undefined;
});

test("a server for exercises is known as one, though two answers were lost", async () => {
  Object.assign(server, { training: true, lost: 2, backupsKeptDays: 35 });
  await startSession();
  expect(session.training).toBe(false);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(session.training).toBe(true);
  expect(session.backupsKeptDays).toBe(35);
  expect(server.asked).toBe(3);
});

test("any other is not, and is asked once", async () => {
  await startSession();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(session.training).toBe(false);
  expect(session.backupsKeptDays).toBe(undefined);
  expect(server.asked).toBe(1);
});
