// Mirror of platform/casework/law_check.hpp: a request against what the requested State has said of its law: what will likely
// be returned, and why. It tells and never stops: the sender may go on with a reason.
import { fail } from "../base/failure.ts";
import { daysBetween, plusDays, type Day } from "./date.ts";
import { finding, type Finding } from "./finding.ts";

/** Art. 87(1): whether the State takes this platform as its channel. */
export type Channel = "unknown" | "platform" | "advance_copy" | "other";
/** Whether the holder of an account is told of what is asked. */
export type HolderNotice = "unknown" | "none" | "deferrable" | "must";

/** What one State's entry says, with the time it holds. "No provision" is an answer; silence is none. */
export interface LawEntry {
  channel: Channel;
  /** ISO 639; empty: not said. */
  languages: string[];
  /** A translation does not do. */
  authenticOnly: boolean;
  requiredElements: string[];
  holderNotice: HolderNotice;
  /** At most, where it may be deferred. */
  deferralDays?: number;
  /** Kind of assistance → there is a provision. */
  provisions: Record<string, boolean>;
  freezeDays?: number;
  freezeRenewable?: boolean;
  /** Art. 96(1): to be confirmed within. */
  urgentConfirmationDays?: number;
  validFrom: Day;
  /** The last day. */
  validTo?: Day;
  lastConfirmed?: Day;
}

export interface LanguageVersion { language: string; delivered: boolean; authentic: boolean }

/** What of a request the check looks at; nothing of it leaves the client. */
export interface RequestDraft {
  kinds: string[];
  versions: LanguageVersion[];
  /** Of Art. 96(2), those that hold text: assistance, location, facts, procedure, national_law, other. */
  blocks: string[];
  /** Of national law, ticked as contained. */
  elements: string[];
  urgent: boolean;
  formallyTransmitted?: Day;
  doNotNotify: boolean;
  doNotNotifyUntil?: Day;
  freezeDays?: number;
  today: Day;
}

/** returned: the request will likely come back. tip_off: the holder may learn of it. note: to know before sending. */
export type Weight = "returned" | "tip_off" | "note";
export interface LawFinding { weight: Weight; finding: Finding }

/** The entry in force on a day; undefined: none is. */
export const entryInForce = (entries: LawEntry[], day: Day): LawEntry | undefined =>
  entries.find((one) => one.validFrom <= day && (one.validTo === undefined || day <= one.validTo));

/** A row that nobody has confirmed for a year is asked about, and said to be unconfirmed where it is used. */
export const confirmAfterDays = 365;
export const toBeConfirmed = (lastConfirmed: Day | undefined, validFrom: Day, today: Day): boolean =>
  daysBetween(lastConfirmed ?? validFrom, today) > confirmAfterDays;

const joined = (words: string[]): string => [...new Set(words)].sort().join(", ");

/** In the order of the rules: blocks, entry, channel, language, elements, provisions, notice, freezes, urgency. */
export function checkLaw(draft: RequestDraft, entries: LawEntry[]): LawFinding[] {
  const out: LawFinding[] = [];
  const tell = (weight: Weight, key: string, args: Record<string, string> = {}): void => {
    out.push({ weight, finding: finding(key, args) });
  };

  // Art. 96(2)(a) to (c) belong to every request; (d) to (f) where they apply.
  for (const block of ["assistance", "location", "facts"]) if (!draft.blocks.includes(block)) tell("returned", "law.block_missing", { block });
  const entry = entryInForce(entries, draft.today);
  if (!entry) {
    tell("note", entries.length === 0 ? "law.none" : "law.none_in_force");
    return out;
  }
  if (toBeConfirmed(entry.lastConfirmed, entry.validFrom, draft.today)) {
    tell("note", "law.unconfirmed", { confirmed_date: entry.lastConfirmed ?? entry.validFrom });
  }

  if (entry.channel === "unknown") tell("note", "law.channel_unknown");
  if (entry.channel === "advance_copy" && !draft.formallyTransmitted) tell("note", "law.channel_copy");
  if (entry.channel === "other" && !draft.formallyTransmitted) tell("returned", "law.channel_other");

  checkLanguage(draft, entry, tell);
  for (const element of [...new Set(entry.requiredElements)].sort()) {
    if (!draft.elements.includes(element)) tell("returned", "law.element_missing", { element });
  }
  for (const kind of [...new Set(draft.kinds)].sort()) {
    if (!Object.hasOwn(entry.provisions, kind)) tell("note", "law.kind_unknown", { kind });
    else if (!entry.provisions[kind]) tell("returned", "law.no_provision", { kind });
  }
  checkNotice(draft, entry, tell);
  checkFreeze(draft, entry, tell);
  if (draft.urgent && entry.urgentConfirmationDays !== undefined) {
    tell("note", "law.urgent_confirmation", { days: String(entry.urgentConfirmationDays) });
  }
  return out;
}

type Tell = (weight: Weight, key: string, args?: Record<string, string>) => void;

function checkLanguage(draft: RequestDraft, entry: LawEntry, tell: Tell): void {
  if (entry.languages.length === 0) return tell("note", "law.language_unknown");
  const fitting = draft.versions.filter((one) => entry.languages.includes(one.language));
  const usable = fitting.filter((one) => one.delivered);
  if (usable.some((one) => one.authentic)) return;
  if (fitting.length === 0) tell("returned", "law.language", { languages: joined(entry.languages) });
  else if (usable.length === 0) tell("returned", "law.language_awaited", { language: fitting[0]!.language });
  else if (entry.authenticOnly) tell("returned", "law.language_not_authentic", { languages: joined(entry.languages) });
}

function checkNotice(draft: RequestDraft, entry: LawEntry, tell: Tell): void {
  if (!draft.doNotNotify) return;
  if (entry.holderNotice === "unknown") tell("note", "law.notice_unknown");
  if (entry.holderNotice === "must") tell("tip_off", "law.notice_must");
  if (entry.holderNotice !== "deferrable" || entry.deferralDays === undefined) return;
  const last = plusDays(draft.today, entry.deferralDays);
  if (draft.doNotNotifyUntil !== undefined && draft.doNotNotifyUntil <= last) return;
  tell("tip_off", "law.notice_deferral", { days: String(entry.deferralDays), until_date: last });
}

function checkFreeze(draft: RequestDraft, entry: LawEntry, tell: Tell): void {
  if (entry.freezeDays === undefined || !draft.kinds.some((kind) => kind === "freezing" || kind === "seizure")) return;
  if (draft.freezeDays !== undefined && draft.freezeDays <= entry.freezeDays) return;
  const days = String(entry.freezeDays);
  if (!entry.freezeRenewable) tell("note", entry.freezeRenewable === false ? "law.freeze_not_renewable" : "law.freeze_lapses", { days });
  else if (draft.freezeDays === undefined) tell("note", "law.freeze_lapses", { days });
  else tell("note", "law.freeze_renewals", { days, wanted: String(draft.freezeDays) });
}

/** Entries of one State, article and keyword must not overlap: conflict "law.overlap", invalid_input "law.validity". */
export function checkValidity(entries: Pick<LawEntry, "validFrom" | "validTo">[]): void {
  const sorted = [...entries].sort((a, b) => (a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0));
  sorted.forEach((entry, index) => {
    if (entry.validTo !== undefined && entry.validTo < entry.validFrom) fail("invalid_input", "law.validity", { from_date: entry.validFrom });
    const next = sorted[index + 1];
    if (next && (entry.validTo === undefined || entry.validTo >= next.validFrom)) fail("conflict", "law.overlap", { from_date: next.validFrom });
  });
}
