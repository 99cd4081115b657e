// Internal to src/agent: one State's row of an organ's report: the State is told of it, answers, and then the organ publishes
// it (platform/agent/report_rows.cpp and report_publish.cpp; platform/decisions/1712-published-rows.md).
import { attempt, fail, type Failure } from "../base/failure.ts";
import { dayAt } from "../casework/date.ts";
import { figures } from "../casework/figures.ts";
import { sumOfRows, type Cell } from "../casework/report.ts";
import { countRow, partyRowOf, rowDifferences, unknownFigures } from "../casework/report_row.ts";
import { publishedCsv } from "../casework/report_text.ts";
import { generateIdentity } from "../crypto/age/hybrid.ts";
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import { sameRef, type ChainId, type Hex, type PartyId } from "../model/ids.ts";
import { timeToAnswer, type RowAnswer } from "../model/notices.ts";
import { isPartyCode, isState, type PartyCode } from "../model/party.ts";
import { isCourt, organOf } from "../model/request.ts";
import { dossierChain } from "../record/chains.ts";
import type { Dossier, DossierItem } from "../record/dossier.ts";
import type { PublishedRow } from "../record/notice_bodies.ts";
import { reportRow as rowSchema, sameReportRow as sameRow, type ReportRow } from "../record/report_row.ts";
import type { SealedBody } from "../record/sealed_body.ts";
import { authorityOf, dossier, now, own, requireComplete } from "./acting.ts";
import type {
  NoticeView, ProposedRow, PublishedTable, RowComparison, RowFigures, RowOrder, RowView, Sent,
} from "./api.ts";
import { loadCache, type ContentCache } from "./content_cache.ts";
import { counts } from "./counting.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { begunBefore, freshName, whileUnderWay, type DraftPlan } from "./draft_plan.ts";
import { ownDossiers } from "./epoch.ts";
import { openEntry } from "./get.ts";
import { normalised } from "./normalise.ts";
import { listNotices, publishNotices } from "./notices.ts";
import { labelOf } from "./recipients.ts";
import { ownFacts } from "./report.ts";
import { carryOut, recipientsOf, requireMaySend, resume } from "./send.ts";
import type { AgentState } from "./state.ts";
import { mayReadOf } from "./successor.ts";
import { synchronise } from "./synchronise.ts";

const codeOf = ({ book }: AgentState, party: PartyId): PartyCode => book.byParty(party)?.code ?? "";
const isOrgan = (code: PartyCode): boolean => isCourt(code) || organOf(code) === "trust_fund";
const samePlace = (a: ReportRow, b: ReportRow): boolean =>
  a.party === b.party && a.organ === b.organ && a.from === b.from && a.to === b.to;
const shareDays = (a: ReportRow, b: ReportRow): boolean => a.party === b.party && a.organ === b.organ && a.from <= b.to && b.from <= a.to;

/** A share, whose entries are read by those who take part in it. */
const mayTell = (state: AgentState, replayed: Dossier): boolean =>
  replayed.opened && replayed.kind === "share" && replayed.standing(authorityOf(state)) !== "none";

/**
 * Whether the entry tells of a row, by the hand of the organ whose row it is. Taken back it told of it all the same: or else
 * whoever published something else would silence what says so.
 */
const tells = (state: AgentState, item: DossierItem, body: SealedBody | undefined): body is SealedBody & { reportRow: ReportRow } =>
  body?.reportRow !== undefined && codeOf(state, item.owner.party) === body.reportRow.organ;

const figuresOf = (row: ReportRow): RowFigures => {
  const { received, sent } = partyRowOf(row);
  return { received: received.counts.map((cell) => cell ?? null), sent: sent.counts.map((cell) => cell ?? null) };
};

/** The newest row that a dossier tells of, and what the State says of it. */
function newestRow(state: AgentState, { replayed, copy }: KnownDossier, cache: ContentCache): RowView | undefined {
  let view: RowView | undefined;
  for (const item of replayed.items) {
    if (item.kind !== "entry") continue;
    const body = cache.bodies.get(item.id);
    if (tells(state, item, body)) {
      const row = body.reportRow;
      const code = own(state).code;
      view = {
        chain: copy.chain, seq: item.seq, told: item.id, withdrawn: item.withdrawn, row, figures: figuresOf(row), organ: labelOf(state, item.owner),
        side: code === row.organ ? "organ" : code === row.party ? "state" : "none",
        proposedAt: item.at, publishFrom: item.at + timeToAnswer, counting: counts(state, item.index, item.at),
        answers: [], unread: false, publishedDiffers: [],
      };
      continue;
    }
    if (view === undefined) continue;
    if (body === undefined) view.unread ||= !item.withdrawn;
    if (body?.rowAnswer === undefined || codeOf(state, item.owner.party) !== view.row.party) continue;
    if (!counts(state, item.index, item.at)) continue;
    // What was said of another row, told before or in between, is no answer to this one.
    if (body.rowAnswer.row !== view.told) continue;
    view.answers.push({ said: body.rowAnswer.answer, index: item.index, at: item.at, withdrawn: item.withdrawn });
    if (item.withdrawn) continue;
    view.answer = {
      said: body.rowAnswer.answer, at: item.at, words: body.message ?? "",
      by: state.book.byParty(item.owner.party)?.member(item.author, item.index)?.displayName ?? "",
    };
  }
  return view;
}

