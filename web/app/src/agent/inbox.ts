// Internal to src/agent: verified dossiers as people see them (platform/agent/inbox.cpp).
import { attempt, fail } from "../base/failure.ts";
import { refKey, sameRef } from "../model/ids.ts";
import { noCaveats } from "../model/policy.ts";
import type { DossierItem } from "../record/dossier.ts";
import { isEffective } from "../record/outcome.ts";
import { pinBasis } from "../record/register.ts";
import type { Author, Statement } from "../record/statement.ts";
import { authorityOf, dossier, now, own } from "./acting.ts";
import type { ActView, AttachmentView, AuthorityLabel, DossierView, EntryView, Hex } from "./api.ts";
import { caveatsInForce, loadCache, type ContentCache } from "./content_cache.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { isOwnDraft } from "./draft_dossier.ts";
import { ownDossiers } from "./epoch.ts";
import { withheld } from "./open.ts";
import { viewOfPolicy } from "./policy_text.ts";
import { mine, ownReceipts } from "./receipts.ts";
import { labelOf, ownLabel, textOf } from "./recipients.ts";
import type { AgentState } from "./state.ts";
import { mayReadOf } from "./successor.ts";
import { sweep } from "./sweep.ts";
import { synchronise } from "./synchronise.ts";

const myReceipt = (state: AgentState, known: KnownDossier, item: DossierItem) =>
  mine(state, known.receipts.get(refKey(authorityOf(state))), item.id);

/** Not read by this person. What its text was read of is no news any more, though files of it may still be there. */
function isUnread(state: AgentState, known: KnownDossier, cache: ContentCache, item: DossierItem): boolean {
  if (sameRef(item.owner, authorityOf(state))) return false;
  const signed = myReceipt(state, known, item);
  if (signed === undefined) return true;
  if (signed.opened !== undefined || signed.unreadable !== undefined) return false;
  return !cache.bodies.has(item.id);
}

function wasUnreadable(state: AgentState, known: KnownDossier, item: DossierItem): boolean {
  const signed = myReceipt(state, known, item);
  return signed?.unreadable !== undefined && signed.opened === undefined;
}

function about(state: AgentState, { kind, body }: Statement): string {
  switch (kind) {
    case "granted":
    case "revoked":
    case "consented":
      return textOf(labelOf(state, { party: body.party, authority: body.authority }));
    case "epoch_started":
      return String(body.epoch.epoch);
    case "policy_changed":
      return body.policy.onward;
    default:
      return "";
  }
}

const nobody: AuthorityLabel = { partyCode: "", authorityName: "", foundedId: "", authority: "" };
const noPolicy: DossierView["policy"] = {
  onward: "participants_only", caveats: [], handling: [], words: "", sealedHalfKnown: false,
};

function authorLabel(state: AgentState, author: Author): AuthorityLabel {
  const register = state.book.byChain(author.registerChain);
  return register === undefined || !register.founded
    ? nobody : labelOf(state, { party: register.party, authority: author.authority });
}

function attachmentsOf(state: AgentState, cache: ContentCache, item: DossierItem): AttachmentView[] {
  const files = cache.bodies.get(item.id)?.files ?? [];
  return item.attachments.map((line) => {
    const file = files.find((each) => each.id === line.id);
    return {
      attachment: line.id,
      sealedSize: line.size,
      name: file?.name ?? "",
      type: file?.type ?? "",
      size: file?.size ?? 0,
      state: item.withdrawn ? "withdrawn" : withheld(state).has(line.id) ? "withheld" : "available",
    };
  });
}

export function viewOfEntry(
  state: AgentState, known: KnownDossier, cache: ContentCache, item: DossierItem,
): EntryView {
  const body = cache.bodies.get(item.id);
  const counting = item.index < state.log.countingSize;
  const warnings: string[] = [];
  if (item.stale) warnings.push("sealed_to_stale_epoch");
  if (!counting) warnings.push("not_yet_witnessed");
  if (state.log.disputed(item.index, item.at)) warnings.push("date_disputed");
  if (item.withdrawn) warnings.push("withdrawn");
  const pinned = mayReadOf(state, item.owner.party);
  return {
    seq: item.seq,
    id: item.id,
    index: item.index,
    author: labelOf(state, item.owner),
    // As of the entry: its author may have left since.
    authorName: state.book.byParty(item.owner.party)?.member(item.author, item.index)?.displayName ?? "",
    at: item.at,
    epoch: item.epoch,
    opened: body !== undefined,
    title: body?.title ?? body?.library?.titleEn ?? body?.library?.titleFr ?? "",
    message: body?.message ?? "",
    ...(body?.request === undefined ? {} : { content: body.request }),
    ...(body?.library === undefined ? {} : { work: body.library }),
    ...(body?.reportRow === undefined ? {} : { reportRow: body.reportRow }),
    ...(body?.rowAnswer === undefined ? {} : { rowAnswer: body.rowAnswer.answer }),
    ...(body?.language === undefined ? {} : { language: body.language }),
    ...(body?.languageVersion === undefined ? {} : { version: body.languageVersion }),
    ...(body?.enquiry === undefined ? {} : { enquiry: body.enquiry }),
    ...(body?.enquiryAnswer === undefined ? {} : { enquiryAnswer: body.enquiryAnswer }),
    attachments: attachmentsOf(state, cache, item),
    policy: viewOfPolicy(item.inForce, caveatsInForce(known, cache, item)),
    void: false,
    outcome: !pinned ? "unverified" : wasUnreadable(state, known, item) ? "unreadable" : "ok",
    warnings,
    counting,
    unread: isUnread(state, known, cache, item),
    own: sameRef(item.owner, authorityOf(state)),
  };
}

