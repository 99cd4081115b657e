// The lock that nobody has to remember: fifteen minutes without a hand on the machine, or twelve hours after the sign-in,
// whatever a server says of its session (protocol §7, Sessions; web/cli/keeper). While somebody works without asking the
// server for anything (writing a long message), its session is kept alive.
import type { Clock } from "./environment.ts";

export const idleSeconds = 15 * 60;
export const longestSeconds = 12 * 60 * 60;
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

export type Why = "idle" | "session_ended";

export function watchIdle(clock: Clock, onEnd: (why: Why) => void, keepAlive: () => void): Idle {
  const now = (): Moment => ({ monotonic: clock.monotonicSeconds(), wall: clock.wall() });
  // Time asleep counts: a laptop that was shut for an hour has been idle for an hour. A browser's monotonic clock may
  // stand still meanwhile, and a wall clock may be turned back: whichever moved more.
  const since = ({ monotonic, wall }: Moment): number =>
    Math.max(clock.monotonicSeconds() - monotonic, clock.wall() - wall);
  const begun = now();
  let last = begun;
  let lastKept = last;
  let running = 0;
  let asking = 0;
  const over = (): Why | undefined =>
    since(last) >= idleSeconds ? "idle" : since(begun) >= longestSeconds ? "session_ended" : undefined;
  const timer = setInterval(() => {
    if (running > 0 && asking === 0) {
      last = now();
    } else {
      const why = over();
      if (why !== undefined) return onEnd(why);
    }
    // Only for somebody who is there: a session is not to outlive its person.
    if (since(lastKept) >= keepAliveSeconds && last.monotonic > lastKept.monotonic) {
      lastKept = now();
      keepAlive();
    }
  }, lookEvery);
  return {
    touch: () => {
      const why = running === 0 ? over() : undefined;
      if (why === undefined) last = now();
      else onEnd(why);
    },
    busy: (on) => { running += on ? 1 : -1; },
    waiting: (on) => { asking += on ? 1 : -1; },
    stop: () => clearInterval(timer),
  };
}
