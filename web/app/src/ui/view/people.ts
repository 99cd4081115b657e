// The people of one's authority: what may be done with whom, and what each act will do, before it is done.
import type { EpochOutcome, MemberView, Membership, PendingInvitation } from "../../agent/api";
import { type Sentence, sentence } from "./sentence";
import { printable } from "./names";

export const roles = ["reader", "officer", "custodian"] as const;
export type Role = (typeof roles)[number];

/** How long a code may lie: above 72 hours the comparison of digits is mandatory for every role (protocol.md, section 6). */
export const invitationLives = [24, 72, 168, 336] as const;
export const comparisonAbove = 72;

export function mayManage(membership: Membership | null): boolean {
  return membership?.role === "custodian";
}

export function comparisonNeeded(role: string, hours: number): boolean {
  return role === "custodian" || hours > comparisonAbove;
}

/** As a person looks for one: by name, "FIU-2" before "FIU-10". */
export function byName<One extends Pick<MemberView, "displayName">>(members: readonly One[], language: string): One[] {
  const collator = new Intl.Collator(language, { numeric: true });
  return [...members].sort((one, other) => collator.compare(one.displayName, other.displayName));
}

export interface PeopleNote { tone: "warning" | "plain"; what: Sentence }

/** What the authority should know about itself. */
export function peopleNotes(members: readonly MemberView[]): PeopleNote[] {
  const custodians = members.filter((one) => one.role === "custodian");
  const notes: PeopleNote[] = [];
  if (custodians.length === 1) notes.push({ tone: "warning", what: sentence("people.one_manager") });
  if (members.length === 1) notes.push({ tone: "plain", what: sentence("people.alone") });
  return notes;
}

/** Why this member cannot be removed or lowered now; null: it can. The record would be void, so it is not offered. */
export function removalObstacle(member: MemberView, members: readonly MemberView[]): Sentence | null {
  if (member.self) return sentence("people.not_yourself");
  const others = members.filter((one) => one.member !== member.member && one.role === "custodian");
  return others.length === 0 ? sentence("people.last_manager") : null;
}

export type Trouble = "leaves" | "device" | "suspected" | "lost";

/** What a task page says will happen, in the order in which it happens. */
export function troubleSteps(trouble: Trouble, member: MemberView | null): Sentence[] {
  const name = member === null ? "" : printable(member.displayName);
  const steps: Record<Trouble, string[]> = {
    leaves: ["access_ends", "new_keys", "epochs", "keeps_opened", "others_go_on"],
    device: ["access_ends", "new_keys", "epochs", "invite_again", "keeps_copies"],
    suspected: ["new_keys_authority", "epochs", "others_go_on", "who_else"],
    lost: ["invite_again", "old_keys_end", "epochs", "reads_all"],
  };
  return steps[trouble].map((step) => sentence(`trouble.step.${step}`, { name }));
}

export interface EpochReport { tone: "done" | "warning"; what: Sentence; details: Sentence[] }

export function epochReport(outcome: EpochOutcome): EpochReport {
  const details = outcome.notStarted.map((one) =>
    sentence("people.epoch_not_started", { file: one.chain.slice(0, 12), why: sentence(`error.${one.key}`) }));
  if (details.length > 0) {
    return { tone: "warning", what: sentence("people.epochs_partly", { done: outcome.started.length, left: details.length }), details };
  }
  return { tone: "done", what: sentence("people.epochs_done", { done: outcome.started.length }), details };
}

/** What an invitation waits for. */
export function invitationSentence(invitation: PendingInvitation, now: number): Sentence {
  if (invitation.problem !== "") return sentence("invitation.problem", { why: sentence(`error.${invitation.problem}`) });
  const expired = invitation.state === "expired" || (invitation.state === "open" && invitation.notAfter <= now);
  return sentence(`invitation.${expired ? "expired" : invitation.state}`, {
    name: printable(invitation.displayName), role: sentence(`word.${invitation.role}`), until: { at: invitation.notAfter },
  });
}

/** Whether the digits read out are those on the screen: both typed and shown without their gaps. */
export function digitsAgree(shown: string, typed: string): boolean {
  const plain = (text: string): string => text.replace(/\D/gu, "");
  return plain(shown) !== "" && plain(shown) === plain(typed);
}

export interface BatchRow { role: Role; label: string }
export interface Batch { rows: BatchRow[]; problems: Sentence[] }

export const batchLimit = 20;

const roleWords: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["reader", "reader"], ["lecteur", "reader"], ["lectrice", "reader"],
  ["officer", "officer"], ["case officer", "officer"], ["agent", "officer"], ["agent habilité", "officer"],
  ["custodian", "custodian"], ["access manager", "custodian"], ["responsable", "custodian"],
  ["responsable des habilitations", "custodian"],
]);

/** A list for several invitations at once: a line a person, "label;role" or "label,role", as a spreadsheet writes it. */
export function readBatch(text: string): Batch {
  const rows: BatchRow[] = [];
  const problems: Sentence[] = [];
  const lines = text.replace(/^\ufeff/u, "").split(/\r?\n/u).map((line) => line.trim());
  lines.forEach((line, index) => {
    if (line === "") return;
    const cells = line.split(line.includes(";") ? ";" : ",").map((cell) => cell.trim().replace(/^"(.*)"$/u, "$1"));
    const role = roleWords.get((cells[1] ?? "").toLocaleLowerCase("und"));
    if (role !== undefined && (cells[0] ?? "") !== "") rows.push({ role, label: printable(cells[0] ?? "") });
    else if (index > 0 || cells.length < 2) problems.push(sentence("batch.line_problem", { line: index + 1 }));
  });
  if (rows.length > batchLimit) problems.push(sentence("batch.too_many", { limit: batchLimit, count: rows.length }));
  if (rows.length === 0 && problems.length === 0) problems.push(sentence("batch.empty"));
  return { rows, problems };
}
