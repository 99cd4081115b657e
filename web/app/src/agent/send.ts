// Internal to src/agent: sending (platform/agent/send.cpp).
import { attempt, ensure, fail, isFailure } from "../base/failure.ts";
import { wipe } from "../crypto/bytes.ts";
import { generateIdentity } from "../crypto/age/hybrid.ts";
import { sameRef, zeroId, type AuthorityRef, type ChainId, type StatementId } from "../model/ids.ts";
import { isLanguage } from "../model/request.ts";
import { dossierChain } from "../record/chains.ts";
import { Dossier } from "../record/dossier.ts";
import type { Entry, NewEpoch, Opened } from "../record/dossier_bodies.ts";
import { isEffective, refusalOf } from "../record/outcome.ts";
import { encodeBody, type SealedBody } from "../record/sealed_body.ts";
import type { Statement } from "../record/statement.ts";
import {
  authorityOf, compose, composeNext, dossier, membership, now, own, requireMaySign, requireRole, sign,
} from "./acting.ts";
import type { AddOrder, Notice, SendOrder, Sent } from "./api.ts";
import { appendSettled, settleDrafts } from "./append.ts";
import { loadCache, saveCache } from "./content_cache.ts";
import { onceCounted, requireSettled, waitForCosigning } from "./counting.ts";
import type { DossierItem } from "../record/dossier.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { forgetWithLast, noteAndEnd } from "./end_of_draft.ts";
import { allPlans, begunBefore, freshName, removePlan, savePlan, whileUnderWay, type DraftPlan } from "./draft_plan.ts";
import type { PlannedVersion } from "./plan_casework.ts";
import { makeGrant, readyToSeal, requireSealable, sortedRefs } from "./epoch.ts";
import { normalised } from "./normalise.ts";
import { isEmptyCaveats, policyOf } from "./policy_text.ts";
import { labelOf, resolveAuthority, textOf } from "./recipients.ts";
import { requireLawReasonOf } from "./request_law.ts";
import { lineOf, outgoingFiles, sealAndUpload, sealBody, type Draft, type OutgoingFile } from "./seal.ts";
import { sealAgain } from "./seal_again.ts";
import { sealFromDraft } from "./seal_from_draft.ts";
import { addFile, newPackage, type AgentState, type Package } from "./state.ts";
import { synchronise } from "./synchronise.ts";
import { requireVisa } from "./visa.ts";

/** An officer of an authority that more than one person can still open tomorrow (protocol §7, live). */
export async function requireMaySend(state: AgentState): Promise<void> {
  requireRole(state, "officer");
  await requireMaySign(state);
  if (!own(state).live(authorityOf(state).authority)) fail("forbidden", "authority.not_live");
}

function warnIfNotLive(state: AgentState, to: AuthorityRef): void {
  const register = state.book.byParty(to.party);
  if (register !== undefined && !register.live(to.authority)) {
    state.environment.observer.onNotice({ key: "recipient.not_live", arguments: { name: textOf(labelOf(state, to)) } });
  }
}

const bodyFor = (statement: Statement): SealedBody => ({
  chain: statement.chain, author: statement.author, nonce: statement.nonce, files: [],
});

/** The sealed body of an entry, filled from the plan. */
const entryBody = (statement: Statement, plan: DraftPlan, withPolicy: boolean): SealedBody =>
  filled(bodyFor(statement), plan, withPolicy);

function filled(body: SealedBody, plan: DraftPlan, withPolicy: boolean): SealedBody {
  body.files = plan.files.map(({ file }) => ({ ...file }));
  if (plan.title !== "") body.title = plan.title;
  if (plan.message !== "") body.message = plan.message;
  if (plan.draft !== undefined) body.draft = plan.draft;
  if (plan.content !== undefined) body.request = plan.content;
  if (plan.work !== undefined) body.library = plan.work;
  if (plan.reportRow !== undefined) body.reportRow = plan.reportRow;
  if (plan.rowAnswer !== undefined) body.rowAnswer = plan.rowAnswer;
  if (plan.language !== undefined) body.language = plan.language;
  if (plan.version !== undefined) body.languageVersion = plan.version;
  if (plan.enquiry !== undefined) body.enquiry = plan.enquiry;
  if (plan.answer !== undefined) body.enquiryAnswer = plan.answer;
  if (plan.request?.withheld !== undefined) body.routing = plan.request.withheld;
  if (withPolicy && plan.policy !== undefined) {
    const { sealed } = policyOf(plan.policy);
    if (!isEmptyCaveats(sealed)) body.caveats = sealed;
  }
  return body;
}