/** The clocks of two devices need not agree: nobody confirms what he was not told of. */
const confirmedOn = (answered: number, proposed: number): number => Math.max(answered, proposed);

/**
 * What the State had said when the row was published, by the log's order, for the clocks of two devices need not agree; what
 * it took back is read both ways, for the time of a withdrawal is not kept. What it said later is no difference.
 */
function saysAnswer({ answers, proposedAt }: RowView, { row, index }: NonNullable<RowView["published"]>, withdrawnToo: boolean): boolean {
  const before = answers.filter((one) => one.index <= index && (withdrawnToo || !one.withdrawn)).at(-1);
  const confirmedAt = before?.said === "confirmed" ? confirmedOn(before.at, proposedAt) : undefined;
  return row.answer === (before?.said ?? "none") && row.confirmedAt === confirmedAt;
}

function fillPublished(view: RowView, board: readonly NoticeView[]): void {
  for (const { notice, party, id, index, at } of board) {
    if (notice.kind !== "row_published" || party !== view.row.organ) continue;
    const { reportRow: row } = notice.row;
    // Other days of the same year are the same row told otherwise; the same days come first.
    const closer = samePlace(row, view.row) ||
      (shareDays(row, view.row) && !(view.published !== undefined && samePlace(view.published.row.reportRow, view.row)));
    if (closer) view.published = { id, index, at, row: notice.row };
  }
  if (view.published === undefined) return;
  const { row } = view.published;
  const { from, to } = view.row;
  if (!samePlace(row.reportRow, view.row)) view.publishedDiffers.push("period");
  if (!sameRow({ ...row.reportRow, from, to }, view.row)) view.publishedDiffers.push("figures");
  if (row.proposedAt !== view.proposedAt) view.publishedDiffers.push("date");
  if (!saysAnswer(view, view.published, true) && !saysAnswer(view, view.published, false)) view.publishedDiffers.push("answer");
}

const boards = async (state: AgentState): Promise<NoticeView[]> => (await listNotices(state, { kind: "row_published" })).rows;

/** Those that this device has opened or sent, the newest first. */
export async function listRows(state: AgentState): Promise<RowView[]> {
  await synchronise(state);
  return rowsBeside(state, await boards(state));
}

async function rowsBeside(state: AgentState, board: readonly NoticeView[]): Promise<RowView[]> {
  const out: RowView[] = [];
  for (const chain of await ownDossiers(state)) {
    const known = await attempt(() => dossier(state, chain));
    if ("failure" in known) {
      if (["unavailable", "unauthenticated"].includes(known.failure.code)) throw known.failure;
      continue; // what is broken says so where files are listed
    }
    if (!mayTell(state, known.value.replayed)) continue;
    const view = newestRow(state, known.value, await loadCache(state, chain));
    if (view === undefined) continue;
    fillPublished(view, board);
    out.push(view);
  }
  return out.sort((a, b) => b.proposedAt - a.proposedAt);
}

/** Of the line or the session, not of one entry. */
const stopsReading = ({ code, key }: Failure): boolean =>
  code === "unauthenticated" || (code === "unavailable" && key !== "log.not_yet_witnessed");

/** With all that opens in its dossier opened, and beside what the State counts itself. not_found "report_row.unknown" */
export async function showRow(state: AgentState, chain: ChainId): Promise<RowComparison> {
  await synchronise(state);
  const first = await dossier(state, chain);
  if (!mayTell(state, first.replayed)) fail("not_found", "report_row.unknown");
  requireComplete(state, first);
  const known = await loadCache(state, chain);
  let unopened: Failure | undefined;
  for (const item of first.replayed.items) {
    if (item.kind !== "entry" || item.withdrawn || known.bodies.has(item.id) || !mayReadOf(state, item.owner.party)) continue;
    // One that does not open, for whatever reason, is named and hinders nothing: it need not be the row's.
    const opened = await attempt(() => openEntry(state, chain, item.seq));
    if (!("failure" in opened)) continue;
    if (stopsReading(opened.failure)) throw opened.failure;
    unopened ??= opened.failure;
  }
  const view = newestRow(state, await dossier(state, chain), await loadCache(state, chain));
  if (view === undefined) throw unopened ?? fail("not_found", "report_row.unknown");
  fillPublished(view, await boards(state));
  const unknown = unknownFigures(view.row);
  if (view.side !== "state") return { view, counted: false, differences: [], unknown, unreadable: 0 };
  const { row } = view;
  const { facts, unreadable } = await ownFacts(state, row.asOf);
  const counted = countRow(facts, row.party, row.organ, { period: { from: row.from, to: row.to }, asOf: row.asOf, hideBelow: 0 });
  return { view, counted: true, differences: rowDifferences(row, counted), unknown, unreadable };
}

