// What was sent does not come back: neither by a timer that was running, nor by an answer that was late, nor out of turn.
import { flushSync } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";

const stored = new Map<string, string>();
let hold: Promise<void> = Promise.resolve();
vi.mock("../../src/ui/agent", () => ({
  agent: {
    keptWriting: async (name: string) => { await hold; return stored.get(name) ?? ""; },
    keepWriting: async (name: string, text: string) => {
      if (text !== "") await hold;
      if (text === "") stored.delete(name);
      else stored.set(name, text);
    },
  },
}));
vi.mock("../../src/ui/session.svelte", () => ({ acting: () => ({ authority: "a" }), beforeActing: new Set() }));
const { keepsWriting } = await import("../../src/ui/writing.svelte");

interface Typed { title: string }
function screen(name: string) {
  let title = $state("");
  let writing!: ReturnType<typeof keepsWriting<Typed>>;
  const close = $effect.root(() => {
    writing = keepsWriting<Typed>(name, () => (title === "" ? undefined : { title }), (kept) => { title = kept.title; });
  });
  return {
    writing, close,
    get title() { return title; },
    type(text: string) { title = text; flushSync(); },
  };
}
const time = async (milliseconds: number): Promise<void> => {
  flushSync();
  await vi.advanceTimersByTimeAsync(milliseconds);
  flushSync();
};

beforeEach(() => {
  vi.useFakeTimers();
  stored.clear();
  hold = Promise.resolve();
});

test("what is typed is kept after a moment, and given back to the screen that is made anew", async () => {
  const first = screen("one");
  await time(0);
  first.type("Signalement");
  await time(1000);
  expect(stored.get("one")).toBe('{"title":"Signalement"}');
  first.close();
  const second = screen("one");
  await time(0);
  expect([second.title, second.writing.restored]).toEqual(["Signalement", true]);
  second.close();
});

test("sent while the timer of the last word still ran: nothing is kept again until it is changed", async () => {
  const one = screen("two");
  await time(0);
  one.type("Signalement");
  await time(300);
  void one.writing.forget();
  await time(1000);
  expect(stored.has("two")).toBe(false);
  one.type("Signalement, second essai");
  await time(1000);
  expect(stored.get("two")).toBe('{"title":"Signalement, second essai"}');
  one.close();
});

test("sent before the first answer came: nothing is kept", async () => {
  let answer!: () => void;
  hold = new Promise((resolve) => { answer = resolve; });
  const one = screen("three");
  one.type("Signalement");
  void one.writing.forget();
  answer();
  await time(1000);
  expect(stored.has("three")).toBe(false);
  one.close();
});

test("sent while the text is still being written: it is removed after that, and the next screen finds nothing", async () => {
  const one = screen("four");
  await time(0);
  let answer!: () => void;
  hold = new Promise((resolve) => { answer = resolve; });
  one.type("Signalement");
  await time(1000);
  void one.writing.forget();
  one.close();
  const next = screen("four");
  await time(0);
  answer();
  await time(1000);
  expect(stored.has("four")).toBe(false);
  expect([next.title, next.writing.restored]).toEqual(["", false]);
  next.close();
});