/** Of a version that leaves with the request it translates. */
function versionBody(body: SealedBody, { version, title, content }: PlannedVersion, of: StatementId): SealedBody {
  if (title !== "") body.title = title;
  if (content !== undefined) body.request = content;
  body.languageVersion = { ...version, of };
  return body;
}

/**
 * Too long a text is found out before an hour's sealing, not after it. too_large "body.too_large", invalid_input
 * "body.malformed".
 */
function requireFits(state: AgentState, plan: DraftPlan): void {
  const { registerChain, authority, member } = membership(state);
  const author = { registerChain, authority, member, key: zeroId };
  const empty = (): SealedBody => ({ chain: plan.chain, author, nonce: zeroId.slice(32), files: [] });
  wipe(encodeBody(filled(empty(), plan, true)));
  for (const one of plan.versions ?? []) wipe(encodeBody(versionBody(empty(), one, zeroId)));
}

const entryOf = (plan: DraftPlan, epoch: number, basis: StatementId): Draft<Entry> => ({
  epoch, basis, sealed: zeroId, attachments: plan.files.map(lineOf), routing: plan.request?.routing,
});

interface Composed {
  package: Package;
  entry: StatementId;
  /** For the cache. */
  bodies: [StatementId, SealedBody][];
}

/** `opened` and its first entry, one append. */
async function composeOpening(state: AgentState, plan: DraftPlan): Promise<Composed> {
  ensure(plan.policy !== undefined && plan.identity !== undefined, "a plan that opens has a policy and an identity");
  const halves = policyOf(plan.policy);
  const recipient = plan.identity.recipient.text;
  const epoch: NewEpoch = { epoch: 1, recipient, grants: [] };
  const built = newPackage();
  for (const to of sortedRefs([...plan.to, authorityOf(state)])) {
    const made = await makeGrant(state, plan.chain, 1, to, zeroId, plan.identity);
    epoch.grants.push({ ...to, generation: made.generation, grant: made.file.sha256 });
    addFile(built, made.file);
  }
  const kind = plan.request !== undefined ? "request" : plan.draft !== undefined ? "internal" : plan.work !== undefined ? "library" : "share";
  const openingContent: Draft<Opened> = { kind, policy: halves.clear, epoch };
  const opening = compose(state, plan.chain, 0, undefined, "opened", openingContent);
  const openingBody = bodyFor(opening);
  if (!isEmptyCaveats(halves.sealed)) openingBody.caveats = halves.sealed;
  const openingFile = sealBody(openingBody, recipient);
  openingContent.sealed = openingFile.sha256;
  const opened = await sign(state, opening);
  // What would have no effect is not sent.
  const begun = new Dossier(plan.chain);
  const outcome = begun.apply(opened, state.log.size, state.book);
  if (!isEffective(outcome)) throw refusalOf(outcome);

  const firstContent = entryOf(plan, 1, opened.id);
  const first = compose(state, plan.chain, 1, opened.id, "entry", firstContent);
  const firstBody = entryBody(first, plan, false);
  const firstFile = sealBody(firstBody, recipient);
  firstContent.sealed = firstFile.sha256;
  const entry = await sign(state, first);
  const next = begun.apply(entry, state.log.size + 1, state.book);
  if (!isEffective(next)) throw refusalOf(next);
  addFile(built, openingFile);
  addFile(built, firstFile);
  built.statements.push(opened, entry);
  const bodies: Composed["bodies"] = [[opened.id, openingBody], [entry.id, firstBody]];
  let before = entry.id;
  for (const one of plan.versions ?? []) {
    const place = built.statements.length;
    const content: Draft<Entry> = { epoch: 1, basis: opened.id, sealed: zeroId, attachments: [] };
    const statement = compose(state, plan.chain, place, before, "entry", content);
    const body = versionBody(bodyFor(statement), one, entry.id);
    const file = sealBody(body, recipient);
    content.sealed = file.sha256;
    const version = await sign(state, statement);
    const taken = begun.apply(version, state.log.size + place, state.book);
    if (!isEffective(taken)) throw refusalOf(taken);
    addFile(built, file);
    built.statements.push(version);
    bodies.push([version.id, body]);
    before = version.id;
  }
  return { package: built, entry: entry.id, bodies };
}