const emptyView = (state: AgentState, chain: Hex, of: DossierView["state"]): DossierView => ({
  chain, kind: "", title: "", opener: nobody, participants: [], state: of, epoch: 0, policy: noPolicy, openedAt: 0,
  lastAt: 0, lastIndex: 0, entries: [], acts: [], unread: 0, warnings: [], own: ownLabel(state),
});

export async function viewOfDossier(state: AgentState, known: KnownDossier): Promise<DossierView> {
  const { replayed, copy } = known;
  const { items, incomplete } = copy;
  if (!replayed.opened) {
    const view = emptyView(state, copy.chain, incomplete ? "incomplete" : "broken");
    if (!incomplete) view.warnings.push(known.outcomes[0]?.reason ?? "dossier.unknown");
    return view;
  }
  // One's own receipts say what is unread.
  await ownReceipts(state, known);
  const cache = await loadCache(state, copy.chain);
  const view = emptyView(state, copy.chain, incomplete ? "incomplete" : replayed.open ? "open" : "closed");
  view.kind = replayed.kind;
  view.draft = isOwnDraft(state, replayed);
  view.opener = labelOf(state, replayed.opener);
  for (const participant of replayed.participants()) {
    view.participants.push(labelOf(state, participant));
    if (replayed.kind === "library" && !sameRef(participant, replayed.opener)) continue;
    if (pinBasis(state.book, own(state), participant.party) !== undefined) continue;
    if (mayReadOf(state, participant.party)) {
      view.warnings.push("participant_founded_anew");
      continue;
    }
    if (view.state === "open" || view.state === "closed") view.state = "unverified";
    view.warnings.push("participant_not_pinned");
  }
  view.epoch = replayed.epoch.number;
  view.openedAt = replayed.openedAt;
  view.lastAt = items.at(-1)?.statement.statement.at ?? 0;
  view.lastIndex = items.at(-1)?.index ?? 0;
  if (replayed.stale(state.book, now(state)) !== "no") view.warnings.push("epoch_stale");
  if (incomplete) view.warnings.push("incomplete");
  const policyBody = cache.bodies.get(replayed.policyStatement);
  view.policy = viewOfPolicy(replayed.policy, policyBody && (policyBody.caveats ?? noCaveats()));

  items.forEach(({ statement }, seq) => {
    const outcome = known.outcomes[seq];
    const isVoid = outcome === undefined || !isEffective(outcome);
    const item = replayed.item(statement.id);
    if (statement.kind === "entry" && item !== undefined && !isVoid) {
      const entry = viewOfEntry(state, known, cache, item);
      view.entries.push(entry);
      if (entry.unread) ++view.unread;
      if (entry.title !== "" && entry.version === undefined) view.title = entry.title;
      return;
    }
    const act: ActView = {
      seq,
      id: statement.id,
      kind: statement.kind,
      author: authorLabel(state, statement.statement.author),
      at: statement.statement.at,
      void: isVoid,
      about: isVoid ? (outcome?.reason ?? "") : about(state, statement.statement),
    };
    view.acts.push(act);
  });
  return view;
}

export async function dossiers(state: AgentState): Promise<DossierView[]> {
  await synchronise(state);
  const views: DossierView[] = [];
  for (const chain of await ownDossiers(state)) {
    const known = await attempt(() => dossier(state, chain));
    if ("failure" in known) {
      if (known.failure.code === "unavailable" || known.failure.code === "unauthenticated") throw known.failure;
      // One broken chain does not hide the others.
      const broken = emptyView(state, chain, "broken");
      broken.warnings.push(known.failure.key);
      views.push(broken);
      continue;
    }
    // The library is shown for itself.
    if (known.value.replayed.opened && known.value.replayed.kind === "library") continue;
    views.push(await viewOfDossier(state, known.value));
  }
  // Tidying is nobody's reason to see no list.
  await attempt(() => sweep(state));
  return views;
}

export async function showDossier(state: AgentState, chain: Hex): Promise<DossierView> {
  await synchronise(state);
  const known = await dossier(state, chain);
  if (known.copy.items.length === 0) fail("not_found", "dossier.unknown");
  return viewOfDossier(state, known);
}
