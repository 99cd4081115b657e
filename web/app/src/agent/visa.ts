// Internal to src/agent: the visa that an authority requires: what may leave it only from a draft that another of its
// officers has approved (platform/agent/visa.cpp; platform/decisions/1564-required-visa.md).
import { fail } from "../base/failure.ts";
import type { AuthorityRef, ChainId } from "../model/ids.ts";
import type { PartyCode } from "../model/party.ts";
import { visaActs, type VisaAct } from "../model/visa.ts";
import type { DossierItem } from "../record/dossier.ts";
import { isEffective } from "../record/outcome.ts";
import type { BodyDraft } from "../record/sealed_body.ts";
import { authorityOf, dossier, own } from "./acting.ts";
import type { VisaRule } from "./api.ts";
import { counts } from "./counting.ts";
import type { KnownDossier } from "./dossier_book.ts";
import type { DraftPlan } from "./draft_plan.ts";
import { filesOf, newest } from "./draft_versions.ts";
import { appendToRegister } from "./people.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";

/**
 * What the register asks now, and, where a change is not co-signed yet, what it asked before: whoever is behind the log, or is
 * kept behind it, asks too much rather than too little.
 */
function actsRequired(state: AgentState): VisaAct[] {
  const { authority } = authorityOf(state);
  const asked = new Set([...own(state).visaActs(authority), ...own(state).visaActs(authority, state.log.countingSize)]);
  return visaActs.filter((act) => asked.has(act));
}

/**
 * What leaves the authority by this plan. Undefined: a draft stays inside, a work of the library is published by its own rule,
 * of a row of the report figures and an answer are told, and the wish for a language says nothing of the matter.
 */
async function actOf(state: AgentState, plan: DraftPlan): Promise<VisaAct | undefined> {
  if ([plan.draft, plan.work, plan.reportRow, plan.rowAnswer].some((one) => one !== undefined)) return undefined;
  if (plan.version?.state === "asked") return undefined;
  if (plan.request !== undefined) return "request";
  if (plan.opens) return "share";
  const { replayed } = await dossier(state, plan.chain);
  if (!replayed.opened) return undefined;
  return replayed.kind === "request" ? "reply" : replayed.kind === "share" ? "share" : undefined;
}

/** By another officer, over the very bytes of this version, and co-signed. */
const isApproved = (state: AgentState, { copy, outcomes }: KnownDossier, item: DossierItem): boolean =>
  copy.items.some(({ statement: { statement }, index }, i) => {
    const outcome = outcomes[i];
    return statement.kind === "approved" && outcome !== undefined && isEffective(outcome) &&
      statement.body.entry === item.id && statement.body.digest === item.sealed &&
      statement.author.member !== item.author && counts(state, index, statement.at);
  });

/** Whether these are the recipients that a draft names; `code`: a State without an account that is one of them. */
export function areRecipients({ book }: AgentState, draft: BodyDraft, to: readonly AuthorityRef[], code?: PartyCode): boolean {
  const names = (one: BodyDraft["to"][number], ref: AuthorityRef): boolean => {
    const register = book.byParty(ref.party);
    if (register === undefined || register.code !== one.code) return false;
    return one.authority === undefined ? register.root === ref.authority || register.authorities().length === 1
      : one.authority === ref.authority;
  };
  return to.every((ref) => draft.to.some((one) => names(one, ref))) &&
    draft.to.every((one) => (code !== undefined && one.code === code && one.authority === undefined) || to.some((ref) => names(one, ref)));
}

/**
 * Asked last before anything is sealed for others, also of what an earlier run began. forbidden "visa.needed": not sent from a
 * draft; "visa.not_given": nobody else approved this version; conflict "visa.differs", "draft.changed".
 */
export async function requireVisa(state: AgentState, plan: DraftPlan): Promise<void> {
  const acts = actsRequired(state);
  if (acts.length === 0) return;
  const act = await actOf(state, plan);
  if (act === undefined || !acts.includes(act)) return;
  const chain: ChainId = plan.closes ?? fail("forbidden", "visa.needed");
  // What no draft holds, nobody has approved.
  if ((plan.versions ?? []).length > 0 || plan.content?.enquiry !== undefined) fail("conflict", "visa.differs");
  const known = await dossier(state, chain);
  const version = await newest(state, known, false);
  if (version === undefined || version === "unread") return fail("conflict", "draft.changed");
  const last = known.replayed.items.filter(({ kind, withdrawn }) => kind === "entry" && !withdrawn).at(-1);
  if (last?.id !== version.item.id) fail("conflict", "draft.changed");
  if (!isApproved(state, known, version.item)) fail("forbidden", "visa.not_given");
  // What an earlier run began may be of a version that was changed since.
  const { title, message } = version.body;
  const files = new Set((await filesOf(state, known, version, false)).map(({ file }) => file.id));
  const fromDraft = plan.files.every(({ from }) => from?.chain === chain && files.has(from.attachment));
  // The title of a request is its form's.
  const words = plan.message === (message ?? "") && (act === "request" || plan.title === (title ?? ""));
  if (!words || !fromDraft) fail("conflict", "visa.differs");
}

/** Of the authority acted for, by its own register. */
export async function visaRule(state: AgentState): Promise<VisaRule> {
  await synchronise(state);
  const { authority } = authorityOf(state);
  const [now, counted] = [own(state).visaActs(authority), own(state).visaActs(authority, state.log.countingSize)];
  return { acts: actsRequired(state), awaits: now.join() !== counted.join() };
}

/** By an access manager of the authority acted for; no act lifts it. "void.not_custodian", "void.nothing_changed" */
export async function setVisa(state: AgentState, acts: readonly VisaAct[]): Promise<void> {
  await synchronise(state);
  const { authority } = authorityOf(state);
  await appendToRegister(state, "visa_set", () => ({ body: { authority, acts: visaActs.filter((act) => acts.includes(act)) } }));
}