async function composeEntry(state: AgentState, plan: DraftPlan, known: KnownDossier): Promise<Composed> {
  const { replayed } = known;
  const content = entryOf(plan, replayed.epoch.number, replayed.basis);
  if (plan.policy !== undefined) content.policy = policyOf(plan.policy).clear;
  const further = composeNext(state, replayed.head, plan.chain, "entry", content);
  const body = entryBody(further, plan, true);
  const file = sealBody(body, replayed.epoch.recipient);
  content.sealed = file.sha256;
  const entry = await sign(state, further);
  // What would have no effect is not sent.
  const outcome = replayed.judge(entry, state.log.size, state.book);
  if (!isEffective(outcome)) throw refusalOf(outcome);
  const built = newPackage();
  addFile(built, file);
  built.statements.push(entry);
  return { package: built, entry: entry.id, bodies: [[entry.id, body]] };
}

/** What changed since a person decided to send: named, so that he can decide again (protocol §2, Appending). */
function changesSince(state: AgentState, known: KnownDossier, basis: StatementId): Notice[] {
  const changes: Notice[] = [];
  const start = known.copy.items.findIndex(({ statement }) => statement.id === basis);
  known.copy.items.forEach(({ statement }, i) => {
    const outcome = known.outcomes[i];
    if (start < 0 || i <= start || outcome === undefined || !isEffective(outcome)) return;
    for (const effect of outcome.effects) {
      if (effect.effect === "reader_admitted") {
        changes.push({ key: "change.reader_admitted", arguments: { name: textOf(labelOf(state, effect.authority)) } });
      } else if (effect.effect === "reader_removed") {
        changes.push({ key: "change.reader_removed", arguments: { name: textOf(labelOf(state, effect.authority)) } });
      } else if (effect.effect === "epoch_begun") {
        changes.push({ key: "change.epoch_begun", arguments: {} });
      }
    }
    if (statement.kind === "policy_changed") changes.push({ key: "change.policy", arguments: {} });
  });
  return changes;
}

async function uploadAll(state: AgentState, plan: DraftPlan, recipient: string): Promise<void> {
  for (const file of plan.files) {
    if (file.sealed || file.from === undefined) continue;
    await sealFromDraft(state, recipient, file, file.from);
    await savePlan(state, plan);
  }
  await sealAndUpload(state, plan.chain, recipient, plan.files, () => savePlan(state, plan));
}

/** Open, ours to write in, and ready for what is sealed to it. */
async function readyForEntry(state: AgentState, chain: ChainId): Promise<KnownDossier> {
  const { replayed } = await dossier(state, chain);
  if (!replayed.opened) fail("not_found", "dossier.unknown");
  if (!replayed.open) fail("forbidden", "dossier.closed");
  if (replayed.standing(authorityOf(state)) !== "participant") fail("forbidden", "dossier.not_participant");
  return readyToSeal(state, chain);
}

async function appendEntry(state: AgentState, plan: DraftPlan): Promise<Composed> {
  for (let round = 0; round < 4; ++round) {
    const known = await onceCounted(state, () => readyForEntry(state, plan.chain));
    if (plan.basis !== undefined && plan.basis !== known.replayed.basis) {
      const changes = changesSince(state, known, plan.basis);
      // Our own new epoch after somebody left changes nobody's access for the worse: no question.
      const onlyEpochs = changes.every((change) => change.key === "change.epoch_begun");
      if (!onlyEpochs && !(await state.environment.observer.confirm(changes))) fail("conflict", "entry.basis_changed");
    }
    const epoch = known.replayed.epoch;
    if (plan.epoch !== epoch.number) await sealAgain(state, known, plan);
    plan.epoch = epoch.number;
    plan.basis = known.replayed.basis;
    await savePlan(state, plan);
    await uploadAll(state, plan, epoch.recipient);

    let composed: Composed | undefined;
    let moved = false;
    const appended = await attempt(() =>
      appendSettled(state, async () => {
        const current = await dossier(state, plan.chain);
        const { replayed } = current;
        if (replayed.basis !== plan.basis || replayed.stale(state.book, now(state)) !== "no") {
          moved = true;
          fail("conflict", "entry.basis_changed");
        }
        requireSettled(state, current.copy);
        composed = await composeEntry(state, plan, current);
        return composed.package;
      }),
    );
    if ("value" in appended) {
      ensure(composed !== undefined, "what was appended was composed");
      return composed;
    }
    if (!moved) throw appended.failure;
  }
  return fail("conflict", "entry.basis_changed");
}

