// The world of the trusted end: platform/agent/environment.hpp. Everything outlives the agent.
import type { Notice, Progress, Seconds, Transfer } from "./api.ts";
import type { Carriage } from "./carriage.ts";
import type { ProfileStore, ServerPort } from "./ports.ts";

/**
 * The device's clocks. `at` of a statement comes from the log's time plus the monotonic clock; the wall clock is only
 * compared with it, so that a person learns that it is wrong.
 */
export interface Clock {
  wall(): Seconds;
  monotonicSeconds(): number;
  pause(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  wall: () => Math.floor(Date.now() / 1000),
  monotonicSeconds: () => Math.floor(performance.now() / 1000),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export interface Observer {
  onTransfer(transfer: Transfer): void;
  onNotice(notice: Notice): void;
  /** Of what goes through every dossier, or gives the log back. */
  onProgress?(progress: Progress): void;
  /** Asked before something that only a person should decide. `what`: keys "change.<key>", or one "notice.<key>". */
  confirm(what: Notice[]): Promise<boolean>;
  /**
   * Writing into a register asks for a second factor shown lately (session.step_up): true once it was shown again, and
   * the same bytes may go once more. Absent: nobody can be asked.
   */
  stepUp?(): Promise<boolean>;
  /** Asked between chunks: true ends a transfer in order, ready to be resumed. */
  cancelled(): boolean;
}

export const silentObserver: Observer = {
  onTransfer: () => undefined,
  onNotice: () => undefined,
  confirm: () => Promise.resolve(true),
  cancelled: () => false,
};

export interface Environment {
  server: ServerPort;
  profile: ProfileStore;
  clock: Clock;
  observer: Observer;
  /** Takes uploads, and goes on with them when this end is gone. */
  carriage: Carriage;
  /**
   * Runs what touches ciphertext and the line alone, and may take hours, beside the other calls of the screens. What was
   * read before may have changed afterwards. `unavailable` "transfer.cancelled" when the session has ended by then or
   * another authority is acted for. Absent: nobody else calls.
   */
  aside?: <T>(run: () => Promise<T>) => Promise<T>;
  /** The same for what goes on without this end, too: the lock does not wait for it. */
  unattended?: <T>(run: () => Promise<T>) => Promise<T>;
}

export const aside = <T>(environment: Environment, run: () => Promise<T>): Promise<T> =>
  environment.aside === undefined ? run() : environment.aside(run);

export const unattended = <T>(environment: Environment, run: () => Promise<T>): Promise<T> =>
  environment.unattended === undefined ? run() : environment.unattended(run);

export const minute = 60;
export const hour = 60 * minute;
export const day = 24 * hour;
