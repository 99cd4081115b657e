// Internal to src/agent: the language versions of a request's entries (platform/agent/request_versions.cpp).
import { fail } from "../base/failure.ts";
import { dayAt, daysBetween } from "../casework/date.ts";
import { isLanguage } from "../model/request.ts";
import { isDay } from "../model/request_content.ts";
import type { VersionState } from "../model/language_version.ts";
import { zeroId } from "../model/ids.ts";
import type { RequestSide } from "../model/request.ts";
import type { DossierItem } from "../record/dossier.ts";
import {
  judgeVersions, standingVersions, translationAnswered, type VersionedEntry, type VersionStanding,
} from "../record/language_versions.ts";
import { isEffective } from "../record/outcome.ts";
import { isConfidential, sideOf, type RequestState } from "../record/request_state.ts";
import type { LanguageVersion, SealedBody } from "../record/sealed_body.ts";
import { authorityOf, dossier, latestNow, now } from "./acting.ts";
import type { PolicyOrder, RequestOrder, RequestView, Sent, VersionOrder, VersionView } from "./api.ts";
import { caveatsInForce, loadCache, type ContentCache } from "./content_cache.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { begunBefore, freshName, whileUnderWay, type DraftPlan } from "./draft_plan.ts";
import { normalised } from "./normalise.ts";
import type { PlannedVersion } from "./plan_casework.ts";
import { isEmptyCaveats } from "./policy_text.ts";
import { labelOf } from "./recipients.ts";
import { requestOf } from "./request_acts.ts";
import { outgoingFiles } from "./seal.ts";
import { carryOut, resume } from "./send.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";
import { requireVisa } from "./visa.ts";

/** As a person gives it, in the form that every reader takes; `of` is filled by whoever knows it. */
function languageVersion(
  { language, translator, due, authentic }: Pick<VersionOrder, "language" | "translator" | "due" | "authentic">, state: VersionState,
): LanguageVersion {
  if (!isLanguage(language)) fail("invalid_input", "version.language", { language });
  if (state === "asked" && authentic) fail("invalid_input", "version.asked_authentic");
  if (due !== "" && (state !== "asked" || !isDay(due))) fail("invalid_input", "version.due");
  return {
    of: zeroId, language, state, authentic,
    ...(translator === "" ? {} : { translator: normalised(translator) }), ...(due === "" ? {} : { due }),
  };
}

/** What leaves with a request in other languages, each once. */
export function plannedVersions({ form, versions = [] }: RequestOrder): PlannedVersion[] {
  const own = form.routing.language;
  if (versions.filter((one) => one.authentic).length > 1) fail("invalid_input", "version.one_authentic");
  return versions.map((one, at) => {
    if (one.language === own) fail("forbidden", "version.original_language");
    if (versions.findIndex((other) => other.language === one.language) !== at) {
      fail("invalid_input", "version.twice", { language: one.language });
    }
    const version = languageVersion(one, one.content === undefined ? "asked" : "delivered");
    return { version, title: normalised(one.title), ...(one.content === undefined ? {} : { content: one.content }) };
  });
}

/** The entries of a request, in order, and what this reader knows of each. */
interface Entries {
  items: DossierItem[];
  bodies: (SealedBody | undefined)[];
  versioned: VersionedEntry[];
}

function languageOf(request: RequestState, { id }: DossierItem, body: SealedBody | undefined): string {
  if (id !== request.sentBy) return body?.language ?? "";
  return (request.routing ?? body?.routing?.routing)?.language ?? "";
}

function entriesOf(known: KnownDossier, request: RequestState, cache: ContentCache): Entries {
  const items = known.replayed.items.filter(({ kind }) => kind === "entry");
  const bodies = items.map(({ id }) => cache.bodies.get(id));
  return {
    items, bodies, versioned: items.map((item, at): VersionedEntry => ({
      id: item.id, party: item.owner.party, side: sideOf(request, item.owner), stands: !item.withdrawn,
      language: languageOf(request, item, bodies[at]), version: bodies[at]?.languageVersion,
    })),
  };
}

/** Who named the obstacle "translation" last, and after how many entries. */
function translationNamed(
  { book }: AgentState, { copy, outcomes }: KnownDossier, request: RequestState, cache: ContentCache,
): { side: RequestSide; entries: number } | undefined {
  let found: { side: RequestSide; entries: number } | undefined;
  let entries = 0;
  copy.items.forEach(({ statement }, at) => {
    const said = statement.statement;
    const outcome = outcomes[at];
    if (outcome === undefined || !isEffective(outcome)) return;
    if (said.kind === "entry") ++entries;
    const register = book.byChain(said.author.registerChain);
    if (said.kind !== "status" || register?.founded !== true) return;
    const sealed = isConfidential(request) ? cache.bodies.get(statement.id)?.obstacles ?? [] : [];
    if (said.body.obstacles.includes("translation") || sealed.some(({ code }) => code === "translation")) {
      found = { side: sideOf(request, { party: register.party, authority: said.author.authority }), entries };
    }
  });
  return found;
}

const lateOf = (state: AgentState, due: string): number => Math.max(0, daysBetween(due, dayAt(latestNow(state), 0)));