async function appendOpening(state: AgentState, plan: DraftPlan): Promise<Composed> {
  ensure(plan.identity !== undefined, "a plan that opens has an identity");
  for (const to of plan.to) await onceCounted(state, () => requireSealable(state, to));
  await savePlan(state, plan);
  await uploadAll(state, plan, plan.identity.recipient.text);
  let composed: Composed | undefined;
  await appendSettled(state, async () => {
    composed = await composeOpening(state, plan);
    return composed.package;
  });
  ensure(composed !== undefined, "what was appended was composed");
  return composed;
}

export const sentFiles = (plan: DraftPlan): Sent["files"] =>
  plan.files.map(({ file }) => ({ attachment: file.id, name: file.name, size: file.size, sha256: file.sha256 }));

/**
 * What the line or the session interrupts goes on; what is refused, or a person decides against, is left alone until he
 * says so.
 */
async function stoppedWhenRefused<T>({ environment }: AgentState, plan: DraftPlan, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isFailure(error) || !["unavailable", "unauthenticated"].includes(error.code)) {
      for (const { file } of plan.files) await environment.carriage.withdraw(file.id);
    }
    throw error;
  }
}

/**
 * It stands: the draft it was kept as, if it was, is done with, and then the plan. Where another transmission of that draft was
 * given up, the draft stays, for those who do not have it.
 */
async function finishPlan(state: AgentState, plan: DraftPlan): Promise<void> {
  const { closes } = plan;
  if (closes !== undefined) await noteAndEnd(state, plan, closes, "sent", carryOut);
  await removePlan(state, plan);
  if (closes !== undefined) await forgetWithLast(state, plan, closes);
}

/** Seals, uploads and appends what is not yet; removes the plan when it is settled. */
export async function carryOut(state: AgentState, plan: DraftPlan): Promise<Sent> {
  // What an earlier run signed comes first: it may change what this one finds.
  await settleDrafts(state);
  await requireMaySend(state);
  await requireVisa(state, plan);
  requireFits(state, plan);
  const composed = await stoppedWhenRefused(state, plan, () =>
    plan.opens ? appendOpening(state, plan) : appendEntry(state, plan));
  const cache = await loadCache(state, plan.chain);
  for (const [id, body] of composed.bodies) cache.bodies.set(id, body);
  await saveCache(state, cache);
  const known = await dossier(state, plan.chain);
  const item = known.replayed.item(composed.entry);
  if (item === undefined) return fail("integrity", "append.void");
  // Whoever sent it would like to know that it is there for good; it is, too, when this has to be left for later.
  if (item.index >= state.log.countingSize) await attempt(() => waitForCosigning(state));
  await finishPlan(state, plan);
  return {
    chain: plan.chain,
    seq: item.seq,
    entry: composed.entry,
    index: item.index,
    to: plan.toText,
    files: sentFiles(plan),
    counting: item.index < state.log.countingSize,
  };
}

export interface Recipient {
  to: AuthorityRef;
  text: string;
}

export async function recipientsOf(state: AgentState, texts: readonly string[]): Promise<Recipient[]> {
  const recipients: Recipient[] = [];
  for (const text of texts) {
    const to = await resolveAuthority(state, text);
    await onceCounted(state, () => requireSealable(state, to));
    if (sameRef(to, authorityOf(state))) fail("invalid_input", "send.to_oneself");
    if (recipients.some((each) => sameRef(each.to, to))) continue;
    warnIfNotLive(state, to);
    recipients.push({ to, text: textOf(labelOf(state, to)) });
  }
  return recipients;
}

/** What one sends: a person's own files, or what a kept draft has sealed already. */
export type Contents =
  Pick<SendOrder, "title" | "message" | "policy" | "together"> & { files: () => OutgoingFile[]; closes?: ChainId };

export async function send(state: AgentState, order: SendOrder): Promise<Sent[]> {
  await synchronise(state);
  await requireMaySend(state);
  if (order.to.length === 0) fail("invalid_input", "send.to_nobody");
  if (order.files.length === 0 && order.message === "") fail("invalid_input", "send.nothing");
  policyOf(order.policy);
  const recipients = await recipientsOf(state, order.to);
  const { policy, together } = order;
  return sendTo(state, recipients, {
    policy, together, title: normalised(order.title), message: normalised(order.message),
    files: () => outgoingFiles(order.files),
  });
}

