// Drafts that are kept: for whom, whether they can receive by now, and what the page says when they can.
import type { DossierView, DraftTo, KeptDraft, PolicyOrder, VisaRule } from "../../agent/api";
import { partyName, printable } from "./names";
import { choiceName } from "./readers";
import type { Choice } from "./recipients";
import { type PresetName, presetsFor } from "./restrictions";
import { type Sentence, type Value, sentence } from "./sentence";

export interface DraftRecipient {
  name: Value;
  /** As the picker has it; undefined: neither the platform nor the list of States Parties knows it. */
  choice: Choice | undefined;
  able: boolean;
  why: Sentence | null;
  call: Sentence | null;
}

/** The choice a draft meant. One that was kept for a State without an account goes to its root authority, or its only one. */
function choiceOf({ partyCode, authority }: DraftTo, choices: readonly Choice[]): Choice | undefined {
  const own = choices.filter((one) => one.partyCode === partyCode);
  if (authority === undefined) return own.find((one) => one.root) ?? own[0];
  // Of a Party that cannot receive for the moment the picker names no authority.
  return own.find((one) => one.authority === authority) ?? own.find((one) => one.obstacle !== null);
}

export function draftRecipients(draft: Pick<KeptDraft, "to">, choices: readonly Choice[]): DraftRecipient[] {
  return draft.to.map((to) => {
    const choice = choiceOf(to, choices);
    if (choice === undefined) {
      const why = sentence("picker.no_account", { party: to.partyCode, code: to.partyCode });
      return { name: to.partyCode, choice, able: false, why, call: null };
    }
    return {
      name: choice.obstacle === null ? choiceName(choice) : partyName(choice.partyCode, choice.partyName),
      choice, able: choice.obstacle === null, why: choice.why, call: choice.call,
    };
  });
}

export const canSend = (recipients: readonly DraftRecipient[]): boolean =>
  recipients.length > 0 && recipients.every(({ able }) => able);

/** Drafts that waited for a State to have an account, and need not wait any more. */
export function nowSendable(drafts: readonly KeptDraft[], choices: readonly Choice[]): KeptDraft[] {
  return drafts.filter((draft) => draft.read && draft.to.some(({ authority }) => authority === undefined) &&
    canSend(draftRecipients(draft, choices)));
}

export const draftTitle = (draft: KeptDraft): string | null => (draft.title === "" ? null : printable(draft.title));

/** Which of the ready-made choices a policy is: "own" for any other. */
export function presetOf(policy: PolicyOrder, recipients: readonly { partyCode: string }[]): PresetName {
  const same = (one: readonly string[], other: readonly string[]): boolean => [...one].sort().join() === [...other].sort().join();
  return presetsFor(recipients).find(({ name, policy: known }) => name !== "own" && known.onward === policy.onward &&
    same(known.caveats, policy.caveats) && same(known.handling, policy.handling))?.name ?? "own";
}

/** Files into which a draft may go as a further item: exactly its recipients take part in them. */
export function filesFor(draft: Pick<KeptDraft, "to">, files: readonly DossierView[]): DossierView[] {
  return files.filter(({ kind, state, participants, own, draft: isDraft }) => {
    if (isDraft || state !== "open" || (kind !== "share" && kind !== "request")) return false;
    if (!participants.some(({ authority }) => authority === own.authority)) return false;
    const others = participants.filter(({ authority }) => authority !== own.authority);
    const meant = (to: DraftTo, one: DossierView["participants"][number]): boolean =>
      to.partyCode === one.partyCode && (to.authority === undefined || to.authority === one.authority);
    return others.length > 0 && others.every((one) => draft.to.some((to) => meant(to, one))) &&
      draft.to.every((to) => others.some((one) => meant(to, one)));
  });
}

/** Of the file by which a draft is a request (src/agent/request_draft.ts). */
export const requestType = "application/vnd.rogatory.request.v1+json";

/** Whether the authority asks for a visa that this version does not have: as a request ("asks"), a new file, or an item of one of this kind. */
export const needsVisa = (rule: VisaRule, draft: Pick<KeptDraft, "approvedBy">, as: string | undefined): boolean =>
  draft.approvedBy.length === 0 && rule.acts.includes(as === "asks" ? "request" : as === "request" ? "reply" : "share");
