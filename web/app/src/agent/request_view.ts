// Internal to src/agent: requests as people see them (platform/agent/request_view.cpp).
import { attempt, fail } from "../base/failure.ts";
import { measureEnd } from "../casework/measure_end.ts";
import type { DossierItem } from "../record/dossier.ts";
import {
  isCourt, obstacles, offPlatformActs, offPlatformBy, requestMoves, type RequestBy,
} from "../model/request.ts";
import type { Kind } from "../record/kinds.ts";
import { isEffective } from "../record/outcome.ts";
import {
  isConfidential, refusesObstacle, remindersOf, requestOver, sideOf, standsFor, type RequestState,
} from "../record/request_state.ts";
import type { SealedBody } from "../record/sealed_body.ts";
import type { Statement } from "../record/statement.ts";
import { authorityOf, dossier, latestNow, own } from "./acting.ts";
import type { ChronologyRow, Hex, MeasureEndView, ObstacleText, OffPlatformView, RequestMoveView, RequestView } from "./api.ts";
import { loadCache, saveCache, type ContentCache } from "./content_cache.ts";
import { counts } from "./counting.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { enquiryLink } from "./enquiries.ts";
import { openEpoch, ownDossiers } from "./epoch.ts";
import { viewOfDossier } from "./inbox.ts";
import { openBody } from "./open.ts";
import { labelOf } from "./recipients.ts";
import { requestOf } from "./request_acts.ts";
import { versionsOf } from "./request_versions.ts";
import type { AgentState } from "./state.ts";
import { mayReadOf } from "./successor.ts";
import { synchronise } from "./synchronise.ts";

const mine = (state: AgentState, request: RequestState): RequestBy[] =>
  standsFor(sideOf(request, authorityOf(state)), own(state).code);

/** What this reader may do from here. */
function movesOf(state: AgentState, request: RequestState): RequestMoveView[] {
  const by = mine(state, request);
  const requesting = state.book.byParty(request.requesting.party);
  const court = requesting !== undefined && isCourt(requesting.code);
  return requestMoves
    .filter((move) => move.from === request.status && move.by.some((one) => by.includes(one)) &&
      (court || !move.needs.includes("court")))
    .map(({ to, needs }) => ({ to, needs: needs.filter((need) => need !== "court") }));
}

/** What the other side recorded and nobody has confirmed: what a person of this side is asked to vouch for. */
function toConfirm(known: KnownDossier, request: RequestState, mine: RequestView["side"], cache: ContentCache): OffPlatformView[] {
  if (mine === "none") return [];
  return request.offPlatform.filter((one) => one.side !== mine && one.confirmedBy === undefined)
    .map(({ id, body: { act, medium, date } }) => ({
      seq: known.copy.items.findIndex(({ statement }) => statement.id === id), id, act, medium, date,
      words: cache.bodies.get(id)?.message ?? "",
    }));
}

/** What set the status: whether it counts, and which side tells it, if it happened off the platform. */
function statusOf(state: AgentState, known: KnownDossier, request: RequestState) {
  const set = known.copy.items.find(({ statement }) => statement.id === request.statusBy);
  const recorded = request.offPlatform.find(({ id }) => id === request.statusBy);
  return {
    status: request.status,
    statusAt: request.statusAt,
    statusCounting: set !== undefined && set.index < state.log.countingSize,
    statusRecorded: recorded === undefined
      ? undefined : { by: recorded.side, confirmed: recorded.confirmedBy !== undefined },
  };
}

/** Of each measure that an authority tells of, what it said last. */
function measuresOf(state: AgentState, known: KnownDossier, cache: ContentCache): MeasureEndView[] {
  const newest = new Map<string, MeasureEndView | undefined>();
  for (const { id, owner, withdrawn } of known.replayed.items) {
    if (withdrawn) continue;
    for (const measure of cache.bodies.get(id)?.request?.measures ?? []) {
      const ends = measureEnd(measure);
      newest.set(`${owner.party} ${owner.authority} ${measure.key}`, ends === undefined ? undefined
        : { by: labelOf(state, owner), key: measure.key, kind: measure.kind, order: measure.order ?? "", ends });
    }
  }
  return [...newest.values()].filter((one) => one !== undefined);
}

