// The lock that nobody has to remember: fifteen minutes without a hand on the machine (protocol §7, Sessions). While
// somebody works without asking the server for anything (writing a long message), its session is kept alive.
import type { Clock } from "./environment.ts";

export const idleSeconds = 15 * 60;
const keepAliveSeconds = 5 * 60;
const lookEvery = 10_000; // milliseconds

export interface Idle {
  /** A hand on the machine. One that comes too late finds the lock. */
  touch(): void;
  /**
   * Something long that a person began goes on by itself: it is not cut by the lock. For transfers alone: what the page
   * asks every minute, and what a server makes last, is no person.
   */
  busy(on: boolean): void;
  /** It waits for a person's answer: nobody may be there. */
  waiting(on: boolean): void;
  stop(): void;
}

interface Moment { monotonic: number; wall: number }

export function watchIdle(clock: Clock, onIdle: () => void, keepAlive: () => void): Idle {
  const now = (): Moment => ({ monotonic: clock.monotonicSeconds(), wall: clock.wall() });
  // Time asleep counts: a laptop that was shut for an hour has been idle for an hour. A browser's monotonic clock may
  // stand still meanwhile, and a wall clock may be turned back: whichever moved more.
  const since = ({ monotonic, wall }: Moment): number =>
    Math.max(clock.monotonicSeconds() - monotonic, clock.wall() - wall);
  let last = now();
  let lastKept = last;
  let running = 0;
  let asking = 0;
  const tooLate = (): boolean => since(last) >= idleSeconds;
  const timer = setInterval(() => {
    if (running > 0 && asking === 0) {
      last = now();
    } else if (tooLate()) {
      onIdle();
      return;
    }
    // Only for somebody who is there: a session is not to outlive its person.
    if (since(lastKept) >= keepAliveSeconds && last.monotonic > lastKept.monotonic) {
      lastKept = now();
      keepAlive();
    }
  }, lookEvery);
  return {
    touch: () => {
      if (running === 0 && tooLate()) onIdle();
      else last = now();
    },
    busy: (on) => { running += on ? 1 : -1; },
    waiting: (on) => { asking += on ? 1 : -1; },
    stop: () => clearInterval(timer),
  };
}
