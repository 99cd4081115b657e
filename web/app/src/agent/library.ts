// Internal to src/agent: the library, works that are sealed to every authority, each with its versions
// (platform/agent/library.cpp and publish.cpp; decision 1751).
import { attempt, fail, type Failure } from "../base/failure.ts";
import { generateIdentity, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { refKey, sameRef, type AuthorityRef, type ChainId } from "../model/ids.ts";
import { isDay } from "../model/request_content.ts";
import { isLanguage } from "../model/request.ts";
import { dossierChain } from "../record/chains.ts";
import { maxGrants, type Dossier, type DossierItem } from "../record/dossier.ts";
import type { Granted } from "../record/dossier_bodies.ts";
import { isEffective, refusalOf } from "../record/outcome.ts";
import { libraryVersion, type LibraryVersion } from "../record/sealed_body.ts";
import { appendAct } from "./act.ts";
import { authorityOf, composeNext, dossier, now, own, requireComplete, sign } from "./acting.ts";
import { withdraw } from "./acts.ts";
import type { Hex, LeftOut, PublishOrder, Published, ShareResult, WorkView } from "./api.ts";
import { appendSettled, settleDrafts } from "./append.ts";
import { loadCache, saveCache, type ContentCache } from "./content_cache.ts";
import { requireCounts, requireSettled, waitForCosigning } from "./counting.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { begunBefore, freshName, whileUnderWay, type DraftPlan } from "./draft_plan.ts";
import { makeGrant, openEpoch, ownDossiers, requireSealable } from "./epoch.ts";
import { viewOfEntry } from "./inbox.ts";
import { normalised } from "./normalise.ts";
import { openBody } from "./open.ts";
import { ownReceipts } from "./receipts.ts";
import { labelOf, textOf } from "./recipients.ts";
import { outgoingFiles, type Draft } from "./seal.ts";
import { carryOut, requireMaySend, resume } from "./send.ts";
import { addFile, newPackage, type AgentState } from "./state.ts";
import { mayReadOf } from "./successor.ts";
import { synchronise } from "./synchronise.ts";

/** Of one append: the server takes a hundred statements, and each brings a key for every epoch. */
const grantsAtOnce = 50;

const waitsForCosigners = "log.not_yet_witnessed";

export const isLibrary = (replayed: Dossier): boolean => replayed.opened && replayed.kind === "library";

const isOfTheMoment = ({ code, key }: Failure): boolean =>
  (code === "unavailable" && key !== waitsForCosigners) || code === "unauthenticated" || code === "storage_full";

// --- read ------------------------------------------------------------------------------------------------------------

/** What a version says. The receipt is for its documents: nobody is asked, or told on, for having seen a title. */
async function openTitle(state: AgentState, known: KnownDossier, item: DossierItem, cache: ContentCache): Promise<boolean> {
  if (item.withdrawn || cache.bodies.has(item.id)) return false;
  if (!mayReadOf(state, item.owner.party)) fail("forbidden", "party.not_pinned", { party: state.book.byParty(item.owner.party)?.code ?? "" });
  requireCounts(state, item.index, item.at);
  cache.bodies.set(item.id, await openBody(state, known, item, await openEpoch(state, known, item.epoch)));
  return true;
}

async function viewOfWork(state: AgentState, known: KnownDossier): Promise<WorkView> {
  const { replayed, copy } = known;
  await ownReceipts(state, known);
  const cache = await loadCache(state, copy.chain);
  const work: WorkView = {
    chain: copy.chain, publisher: labelOf(state, replayed.opener), own: sameRef(replayed.opener, authorityOf(state)),
    versions: [], withdrawn: false, lacking: [],
  };
  const entries = replayed.items.filter(({ kind }) => kind === "entry").reverse();
  let [opened, waits] = [false, false];
  for (const item of entries) {
    const done = await attempt(() => openTitle(state, known, item, cache));
    if ("failure" in done && isOfTheMoment(done.failure)) throw done.failure;
    opened ||= "value" in done && done.value;
    work.versions.push(viewOfEntry(state, known, cache, item));
    if (item.withdrawn || work.current !== undefined || work.problem !== undefined) continue;
    // Until a newer one counts, the one before it is the current one.
    if ("failure" in done && done.failure.key === waitsForCosigners) waits = true;
    else if ("failure" in done) work.problem = done.failure.key;
    else if (work.versions.at(-1)?.work === undefined) work.problem = "library.no_work";
    else work.current = work.versions.length - 1;
  }
  if (opened) await saveCache(state, cache);
  if (waits && work.current === undefined) work.problem ??= waitsForCosigners;
  if (copy.incomplete) work.problem ??= "dossier.incomplete";
  work.withdrawn = entries.length > 0 && entries.every(({ withdrawn }) => withdrawn);
  return work;
}

async function libraryDossiers(state: AgentState): Promise<ChainId[]> {
  const chains: ChainId[] = [];
  for (const chain of await ownDossiers(state)) {
    const known = await attempt(() => dossier(state, chain));
    // What is broken says so where files are listed.
    if ("failure" in known) {
      if (isOfTheMoment(known.failure)) throw known.failure;
    } else if (isLibrary(known.value.replayed)) chains.push(chain);
  }
  return chains;
}

/** Who could have an own work and does not yet. */
async function withLacking(state: AgentState, chain: ChainId, work: WorkView, audience: () => Promise<Audience>): Promise<WorkView> {
  const { replayed } = await dossier(state, chain);
  if (!work.own || work.withdrawn || !replayed.open) return work;
  const refs = lacking(replayed, await audience());
  return { ...work, lacking: refs.map((to) => textOf(labelOf(state, to))) };
}

/** The newest first. Titles are opened, without a receipt: only documents have one. */
export async function library(state: AgentState): Promise<WorkView[]> {
  await synchronise(state);
  let asked: Promise<Audience> | undefined;
  const audience = (): Promise<Audience> => (asked ??= everyAuthority(state));
  const works: WorkView[] = [];
  for (const chain of await libraryDossiers(state)) {
    const work = await viewOfWork(state, await dossier(state, chain));
    if (work.versions.length > 0) works.push(await withLacking(state, chain, work, audience));
  }
  return works.sort((a, b) => b.versions[0]!.at - a.versions[0]!.at);
}

/** not_found "library.unknown" */
export async function showWork(state: AgentState, chain: Hex): Promise<WorkView> {
  await synchronise(state);
  const known = await dossier(state, chain);
  if (!isLibrary(known.replayed) || known.replayed.standing(authorityOf(state)) === "none") fail("not_found", "library.unknown");
  return withLacking(state, chain, await viewOfWork(state, known), () => everyAuthority(state));
}

// --- whom it is for --------------------------------------------------------------------------------------------------

interface Audience {
  able: AuthorityRef[];
  leftOut: LeftOut[];
}

/** Every authority that can be given a key now, one's own not among them; and whom that leaves out. */
async function everyAuthority(state: AgentState): Promise<Audience> {
  const { book, environment, log } = state;
  const able = new Map<string, AuthorityRef>();
  const leftOut: LeftOut[] = [];
  book.forgetDirectory();
  for (const { code, foundedId } of [...await book.directory(environment)]) {
    if (foundedId === undefined) continue;
    const known = await attempt(() => book.updateParty(environment, log, foundedId));
    if ("failure" in known) {
      if (isOfTheMoment(known.failure)) throw known.failure;
      leftOut.push({ name: code, why: known.failure.key });
      continue;
    }
    for (const { description } of known.value.replayed.authorities()) {
      const to: AuthorityRef = { party: foundedId, authority: description.id };
      if (sameRef(to, authorityOf(state))) continue;
      const sealable = await attempt(() => requireSealable(state, to));
      if ("value" in sealable) {
        able.set(refKey(to), to);
        continue;
      }
      if (isOfTheMoment(sealable.failure)) throw sealable.failure;
      const name = textOf(labelOf(state, to));
      leftOut.push({ name: name.startsWith("?") ? code : name, why: sealable.failure.key });
    }
  }
  return { able: [...able.keys()].sort().map((key) => able.get(key)!), leftOut };
}

/** Of these, who was never let in. A revoked one is not asked back. */
function lacking(replayed: Dossier, { able }: Audience): AuthorityRef[] {
  const ever = new Set(replayed.everLetIn().map(refKey));
  return able.filter((to) => !ever.has(refKey(to)));
}

async function ownWork(state: AgentState, chain: ChainId): Promise<KnownDossier> {
  const known = await dossier(state, chain);
  if (!isLibrary(known.replayed)) fail("not_found", "library.unknown");
  if (!sameRef(known.replayed.opener, authorityOf(state))) fail("forbidden", "library.not_ours");
  return known;
}

/** A grant of every epoch he lacks, one statement an authority: the next ones of the chain, in one append. */
async function give(state: AgentState, chain: ChainId, audience: Audience): Promise<AuthorityRef[]> {
  const given: AuthorityRef[] = [];
  const identities = new Map<number, HybridIdentity>();
  for (;;) {
    if (lacking((await ownWork(state, chain)).replayed, audience).length === 0) return given;
    let toGive: AuthorityRef[] = [];
    await appendSettled(state, async () => {
      const known = await ownWork(state, chain);
      requireComplete(state, known);
      requireSettled(state, known.copy);
      const after = known.replayed.copy();
      toGive = lacking(after, audience).slice(0, grantsAtOnce);
      const built = newPackage();
      for (const [i, to] of toGive.entries()) {
        const body: Draft<Granted> = { ...to, generation: 0, basis: after.basis, grants: [], consents: [] };
        for (const epoch of after.epochs) {
          if (after.holds(to, epoch.number) || !after.holds(authorityOf(state), epoch.number)) continue;
          let identity = identities.get(epoch.number);
          if (identity === undefined) identities.set(epoch.number, (identity = await openEpoch(state, known, epoch.number)));
          const made = await makeGrant(state, chain, epoch.number, to, epoch.policy, identity);
          body.generation = made.generation;
          body.grants.push({ epoch: epoch.number, grant: made.file.sha256 });
          addFile(built, made.file);
        }
        const signed = await sign(state, composeNext(state, after.head, chain, "granted", body));
        const outcome = after.apply(signed, state.log.size + i, state.book);
        if (!isEffective(outcome)) throw refusalOf(outcome);
        built.statements.push(signed);
      }
      return built;
    });
    given.push(...toGive);
  }
}

// --- published -------------------------------------------------------------------------------------------------------

const textOr = (given: string | undefined, before: string | undefined): string | undefined =>
  given === undefined ? before : normalised(given.trim()) || undefined;

/** What the new version says: what the person said, and of the current version what he did not say anew. */
function versionOf(order: PublishOrder, before: LibraryVersion | undefined): LibraryVersion {
  const kind = order.kind ?? before?.kind ?? fail("invalid_input", "library.no_kind");
  if (!isDay(order.date)) fail("invalid_input", "library.date", { date: order.date });
  const wrong = order.languages.find((language) => !isLanguage(language));
  if (wrong !== undefined) fail("invalid_input", "library.language", { language: wrong });
  if (order.languages.length !== order.files.length) fail("invalid_input", "library.languages");
  const version: LibraryVersion = {
    kind, version: normalised(order.version.trim()) || order.date, date: order.date, languages: order.languages,
    titleEn: textOr(order.titleEn, before?.titleEn), titleFr: textOr(order.titleFr, before?.titleFr),
    summaryEn: textOr(order.summaryEn, before?.summaryEn), summaryFr: textOr(order.summaryFr, before?.summaryFr),
  };
  if (version.titleEn === undefined && version.titleFr === undefined) fail("invalid_input", "library.no_title");
  // Everything else has a length; the same reader says so before anything is sealed.
  if (libraryVersion.read(libraryVersion.write(version)) === undefined) fail("too_large", "library.too_long");
  return version;
}

/** By an officer of an authority that may publish. A new version first goes to whoever lacks the work. */
export async function publish(state: AgentState, order: PublishOrder): Promise<Published> {
  await synchronise(state);
  await requireMaySend(state);
  if (!own(state).publisher(authorityOf(state).authority)) fail("forbidden", "library.not_publisher");
  if (order.files.length === 0) fail("invalid_input", "library.no_document");
  const plan: DraftPlan = {
    name: freshName(), chain: "", opens: false, to: [], toText: [], epoch: 1, at: now(state), title: "", message: "",
    files: outgoingFiles(order.files),
  };
  if (order.work === undefined) plan.work = versionOf(order, undefined);
  else {
    await ownWork(state, order.work);
    const work = await viewOfWork(state, await dossier(state, order.work));
    if (work.withdrawn) fail("conflict", "library.withdrawn");
    const current = work.current === undefined ? undefined : work.versions[work.current];
    if (current?.work === undefined) return fail("conflict", work.problem ?? "library.no_work");
    plan.work = { ...versionOf(order, current.work), replaces: current.id };
  }
  // Pins and keys that came a moment ago count after the next co-signature.
  await waitForCosigning(state);
  const audience = await everyAuthority(state);
  if (order.work !== undefined) {
    await give(state, order.work, audience);
    plan.chain = order.work;
  } else {
    if (audience.able.length >= maxGrants) fail("too_large", "library.too_many_authorities");
    const identity = generateIdentity();
    plan.opens = true;
    plan.identity = identity;
    plan.chain = dossierChain(authorityOf(state).authority, identity.recipient.text);
    plan.to = audience.able;
    plan.policy = { onward: "free", caveats: [], handling: [], words: "" };
  }
  const before = await begunBefore(state, plan);
  const sent = await whileUnderWay(state, [before ?? plan], () => (before === undefined ? carryOut(state, plan) : resume(state, before)));
  const { replayed } = await dossier(state, sent.chain);
  return { sent, given: replayed.participants().length - 1, leftOut: audience.leftOut };
}

/** Gives every work of one's own authority to every authority that can have it and does not. */
export async function shareWithNew(state: AgentState): Promise<ShareResult> {
  await synchronise(state);
  await settleDrafts(state);
  await requireMaySend(state);
  await waitForCosigning(state);
  const audience = await everyAuthority(state);
  const given = new Map<string, AuthorityRef>();
  let works = 0;
  for (const chain of await libraryDossiers(state)) {
    const { replayed } = await dossier(state, chain);
    if (!sameRef(replayed.opener, authorityOf(state)) || !replayed.open) continue;
    const more = await give(state, chain, audience);
    if (more.length > 0) ++works;
    for (const to of more) given.set(refKey(to), to);
  }
  return { given: [...given.values()].map((to) => textOf(labelOf(state, to))), works, leftOut: audience.leftOut };
}

/** One version, or all that stand: their documents and titles leave the server, a tombstone stays. */
export async function withdrawWork(state: AgentState, chain: Hex, seq: number | undefined, reason: string): Promise<void> {
  await synchronise(state);
  await ownWork(state, chain);
  if (seq !== undefined) return withdraw(state, chain, seq, reason);
  const why = normalised(reason);
  return appendAct(state, chain, (known) => {
    const entries = known.replayed.items.filter((item) => item.kind === "entry" && !item.withdrawn).map(({ id }) => id).sort();
    if (entries.length === 0) fail("conflict", "library.withdrawn");
    return Promise.resolve({ kind: "withdrawn", body: { entries }, ...(why === "" ? {} : { content: { reason: why } }) });
  });
}