async function carry(state: AgentState, plan: DraftPlan): Promise<Sent> {
  const before = await begunBefore(state, plan);
  return whileUnderWay(state, [before ?? plan], () => (before === undefined ? carryOut(state, plan) : resume(state, before)));
}

const planOf = (state: AgentState, chain: ChainId, title: string, message: string): DraftPlan => ({
  name: freshName(), chain, opens: false, to: [], toText: [], epoch: 1, at: now(state),
  title: normalised(title), message: normalised(message), files: [],
});

/**
 * As this authority's Party counts it now. Told again, for the same State and period, in the same dossier: then the State has
 * its time anew. forbidden "report_row.not_organ"; invalid_input "report_row.not_state" | "report_row.period" (it is not
 * over) | "report_row.as_of"; conflict "report_row.told_already".
 */
export async function proposeRow(state: AgentState, order: RowOrder): Promise<ProposedRow> {
  await synchronise(state);
  await requireMaySend(state);
  const { code } = own(state);
  if (!isOrgan(code)) fail("forbidden", "report_row.not_organ");
  const party = order.to.split("/")[0]!;
  if (!isPartyCode(party) || !isState(party)) fail("invalid_input", "report_row.not_state");
  const today = dayAt(now(state), 0);
  if (order.toDay >= today) fail("invalid_input", "report_row.period");
  const asOf = order.asOf ?? today;
  if (asOf < order.toDay) fail("invalid_input", "report_row.as_of");
  const { facts, unreadable } = await ownFacts(state, asOf);
  const row = countRow(facts, party, code, { period: { from: order.from, to: order.toDay }, asOf, hideBelow: order.hideBelow });
  const told = (sent: Sent): ProposedRow => ({ sent, row, figures: figuresOf(row), unreadable });
  for (const one of await listRows(state)) {
    if (one.side !== "organ" || !samePlace(one.row, row)) continue;
    const { replayed } = await dossier(state, one.chain);
    if (!sameRef(replayed.opener, authorityOf(state)) || !replayed.open) continue;
    if (sameRow(one.row, row) && !one.withdrawn) fail("conflict", "report_row.told_already");
    return told(await carry(state, { ...planOf(state, one.chain, order.title, order.message), reportRow: row }));
  }
  const [to] = await recipientsOf(state, [order.to]);
  if (to === undefined || codeOf(state, to.to.party) !== party) return fail("invalid_input", "report_row.not_state");
  const identity = generateIdentity();
  const chain = dossierChain(authorityOf(state).authority, identity.recipient.text);
  return told(await carry(state, {
    ...planOf(state, chain, order.title, order.message), opens: true, identity, to: [to.to], toText: [to.text],
    policy: { onward: "own_party", caveats: [], handling: [], words: "" }, reportRow: row,
  }));
}

/**
 * By the State, of the row that the statement `told` tells of, as it was shown. conflict "report_row.told_anew": the file
 * tells of a later one; conflict "report_row.withdrawn"; unsupported "report_row.unknown_figures": nobody confirms what he
 * cannot read; forbidden "report_row.not_state_of_row", invalid_input "report_row.no_words".
 */
export async function answerRow(state: AgentState, chain: ChainId, told: Hex, answer: RowAnswer, words: string): Promise<Sent> {
  const { view, unknown } = await showRow(state, chain);
  if (view.side !== "state") fail("forbidden", "report_row.not_state_of_row");
  if (answer === "commented" && words.trim() === "") fail("invalid_input", "report_row.no_words");
  if (view.told !== told) fail("conflict", "report_row.told_anew");
  if (view.withdrawn) fail("conflict", "report_row.withdrawn");
  if (answer === "confirmed" && unknown.length > 0) fail("unsupported", "report_row.unknown_figures");
  return carry(state, { ...planOf(state, chain, "", words), rowAnswer: { answer, row: told } });
}

/** An answer that was begun is an answer to the row that its file tells of last. conflict "report_row.told_anew" */
export async function requireAnswersNewest(state: AgentState, { chain, rowAnswer }: DraftPlan): Promise<void> {
  if (rowAnswer === undefined) return;
  const view = newestRow(state, await dossier(state, chain), await loadCache(state, chain));
  if (view?.told !== rowAnswer.row) fail("conflict", "report_row.told_anew");
}

