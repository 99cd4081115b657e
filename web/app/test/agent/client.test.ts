// The page's hold on its worker, which may not be there: a line lost at the wrong moment, a fault, a lock.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { connectAgent } from "../../src/agent/client.ts";

class FakeWorker extends EventTarget {
  static made: FakeWorker[] = [];
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: { message?: string }) => void) | null = null;
  asked: { call: number; name: string }[] = [];
  ended = false;
  constructor() {
    super();
    FakeWorker.made.push(this);
  }
  postMessage(message: { call: number; name: string }): void {
    this.asked.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  say(data: unknown): void {
    this.dispatchEvent(new Event("message"));
    this.onmessage?.({ data } as MessageEvent);
  }
}

const lost = { code: "unavailable", key: "client.connection_lost", arguments: { host: "court.test" } };
const online = new EventTarget();

beforeEach(() => {
  FakeWorker.made = [];
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("location", { href: "https://court.test/", host: "court.test" });
  vi.stubGlobal("addEventListener", online.addEventListener.bind(online));
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

describe("the page's worker", () => {
  it("that cannot be fetched is not fetched over and over, and what was asked of it is told that the line is lost", async () => {
    const { api } = connectAgent();
    const asked = api.account();
    FakeWorker.made[0]!.onerror?.({});
    await expect(asked).rejects.toEqual(lost);
    expect(FakeWorker.made).toHaveLength(1);
    expect(console.error).not.toHaveBeenCalled();
    const again = api.account();
    expect(FakeWorker.made).toHaveLength(2);
    FakeWorker.made[1]!.say({ answer: FakeWorker.made[1]!.asked[0]!.call, value: null });
    expect(await again).toBeNull();
  });

  it("is fetched again when the line is back, once", () => {
    connectAgent();
    FakeWorker.made[0]!.onerror?.({});
    online.dispatchEvent(new Event("online"));
    online.dispatchEvent(new Event("online"));
    expect(FakeWorker.made).toHaveLength(2);
  });

  it("is another one after a lock, and one that breaks down having spoken locks and is replaced", async () => {
    const { api, on } = connectAgent();
    const why: string[] = [];
    on("locked", (reason) => why.push(reason));
    const asked = api.account();
    FakeWorker.made[0]!.say({ event: "locked", values: ["idle"] });
    await expect(asked).rejects.toMatchObject({ key: "session.none" });
    expect(FakeWorker.made.map((one) => one.ended)).toEqual([true, false]);
    const second = api.account();
    FakeWorker.made[1]!.say({ event: "changed", values: [] });
    FakeWorker.made[1]!.onerror?.({ message: "a fault" });
    await expect(second).rejects.toMatchObject({ key: "agent.unexpected" });
    expect(why).toEqual(["idle", "session_ended"]);
    expect(FakeWorker.made).toHaveLength(3);
    expect(console.error).toHaveBeenCalledOnce();
  });

  it("that breaks down before it spoke is not started in a circle", async () => {
    const { api } = connectAgent();
    const asked = api.account();
    FakeWorker.made[0]!.onerror?.({ message: "a fault" });
    await expect(asked).rejects.toMatchObject({ key: "agent.unexpected" });
    expect(FakeWorker.made).toHaveLength(1);
  });
});
