// Internal to src/agent: the steps of a request's table of states and the acts beside it. The judge of src/record says
// what may be, in the words of the server's refusal, before anything is signed (platform/agent/request_acts.cpp).
import { fail } from "../base/failure.ts";
import type { UnixSeconds } from "../model/ids.ts";
import {
  media, obstacles as obstacleCodes, offPlatformActs, requestMove, requestStatuses, type RequestStatus,
} from "../model/request.ts";
import type { StatusSet } from "../record/request_bodies.ts";
import type { ObstacleWords } from "../record/request_content.ts";
import {
  isConfidential, refusesObstacle, remindersOf, sideOf, standsFor, type RequestState,
} from "../record/request_state.ts";
import { appendAct } from "./act.ts";
import { authorityOf, own } from "./acting.ts";
import type { Hex, ObstacleText, RecordOrder, StatusOrder } from "./api.ts";
import { loadCache } from "./content_cache.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { normalised } from "./normalise.ts";
import type { Draft } from "./seal.ts";
import type { AgentState } from "./state.ts";

function word<Name extends string>(names: readonly Name[], text: string): Name {
  return names.includes(text as Name) ? (text as Name) : fail("invalid_input", "request.word", { what: text });
}

export function requestOf({ replayed }: KnownDossier): RequestState {
  if (replayed.kind !== "request") return fail("forbidden", "void.not_a_request");
  return replayed.request ?? fail("forbidden", "void.request_not_sent");
}

const wordsOrNone = (text: string): string | undefined => (text === "" ? undefined : normalised(text));
const messageContent = (text: string): { message: string } | undefined =>
  text === "" ? undefined : { message: normalised(text) };

/** What a step says under seal: reasons, obstacles in words, the number of a decision. */
function statusContent(order: StatusOrder, obstacles: ObstacleWords[], confidential: boolean) {
  const reason = wordsOrNone(order.reason);
  const decision = wordsOrNone(order.decision);
  const inWords = obstacles.some((one) => one.text !== undefined || one.help !== undefined);
  const sealed = confidential || inWords ? obstacles : [];
  if (reason === undefined && decision === undefined && sealed.length === 0) return undefined;
  return { reason, decision, ...(sealed.length > 0 ? { obstacles: sealed } : {}) };
}

/** In the order of the table. */
function obstaclesOf(texts: readonly ObstacleText[]): ObstacleWords[] {
  const out = texts.map((one): ObstacleWords => ({
    code: word(obstacleCodes, one.code), text: wordsOrNone(one.text), help: wordsOrNone(one.help),
  }));
  out.sort((a, b) => obstacleCodes.indexOf(a.code) - obstacleCodes.indexOf(b.code));
  if (new Set(out.map(({ code }) => code)).size !== out.length) fail("invalid_input", "request.obstacle_twice");
  return out;
}

/**
 * What the judge will say of the step and, where it cannot see into what is sealed, what every reader will: the words
 * that the row of the table asks for, and obstacles that are this side's to name. forbidden "void.…".
 */
function requireStep(
  state: AgentState, request: RequestState, from: RequestStatus, to: RequestStatus, order: StatusOrder,
): void {
  const row = requestMove(from, to);
  if (row === undefined) return fail("forbidden", "void.status_move");
  const side = sideOf(request, authorityOf(state));
  const mine = standsFor(side, own(state).code);
  // Words for the Assembly are clear: about a confidential request there are none.
  if (isConfidential(request) && order.remark !== "") fail("forbidden", "void.confidential");
  if (!row.by.some((by) => mine.includes(by))) {
    fail("forbidden", row.by.every((by) => by === "registry") ? "void.status_registry" : "void.status_side");
  }
  if (row.needs.includes("reason") && order.reason === "") fail("forbidden", "void.status_reason");
  if (row.needs.includes("obstacles") && order.obstacles.length === 0) fail("forbidden", "void.status_obstacle");
  if (row.needs.includes("remark") && order.remark === "" && !isConfidential(request)) {
    fail("forbidden", "void.status_remark");
  }
  for (const { code } of order.obstacles) {
    const reason = refusesObstacle(request, word(obstacleCodes, code), side, mine);
    if (reason !== "") fail("forbidden", reason);
  }
}

