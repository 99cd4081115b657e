// Internal to src/agent: drafts (domain.md §4). A draft is an internal dossier of one's own authority: sealed, on the
// server, for every member and on every device; whom it is for and under which restrictions stands in its sealed bodies.
// What was begun to be sent and not finished on this device is another matter: drafts.ts.
import { attempt, fail } from "../base/failure.ts";
import { generateIdentity } from "../crypto/age/hybrid.ts";
import { systemRandom } from "../crypto/random.ts";
import { sameRef, type ChainId, type MemberId } from "../model/ids.ts";
import { parsePartyCode } from "../model/party.ts";
import { noCaveats } from "../model/policy.ts";
import { dossierChain, randomId } from "../record/chains.ts";
import type { DossierItem } from "../record/dossier.ts";
import type { BodyDraft } from "../record/sealed_body.ts";
import { authorityOf, dossier, membership, now } from "./acting.ts";
import { appendAct } from "./act.ts";
import { discardDraft } from "./acts.ts";
import type { DraftOrder, DraftVersion, KeptDraft, KeptRequest, PolicyOrder, RequestOrder, Sent } from "./api.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { begunBefore, freshName, requireNotBeingSent, whileUnderWay, type DraftPlan } from "./draft_plan.ts";
import { entriesOf, filesOf, isDraftDossier, newest, type KeptFile, type Version } from "./draft_versions.ts";
import { ownDossiers } from "./epoch.ts";
import { normalised } from "./normalise.ts";
import { isEmptyCaveats, policyOf, viewOfPolicy } from "./policy_text.ts";
import { resolveAuthority } from "./recipients.ts";
import { isRequestFile, requestFile, requestIn } from "./request_draft.ts";
import { carryRequest, planOfRequest } from "./request_send.ts";
import { outgoingFiles, type OutgoingFile } from "./seal.ts";
import { carryOut, recipientsOf, requireMaySend, resume, sendTo } from "./send.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";
import { areRecipients } from "./visa.ts";

/** Only those of one's own authority read it: whoever is let in later is let in by sending it. */
const insideOnly: PolicyOrder = { onward: "participants_only", caveats: [], handling: [], words: "" };

// --- read ----------------------------------------------------------------------------------------------------------

function policyOrder({ policy, caveats }: BodyDraft): PolicyOrder {
  const { sealedHalfKnown: _, ...order } = viewOfPolicy(policy, caveats ?? noCaveats());
  return order;
}

/** Whoever approved may have come after the version that he read, its author may have left since. */
function nameOf(state: AgentState, item: DossierItem, member: MemberId): string {
  const register = state.book.byParty(item.owner.party);
  return (register?.member(member, item.index) ?? register?.member(member, state.log.size))?.displayName ?? member;
}

const unreadView = (state: AgentState, known: KnownDossier, item: DossierItem): KeptDraft => ({
  chain: known.copy.chain, seq: item.seq, read: false, title: "", message: "", to: [], together: false, files: [], at: item.at,
  policy: insideOnly, author: nameOf(state, item, item.author), approvedBy: item.approvedBy.map((member) => nameOf(state, item, member)),
  mayApprove: ![item.author, ...item.approvedBy].includes(membership(state).member),
});

async function viewOf(state: AgentState, known: KnownDossier, open: boolean): Promise<KeptDraft | undefined> {
  const version = await newest(state, known, open);
  const item = version === "unread" ? entriesOf(known)[0] : version?.item;
  if (version === undefined || item === undefined) return undefined;
  const view = unreadView(state, known, item);
  if (version === "unread") return view;
  const { body, draft } = version;
  const files = await filesOf(state, known, version, open);
  return {
    ...view,
    read: true,
    title: body.title ?? "",
    message: body.message ?? "",
    to: draft.to.map(({ code, authority }) =>
      authority === undefined ? { partyCode: code } : { partyCode: code, authority }),
    together: draft.together,
    policy: policyOrder(draft),
    files: files.map(({ seq, file: { id, name, type, size } }) => ({ seq, attachment: id, name, type, size })),
  };
}

/**
 * Drafts of the authority acted for, the newest first. `open`: those that were not read on this device are, with the
 * receipt of anything that is read; without it they are listed and no more.
 */
