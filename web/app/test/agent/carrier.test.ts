// The carrier: sends on with tickets alone, whatever becomes of the trusted end, of the line and of the page.
import { IDBFactory } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import type { Carrying } from "../../src/agent/api.ts";
import { carriedFile, decodeCarried, makeCarriage, stagedPlace, type CarrierMessage } from "../../src/agent/carriage.ts";
import { makeCarrier } from "../../src/agent/carrier.ts";
import { openProfile } from "../../src/agent/profile.ts";
import { Failure } from "../../src/base/failure.ts";
import { makeHub, stagedIn } from "./support/carrier.ts";
import { memoryPlaces } from "./support/world.ts";

const idOf = (digit: string): string => digit.repeat(32);
const ticketOf = (id: string) => ({ location: `/api/v1/uploads/${id}`, ticket: `ticket of ${id}` });

async function world() {
  const indexedDB = new IDBFactory();
  const places = memoryPlaces();
  const profile = await openProfile({ name: "rogatory", indexedDB, places });
  const hub = makeHub();
  const has = new Map<string, number>(); // location → bytes
  let answer: (location: string) => void = () => undefined;
  let starts = 0;
  const pace = { milliseconds: 1 };
  let pieces = 0;
  const shown: (Carrying | null)[] = [];
  const start = (pauseAfter: (failures: number) => number = () => Infinity) => {
    starts += 1;
    return makeCarrier({
      profile, staged: stagedIn(profile), clock: { pause: async () => undefined }, channel: hub.join(),
      alone: (run) => run(), tell: (what) => void shown.push(what), pauseAfter,
      server: {
        uploadOffset: async ({ location }) => {
          answer(location);
          return has.get(location) ?? 0;
        },
        upload: async ({ location, ticket }, offset, bytes, signal) => {
          expect(ticket).toBe(`ticket of ${location.slice(-32)}`);
          await new Promise((resolve) => setTimeout(resolve, pace.milliseconds));
          if (signal?.aborted === true) throw new Failure("unavailable", "transfer.cancelled");
          answer(location);
          expect(offset).toBe(has.get(location) ?? 0);
          pieces += 1;
          has.set(location, offset + (bytes as Uint8Array).length);
          return has.get(location)!;
        },
      },
    });
  };
  let carrier: ReturnType<typeof start> | undefined;
  const carriage = makeCarriage({ profile, channel: hub.join(), wake: () => { carrier ??= start(); } });
  const stage = async (id: string, size: number): Promise<void> => {
    const file = await profile.place(stagedPlace(id));
    file.writeAt(0, new Uint8Array(size).fill(7));
    file.close();
  };
  return {
    profile, hub, has, shown, start, carriage, stage,
    answering: (how: typeof answer) => { answer = how; },
    starts: () => starts,
    pieces: () => pieces,
    pace,
    carry: (id: string, total: number, progress: (done: number) => void = () => undefined) =>
      carriage.carry(id, { ticket: ticketOf(id), total }, progress),
  };
}
const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; !holds(); ++i) {
    if (i > 60_000) throw new Error("it never came");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};
const line = (): never => { throw new Failure("unavailable", "client.connection_lost"); };

