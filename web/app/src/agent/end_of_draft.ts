// Internal to src/agent: what becomes of a kept draft when nothing of it is under way any more (platform/agent/end_of_draft.cpp).
import { sameRef, type AuthorityRef, type ChainId } from "../model/ids.ts";
import type { BodyDraft } from "../record/sealed_body.ts";
import { dossier, now } from "./acting.ts";
import { discardDraft } from "./acts.ts";
import { allPlans, freshName, type DraftPlan } from "./draft_plan.ts";
import { filesOf, isDraftDossier, newest } from "./draft_versions.ts";
import { forgetOfDraft, noteOfDraft, sentOfDraft } from "./sent_of_draft.ts";
import type { AgentState } from "./state.ts";

type CarryOut = (state: AgentState, plan: DraftPlan) => Promise<unknown>;

/** No other transmission of the draft that this one is of is left on this device. */
const isLastOf = async (state: AgentState, plan: DraftPlan): Promise<boolean> =>
  (await allPlans(state)).every((other) => other.name === plan.name || other.closes !== plan.closes);

/**
 * A transmission of the draft was sent, or is given up; its plan is still there. With the last one the draft is done with; or,
 * where one was given up, it stays for those who do not have it.
 */
export async function noteAndEnd(
  state: AgentState, plan: DraftPlan, chain: ChainId, what: "sent" | "given_up", carryOut: CarryOut,
): Promise<void> {
  await noteOfDraft(state, chain, what === "sent" ? { sent: plan.to } : { givenUp: true });
  // What else is to be sent of it still comes from its files.
  if (!(await isLastOf(state, plan))) return;
  const { sent, givenUp } = await sentOfDraft(state, chain);
  if (givenUp) await keepForOthers(state, chain, sent, carryOut);
  else await discardDraft(state, chain);
}

/** What was noted, once the last plan is removed: before, an interruption would have the draft ended as if nothing were known. */
export async function forgetWithLast(state: AgentState, removed: DraftPlan, chain: ChainId): Promise<void> {
  if (await isLastOf(state, removed)) await forgetOfDraft(state, chain);
}

/** As a version of its own, so that colleagues do not send it twice either. */
async function keepForOthers(state: AgentState, chain: ChainId, sent: readonly AuthorityRef[], carryOut: CarryOut): Promise<void> {
  const known = await dossier(state, chain);
  if (!isDraftDossier(state, known)) return; // a colleague has sent or discarded it meanwhile
  const version = await newest(state, known, true);
  if (version === undefined || version === "unread") return;
  const has = ({ code, authority }: BodyDraft["to"][number]): boolean => sent.some((one) =>
    authority === undefined ? state.book.byParty(one.party)?.code === code : sameRef(one, { party: one.party, authority }));
  const to = version.draft.to.filter((one) => !has(one));
  if (to.length === version.draft.to.length) return;
  if (to.length === 0) return discardDraft(state, chain);
  const files = await filesOf(state, known, version, true);
  await carryOut(state, {
    name: freshName(), chain, opens: false, to: [], toText: [], epoch: 1, at: now(state), title: version.body.title ?? "",
    message: version.body.message ?? "", files: [], draft: { ...version.draft, to, kept: files.map(({ file }) => file.id).sort() },
  });
}
