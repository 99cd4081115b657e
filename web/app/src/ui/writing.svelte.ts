// What is typed on a screen and not sent yet, kept by the trusted end (sealed, in this browser) and given back when the
// screen is made again: after a lock, a reload, an ended session, or because somebody looked something up in between.
import { agent } from "./agent";
import { acting, beforeActing } from "./session.svelte";

const settle = 400;

/** What each screen that is shown has not kept yet. */
const waiting = new Set<() => Promise<void>>();

// Before somebody acts for another authority: what was typed for this one is kept for this one.
beforeActing.add(async () => {
  await Promise.all([...waiting].map((keep) => keep()));
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
  let last = "";
  let owner = acting()?.authority;
  const keep = (text: string): Promise<void> => {
    owner ??= acting()?.authority;
    if (acting()?.authority !== owner) return Promise.resolve();
    last = text;
    // A full disk is told where something is sent; here nobody waits for it.
    return agent.keepWriting(name, text).catch(() => undefined);
  };
  void agent.keptWriting(name).then((text) => {
    // Whoever typed before the answer came is right.
    if (text === "" || read() !== undefined) return;
    last = text;
    restored = restore(JSON.parse(text) as Kept) !== false;
  }).catch(() => undefined).finally(() => { ready = true; });
  $effect(() => {
    const kept = read();
    const text = kept === undefined ? "" : JSON.stringify(kept);
    if (!ready || text === last) return;
    const now = (): Promise<void> => {
      clearTimeout(timer);
      waiting.delete(now);
      return keep(text);
    };
    const timer = setTimeout(() => void now(), settle);
    waiting.add(now);
    return () => {
      clearTimeout(timer);
      waiting.delete(now);
    };
  });
  return {
    get restored() { return restored; },
    forget: () => {
      restored = false;
      return keep("");
    },
  };
}
