// What is typed on a screen and not sent yet, kept by the trusted end (sealed, in this browser) and given back when the
// screen is made again: after a lock, a reload, an ended session, or because somebody looked something up in between.
import { untrack } from "svelte";
import { agent } from "./agent";
import { acting, beforeActing } from "./session.svelte";

const settle = 400;

/** What each screen that is shown has not kept yet. */
const waiting = new Set<() => Promise<void>>();

/** Of each name the last that was asked. One after the other: what was sent must not be kept, or read, after it was removed. */
const asked = new Map<string, Promise<unknown>>();
function inOrder<Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> {
  const answer = (asked.get(name) ?? Promise.resolve()).then(ask, ask);
  asked.set(name, answer);
  return answer;
}

// Before somebody acts for another authority: what was typed for this one is kept for this one.
beforeActing.add(async () => {
  await Promise.all([...waiting].map((keep) => keep()));
  // What was asked before goes to the one it was typed for.
  await Promise.allSettled(asked.values());
});

export interface Writing {
  /** Something was given back. */
  readonly restored: boolean;
  /** It was sent, or is not wanted any more. */
  forget(): Promise<void>;
}

/**
 * Call while a component is made. `read` says what is to be kept, undefined while there is nothing. `restore` may answer that
 * what was kept is not for this screen. A writing is of the authority that was acted for when the screen was made (App makes
 * it anew when that changes), and is kept for no other.
 */
export function keepsWriting<Kept>(name: string, read: () => Kept | undefined, restore: (kept: Kept) => boolean | void): Writing {
  let restored = $state(false);
  let ready = $state(false);
  /** Of what was read last: it is kept, or was forgotten. */
  let last = "";
  let owner = acting()?.authority;
  const keep = (text: string): Promise<void> => {
    owner ??= acting()?.authority;
    if (acting()?.authority !== owner) return Promise.resolve();
    // A full disk is told where something is sent; here nobody waits for it.
    return inOrder(name, () => agent.keepWriting(name, text)).catch(() => undefined);
  };
  const textOf = (kept: Kept | undefined): string => (kept === undefined ? "" : JSON.stringify(kept));
  let stopWaiting: (() => void) | undefined;
  void inOrder(name, () => agent.keptWriting(name)).then((text) => {
    // Whoever typed before the answer came is right.
    if (text === "" || read() !== undefined) return;
    last = text;
    restored = restore(JSON.parse(text) as Kept) !== false;
  }).catch(() => undefined).finally(() => { ready = true; });
  $effect(() => {
    const text = textOf(read());
    if (!ready || text === last) return;
    const stop = (): void => {
      clearTimeout(timer);
      waiting.delete(now);
      stopWaiting = undefined;
    };
    const now = (): Promise<void> => {
      stop();
      last = text;
      return keep(text);
    };
    const timer = setTimeout(() => void now(), settle);
    waiting.add(now);
    stopWaiting = stop;
    return stop;
  });
  return {
    get restored() { return restored; },
    // What stands on the screen now is not kept again before it is changed, whether or not an answer or a timer is under way.
    forget: () => {
      restored = false;
      stopWaiting?.();
      last = untrack(() => textOf(read()));
      return keep("");
    },
  };
}
