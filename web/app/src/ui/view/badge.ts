// One badge with one sentence: "can I act now?" (design/users.md). What stands in the way is named in the order in which it
// must be mended; what does not stand in the way is not shown in a list.
import type { Alarm, DossierView, LogStatus, Membership } from "../../agent/api";
import { type Sentence, sentence } from "./sentence";

export type Tone = "ready" | "waiting" | "reading" | "stopped";
export interface Badge {
  tone: Tone;
  /** One or two words. */
  label: Sentence;
  /** Why, and what to do: one sentence. */
  why: Sentence;
  /** Where one goes to mend it; a route's name, absent where there is nothing to do here. */
  goto?: "alarms" | "parties" | "log" | "people";
}

export interface Standing {
  log: LogStatus | null;
  alarms: readonly Alarm[];
  membership: Membership | null;
  /** Whether the authority acted for may send (two access managers). */
  live: boolean;
  online: boolean;
}

export function mayWrite(role: string): boolean {
  return role === "officer" || role === "custodian" || role === "service";
}

function badge(tone: Tone, name: string, goto?: Badge["goto"]): Badge {
  const made: Badge = { tone, label: sentence(`badge.${tone}`), why: sentence(`badge.why.${name}`) };
  return goto === undefined ? made : { ...made, goto };
}

/** Whether one can act at all, whatever the file. Null: yes. */
export function generalObstacle(standing: Standing): Badge | null {
  if (standing.alarms.some((alarm) => alarm.standing)) return badge("stopped", "alarm", "alarms");
  if (!standing.online) return badge("reading", "offline");
  if (standing.log !== null && !standing.log.complete) return badge("waiting", "log_reading", "log");
  if (standing.log !== null && !standing.log.fresh) return badge("reading", "log_not_fresh", "log");
  if (standing.membership !== null && !mayWrite(standing.membership.role)) return badge("reading", "role");
  if (!standing.live) return badge("reading", "not_live", "people");
  return null;
}

export function dossierBadge(dossier: DossierView, standing: Standing): Badge {
  if (dossier.state === "broken") return badge("stopped", "broken", "alarms");
  const general = generalObstacle(standing);
  if (general !== null && general.tone === "stopped") return general;
  if (dossier.state === "incomplete" || dossier.warnings.includes("incomplete")) return badge("reading", "incomplete");
  if (dossier.state === "unverified" || dossier.warnings.includes("participant_not_pinned")) {
    return badge("stopped", "unpinned", "parties");
  }
  if (general !== null) return general;
  if (dossier.warnings.includes("participant_founded_anew")) return badge("reading", "founded_anew", "parties");
  if (dossier.state === "closed") return badge("reading", "closed");
  const newest = dossier.entries.at(-1);
  if (newest !== undefined && !newest.own && !newest.counting && newest.unread) return badge("waiting", "pending");
  return badge("ready", dossier.unread > 0 ? "new" : "ready");
}
