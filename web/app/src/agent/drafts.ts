// Internal to src/agent: what an earlier run left unsettled (platform/agent/drafts.cpp).
import { attempt, fail } from "../base/failure.ts";
import type { Draft, Sent, SourceFile } from "./api.ts";
import { requireNothingWaits, settleDrafts } from "./append.ts";
import { allPlans, isUnderWay, loadPlan, removePlan, requireAtRest, whileUnderWay, type DraftPlan } from "./draft_plan.ts";
import { forgetWithLast, noteAndEnd } from "./end_of_draft.ts";
import { requireAnswersNewest } from "./report_rows.ts";
import { attachSources } from "./seal.ts";
import { carryOut, resume, standing } from "./send.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";

const stageOf = (plan: DraftPlan, stands: boolean): Draft["stage"] =>
  stands ? "stands"
  : plan.files.every((file) => file.uploaded) ? "signed"
  : plan.files.every((file) => file.sealed) ? "uploading"
  : "sealing";

export async function drafts(state: AgentState): Promise<Draft[]> {
  const list: Draft[] = [];
  for (const plan of await allPlans(state)) {
    const stands = (await standing(state, plan)) !== undefined;
    list.push({
      name: plan.name, chain: plan.chain, stage: stageOf(plan, stands), at: plan.at, to: plan.toText,
      underWay: isUnderWay(state, plan.name),
      ...(plan.draft === undefined ? {} : { keeps: true }),
      missing: stands ? [] : plan.files.filter(({ sealed, from }) => !sealed && from === undefined).map(({ file }) => file.name),
    });
  }
  return list;
}

/**
 * What a person had ordered and was going up when this end was locked or went away: sealed whole and handed to the
 * carrier. It is taken up again without being asked for. What was stopped, refused or not sealed is not.
 */
export async function ordered(state: AgentState): Promise<string[]> {
  const handed = new Set(await state.environment.carriage.handed());
  if (handed.size === 0) return [];
  return (await allPlans(state))
    .filter(({ name, files }) =>
      !isUnderWay(state, name) && files.length > 0 && files.every(({ sealed, file }) => sealed && handed.has(file.id)))
    .map(({ name }) => name);
}

/**
 * `files`: chosen again by the person, for what had not been sealed when the page went away (a page keeps no file).
 * invalid_input "draft.files_needed" where they are missing.
 */
export async function resumeDraft(state: AgentState, name: string, files: readonly SourceFile[] = []): Promise<Sent> {
  await synchronise(state);
  await settleDrafts(state);
  await requireNothingWaits(state);
  const plan = await loadPlan(state, name);
  attachSources(plan.files, files);
  if ((await standing(state, plan)) === undefined) await requireAnswersNewest(state, plan);
  return whileUnderWay(state, [plan], () => resume(state, plan));
}

/**
 * `conflict` when a signed one may already stand, or one is under way. The kept draft that it was to be sent of stays, for those
 * who do not have it.
 */
export async function dropDraft(state: AgentState, name: string): Promise<void> {
  requireAtRest(state, name);
  // A signed statement whose fate is open is settled first: it may already stand.
  await settleDrafts(state);
  await requireNothingWaits(state);
  const plan = await loadPlan(state, name);
  // A further item as much as a new dossier: nobody believes to have given up what the others read.
  if ((await standing(state, plan)) !== undefined) fail("conflict", "draft.already_stands");
  const { closes } = plan;
  if (closes !== undefined) await noteAndEnd(state, plan, closes, "given_up", carryOut);
  for (const { file } of plan.files) await state.environment.carriage.withdraw(file.id);
  for (const file of plan.files) {
    const ticket = file.ticket;
    if (ticket === undefined) continue;
    const dropped = await attempt(() => state.environment.server.abandonUpload(ticket));
    if ("failure" in dropped && dropped.failure.code === "unavailable") throw dropped.failure;
  }
  await removePlan(state, plan);
  if (closes !== undefined) await forgetWithLast(state, plan, closes);
}
