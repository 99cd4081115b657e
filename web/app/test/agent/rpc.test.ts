// Calls, answers, streams and the lock between the page and the trusted end.
import { afterEach, describe, expect, it, vi } from "vitest";
import { idleSeconds, longestSeconds, watchIdle } from "../../src/agent/idle.ts";
import { makeCaller, serve, type Channel } from "../../src/agent/rpc.ts";
import { Failure } from "../../src/base/failure.ts";

function pair(call: (name: string, args: unknown[]) => Promise<unknown>) {
  const { port1, port2 } = new MessageChannel();
  const events: unknown[] = [];
  const caller = makeCaller(port1 as unknown as Channel, (event, values) => events.push([event, ...values]));
  const served = serve(port2 as unknown as Channel, call, () => events.push("active"));
  return { caller, served, events, close: () => port1.close() };
}

describe("calls between page and trusted end", () => {
  it("bring values, failures with their key, and events; a fault of ours says nothing of itself", async () => {
    const { caller, served, events, close } = pair(async (name, args) => {
      if (name === "refuse") throw new Failure("conflict", "append.busy", { who: "x" });
      if (name === "break") throw new TypeError("a secret in a message");
      return [name, ...args];
    });
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(await caller.call("send", [{ to: ["SEN"] }, 7])).toEqual(["send", { to: ["SEN"] }, 7]);
    await expect(caller.call("refuse", [])).rejects.toEqual({ code: "conflict", key: "append.busy", arguments: { who: "x" } });
    await expect(caller.call("break", [])).rejects.toEqual({ code: "unavailable", key: "agent.unexpected", arguments: {} });
    served.tell("locked", ["idle"]);
    caller.active();
    await caller.call("wait", []);
    expect(events).toEqual(expect.arrayContaining([["locked", "idle"], "active"]));
    close();
  });

  it("carry a signal, and what waits ends when the trusted end does", async () => {
    const { caller, close } = pair((name, [signal]) => new Promise((_, reject) => {
      if (name === "watch") (signal as AbortSignal).addEventListener("abort", () => reject(new Failure("unavailable", "transfer.cancelled")));
    }));
    const stop = new AbortController();
    const watched = caller.call("watch", [stop.signal]);
    setTimeout(() => stop.abort(), 5);
    await expect(watched).rejects.toMatchObject({ key: "transfer.cancelled" });
    const hanging = caller.call("hang", []);
    const locking = caller.call("lock", []);
    caller.end({ code: "unauthenticated", key: "session.none", arguments: {} });
    await expect(hanging).rejects.toMatchObject({ key: "session.none" });
    expect(await locking).toBeUndefined();
    close();
  });

  it("carry a stream with one chunk under way, to its end or its failure", async () => {
    const { caller, close } = pair(async (name, [to]) => {
      const writer = (to as WritableStream<Uint8Array>).getWriter();
      const buffer = new Uint8Array(3);
      for (let i = 0; i < 5; ++i) {
        buffer.fill(i);
        await writer.write(buffer); // the writer uses its buffer again
      }
      await (name === "abort" ? writer.abort("no") : writer.close());
      return "written";
    });
    const chunks: number[][] = [];
    let ended = "";
    const into = () => new WritableStream<Uint8Array>({
      write: async (chunk) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        chunks.push([...chunk]);
      },
      close: () => { ended = "closed"; },
      abort: () => { ended = "aborted"; },
    });
    expect(await caller.call("write", [into()])).toBe("written");
    expect(chunks).toEqual([0, 1, 2, 3, 4].map((i) => [i, i, i]));
    expect(ended).toBe("closed");
    expect(await caller.call("abort", [into()])).toBe("written");
    expect(ended).toBe("aborted");
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const full = new WritableStream<Uint8Array>({ write: () => Promise.reject(new Error("disk")) });
    await expect(caller.call("write", [full])).rejects.toMatchObject({ key: "file.cannot_write" });
    close();
  });
});

describe("the lock that nobody has to remember", () => {
  afterEach(() => void vi.useRealTimers());
  it("comes after fifteen minutes without a hand on the machine, not during a transfer", () => {
    vi.useFakeTimers();
    let seconds = 0;
    const clock = { wall: () => seconds, monotonicSeconds: () => seconds, pause: async () => undefined };
    const locked = vi.fn();
    const kept = vi.fn();
    const idle = watchIdle(clock, locked, kept);
    const pass = (wanted: number): void => {
      for (let i = 0; i < wanted; i += 10) {
        seconds += 10;
        vi.advanceTimersByTime(10_000);
      }
    };
    pass(14 * 60);
    expect(kept).not.toHaveBeenCalled(); // nobody is there: the session is not prolonged
    idle.touch();
    pass(14 * 60);
    expect(locked).not.toHaveBeenCalled();
    expect(kept).toHaveBeenCalledTimes(1);
    idle.busy(true);
    pass(60 * 60);
    expect(locked).not.toHaveBeenCalled();
    idle.busy(false);
    pass(idleSeconds + 10);
    expect(locked).toHaveBeenCalled();
    idle.stop();
  });

  it("comes while a transfer waits for an answer that nobody gives", () => {
    vi.useFakeTimers();
    let seconds = 0;
    const clock = { wall: () => seconds, monotonicSeconds: () => seconds, pause: async () => undefined };
    const locked = vi.fn();
    const idle = watchIdle(clock, locked, () => undefined);
    idle.busy(true);
    idle.waiting(true);
    for (let i = 0; i <= idleSeconds; i += 10) {
      seconds += 10;
      vi.advanceTimersByTime(10_000);
    }
    expect(locked).toHaveBeenCalled();
    idle.stop();
  });

  it("comes twelve hours after the sign-in, however busy the hand", () => {
    vi.useFakeTimers();
    let seconds = 0;
    const clock = { wall: () => seconds, monotonicSeconds: () => seconds, pause: async () => undefined };
    const locked = vi.fn();
    const idle = watchIdle(clock, locked, () => undefined);
    while (seconds < longestSeconds - 10) {
      seconds += 10;
      idle.touch();
      vi.advanceTimersByTime(10_000);
    }
    expect(locked).not.toHaveBeenCalled();
    seconds += 10;
    vi.advanceTimersByTime(10_000);
    expect(locked).toHaveBeenCalledWith("session_ended");
    idle.stop();
  });

  it("counts the time that a machine was asleep, before the first hand on it", () => {
    vi.useFakeTimers();
    let [monotonic, wall] = [0, 1_000_000];
    const clock = { wall: () => wall, monotonicSeconds: () => monotonic, pause: async () => undefined };
    const locked = vi.fn();
    const idle = watchIdle(clock, locked, () => undefined);
    [monotonic, wall] = [5, wall + 3600]; // the monotonic clock stood still meanwhile
    idle.touch(); // whoever opened it moves the mouse at once
    expect(locked).toHaveBeenCalledTimes(1);
    idle.stop();
    // A clock that is turned back keeps nobody's machine open.
    const another = watchIdle(clock, locked, () => undefined);
    [monotonic, wall] = [monotonic + idleSeconds, wall - 86_400];
    another.touch();
    expect(locked).toHaveBeenCalledTimes(2);
    another.stop();
  });
});
