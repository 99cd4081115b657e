// After somebody left or keys are suspected: the rest of the work, and what cannot be taken back
// (platform/agent/rotation.cpp).
import { ensure, fail } from "../base/failure.ts";
import type { ChainId, LogIndex, MemberId, StatementId } from "../model/ids.ts";
import { isEffective } from "../record/outcome.ts";
import type { Receipt } from "../record/receipts.ts";
import { now as ever } from "../record/register.ts";
import { authorityOf, dossier, membership, now, own, ownKnown, requireRole } from "./acting.ts";
import type { EpochOutcome, FormerMember, KeptDossier, KeptReport, RotationStatus, Seconds } from "./api.ts";
import { loadCache } from "./content_cache.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { ownDossiers } from "./epoch.ts";
import { ownReceipts } from "./receipts.ts";
import { pendingRotation, startEpochs } from "./rotate.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";

/** Somebody who is or was a member, and the part of the log in which he was. */
interface Stay {
  member: MemberId;
  displayName: string;
  until: LogIndex;
  since: Seconds;
  left?: Seconds;
}

function staysOf(state: AgentState): Stay[] {
  const { replayed, copy, outcomes } = ownKnown(state);
  const { authority } = membership(state);
  const stays: Stay[] = [];
  outcomes.forEach((outcome, i) => {
    const item = copy.items[i];
    if (item === undefined || !isEffective(outcome)) return;
    const { at } = item.statement.statement;
    for (const effect of outcome.effects) {
      if (effect.effect === "member_admitted" && effect.authority === authority) {
        const displayName = replayed.member(effect.member, item.index + 1)?.displayName ?? "";
        stays.push({ member: effect.member, displayName, until: ever, since: at });
      } else if (effect.effect === "member_left") {
        for (const stay of stays) {
          if (stay.member !== effect.member) continue;
          stay.until = item.index;
          stay.left = at;
        }
      }
    }
  });
  return stays;
}

function findStay(state: AgentState, text: string): Stay {
  const stays = staysOf(state);
  const exact = stays.find(({ member }) => member === text);
  if (exact !== undefined) return exact;
  const found = stays.filter(({ member, displayName }) =>
    displayName === text || (text.length >= 4 && member.startsWith(text)));
  const [one] = found;
  if (one === undefined) return fail("not_found", "member.unknown", { name: text });
  return found.length === 1 ? one : fail("invalid_input", "name.ambiguous", { name: text });
}

/** What he signed himself: when he fetched and opened each entry. */
async function recordsOf(
  state: AgentState, known: KnownDossier, member: MemberId,
): Promise<(entry: StatementId) => Receipt | undefined> {
  const { replayed } = await ownReceipts(state, known);
  return (entry) => replayed.of(entry).get(member);
}

async function keptOf(state: AgentState, chain: ChainId, stay: Stay): Promise<KeptDossier | undefined> {
  const known = await dossier(state, chain);
  const { replayed } = known;
  if (!replayed.opened) return undefined;
  // A keyring has all generations before: what was granted before he came he could read as well.
  const epochs = new Set(replayed.grants(authorityOf(state)).filter(({ since }) => since < stay.until)
    .map(({ epoch }) => epoch));
  if (epochs.size === 0) return undefined;
  const row: KeptDossier = { chain, title: "", epochs: [...epochs].sort((a, b) => a - b), entries: [], fetched: 0 };
  const records = await recordsOf(state, known, stay.member);
  const cache = await loadCache(state, chain);
  for (const item of replayed.items) {
    row.title ||= cache.bodies.get(item.id)?.title ?? "";
    if (item.kind !== "entry" || item.index >= stay.until || !epochs.has(item.epoch)) continue;
    const { fetched, opened } = records(item.id) ?? {};
    if (fetched !== undefined) ++row.fetched;
    row.entries.push({
      seq: item.seq, at: item.at, attachments: item.attachments.length,
      ...(fetched === undefined ? {} : { fetchedAt: fetched }), ...(opened === undefined ? {} : { openedAt: opened }),
    });
  }
  return row;
}

/** Goes on where an earlier run ended: an epoch on every dossier whose grant to this authority is of an old generation. */
export async function resumeRotation(state: AgentState): Promise<EpochOutcome> {
  await synchronise(state);
  requireRole(state, "officer");
  return startEpochs(state);
}

export async function rotationStatus(state: AgentState): Promise<RotationStatus> {
  await synchronise(state);
  const { authority } = membership(state);
  const generation = own(state).generation(authority);
  ensure(generation !== undefined, "an authority has a generation from its first day");
  const chains = await ownDossiers(state);
  const stale: ChainId[] = [];
  for (const chain of chains) {
    const { replayed } = await dossier(state, chain);
    const ours = replayed.opened && replayed.standing(authorityOf(state)) === "participant";
    if (ours && replayed.stale(state.book, now(state)) !== "no") stale.push(chain);
  }
  return {
    unfinished: await pendingRotation(state), generation: generation.number, dossiers: chains.length, stale,
  };
}

/** Those of one's own authority who are no members any more, the last to leave first. */
export async function formerMembers(state: AgentState): Promise<FormerMember[]> {
  await synchronise(state);
  return staysOf(state)
    .flatMap(({ member, displayName, since, left }) => (left === undefined ? [] : [{ member, displayName, since, until: left }]))
    .reverse();
}

/**
 * What a member may have kept: by the grants his authority held while he was in it, and by the delivery records he signed.
 * A record proves that he fetched; none proves nothing, for his colleagues' fetching served him as well. Of a member of
 * one's own authority, present or past, by display name or the beginning of his id.
 */
export async function keptBy(state: AgentState, text: string): Promise<KeptReport> {
  await synchronise(state);
  requireRole(state, "custodian");
  const stay = findStay(state, text);
  const { authority } = membership(state);
  const report: KeptReport = {
    member: stay.member,
    displayName: stay.displayName,
    authorityName: own(state).authority(authority)?.description.name ?? "",
    since: stay.since,
    ...(stay.left === undefined ? {} : { until: stay.left }),
    generations: own(state).generation(authority, stay.until)?.number ?? 0,
    dossiers: [],
    entries: 0,
    fetched: 0,
  };
  const chains = await ownDossiers(state);
  const { observer } = state.environment;
  for (const [done, chain] of chains.entries()) {
    observer.onProgress?.({ of: "report", done, total: chains.length });
    const row = await keptOf(state, chain, stay);
    if (row === undefined) continue;
    report.entries += row.entries.length;
    report.fetched += row.fetched;
    report.dossiers.push(row);
  }
  observer.onProgress?.({ of: "report", done: chains.length, total: chains.length });
  return report;
}
