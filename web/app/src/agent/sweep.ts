// Internal to src/agent: ciphertext that lies in this browser and serves nobody any more. A transfer that was cut keeps
// what it has, to go on from there.
import type { AttachmentLine } from "../record/dossier_bodies.ts";
import { stagedPlace } from "./carriage.ts";
import { allPlans, planFolder } from "./draft_plan.ts";
import { incomingName } from "./open.ts";
import { stageName } from "./seal.ts";
import type { AgentState } from "./state.ts";

/** Fetched whole for a preview, and kept in case it is saved next: so many. */
const mostKept = 4;

interface Swept {
  once: boolean;
  kept: string[];
  /** Places that a transfer is about, and how many of them. */
  held: Map<string, number>;
}
const swept = new WeakMap<AgentState, Swept>();

function sweptOf(state: AgentState): Swept {
  let found = swept.get(state);
  if (found === undefined) swept.set(state, (found = { once: false, kept: [], held: new Map() }));
  return found;
}

/** For as long as it runs nobody takes this place away. */
export async function whileHeld<T>(state: AgentState, place: string, run: () => Promise<T>): Promise<T> {
  const { held } = sweptOf(state);
  held.set(place, (held.get(place) ?? 0) + 1);
  try {
    return await run();
  } finally {
    const left = held.get(place)! - 1;
    if (left === 0) held.delete(place);
    else held.set(place, left);
  }
}

async function removeUnheld(state: AgentState, place: string): Promise<void> {
  if (!sweptOf(state).held.has(place)) await state.environment.profile.removePlace(place);
}

/** The person has the plain file; the ciphertext has served. */
export async function served(state: AgentState, place: string): Promise<void> {
  const { kept } = sweptOf(state);
  if (kept.includes(place)) kept.splice(kept.indexOf(place), 1);
  await removeUnheld(state, place);
}

/** Shown, and perhaps saved next; the oldest of several goes. */
export async function keepForNow(state: AgentState, place: string): Promise<void> {
  const { kept } = sweptOf(state);
  if (kept.includes(place)) kept.splice(kept.indexOf(place), 1);
  kept.push(place);
  while (kept.length > mostKept) await removeUnheld(state, kept.shift()!);
}

/** Once a session: what earlier ones left whole of files they showed, and staged for drafts that are gone. */
export async function sweep(state: AgentState): Promise<void> {
  const mine = sweptOf(state);
  if (mine.once) return;
  mine.once = true;
  const { profile } = state.environment;
  const lines = new Map<string, AttachmentLine>();
  for (const { replayed } of state.dossiers.all().values()) {
    for (const line of replayed.items.flatMap((item) => item.attachments)) lines.set(incomingName(line), line);
  }
  for (const name of await profile.placed("incoming")) {
    const line = lines.get(name);
    if (line === undefined || mine.held.has(name) || mine.kept.includes(name)) continue;
    const file = await profile.place(name);
    const whole = file.size() === line.size;
    file.close();
    if (whole) await profile.removePlace(name);
  }
  // A plan that does not open is of another of this person's memberships: its ciphertext is not ours to judge.
  const plans = await allPlans(state);
  if (plans.length !== (await profile.list(planFolder)).length) return;
  const staged = new Set(plans.flatMap(({ files }) => files.map(stageName)));
  const { carriage } = state.environment;
  for (const id of await carriage.handed()) if (!staged.has(stagedPlace(id))) await carriage.withdraw(id);
  for (const name of await profile.placed("outgoing")) {
    if (!staged.has(name)) await profile.removePlace(name);
  }
}
