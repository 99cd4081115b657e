// The lock that nobody has to remember: fifteen minutes without a hand on the machine (protocol §7, Sessions). While
// somebody works without asking the server for anything (writing a long message), its session is kept alive.
import type { Clock } from "./environment.ts";

export const idleSeconds = 15 * 60;
const keepAliveSeconds = 5 * 60;
const lookEvery = 10_000; // milliseconds

export interface Idle {
  /** A hand on the machine, or a call. */
  touch(): void;
  /** Something long goes on by itself: it is not cut by the lock. */
  busy(on: boolean): void;
  stop(): void;
}

export function watchIdle(clock: Clock, onIdle: () => void, keepAlive: () => void): Idle {
  let last = clock.monotonicSeconds();
  let lastKept = last;
  let running = 0;
  const timer = setInterval(() => {
    const now = clock.monotonicSeconds();
    if (running > 0) {
      last = now;
    } else if (now - last >= idleSeconds) {
      onIdle();
      return;
    }
    // Only for somebody who is there: a session is not to outlive its person.
    if (now - lastKept >= keepAliveSeconds && last > lastKept) {
      lastKept = now;
      keepAlive();
    }
  }, lookEvery);
  return {
    touch: () => { last = clock.monotonicSeconds(); },
    busy: (on) => { running += on ? 1 : -1; },
    stop: () => clearInterval(timer),
  };
}
