// What every screen knows of the person in front of it. No key and no secret: the trusted end has those.

import type { Account, Alarm, Carrying, KitAttempt, LogStatus, Membership, Notice, Progress, Transfer } from "../agent/api";
import { agent, on } from "./agent";
import { asFailure, isFailure } from "./i18n/failure";

interface Session {
  ready: boolean;
  /** The server is one for exercises, and says so. */
  training: boolean;
  /** For so many days what is deleted may lie in the operator's backups; undefined where he has not said. */
  backupsKeptDays: number | undefined;
  account: Account | null;
  unlocked: boolean;
  /** Why it was locked, for the lock screen. */
  lockedWhy: "asked" | "idle" | "session_ended" | undefined;
  memberships: Membership[];
  log: LogStatus | undefined;
  alarms: Alarm[];
  notices: Notice[];
  questions: { id: number; what: Notice[] }[];
  transfers: Transfer[];
  /** Of what goes through every file, or gives the log back. */
  progress: Progress | undefined;
  /** What goes up by itself, locked or not. */
  carrying: Carrying | null;
  /** The server could not be reached at the last attempt. */
  offline: boolean;
  /** When somebody last began with this account's recovery sheet alone, until its owner has read it. */
  kitTriedAt: number | null;
  /** Other members of the authority who come in, or came in lately, by their sheet alone: to an access manager. */
  kitAttempts: KitAttempt[];
  /** Grows when something new was read: `void session.revision` in a $derived asks anew. */
  revision: number;
}

export const session: Session = $state({
  progress: undefined,
  ready: false, training: false, backupsKeptDays: undefined, account: null, unlocked: false, lockedWhy: undefined, memberships: [], log: undefined, alarms: [],
  notices: [], questions: [], transfers: [], carrying: null, offline: false, kitTriedAt: null, kitAttempts: [],
  revision: 0,
});

const pollEvery = 60_000;
const askAgainAfter = 5_000;
let poll: ReturnType<typeof setInterval> | undefined;

export function acting(): Membership | undefined {
  return session.memberships.find((one) => one.acting);
}

export function isStaff(): boolean {
  return session.account?.kind === "administrator" || session.account?.kind === "auditor";
}

/** Whatever was asked when the trusted end locked is refused so; that is no trouble. */
function ofLocking(error: unknown): void {
  if (asFailure(error).key !== "session.locked") throw error;
}

function forget(): void {
  session.unlocked = false;
  session.memberships = [];
  session.log = undefined;
  session.alarms = [];
  session.notices = [];
  session.questions = [];
  session.transfers = [];
  session.progress = undefined;
  session.kitTriedAt = null;
  session.kitAttempts = [];
  attemptsRead.clear();
  clearInterval(poll);
}

export async function startSession(): Promise<void> {
  on("locked", (why) => {
    forget();
    session.lockedWhy = why;
  });
  window.addEventListener("unhandledrejection", (event) => {
    if (isFailure(event.reason) && event.reason.key === "session.locked") event.preventDefault();
  });
  on("changed", () => void refresh());
  on("notice", (notice) => {
    if (!session.notices.some((one) => one.key === notice.key && same(one.arguments, notice.arguments))) session.notices.push(notice);
  });
  on("alarm", (alarm) => {
    if (!session.alarms.some((one) => one.name === alarm.name)) session.alarms.push(alarm);
  });
  on("question", (id, what) => session.questions.push({ id, what }));
  on("carrying", (what) => { session.carrying = what; });
  on("progress", (progress) => {
    session.progress = progress.done < progress.total ? progress : undefined;
  });
  on("transfer", (transfer) => {
    const at = session.transfers.findIndex((one) => one.phase === transfer.phase && one.name === transfer.name);
    if (at < 0) session.transfers.push(transfer);
    else session.transfers[at] = transfer;
  });
  void askServer();
  try {
    session.account = await agent.account();
  } finally {
    session.ready = true;
  }
}

// Nothing waits for it, and it is asked until it is known: nobody may take an exercise for the real thing because one answer was lost.
async function askServer(): Promise<void> {
  for (;;) {
    try {
      const server = await agent.serverInfo();
      session.training = server.training;
      session.backupsKeptDays = server.backupsKeptDays;
      return;
    } catch {
      await new Promise((done) => { setTimeout(done, askAgainAfter); });
    }
  }
}

function same(a: Record<string, string>, b: Record<string, string>): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** After sign-in, unlocking or the end of an enrolment that opens the account. */
export async function entered(): Promise<void> {
  session.account = await agent.account();
  session.lockedWhy = undefined;
  session.unlocked = true;
  void askKitTried();
  if (isStaff()) return;
  await refresh();
  void synchronise();
  clearInterval(poll);
  poll = setInterval(() => void synchronise(), pollEvery);
}