/** By the organ, instead of what stands there for the same State and period. conflict "report_row.withdrawn", "report_row.too_early" {until}; else the judge's "void.…". */
export async function publishRow(state: AgentState, chain: ChainId): Promise<RowView> {
  const { view } = await showRow(state, chain);
  if (view.side !== "organ") fail("forbidden", "report_row.not_organ");
  if (!view.counting) fail("unavailable", "log.not_yet_witnessed");
  if (view.withdrawn) fail("conflict", "report_row.withdrawn");
  const answer = view.answer?.said ?? "none";
  if (answer !== "confirmed" && now(state) < view.publishFrom) {
    fail("conflict", "report_row.too_early", { until: dayAt(view.publishFrom, 0) });
  }
  const row: PublishedRow = {
    reportRow: view.row, proposedAt: view.proposedAt, answer,
    confirmedAt: answer === "confirmed" && view.answer !== undefined ? confirmedOn(view.answer.at, view.proposedAt) : undefined,
  };
  await publishNotices(state, "row_published", [
    // Other days have a row of their own, and the board's judge says that they overlap.
    view.published !== undefined && samePlace(view.published.row.reportRow, view.row) ? { id: view.published.id, row } : { row },
  ]);
  return (await showRow(state, chain)).view;
}

const nullable = (cells: Cell[]): (number | null)[] => cells.map((cell) => cell ?? null);

/** Of one period, everybody's; without one the newest of which something is published. The sum is of these rows alone. */
export async function publishedTable(
  state: AgentState, order: { from?: string; to?: string; language: "en" | "fr"; answers: Record<PublishedRow["answer"], string> },
): Promise<PublishedTable> {
  const { rows: all, unread } = await listNotices(state, { kind: "row_published" });
  const known = await rowsBeside(state, all);
  const periods = [...new Map(all.flatMap(({ notice }) => {
    if (notice.kind !== "row_published") return [];
    const { from, to } = notice.row.reportRow;
    return [[`${to} ${from}`, { from, to }] as const];
  }))].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, period]) => period);
  const period = order.from !== undefined && order.to !== undefined ? { from: order.from, to: order.to } : periods[0];
  const { code: ours } = own(state);
  const listed = all.flatMap(({ id, party, authority, at, counting, notice }) =>
    notice.kind !== "row_published" || notice.row.reportRow.from !== period?.from || notice.row.reportRow.to !== period.to ? []
      : [{ id: id as Hex, organ: party, authority, at, counting, row: notice.row, figures: figuresOf(notice.row.reportRow),
        // The newest telling counts, if there are several.
        differs: known.find((one) => one.published?.id === id)?.publishedDiffers ??
          (party === ours || notice.row.reportRow.party === ours ? ["not_told" as const] : []) }])
    .sort((a, b) => {
      const [left, right] = [a, b].map(({ row, organ }) => `${row.reportRow.party} ${organ}`);
      return left! < right! ? -1 : 1;
    });
  const [shown, pending] = [listed.filter(({ counting }) => counting), listed.filter(({ counting }) => !counting)];
  const sums = sumOfRows(shown.map(({ row }) => partyRowOf(row.reportRow)));
  const states = (await state.book.directory(state.environment))
    .flatMap(({ code, foundedId }) => (foundedId !== undefined && isPartyCode(code) && isState(code) ? [code] : [])).sort();
  return {
    ...(period === undefined ? {} : { period }), periods, rows: shown, pending, unread,
    figures: figures.map(({ name, partOf, title }) => ({ name, part: partOf !== "", title: title[order.language] })),
    sums: { received: nullable(sums.received), sent: nullable(sums.sent) },
    missing: [...new Set(shown.map(({ organ }) => organ))].sort().map((organ) => ({
      organ, states: states.filter((code) => !shown.some((one) => one.organ === organ && one.row.reportRow.party === code)),
    })),
    csv: publishedCsv(shown.map(({ row }) => ({ row: row.reportRow, answer: order.answers[row.answer] })), sums, order.language),
    json: encodeCanonicalJson({
      ...(period === undefined ? {} : { from: period.from, to: period.to }),
      rows: shown.map(({ organ, row }) => ({ organ, answer: row.answer, proposed_at: row.proposedAt, row: rowSchema.write(row.reportRow),
        ...(row.confirmedAt === undefined ? {} : { confirmed_at: row.confirmedAt }) })),
      sums: Object.fromEntries((["received", "sent"] as const).map((side) => [side, {
        figures: Object.fromEntries(figures.flatMap(({ name }, i) => (sums[side][i] === undefined ? [] : [[name, sums[side][i]]]))),
        hidden: figures.flatMap(({ name }, i) => (sums[side][i] === undefined ? [name] : [])),
      }])),
    }),
  };
}
