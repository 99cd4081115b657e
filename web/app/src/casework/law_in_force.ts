// Mirror of platform/casework/law_in_force.hpp: what a State's published provisions say together on one day, as the law check
// takes it.
import type { LawEntry as LawRow } from "../record/notice_bodies.ts";
import { isDay, plusDays, type Day } from "./date.ts";
import type { Finding } from "./finding.ts";
import type { LawEntry } from "./law_check.ts";

export interface LawInForce {
  /** One; none where nothing was published; one that is over where nothing is in force. */
  entries: LawEntry[];
  /**
   * By what a finding is about ("channel", "language", "element <text>", "kind <code>", "notice", "freeze", "urgent"): article,
   * keyword and source.
   */
  grounds: Map<string, string>;
}

const cited = ({ article, keyword, source }: LawRow): string =>
  article + (keyword === undefined ? "" : `, ${keyword}`) + (source === undefined ? "" : `: ${source}`);

/** From the row that began first to the one that began last: the later one is written over the earlier. */
function add({ grounds }: LawInForce, entry: LawEntry, row: LawRow): void {
  const ground = (about: string): void => void grounds.set(about, cited(row));
  if (row.channel !== undefined) {
    entry.channel = row.channel;
    ground("channel");
  }
  entry.languages = [...new Set([...entry.languages, ...row.requestLanguages])];
  if (row.requestLanguages.length > 0) ground("language");
  entry.authenticOnly ||= row.authenticOnly;
  for (const element of row.elements) {
    if (!entry.requiredElements.includes(element)) entry.requiredElements.push(element);
    ground(`element ${element}`);
  }
  for (const kind of row.kinds) {
    entry.provisions[kind] = row.answer === "provision";
    ground(`kind ${kind}`);
  }
  if (row.holderNotice !== undefined) {
    entry.holderNotice = row.holderNotice;
    entry.deferralDays = row.deferralDays;
    ground("notice");
  }
  if (row.freezeDays !== undefined) {
    entry.freezeDays = row.freezeDays;
    entry.freezeRenewable = row.freezeRenewal === undefined ? undefined : row.freezeRenewal === "renewable";
    ground("freeze");
  }
  if (row.urgentDays !== undefined) {
    entry.urgentConfirmationDays = row.urgentDays;
    ground("urgent");
  }
}

/**
 * Rows of one board. Where two say different things of one matter the one that began later holds; languages, elements and
 * kinds add up. What the oldest confirmation of a row in force is, the whole was confirmed on.
 */
export function lawOn(rows: readonly LawRow[], day: Day): LawInForce {
  const inForce = rows.filter((row) => row.validFrom <= day && (row.validTo === undefined || day <= row.validTo))
    .sort((a, b) => (a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0));
  const law: LawInForce = { entries: [], grounds: new Map() };
  if (rows.length === 0) return law;
  const entry: LawEntry = {
    channel: "unknown", languages: [], authenticOnly: false, requiredElements: [], holderNotice: "unknown", provisions: {}, validFrom: day,
    ...(inForce.length === 0 ? { validTo: plusDays(day, -1) } : {}),
  };
  let oldest: Day | undefined;
  for (const row of inForce) {
    add(law, entry, row);
    const confirmed = row.confirmed ?? row.validFrom;
    if (oldest === undefined || confirmed < oldest) oldest = confirmed;
  }
  if (oldest !== undefined && isDay(oldest)) entry.lastConfirmed = oldest;
  law.entries.push(entry);
  return law;
}

const about: Record<string, string> = {
  "law.channel_copy": "channel", "law.channel_other": "channel", "law.language": "language", "law.language_awaited": "language",
  "law.language_not_authentic": "language", "law.notice_must": "notice", "law.notice_deferral": "notice", "law.freeze_lapses": "freeze",
  "law.freeze_not_renewable": "freeze", "law.freeze_renewals": "freeze", "law.urgent_confirmation": "urgent",
};

/** The provision that a finding rests on; empty where it rests on the Statute, or on silence. */
export function groundOf({ grounds }: LawInForce, { key, arguments: args }: Finding): string {
  if (key === "law.element_missing") return grounds.get(`element ${args["element"] ?? ""}`) ?? "";
  if (key === "law.no_provision") return grounds.get(`kind ${args["kind"] ?? ""}`) ?? "";
  return grounds.get(about[key] ?? "") ?? "";
}