// Nothing waits for these answers, and a minute later they are asked again.
async function askKitTried(): Promise<void> {
  const at = await agent.kitTriedAt().catch(() => undefined);
  if (at !== undefined && session.unlocked) session.kitTriedAt = at;
}

/** What the person has put away is not shown again before he comes in anew. */
const attemptsRead = new Set<string>();
const attemptOf = ({ member, since, usedAt }: KitAttempt): string => `${member} ${since ?? ""} ${usedAt ?? ""}`;

/** There are 72 hours in which to object: an access manager is told wherever he looks, however long he has been in. */
async function askKitAttempts(): Promise<void> {
  const mine = acting();
  if (mine?.role !== "custodian") {
    session.kitAttempts = [];
    return;
  }
  const attempts = await agent.kitAttempts().catch(() => undefined);
  if (attempts === undefined || !session.unlocked || acting()?.authority !== mine.authority) return;
  session.kitAttempts = attempts.filter((one) => !one.self && !attemptsRead.has(attemptOf(one)));
}

export function putAwayKitAttempt(attempt: KitAttempt): void {
  attemptsRead.add(attemptOf(attempt));
  session.kitAttempts = session.kitAttempts.filter((one) => !attemptsRead.has(attemptOf(one)));
}

async function refresh(): Promise<void> {
  if (!session.unlocked || isStaff()) return;
  const [memberships, log, alarms] = await Promise.allSettled([agent.memberships(), agent.logStatus(), agent.alarms()]);
  if (memberships.status === "fulfilled") session.memberships = memberships.value;
  if (log.status === "fulfilled") session.log = log.value;
  if (alarms.status === "fulfilled") session.alarms = alarms.value;
  session.revision += 1;
}

export async function synchronise(): Promise<void> {
  try {
    session.log = await agent.synchronise();
    session.offline = false;
  } catch (error) {
    session.offline = asFailure(error).code === "unavailable";
  }
  await refresh();
  void askKitTried();
  void askKitAttempts();
}

/** What goes on before another authority is acted for: writing.svelte.ts keeps what was typed for this one. */
export const beforeActing = new Set<() => Promise<void>>();
let turned = $state(0);
/** Another number each time somebody changes from one authority to another: what he had before him was the first one's. */
export const actingTurn = (): number => turned;

export async function actAs(authority: string): Promise<void> {
  const before = acting();
  await Promise.all([...beforeActing].map((run) => run()));
  await agent.actAs(authority);
  session.kitAttempts = [];
  await refresh();
  void askKitAttempts();
  if (before !== undefined && before.authority !== authority) turned += 1;
}

export async function lock(): Promise<void> {
  // The trusted end's memory goes with its worker: this very call may be one of those that get no other answer.
  await agent.lock().catch(ofLocking);
  forget();
  session.lockedWhy ??= "asked";
}

export async function signOut(): Promise<void> {
  await agent.signOut().catch(ofLocking);
  forget();
  session.account = await agent.account();
}

export async function answerQuestion(id: number, yes: boolean): Promise<void> {
  session.questions = session.questions.filter((one) => one.id !== id);
  await agent.decide(id, yes);
}

/** The person has read that somebody began with his sheet alone. */
export async function kitAttemptRead(): Promise<void> {
  try {
    await agent.endKitAttempt();
  } catch (error) {
    // Read already, in another window.
    if (asFailure(error).code !== "not_found") throw error;
  }
  session.kitTriedAt = null;
}

export interface Standing { kind: "good" | "warning" | "bad"; key: string }

/** The one badge: can I act now? The first reason why not, else yes. */
export function standing(): Standing {
  const membership = acting();
  if (session.alarms.some((alarm) => alarm.standing)) return { kind: "bad", key: "standing.alarm" };
  if (!membership) return { kind: "warning", key: session.memberships.length > 0 ? "standing.choose" : "standing.no_authority" };
  if (session.offline) return { kind: "warning", key: "standing.offline" };
  if (!session.log || !session.log.complete) return { kind: "warning", key: "standing.reading" };
  if (!session.log.fresh) return { kind: "warning", key: "standing.not_fresh" };
  if (membership.role === "reader") return { kind: "good", key: "standing.reader" };
  if (!session.log.witnessed) return { kind: "good", key: "standing.yes_unwitnessed" };
  return { kind: "good", key: "standing.yes" };
}