describe("the carrier", () => {
  it("sends several files, one after the other, and says how far it is", async () => {
    const { carry, stage, has, shown, carriage, starts } = await world();
    const sizes: [string, number][] = [[idOf("a"), 20_000_000], [idOf("b"), 5], [idOf("c"), 9_000_000]];
    for (const [id, size] of sizes) await stage(id, size);
    const seen: number[] = [];
    await Promise.all(sizes.map(([id, size], i) => carry(id, size, i === 0 ? (done) => seen.push(done) : undefined)));
    for (const [id, size] of sizes) expect(has.get(ticketOf(id).location)).toBe(size);
    expect(seen).toEqual([0, 1, 3, 7, 15].map((size) => size * 2 ** 20).concat(20_000_000));
    expect(starts()).toBe(1);
    await until(() => shown.at(-1)?.left === 0);
    expect(shown.at(-1)).toEqual({ files: 3, left: 0, done: 29_000_005, total: 29_000_005, held: false });
    // What was handed over stays until the trusted end has signed for it.
    expect(await carriage.handed()).toEqual(sizes.map(([id]) => id).sort());
    for (const [id] of sizes) await carriage.withdraw(id);
    await until(() => shown.at(-1) === null);
  });

  it("goes on when the trusted end is gone, and the next one finds it whole", async () => {
    const { carry, stage, has, carriage, answering, pieces } = await world();
    const id = idOf("a");
    await stage(id, 30_000_000);
    let patches = 0;
    answering(() => {
      // The lock comes in the middle.
      if (++patches === 2) carriage.leave();
    });
    await expect(carry(id, 30_000_000)).rejects.toMatchObject({ key: "transfer.cancelled" });
    await until(() => has.get(ticketOf(id).location) === 30_000_000);
    const before = pieces();
    await carry(id, 30_000_000);
    expect(pieces()).toBe(before);
  });

  it("begins from what lies in the profile when the page is opened again, without anybody", async () => {
    const one = await world();
    const id = idOf("d");
    await one.stage(id, 1000);
    one.answering(line);
    await expect(one.carry(id, 1000)).rejects.toMatchObject({ key: "upload.incomplete" });
    one.answering(() => undefined);
    one.has.set(ticketOf(id).location, 400);
    one.start();
    await until(() => one.has.get(ticketOf(id).location) === 1000);
  });

  it("tries again by itself when the line was away, and at once when it is back", async () => {
    const one = await world();
    const id = idOf("e");
    await one.stage(id, 1000);
    let down = true;
    one.answering(() => { if (down) line(); });
    await one.profile.saveWrapped(carriedFile(id), new TextEncoder().encode(JSON.stringify({ ...ticketOf(id), total: 1000 })));
    const asked: number[] = [];
    const carrier = one.start((failures) => {
      asked.push(failures);
      return failures < 3 ? 1 : Infinity;
    });
    await until(() => asked.length === 3);
    expect(asked).toEqual([1, 2, 3]);
    await until(() => one.shown.at(-1)?.held === true);
    down = false;
    carrier.look();
    await until(() => one.has.get(ticketOf(id).location) === 1000);
    carrier.end();
  });

  it("what a person stops, or gives up, is not sent on", async () => {
    const { carry, stage, has, carriage, answering, pace } = await world();
    pace.milliseconds = 150;
    const id = idOf("f");
    await stage(id, 60_000_000);
    let stopping: Promise<void> | undefined;
    answering(() => { if ((has.get(ticketOf(id).location) ?? 0) >= 16 * 2 ** 20) stopping ??= carriage.stop(); });
    await expect(carry(id, 60_000_000)).rejects.toMatchObject({ key: "transfer.cancelled" });
    await stopping;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(has.get(ticketOf(id).location)).toBeLessThan(60_000_000);
    expect(await carriage.handed()).toEqual([]);
  });

  it("a ticket that is refused or expired is the end of it; a full server is not", async () => {
    const { carry, stage, carriage, answering } = await world();
    const cases: [Failure, boolean][] = [
      [new Failure("not_found", "upload.not_found"), false],
      [new Failure("expired", "upload.expired"), false],
      [new Failure("invalid_input", "blob.stanzas"), false],
      [new Failure("storage_full", "upload.no_room"), true],
    ];
    for (const [at, [failure, stays]] of cases.entries()) {
      const id = idOf(String(at));
      await stage(id, 10);
      answering(() => { throw failure; });
      await expect(carry(id, 10)).rejects.toMatchObject({ code: failure.code, key: failure.key });
      expect((await carriage.handed()).includes(id)).toBe(stays);
    }
  });

  it("ciphertext that is gone or of another length is not sent", async () => {
    const { carry, stage, has } = await world();
    await stage(idOf("1"), 11);
    await expect(carry(idOf("1"), 10)).rejects.toMatchObject({ key: "draft.damaged" });
    await expect(carry(idOf("2"), 10)).rejects.toMatchObject({ key: "draft.damaged" });
    expect(has.size).toBe(0);
  });

  it("says nothing that names a file or opens anything, and keeps its tickets under a key of their own", async () => {
    const { carry, stage, hub, profile } = await world();
    const id = idOf("a");
    await stage(id, 10);
    await profile.saveWrapped("account-key", new Uint8Array(32).fill(1));
    await carry(id, 10);
    const names = (message: CarrierMessage): string[] => Object.keys(message);
    expect([...new Set(hub.said.flatMap(names))].sort()).toEqual(["done", "id", "look", "whole"]);
    expect(JSON.stringify(hub.said)).not.toContain("ticket");
    const stored = await profile.load(carriedFile(id));
    expect(Buffer.from(stored!).toString("latin1")).not.toContain("ticket");
    expect(decodeCarried((await profile.loadWrapped(carriedFile(id)))!)).toEqual({ ticket: ticketOf(id), total: 10 });
    // Moved under the other's name it does not open: the keys differ, and so do the names they are bound to.
    await profile.save("account-key", stored!);
    await expect(profile.loadWrapped("account-key")).rejects.toMatchObject({ key: "account_key.damaged" });
  });

  it("whoever waits is told when no carrier could be started", async () => {
    const { hub, profile } = await world();
    const carriage = makeCarriage({ profile, channel: hub.join(), wake: () => undefined });
    const waiting = carriage.carry(idOf("a"), { ticket: ticketOf(idOf("a")), total: 10 }, () => undefined);
    const refused = expect(waiting).rejects.toMatchObject({ code: "unavailable", key: "upload.incomplete" });
    await until(() => hub.said.length > 0);
    hub.join().postMessage({ gone: true });
    await refused;
  });
});