export async function keptDrafts(state: AgentState, open: boolean): Promise<KeptDraft[]> {
  await synchronise(state);
  const views: KeptDraft[] = [];
  for (const chain of await ownDossiers(state)) {
    // A dossier never changes its kind: of what was read before only drafts are brought up to now.
    const before = state.dossiers.known(chain)?.replayed;
    if (before?.opened === true && before.kind !== "internal") continue;
    const known = await attempt(() => dossier(state, chain));
    if ("failure" in known) {
      if (known.failure.code === "unavailable" || known.failure.code === "unauthenticated") throw known.failure;
      continue; // a broken chain shows itself in the inbox
    }
    if (!isDraftDossier(state, known.value)) continue;
    const view = await attempt(() => viewOf(state, known.value, open));
    if ("value" in view) {
      if (view.value !== undefined) views.push(view.value);
      continue;
    }
    if (view.failure.code === "unavailable" || view.failure.code === "unauthenticated") throw view.failure;
    // One of which something is missing or was changed hides no other: it is listed as one that was not read.
    const unread = entriesOf(known.value)[0];
    if (unread !== undefined) views.push(unreadView(state, known.value, unread));
  }
  return views.sort((a, b) => b.at - a.at);
}

// --- kept ----------------------------------------------------------------------------------------------------------

/** "MLI", which may have no account yet, or "FRA/CRF", which must be known. */
async function draftTo(state: AgentState, texts: readonly string[]): Promise<BodyDraft["to"]> {
  const to: BodyDraft["to"] = [];
  for (const text of texts) {
    const [code = "", authority] = text.split("/", 2);
    to.push(authority === undefined ? { code: parsePartyCode(code) }
      : { code: parsePartyCode(code), authority: (await resolveAuthority(state, text)).authority });
  }
  return to;
}

async function draftDossier(state: AgentState, chain: ChainId): Promise<KnownDossier> {
  const known = await dossier(state, chain);
  return isDraftDossier(state, known) ? known : fail("not_found", "draft.unknown");
}

/** As it was seen, or conflict "draft.changed": nobody sends, or writes over, what he has not read. */
async function seen(state: AgentState, { chain, seq }: DraftVersion): Promise<{ known: KnownDossier; version: Version }> {
  const known = await draftDossier(state, chain);
  const version = await newest(state, known, true);
  if (version === undefined || version === "unread") return fail("not_found", "draft.unknown");
  if (version.item.seq !== seq) fail("conflict", "draft.changed");
  return { known, version };
}

/** Keeps a draft, or (with `of`) another version of one. */
export async function keepDraft(state: AgentState, order: DraftOrder): Promise<DraftVersion> {
  await synchronise(state);
  await requireMaySend(state);
  if (order.of !== undefined) await requireNotBeingSent(state, order.of.chain);
  if (order.title === "" && order.message === "" && order.files.length + order.kept.length === 0) {
    fail("invalid_input", "send.nothing");
  }
  const { clear, sealed } = policyOf(order.policy);
  const draft: BodyDraft = {
    to: await draftTo(state, order.to), together: order.together, policy: clear, kept: [...new Set(order.kept)].sort(),
    caveats: isEmptyCaveats(sealed) ? undefined : sealed,
  };
  const common = {
    name: freshName(), to: [], toText: [], epoch: 1, at: now(state), title: normalised(order.title),
    message: normalised(order.message), files: outgoingFiles(order.files), draft,
  };
  let plan: DraftPlan;
  if (order.of === undefined) {
    const identity = generateIdentity();
    const chain = dossierChain(membership(state).authority, identity.recipient.text);
    plan = { ...common, opens: true, identity, chain, policy: insideOnly };
  } else {
    plan = { ...common, opens: false, chain: order.of.chain };
  }
  const before = await begunBefore(state, plan);
  // One that was begun may stand already, and be the newest itself.
  if (order.of !== undefined && before === undefined) await seen(state, order.of);
  const { chain, seq } = await whileUnderWay(state, [before ?? plan], () =>
    before === undefined ? carryOut(state, plan) : resume(state, before));
  return { chain, seq };
}

// --- sent ----------------------------------------------------------------------------------------------------------

/** In another dossier it is another attachment. */
const fileFrom = (chain: ChainId, { seq, file }: KeptFile): OutgoingFile => ({
  from: { chain, seq, attachment: file.id }, modified: 0, file: { ...file, id: randomId(systemRandom, 16) },
  sealedSize: 0, sealedSha256: file.sha256, sealed: false, uploaded: false,
});

/**
 * Sends a draft as it stands, and closes it. Every recipient must be able to receive now, as with send(). not_found
 * "draft.unknown": it was sent or discarded, perhaps by a colleague. `into`: not to its recipients anew, but as a further item
 * of a file in which exactly they take part; conflict "visa.recipients_differ" where they are others.
 */