/** undefined: its dossier is no request, or was never sent. */
async function viewOfRequest(state: AgentState, known: KnownDossier): Promise<RequestView | undefined> {
  const request = known.replayed.opened ? known.replayed.request : undefined;
  if (request === undefined) return undefined;
  const { chain, title, state: standing, unread, warnings } = await viewOfDossier(state, known);
  const cache = await loadCache(state, known.copy.chain);
  const side = sideOf(request, authorityOf(state));
  const body = cache.bodies.get(request.sentBy);
  const confidential = isConfidential(request);
  const over = requestOver(request);
  const by = mine(state, request);
  return {
    chain, title: body?.title ?? title, state: standing, unread, warnings, side, over,
    requesting: labelOf(state, request.requesting),
    requested: request.requested === undefined ? undefined : labelOf(state, request.requested),
    requestedCode: request.code ?? "",
    routing: request.routing ?? body?.routing?.routing,
    confidential,
    withheldKnown: confidential && body?.routing !== undefined,
    seq: known.replayed.item(request.sentBy)?.seq ?? 1,
    ...statusOf(state, known, request),
    sentAt: request.sentAt,
    firstDue: request.firstDue,
    due: request.due,
    overdue: request.due !== undefined && request.due < latestNow(state) && !over,
    proposal: request.proposal === undefined
      ? undefined : { id: request.proposal.id, mine: request.proposal.by === side, due: request.proposal.due },
    acknowledgedAt: request.acknowledgedAt,
    repliedAt: request.repliedAt,
    executedAt: request.executedAt,
    overAt: request.overAt,
    refusedInPart: request.refusedInPart,
    obstacles: obstacles.filter((code) => request.obstacles.has(code)),
    reminders: remindersOf(request, "requesting"),
    offPlatform: request.offPlatform.length,
    ...versionsOf(state, known, cache),
    ...(body?.request?.enquiry === undefined ? {} : { enquiry: await enquiryLink(state, body.request.enquiry) }),
    measures: measuresOf(state, known, cache),
    toConfirm: toConfirm(known, request, side, cache),
    next: movesOf(state, request),
    mayName: obstacles.filter((code) => refusesObstacle(request, code, side, by) === ""),
    mayRecord: side === "none" || over
      ? [] : offPlatformActs.filter((act) => offPlatformBy(act).includes(side)),
    content: body?.request,
  };
}

/** The kinds that are of a request alone. */
const requestKinds: readonly Kind[] = [
  "status", "reminded", "due_proposed", "due_agreed", "off_platform", "off_platform_confirmed", "routing_disclosed",
];

/**
 * The sealed words of acts that are no entries: nobody's documents, so they need no receipt. As with an entry, nothing is
 * opened of a Party that is not pinned, nor before it counts; what cannot be opened now is not shown.
 */
async function openWords(state: AgentState, known: KnownDossier, cache: ContentCache): Promise<void> {
  const wanted = (item: DossierItem): boolean =>
    requestKinds.includes(item.kind) && !cache.bodies.has(item.id) &&
    known.replayed.holds(authorityOf(state), item.epoch) && mayReadOf(state, item.owner.party) &&
    counts(state, item.index, item.at);
  let more = false;
  for (const item of known.replayed.items.filter(wanted)) {
    const opened = await attempt(async () => openBody(state, known, item, await openEpoch(state, known, item.epoch)));
    if ("failure" in opened) {
      if (["unavailable", "unauthenticated"].includes(opened.failure.code)) throw opened.failure;
      continue;
    }
    cache.bodies.set(item.id, opened.value);
    more = true;
  }
  if (more) await saveCache(state, cache);
}

const textOfCode = (code: string): ObstacleText => ({ code, text: "", help: "" });

