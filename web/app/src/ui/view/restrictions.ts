// Restrictions on use and disclosure, in plain words: what is in force for an item, and the ready-made choices for what one
// sends. Article numbers are the Rome Statute's; the codes are the protocol's.
import type { AuthorityLabel, Onward, PolicyOrder, PolicyView, Seconds } from "../../agent/api";
import { type Sentence, sentence, word } from "./sentence";
import { printable } from "./names";

export const onwardRules: readonly Onward[] = ["participants_only", "own_party", "source_consent", "free"];
export const caveatArticles = ["93-8-b", "54-3-e", "73", "72"] as const;
export const handlingCodes = ["H0", "H1", "H2", "H3"] as const;

/** As platform/agent/policy_text: whether a restriction sheet goes with a file, and a confirmation before it is saved. */
export function isRestricted(policy: PolicyOrder): boolean {
  return policy.onward !== "free" || policy.caveats.length > 0 || policy.handling.length > 0 || policy.words !== "" ||
    policy.reviewAt !== undefined || policy.expiresAt !== undefined;
}

function caveatSentence(article: string): Sentence {
  const known = (caveatArticles as readonly string[]).includes(article);
  return known ? sentence(`restriction.caveat.${article}`) : sentence("restriction.caveat", { article: printable(article) });
}

/** What is in force, a sentence a restriction, the weightiest first. */
export function restrictionSentences(policy: PolicyOrder & { sealedHalfKnown?: boolean }): Sentence[] {
  const all = policy.caveats.map(caveatSentence);
  all.push(word("onward", policy.onward));
  for (const code of policy.handling) all.push(sentence("restriction.handling", { code, meaning: word("handling", code) }));
  if (policy.words !== "") all.push(sentence("restriction.words", { words: printable(policy.words) }));
  if (policy.reviewAt !== undefined) all.push(sentence("restriction.review", { when: { date: policy.reviewAt } }));
  if (policy.expiresAt !== undefined) all.push(sentence("restriction.expires", { when: { date: policy.expiresAt } }));
  // The sealed half of what one has not opened yet may say more: never shown as "no restriction".
  if (policy.sealedHalfKnown === false) all.push(sentence("restriction.more_once_opened"));
  return all;
}

/** One sentence for a list or a confirmation: the weightiest restriction. */
export function restrictionInShort(policy: PolicyOrder): Sentence {
  const first = policy.caveats[0];
  return first !== undefined ? caveatSentence(first) : word("onward", policy.onward);
}

export type PresetName = "lead_only" | "intelligence" | "evidence" | "own";
export interface Preset {
  name: PresetName;
  policy: PolicyOrder;
}

export const openPolicy: PolicyOrder = { onward: "free", caveats: [], handling: [], words: "" };

const presets: Record<Exclude<PresetName, "own">, PolicyOrder> = {
  // Confidential and solely to generate new evidence: H1, not to be used as evidence, says the same to police practice.
  lead_only: { onward: "source_consent", caveats: ["93-8-b"], handling: [], words: "" },
  intelligence: { onward: "source_consent", caveats: [], handling: ["H1"], words: "" },
  evidence: { onward: "own_party", caveats: [], handling: [], words: "" },
};

/** The Office of the Prosecutor: Art. 93(8)(b) knows no other recipient. */
export const prosecutorCode = "X-OTP";

export function soleRecipientIsProsecutor(recipients: readonly Pick<AuthorityLabel, "partyCode">[]): boolean {
  return recipients.length === 1 && recipients[0]?.partyCode === prosecutorCode;
}

/** The choices of the restrictions page. `recipients` are those of one dossier, whoever opened it. */
export function presetsFor(recipients: readonly Pick<AuthorityLabel, "partyCode">[]): Preset[] {
  const names: PresetName[] = ["intelligence", "evidence", "own"];
  if (soleRecipientIsProsecutor(recipients)) names.unshift("lead_only");
  return names.map((name) => ({ name, policy: name === "own" ? { ...openPolicy, onward: "participants_only" } : presets[name] }));
}

/** What is chosen before one chooses: nothing for a reply, where the source's own rule must not be a habit. */
export function initialPreset(purpose: "send" | "reply", recipients: readonly Pick<AuthorityLabel, "partyCode">[]): PresetName | null {
  if (purpose === "reply") return null;
  return soleRecipientIsProsecutor(recipients) ? null : "intelligence";
}

function strictness(onward: Onward): number {
  return ["free", "own_party", "source_consent", "participants_only"].indexOf(onward);
}

function earlier(one: Seconds | undefined, other: Seconds | undefined): Seconds | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : Math.min(one, other);
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])].sort();
}

/** Field by field the stricter, as the trusted end will reckon it: for the review page, which says what will be in force. */
export function stricter(one: PolicyOrder, other: PolicyOrder): PolicyOrder {
  const reviewAt = earlier(one.reviewAt, other.reviewAt);
  const expiresAt = earlier(one.expiresAt, other.expiresAt);
  return {
    onward: strictness(one.onward) >= strictness(other.onward) ? one.onward : other.onward,
    caveats: union(one.caveats, other.caveats),
    handling: union(one.handling, other.handling),
    words: [one.words, other.words].filter((words) => words !== "").join("\n"),
    ...(reviewAt === undefined ? {} : { reviewAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** Whether `next` would loosen anything of `now`: only an item's owner may, by authorising disclosure. */
export function loosens(now: PolicyView, next: PolicyOrder): boolean {
  const both = stricter(now, next);
  return strictness(next.onward) < strictness(now.onward) || now.caveats.some((article) => !next.caveats.includes(article)) ||
    now.handling.some((code) => !next.handling.includes(code)) || both.reviewAt !== next.reviewAt ||
    both.expiresAt !== next.expiresAt;
}