function viewOfVersion(state: AgentState, { items, bodies, versioned }: Entries, standing: VersionStanding): VersionView {
  const newest = standing.asked ?? standing.text ?? 0;
  const item = items[newest]!;
  const says = bodies[newest]!.languageVersion!;
  const due = says.due ?? "";
  const view: VersionView = {
    language: standing.language, state: versioned[newest]!.version!.state, by: labelOf(state, item.owner), own: standing.own,
    translator: says.translator ?? "", due, late: due === "" ? 0 : lateOf(state, due), authentic: standing.authentic,
    title: "", message: "",
  };
  if (standing.text === undefined) return view;
  const text = bodies[standing.text]!;
  return {
    ...view, seq: items[standing.text]!.seq, title: text.title ?? "", message: text.message ?? "",
    translator: view.translator === "" ? text.languageVersion?.translator ?? "" : view.translator,
    ...(text.request === undefined ? {} : { content: text.request }),
  };
}

/** Texts, refused versions and the answered obstacle of a request. */
export function versionsOf(
  state: AgentState, known: KnownDossier, cache: ContentCache,
): Pick<RequestView, "texts" | "refusedVersions" | "translationAnswered"> {
  const request = requestOf(known);
  const entries = entriesOf(known, request, cache);
  const { items, bodies, versioned } = entries;
  const refused = judgeVersions(versioned);
  const standing = standingVersions(versioned);
  const named = translationNamed(state, known, request, cache);
  return {
    texts: items.flatMap((item, at) => {
      const own = standing.filter((one) => one.of === at);
      if (own.length === 0 && item.id !== request.sentBy) return [];
      return [{
        seq: item.seq, author: labelOf(state, item.owner), title: bodies[at]?.title ?? "", language: versioned[at]!.language,
        authentic: own.every((one) => !one.authentic), versions: own.map((one) => viewOfVersion(state, entries, one)),
      }];
    }),
    refusedVersions: items.flatMap((item, at) => (refused[at] === "" ? [] : [{
      seq: item.seq, by: labelOf(state, item.owner), language: versioned[at]!.version!.language, reason: refused[at]!,
    }])),
    translationAnswered: named !== undefined && translationAnswered(versioned, named.side, named.entries),
  };
}

/** What binds the entry it translates binds the translation, unless somebody says something stricter. */
function policyOfEntry({ replayed }: KnownDossier, known: KnownDossier, cache: ContentCache, item: DossierItem): PolicyOrder | undefined {
  const caveats = caveatsInForce(known, cache, item);
  const { onward, reviewAt, expiresAt } = item.inForce;
  const same = onward === replayed.policy.onward && reviewAt === replayed.policy.reviewAt && expiresAt === replayed.policy.expiresAt;
  if (same && (caveats === undefined || isEmptyCaveats(caveats))) return undefined;
  return {
    onward, caveats: caveats?.articles ?? [], handling: caveats?.handling ?? [], words: caveats?.words ?? "",
    ...(reviewAt === undefined ? {} : { reviewAt }), ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/**
 * forbidden "version.…" as every reader would say; conflict "version.there_before", not_found "version.nothing_to_revise";
 * forbidden "version.unopened" where the entry it translates was not opened.
 */
export async function sendVersion(state: AgentState, order: VersionOrder): Promise<Sent> {
  await synchronise(state);
  const known = await dossier(state, order.chain);
  const request = requestOf(known);
  const cache = await loadCache(state, order.chain);
  const { items, bodies, versioned } = entriesOf(known, request, cache);
  const of = items.findIndex(({ seq, id }) => (order.of === undefined ? id === request.sentBy : seq === order.of));
  const item = items[of] ?? fail("not_found", "entry.unknown", { entry: String(order.of ?? 1) });
  // Nobody translates, or asks to translate, what he has not read; and what language it is in is not known before.
  if (bodies[of] === undefined) fail("forbidden", "version.unopened");
  const version = { ...languageVersion(order, order.state), of: item.id };
  const mine = authorityOf(state);
  const there = standingVersions(versioned).some((one) =>
    one.of === of && one.language === order.language && one.by === mine.party && one.text !== undefined);
  if (order.state === "delivered" && there) fail("conflict", "version.there_before");
  if (order.state === "revised" && !there) fail("not_found", "version.nothing_to_revise");
  // What every reader would say of it.
  const refused = judgeVersions([
    ...versioned, { id: zeroId, party: mine.party, side: sideOf(request, mine), stands: true, language: "", version },
  ]).at(-1);
  if (refused !== "") fail("forbidden", refused ?? "version.side");
  const policy = order.policy ?? policyOfEntry(known, known, cache, item);
  const plan: DraftPlan = {
    name: freshName(), chain: order.chain, opens: false, to: [], toText: [], epoch: 1, at: now(state),
    title: normalised(order.title), message: normalised(order.message), files: outgoingFiles(order.files), version,
    ...(order.content === undefined ? {} : { content: order.content }), ...(policy === undefined ? {} : { policy }),
  };
  const text = plan.files.length > 0 || plan.message !== "" || plan.content !== undefined;
  if (order.state === "asked" && (text || plan.title !== "")) fail("invalid_input", "version.asked_text");
  if (order.state !== "asked" && !text) fail("invalid_input", "send.nothing");
  await requireVisa(state, plan);
  const before = await begunBefore(state, plan);
  return whileUnderWay(state, [before ?? plan], () => (before === undefined ? carryOut(state, plan) : resume(state, before)));
}
