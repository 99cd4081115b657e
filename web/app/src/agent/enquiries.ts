// Internal to src/agent: whether information exists, asked without form before a request (platform/agent/enquiries.cpp).
import { attempt, fail } from "../base/failure.ts";
import { dayAt, daysBetween } from "../casework/date.ts";
import { generateIdentity } from "../crypto/age/hybrid.ts";
import { enquiryKinds, enquiryReplies } from "../model/enquiry.ts";
import { sameRef, type AuthorityRef } from "../model/ids.ts";
import { emptyContent, isDay } from "../model/request_content.ts";
import { dossierChain } from "../record/chains.ts";
import type { DossierItem } from "../record/dossier.ts";
import { contentJson, type FollowedEnquiry, type RequestContent } from "../record/request_content.ts";
import type { Enquiry } from "../record/sealed_body.ts";
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import { authorityOf, dossier, latestNow, now } from "./acting.ts";
import type {
  Enquiries, EnquiryLink, EnquiryOrder, EnquiryReplyOrder, EnquiryReplyView, EnquiryRequest, EnquiryView, Hex, Sent,
} from "./api.ts";
import { loadCache, type ContentCache } from "./content_cache.ts";
import { onceCounted } from "./counting.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { begunBefore, freshName, whileUnderWay, type DraftPlan } from "./draft_plan.ts";
import { ownDossiers, requireSealable } from "./epoch.ts";
import { viewOfDossier } from "./inbox.ts";
import { normalised } from "./normalise.ts";
import { policyOf } from "./policy_text.ts";
import { labelOf, resolveAuthority, textOf } from "./recipients.ts";
import { outgoingFiles } from "./seal.ts";
import { carryOut, requireMaySend, resume } from "./send.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";
import { requireVisa } from "./visa.ts";

function word<Name extends string>(names: readonly Name[], text: string): Name {
  return names.includes(text as Name) ? (text as Name) : fail("invalid_input", "enquiry.word", { what: text });
}

function enquiryOf({ kinds, answerBy }: EnquiryOrder): Enquiry {
  const named = kinds.map((kind) => word(enquiryKinds, kind));
  const rising = enquiryKinds.filter((kind) => named.includes(kind));
  if (rising.length === 0) fail("invalid_input", "enquiry.kinds_missing");
  if (answerBy === "") return { kinds: rising };
  if (!isDay(answerBy)) fail("invalid_input", "enquiry.word", { what: answerBy });
  return { kinds: rising, answerBy };
}

const sameContent = (a: RequestContent, b: RequestContent): boolean =>
  encodeCanonicalJson(contentJson(a)) === encodeCanonicalJson(contentJson(b));

/** Rows that an enquiry may be about; what would make it a request is refused. */
function requireRows({ content, message }: EnquiryOrder): void {
  const { persons, entities, accounts, assets } = content;
  if (!sameContent({ ...emptyContent(), persons, entities, accounts, assets }, content)) fail("invalid_input", "enquiry.rows");
  if (message === "" && sameContent(content, emptyContent())) fail("invalid_input", "enquiry.nothing_asked");
}

/** The entry that asks: the first of a share. */
const asking = ({ replayed }: KnownDossier): DossierItem | undefined =>
  replayed.opened && replayed.kind === "share" ? replayed.items.find(({ kind }) => kind === "entry") : undefined;

async function viewOfEnquiry(state: AgentState, known: KnownDossier, cache: ContentCache, first: DossierItem, asks: Enquiry): Promise<EnquiryView> {
  const { chain, state: standing, unread, warnings } = await viewOfDossier(state, known);
  const says = cache.bodies.get(first.id);
  // Whoever asks does not answer himself.
  const answers = known.replayed.items.flatMap((item): EnquiryReplyView[] => {
    const body = cache.bodies.get(item.id);
    if (body?.enquiryAnswer === undefined || item.withdrawn || item.owner.party === first.owner.party) return [];
    return [{ seq: item.seq, by: labelOf(state, item.owner), at: item.at, answer: body.enquiryAnswer.answer, message: body.message ?? "" }];
  });
  const late = asks.answerBy === undefined || answers.length > 0 ? 0
    : Math.max(0, daysBetween(asks.answerBy, dayAt(latestNow(state), 0)));
  return {
    chain, seq: first.seq, entry: first.id, title: says?.title ?? "", message: says?.message ?? "", from: labelOf(state, first.owner),
    to: known.replayed.participants().filter((who) => !sameRef(who, first.owner)).map((who) => labelOf(state, who)),
    mine: first.owner.party === authorityOf(state).party, asks, content: says?.request ?? emptyContent(), at: first.at, late, answers,
    requests: [], unread, state: standing, warnings: first.withdrawn ? [...warnings, "withdrawn"] : warnings,
  };
}

const ofTheMoment = (code: string): boolean => ["unavailable", "unauthenticated"].includes(code);

/** The requests that say they follow one of these enquiries. */
async function findRequests(state: AgentState, chains: readonly Hex[], views: readonly EnquiryView[]): Promise<void> {
  for (const chain of chains) {
    const known = await attempt(() => dossier(state, chain));
    if ("failure" in known) {
      if (ofTheMoment(known.failure.code)) throw known.failure;
      continue;
    }
    const request = known.value.replayed.opened ? known.value.replayed.request : undefined;
    if (request === undefined) continue;
    const body = (await loadCache(state, chain)).bodies.get(request.sentBy);
    const followed = body?.request?.enquiry;
    if (followed === undefined) continue;
    const routing = request.routing ?? body?.routing?.routing;
    for (const view of views) {
      if (followed.dossier !== view.chain || followed.entry !== view.entry) continue;
      // Anybody may say that he follows anything: only what the one who asked sent counts.
      const asked = (await dossier(state, view.chain)).replayed.items.find(({ id }) => id === view.entry);
      if (asked?.owner.party !== request.requesting.party) continue;
      const found: EnquiryRequest = { dossier: chain, reference: routing?.reference ?? "", status: request.status };
      view.requests.push(found);
    }
  }
}