function fillAct(row: ChronologyRow, { kind, body }: Statement, request: RequestState, known: KnownDossier): void {
  switch (kind) {
    case "entry":
      row.files = body.attachments.length;
      if (body.routing !== undefined) [row.to, row.date] = [body.routing.status, body.routing.due];
      break;
    case "status":
      row.from = body.from;
      row.to = body.to;
      row.inPart = body.inPart;
      row.obstacles = body.obstacles.map(textOfCode);
      row.remark = body.remark?.text ?? "";
      break;
    case "reminded":
      row.number = body.number;
      break;
    case "due_proposed":
      row.date = body.due;
      break;
    case "due_agreed": {
      const proposed = known.copy.items.find(({ statement }) => statement.id === body.proposal)?.statement.statement;
      if (proposed?.kind === "due_proposed") row.date = proposed.body.due;
      break;
    }
    case "off_platform":
      row.act = body.act;
      row.medium = body.medium;
      row.date = body.date;
      row.confirmed = request.offPlatform.some((act) => act.id === row.id && act.confirmedBy !== undefined);
      break;
    case "off_platform_confirmed":
      row.act = request.offPlatform.find((act) => act.id === body.act)?.body.act ?? "";
      break;
    default:
      break;
  }
}

/** The codes of a confidential request are sealed, so no judge saw them: what its author may not name is not taken. */
function fillWords(row: ChronologyRow, body: SealedBody, request: RequestState, by: readonly RequestBy[]): void {
  row.words = [body.reason ?? body.message ?? "", body.decision ?? ""].filter((text) => text !== "").join("\n");
  for (const words of body.obstacles ?? []) {
    if (refusesObstacle(request, words.code, row.side, by) !== "") continue;
    let found = row.obstacles.find(({ code }) => code === words.code);
    if (found === undefined) row.obstacles.push((found = textOfCode(words.code)));
    found.text = words.text ?? "";
    found.help = words.help ?? "";
  }
}

export async function listRequests(state: AgentState): Promise<RequestView[]> {
  await synchronise(state);
  const views: RequestView[] = [];
  for (const chain of await ownDossiers(state)) {
    const known = await attempt(() => dossier(state, chain));
    if ("failure" in known) {
      if (["unavailable", "unauthenticated"].includes(known.failure.code)) throw known.failure;
      continue; // the list of dossiers shows what is broken
    }
    const view = await viewOfRequest(state, known.value);
    if (view !== undefined) views.push(view);
  }
  return views;
}

export async function showRequest(state: AgentState, chain: Hex): Promise<RequestView> {
  await synchronise(state);
  const known = await dossier(state, chain);
  if (known.copy.items.length === 0) return fail("not_found", "dossier.unknown");
  await openWords(state, known, await loadCache(state, known.copy.chain));
  return (await viewOfRequest(state, known)) ?? fail("forbidden", "void.not_a_request");
}

/**
 * Every act of a request, both sides, on the platform or off it, in order, with what was said under seal where this
 * reader may open it.
 */
export async function chronology(state: AgentState, chain: Hex): Promise<ChronologyRow[]> {
  await synchronise(state);
  const known = await dossier(state, chain);
  if (!known.replayed.opened) return fail("forbidden", "void.not_a_request");
  const request = requestOf(known);
  const cache = await loadCache(state, known.copy.chain);
  await openWords(state, known, cache);
  return known.copy.items.map(({ statement, index }, seq): ChronologyRow => {
    const said = statement.statement;
    const outcome = known.outcomes[seq];
    const register = state.book.byChain(said.author.registerChain);
    const author = { party: register?.founded === true ? register.party : "", authority: said.author.authority };
    const row: ChronologyRow = {
      seq, id: statement.id, at: said.at, counting: index < state.log.countingSize,
      author: labelOf(state, author), authorName: register?.member(said.author.member, index)?.displayName ?? "",
      side: sideOf(request, author), kind: statement.kind, from: "", to: "", act: "", medium: "", obstacles: [], remark: "",
      words: "", inPart: false, void: outcome === undefined || !isEffective(outcome), voidReason: outcome?.reason ?? "",
      confirmed: false, number: 0, files: 0,
    };
    fillAct(row, said, request, known);
    const body = cache.bodies.get(statement.id);
    if (body !== undefined && !row.void) fillWords(row, body, request, standsFor(row.side, register?.code ?? ""));
    return row;
  });
}