export async function sendTo(state: AgentState, recipients: readonly Recipient[], order: Contents): Promise<Sent[]> {
  const { title, message } = order;
  const groups = order.together ? [[...recipients]] : recipients.map((recipient) => [recipient]);

  // Drafts are written from the last recipient to the first and carried out in the same order. So when this is sent
  // again, a draft for the first one says that all were written, and those without one are done; no draft for the first
  // says that nothing was carried out yet.
  const plans: DraftPlan[] = [];
  const begun: boolean[] = [];
  for (const group of groups) {
    const identity = generateIdentity();
    const plan: DraftPlan = {
      name: freshName(),
      chain: dossierChain(authorityOf(state).authority, identity.recipient.text),
      opens: true,
      identity,
      to: group.map((each) => each.to),
      toText: group.map((each) => each.text),
      epoch: 1,
      at: now(state),
      title,
      message,
      policy: order.policy,
      files: order.files(),
    };
    if (order.closes !== undefined) plan.closes = order.closes;
    // What is refused for want of a visa is not begun.
    await requireVisa(state, plan);
    const before = await begunBefore(state, plan);
    plans.push(before ?? plan);
    begun.push(before !== undefined);
  }
  if (order.closes !== undefined) {
    // Of another version of the draft, or to others: that is ended first, one way or the other.
    const names = new Set(plans.map(({ name }) => name));
    for (const { name, closes } of await allPlans(state)) {
      if (closes === order.closes && !names.has(name)) fail("conflict", "draft.being_sent");
    }
  }
  return whileUnderWay(state, plans, async () => {
    const allWereWritten = begun[0] === true;
    if (!allWereWritten) {
      for (let i = plans.length; i-- > 0; ) if (!begun[i]) await savePlan(state, plans[i]!);
    }
    const sent: Sent[] = [];
    for (let i = plans.length; i-- > 0; ) {
      if (allWereWritten && !begun[i]) continue;
      sent.push(begun[i] ? await resume(state, plans[i]!) : await carryOut(state, plans[i]!));
    }
    return sent.reverse();
  });
}

export async function addEntry(state: AgentState, order: AddOrder): Promise<Sent> {
  await synchronise(state);
  if (order.files.length === 0 && order.message === "" && order.content === undefined) fail("invalid_input", "send.nothing");
  const plan: DraftPlan = {
    name: freshName(),
    chain: order.chain,
    opens: false,
    to: [],
    toText: [],
    epoch: 1,
    at: now(state),
    title: normalised(order.title),
    message: normalised(order.message),
    files: outgoingFiles(order.files),
  };
  if (order.policy !== undefined) plan.policy = order.policy;
  if (order.content !== undefined) plan.content = order.content;
  if (order.language !== undefined && order.language !== "") {
    if (!isLanguage(order.language)) fail("invalid_input", "version.language", { language: order.language });
    plan.language = order.language;
  }
  const before = await begunBefore(state, plan);
  return whileUnderWay(state, [before ?? plan], () =>
    before === undefined ? carryOut(state, plan) : resume(state, before));
}

/** What of a plan stands in its dossier already: the answer alone was missing. */
export async function standing(state: AgentState, plan: DraftPlan): Promise<DossierItem | undefined> {
  const read = await attempt(() => dossier(state, plan.chain));
  if (!("value" in read) || !read.value.replayed.opened) return undefined;
  const first = plan.files[0]?.file.id;
  return read.value.replayed.items.find((item) =>
    (first !== undefined && item.attachments.length === plan.files.length && item.attachments[0]?.id === first) ||
    (plan.opens && item.kind === "entry"));
}

/** A draft as it was left: perhaps all that was missing was the answer. */
export async function resume(state: AgentState, plan: DraftPlan): Promise<Sent> {
  await settleDrafts(state);
  const item = await standing(state, plan);
  if (item === undefined) {
    await requireLawReasonOf(state, plan);
    return carryOut(state, plan);
  }
  await finishPlan(state, plan);
  return {
    chain: plan.chain,
    seq: item.seq,
    entry: item.id,
    index: item.index,
    to: plan.toText,
    files: sentFiles(plan),
    counting: item.index < state.log.countingSize,
  };
}
