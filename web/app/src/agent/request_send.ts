// Internal to src/agent: a request for assistance is a dossier of its kind whose first entry carries the routing
// (platform/agent/request_send.cpp).
import { fail } from "../base/failure.ts";
import { generateIdentity } from "../crypto/age/hybrid.ts";
import { systemRandom } from "../crypto/random.ts";
import { sameRef, type AuthorityRef } from "../model/ids.ts";
import { isState, parsePartyCode } from "../model/party.ts";
import { dossierChain, randomId } from "../record/chains.ts";
import { routingCommit, type Routing } from "../record/request_bodies.ts";
import { authorityOf, now, own } from "./acting.ts";
import type { RequestOrder, Sent } from "./api.ts";
import { onceCounted } from "./counting.ts";
import { requireAsked } from "./enquiries.ts";
import { begunBefore, freshName, whileUnderWay, type DraftPlan, type RequestPlan } from "./draft_plan.ts";
import { requireSealable } from "./epoch.ts";
import { normalised } from "./normalise.ts";
import { policyOf } from "./policy_text.ts";
import { labelOf, resolveAuthority, textOf } from "./recipients.ts";
import { requireLawReason } from "./request_law.ts";
import { plannedVersions } from "./request_versions.ts";
import { outgoingFiles } from "./seal.ts";
import { carryOut, requireMaySend, resume } from "./send.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";
import { requireVisa } from "./visa.ts";

/** `requested` absent: a State without an account here. */
export function requestPlan(order: RequestOrder, requested: AuthorityRef | undefined): RequestPlan {
  const { form } = order;
  const routing: Routing = {
    ...(requested === undefined
      ? { code: parsePartyCode(order.to) } : { party: requested.party, authority: requested.authority }),
    status: form.unconfirmed ? "urgent_unconfirmed" : "sent",
    due: form.due,
  };
  if (!order.confidential) return { routing: { ...routing, clear: form.routing } };
  const salt = randomId(systemRandom, 32);
  return { routing: { ...routing, commit: routingCommit(form.routing, salt) }, withheld: { routing: form.routing, salt } };
}

/** All that a request is, with these documents. */
export async function planOfRequest(state: AgentState, order: RequestOrder): Promise<DraftPlan> {
  policyOf(order.policy);
  const at = now(state);
  const { form } = order;
  if (form.due !== undefined && form.due <= at) fail("forbidden", "void.due");
  const identity = generateIdentity();
  const plan: DraftPlan = {
    name: freshName(), chain: dossierChain(authorityOf(state).authority, identity.recipient.text), opens: true, identity,
    to: [], toText: [], epoch: 1, at, title: normalised(form.title), message: normalised(order.message),
    policy: order.policy, files: outgoingFiles(order.files), content: form.content,
    ...(order.versions === undefined || order.versions.length === 0 ? {} : { versions: plannedVersions(order) }),
    ...(order.lawElements === undefined || order.lawElements.length === 0 ? {} : { lawElements: order.lawElements }),
  };
  let requested: AuthorityRef | undefined;
  for (const text of order.offPlatform ? order.with : [order.to, ...order.with]) {
    const to = await resolveAuthority(state, text);
    await onceCounted(state, () => requireSealable(state, to));
    if (!order.offPlatform && requested === undefined) {
      if (to.party === authorityOf(state).party) fail("forbidden", "void.requested");
      requested = to;
    }
    if (sameRef(to, authorityOf(state)) || plan.to.some((each) => sameRef(each, to))) continue;
    plan.to.push(to);
    plan.toText.push(textOf(labelOf(state, to)));
  }
  if (form.content.enquiry !== undefined) await requireAsked(state, form.content.enquiry, requested);
  await requireLawReason(state, order);
  plan.request = requestPlan(order, requested);
  const { code } = plan.request.routing;
  if (code !== undefined && (!isState(code) || code === own(state).code)) fail("forbidden", "void.requested");
  return plan;
}

export async function sendRequest(state: AgentState, order: RequestOrder): Promise<Sent> {
  await synchronise(state);
  await requireMaySend(state);
  const plan = await planOfRequest(state, order);
  return carryRequest(state, plan);
}

export async function carryRequest(state: AgentState, plan: DraftPlan): Promise<Sent> {
  await requireVisa(state, plan);
  const before = await begunBefore(state, plan);
  if (before !== undefined && plan.lawElements !== undefined) before.lawElements = plan.lawElements;
  return whileUnderWay(state, [before ?? plan], () =>
    before === undefined ? carryOut(state, plan) : resume(state, before));
}