export async function setRequestStatus(state: AgentState, order: StatusOrder): Promise<void> {
  const obstacles = obstaclesOf(order.obstacles);
  const to = order.to === "" ? undefined : word(requestStatuses, order.to);
  // Signed words cannot be checked by any judge: here is the place to ask for them.
  if (to === "referred" && order.decision === "") fail("invalid_input", "request.decision_missing");
  const from = order.from === undefined ? undefined : word(requestStatuses, order.from);
  const remark = wordsOrNone(order.remark);
  await appendAct(state, order.chain, (known) => {
    const request = requestOf(known);
    // Decided from another status than it has by now: decided again.
    if (from !== undefined && from !== request.status) fail("conflict", "void.status_from");
    const confidential = isConfidential(request);
    const body: Draft<StatusSet> = {
      from: request.status, to: to ?? request.status, basis: known.replayed.basis, inPart: order.inPart, obstacles: [],
      refs: [...order.refs].sort(),
    };
    if (order.inPart && body.to !== "refused") fail("invalid_input", "request.in_part");
    if (!confidential) {
      body.obstacles = obstacles.map(({ code }) => code);
      if (remark !== undefined) body.remark = { text: remark, named: order.remarkNamed };
    }
    requireStep(state, request, body.from, body.to, order);
    return { kind: "status", body, content: statusContent(order, obstacles, confidential) };
  });
}

/** Gives its number. */
export async function remind(state: AgentState, chain: Hex, message: string): Promise<number> {
  let number = 0;
  await appendAct(state, chain, (known) => {
    const request = requestOf(known);
    number = remindersOf(request, sideOf(request, authorityOf(state))) + 1;
    return { kind: "reminded", body: { number }, content: messageContent(message) };
  });
  return number;
}

export const proposeDue = (state: AgentState, chain: Hex, due: UnixSeconds, reason: string): Promise<void> =>
  appendAct(state, chain, (known) => {
    requestOf(known);
    return { kind: "due_proposed", body: { due }, content: messageContent(reason) };
  });

/** To the proposal that the person saw (RequestView); a newer one is a conflict. */
export const agreeDue = (state: AgentState, chain: Hex, proposal: Hex): Promise<void> =>
  appendAct(state, chain, (known) => {
    const open = requestOf(known).proposal;
    if (open === undefined) return fail("not_found", "request.no_proposal");
    if (open.id !== proposal) return fail("conflict", "void.due_proposal");
    return { kind: "due_agreed", body: { proposal: open.id } };
  });

export async function recordOffPlatform(state: AgentState, order: RecordOrder): Promise<void> {
  const act = word(offPlatformActs, order.act);
  const medium = word(media, order.medium);
  await appendAct(state, order.chain, (known) => {
    requestOf(known);
    const { scanEntry } = order;
    const entry = scanEntry === undefined ? undefined
      : known.replayed.items.find((item) => item.seq === scanEntry && item.kind === "entry");
    if (scanEntry !== undefined && entry === undefined) {
      fail("not_found", "entry.unknown", { entry: String(scanEntry) });
    }
    return {
      kind: "off_platform", body: { act, medium, date: order.date, entry: entry?.id }, content: messageContent(order.note),
    };
  });
}

/** The act that the person saw (RequestView.toConfirm), by the id of its statement. */
export const confirmOffPlatform = (state: AgentState, chain: Hex, act: Hex): Promise<void> =>
  appendAct(state, chain, (known) => {
    const found = requestOf(known).offPlatform.find((one) => one.id === act);
    if (found === undefined) return fail("not_found", "request.nothing_to_confirm");
    // A colleague was quicker.
    if (found.confirmedBy !== undefined) return fail("conflict", "void.nothing_changed");
    return { kind: "off_platform_confirmed", body: { act: found.id } };
  });

export const discloseRouting = (state: AgentState, chain: Hex): Promise<void> =>
  appendAct(state, chain, async (known) => {
    const request = requestOf(known);
    if (!isConfidential(request)) return fail("conflict", "void.nothing_changed");
    const withheld = (await loadCache(state, chain)).bodies.get(request.sentBy)?.routing;
    if (withheld === undefined) return fail("not_found", "request.routing_unopened");
    return { kind: "routing_disclosed", body: { routing: withheld.routing, salt: withheld.salt } };
  });
