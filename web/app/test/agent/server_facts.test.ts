// What a server says of itself before anybody signs in.
import { expect, it } from "vitest";
import { makeServer } from "../../src/agent/server.ts";

const about = (more: Record<string, unknown>) => makeServer({
  origin: "https://court.test",
  fetch: async () => new Response(JSON.stringify({
    name: "Rogatory", version: "1", log_origin: "court.test/log/1", log_key: "key", time: 1_900_000_000, ...more,
  }), { status: 200, headers: { "Content-Type": "application/json" } }),
}).about();

it("for how long backups are kept is told where a server can say so, and nothing else is", async () => {
  for (const days of [1, 35, 3650]) expect((await about({ backups_kept_days: days })).backupsKeptDays).toBe(days);
  for (const days of [0, -1, 3651, Number.MAX_SAFE_INTEGER]) {
    expect((await about({ backups_kept_days: days })).backupsKeptDays).toBeUndefined();
  }
  expect((await about({})).backupsKeptDays).toBeUndefined();
});
