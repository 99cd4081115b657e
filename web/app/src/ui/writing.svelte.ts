// What is typed on a screen and not sent yet, kept by the trusted end (sealed, in this browser) and given back when the
// screen is made again: after a lock, a reload, an ended session, or because somebody looked something up in between.
import { agent } from "./agent";

const settle = 400;

export interface Writing {
  /** Something was given back. */
  readonly restored: boolean;
  /** It was sent, or is not wanted any more. */
  forget(): Promise<void>;
}

/** Call while a component is made. `read` says what is to be kept, undefined while there is nothing. */
export function keepsWriting<Kept>(name: string, read: () => Kept | undefined, restore: (kept: Kept) => void): Writing {
  let restored = $state(false);
  let ready = $state(false);
  let last = "";
  const keep = (text: string): Promise<void> => {
    last = text;
    // A full disk is told where something is sent; here nobody waits for it.
    return agent.keepWriting(name, text).catch(() => undefined);
  };
  void agent.keptWriting(name).then((text) => {
    // Whoever typed before the answer came is right.
    if (text === "" || read() !== undefined) return;
    last = text;
    restore(JSON.parse(text) as Kept);
    restored = true;
  }).catch(() => undefined).finally(() => { ready = true; });
  $effect(() => {
    const kept = read();
    const text = kept === undefined ? "" : JSON.stringify(kept);
    if (!ready || text === last) return;
    const timer = setTimeout(() => void keep(text), settle);
    return () => clearTimeout(timer);
  });
  return {
    get restored() { return restored; },
    forget: () => {
      restored = false;
      return keep("");
    },
  };
}