/** The enquiry that a request says it follows, as far as this reader has it. */
export async function enquiryLink(state: AgentState, followed: FollowedEnquiry): Promise<EnquiryLink> {
  const nowhere = { dossier: followed.dossier, here: false, title: "", at: 0 };
  if (!(await ownDossiers(state)).includes(followed.dossier)) return nowhere;
  const known = await attempt(() => dossier(state, followed.dossier));
  if ("failure" in known) {
    if (ofTheMoment(known.failure.code)) throw known.failure;
    return nowhere;
  }
  const item = known.value.replayed.opened ? known.value.replayed.items.find(({ id }) => id === followed.entry) : undefined;
  if (item === undefined) return nowhere;
  const title = (await loadCache(state, followed.dossier)).bodies.get(followed.entry)?.title ?? "";
  return { dossier: followed.dossier, here: true, title, at: item.at };
}

/** Of a request that is about to be sent: the enquiry is this Party's own, and the requested State was asked. */
export async function requireAsked(state: AgentState, followed: FollowedEnquiry, requested: AuthorityRef | undefined): Promise<void> {
  const known = await dossier(state, followed.dossier);
  const first = asking(known);
  if (first === undefined || first.id !== followed.entry) return fail("forbidden", "enquiry.not_one");
  if (first.owner.party !== authorityOf(state).party) fail("forbidden", "enquiry.not_own");
  // Whoever was not asked is not told that somebody was.
  if (!known.replayed.everLetIn().some((who) => who.party === requested?.party)) fail("forbidden", "enquiry.other_state");
}

export async function sendEnquiry(state: AgentState, order: EnquiryOrder): Promise<Sent> {
  await synchronise(state);
  await requireMaySend(state);
  policyOf(order.policy);
  requireRows(order);
  const enquiry = enquiryOf(order);
  const to = await resolveAuthority(state, order.to);
  await onceCounted(state, () => requireSealable(state, to));
  if (sameRef(to, authorityOf(state))) fail("invalid_input", "send.to_oneself");
  const identity = generateIdentity();
  const plan: DraftPlan = {
    name: freshName(), chain: dossierChain(authorityOf(state).authority, identity.recipient.text), opens: true, identity,
    to: [to], toText: [textOf(labelOf(state, to))], epoch: 1, at: now(state), title: normalised(order.title),
    message: normalised(order.message), policy: order.policy, files: outgoingFiles(order.files), enquiry,
    ...(sameContent(order.content, emptyContent()) ? {} : { content: order.content }),
  };
  await requireVisa(state, plan);
  const before = await begunBefore(state, plan);
  return whileUnderWay(state, [before ?? plan], () => (before === undefined ? carryOut(state, plan) : resume(state, before)));
}

export async function answerEnquiry(state: AgentState, order: EnquiryReplyOrder): Promise<Sent> {
  await synchronise(state);
  const known = await dossier(state, order.chain);
  const first = asking(known) ?? fail("forbidden", "enquiry.not_one");
  const body = (await loadCache(state, order.chain)).bodies.get(first.id) ?? fail("forbidden", "enquiry.unopened");
  if (body.enquiry === undefined) fail("forbidden", "enquiry.not_one");
  if (first.owner.party === authorityOf(state).party) fail("forbidden", "enquiry.own");
  const plan: DraftPlan = {
    name: freshName(), chain: order.chain, opens: false, to: [], toText: [], epoch: 1, at: now(state), title: "",
    message: normalised(order.message), files: outgoingFiles(order.files), answer: { answer: word(enquiryReplies, order.answer) },
  };
  await requireVisa(state, plan);
  const before = await begunBefore(state, plan);
  return whileUnderWay(state, [before ?? plan], () => (before === undefined ? carryOut(state, plan) : resume(state, before)));
}

export async function listEnquiries(state: AgentState): Promise<Enquiries> {
  await synchronise(state);
  const chains = await ownDossiers(state);
  const items: EnquiryView[] = [];
  let unopened = 0;
  for (const chain of chains) {
    const known = await attempt(() => dossier(state, chain));
    if ("failure" in known) {
      if (ofTheMoment(known.failure.code)) throw known.failure;
      continue; // the list of files shows what is broken
    }
    const first = asking(known.value);
    if (first === undefined) continue;
    const cache = await loadCache(state, chain);
    const body = cache.bodies.get(first.id);
    if (body === undefined && !first.withdrawn) ++unopened;
    if (body?.enquiry === undefined) continue;
    items.push(await viewOfEnquiry(state, known.value, cache, first, body.enquiry));
  }
  if (items.length > 0) await findRequests(state, chains, items);
  items.sort((a, b) => b.at - a.at);
  return { items, unopened };
}

/** forbidden "enquiry.unopened" where its first entry was not opened, "enquiry.not_one". */
export async function showEnquiry(state: AgentState, chain: Hex): Promise<EnquiryView> {
  await synchronise(state);
  const known = await dossier(state, chain);
  if (known.copy.items.length === 0) fail("not_found", "dossier.unknown");
  const first = asking(known) ?? fail("forbidden", "enquiry.not_one");
  const cache = await loadCache(state, chain);
  const body = cache.bodies.get(first.id) ?? fail("forbidden", "enquiry.unopened");
  if (body.enquiry === undefined) return fail("forbidden", "enquiry.not_one");
  const view = await viewOfEnquiry(state, known, cache, first, body.enquiry);
  await findRequests(state, await ownDossiers(state), [view]);
  return view;
}
