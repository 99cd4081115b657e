import { checkLaw, checkValidity, type Channel, type HolderNotice, type LanguageVersion, type LawEntry } from "../../src/casework/law_check.ts";
import { testCases } from "./vectors.ts";

interface EntryInput {
  channel?: Channel; languages?: string[]; authentic_only?: boolean; required_elements?: string[]; holder_notice?: HolderNotice;
  deferral_days?: number; provisions?: Record<string, boolean>; freeze_days?: number; freeze_renewable?: boolean;
  urgent_confirmation_days?: number; valid_from: string; valid_to?: string; last_confirmed?: string;
}
interface DraftInput {
  kinds: string[]; versions: LanguageVersion[]; blocks: string[]; elements: string[]; urgent?: boolean; formally_transmitted?: string;
  do_not_notify?: boolean; do_not_notify_until?: string; freeze_days?: number; today: string;
}

const entryOf = (input: EntryInput): LawEntry => ({
  channel: input.channel ?? "unknown", languages: input.languages ?? [], authenticOnly: input.authentic_only ?? false,
  requiredElements: input.required_elements ?? [], holderNotice: input.holder_notice ?? "unknown", deferralDays: input.deferral_days,
  provisions: input.provisions ?? {}, freezeDays: input.freeze_days, freezeRenewable: input.freeze_renewable,
  urgentConfirmationDays: input.urgent_confirmation_days, validFrom: input.valid_from, validTo: input.valid_to, lastConfirmed: input.last_confirmed,
});

testCases<{ draft: DraftInput; entries: EntryInput[] }>("law_check.json", ({ draft, entries }) =>
  checkLaw({
    kinds: draft.kinds, versions: draft.versions, blocks: draft.blocks, elements: draft.elements, urgent: draft.urgent ?? false,
    formallyTransmitted: draft.formally_transmitted, doNotNotify: draft.do_not_notify ?? false, doNotNotifyUntil: draft.do_not_notify_until,
    freezeDays: draft.freeze_days, today: draft.today,
  }, entries.map(entryOf)).map((one) => ({ weight: one.weight, key: one.finding.key, ...one.finding.arguments })));

testCases<{ entries: EntryInput[] }>("law_validity.json", ({ entries }) => {
  checkValidity(entries.map(entryOf));
  return { ok: true };
});