export async function sendDraft(state: AgentState, as: DraftVersion, into?: ChainId): Promise<Sent[]> {
  await synchronise(state);
  await requireMaySend(state);
  const { chain } = as;
  const { known, version } = await seen(state, as);
  const { body, draft } = version;
  const files = await filesOf(state, known, version, true);
  if (draft.to.length === 0) fail("invalid_input", "send.to_nobody");
  if (files.length === 0 && body.message === undefined) fail("invalid_input", "send.nothing");
  const request = await requestIn(state, as, files);
  if (request !== undefined) return [await sendKeptRequest(state, chain, version, files, request)];
  if (into !== undefined) return [await sendInto(state, into, chain, version, files)];
  // Whoever it waited for may have come since this session read the list.
  state.book.forgetDirectory();
  const recipients = await recipientsOf(state, draft.to.map(({ code, authority }) =>
    authority === undefined ? code : `${code}/${authority}`));
  return sendTo(state, recipients, {
    policy: policyOrder(draft), together: draft.together, title: body.title ?? "", message: body.message ?? "",
    files: () => files.map((file) => fileFrom(chain, file)), closes: chain,
  });
}

/** A request as a draft, for a colleague's visa. */
export async function keepRequest(state: AgentState, order: RequestOrder): Promise<DraftVersion> {
  const { title } = order.form;
  return keepDraft(state, {
    files: [requestFile(order), ...order.files], kept: [], to: [order.to, ...order.with], title, message: order.message, policy: order.policy, together: true,
  });
}

/** What a draft asks that is a request; undefined: it is none. */
export async function keptRequest(state: AgentState, as: DraftVersion): Promise<KeptRequest | undefined> {
  const { known, version } = await seen(state, as);
  return requestIn(state, as, await filesOf(state, known, version, true));
}

async function sendKeptRequest(
  state: AgentState, chain: ChainId, { body, draft }: Version, files: readonly KeptFile[], request: KeptRequest,
): Promise<Sent> {
  const [to = fail("invalid_input", "send.to_nobody"), ...others] = draft.to.map(({ code, authority }) => (authority === undefined ? code : `${code}/${authority}`));
  const plan = await planOfRequest(state, { ...request, to, with: others, message: body.message ?? "", policy: policyOrder(draft), files: [] });
  if (!areRecipients(state, draft, plan.to, plan.request?.routing.code)) fail("conflict", "visa.recipients_differ");
  plan.files = files.filter((file) => !isRequestFile(file)).map((file) => fileFrom(chain, file));
  plan.closes = chain;
  return carryRequest(state, plan);
}

async function sendInto(
  state: AgentState, into: ChainId, chain: ChainId, { body, draft }: Version, files: readonly KeptFile[],
): Promise<Sent> {
  const { replayed } = await dossier(state, into);
  const others = replayed.participants().filter((one) => !sameRef(one, authorityOf(state)));
  if (!areRecipients(state, draft, others)) fail("conflict", "visa.recipients_differ");
  const { onward, reviewAt, expiresAt } = replayed.policy;
  const same = draft.caveats === undefined && onward === draft.policy.onward && reviewAt === draft.policy.reviewAt &&
    expiresAt === draft.policy.expiresAt;
  const plan: DraftPlan = {
    name: freshName(), chain: into, opens: false, to: [], toText: [], epoch: 1, at: now(state),
    title: body.title ?? "", message: body.message ?? "", files: files.map((file) => fileFrom(chain, file)), closes: chain,
    // What is as strict as the file needs no rule of its own.
    ...(same ? {} : { policy: policyOrder(draft) }),
  };
  const before = await begunBefore(state, plan);
  // To others, or of another version: that is ended first, one way or the other.
  if (before === undefined) await requireNotBeingSent(state, chain);
  return whileUnderWay(state, [before ?? plan], () => (before === undefined ? carryOut(state, plan) : resume(state, before)));
}

/** A second officer's visa, over the digest of what is sealed in the version as it was seen: another version has none. */
export const approveKeptDraft = (state: AgentState, as: DraftVersion): Promise<void> =>
  appendAct(state, as.chain, async () => {
    const { version: { item } } = await seen(state, as);
    return { kind: "approved", body: { entry: item.id, digest: item.sealed } };
  });

/** Not wanted any more. */
export async function discardKeptDraft(state: AgentState, chain: ChainId): Promise<void> {
  await synchronise(state);
  await draftDossier(state, chain);
  await requireNotBeingSent(state, chain);
  await discardDraft(state, chain);
}
