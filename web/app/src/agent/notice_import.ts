// Internal to src/agent: rows that are to be published, held against one's own board before anything is signed
// (web/cli/commands/board_verbs.cpp).
import { importNotices } from "../casework/notice_sheets.ts";
import { noticeSheets } from "../casework/notice_values.ts";
import { overlap, type Span } from "../model/notices.ts";
import { isState } from "../model/party.ts";
import { placeOf, sameNotice, spanOf, type Notice } from "../record/notice_bodies.ts";
import { own } from "./acting.ts";
import type { Hex, NoticeChange, NoticeConflict, NoticeQuery, NoticesRead, NoticeView, SheetKind, SheetOptions } from "./api.ts";
import { asPublished, listNotices } from "./notices.ts";
import type { AgentState } from "./state.ts";

type Kind = NoticeQuery["kind"];

const ownRows = async (state: AgentState, kind: Kind): Promise<NoticeView[]> =>
  (await listNotices(state, { kind, party: own(state).code, all: true })).rows.filter((row) => row.own);

const noticeIn = (kind: Kind, row: NoticeChange["row"]): Notice => ({ kind, row }) as Notice;

/** What stands there already for some of the days that a change is about, and is not changed with it. */
function conflictsWith(there: readonly NoticeView[], kind: Kind, changes: readonly NoticeChange[]): NoticeConflict[] {
  const touched = new Map(changes.flatMap(({ id, row, ended }) => (id === undefined ? [] : [[id, row === undefined ? ended : undefined] as const])));
  const places = new Map<string, { view: NoticeView; span: Span }[]>();
  for (const view of there) {
    // What these very changes end still holds up to that day; what they replace does not.
    const ended = touched.get(view.id);
    if (touched.has(view.id) && ended === undefined) continue;
    const to = ended !== undefined && (view.to === undefined || ended < view.to) ? ended : spanEnd(view);
    if (to !== undefined && to < view.from) continue; // ended before it began
    const place = placeOf(view.notice);
    places.set(place, [...(places.get(place) ?? []), { view, span: { from: view.from, to } }]);
  }
  return changes.flatMap(({ row }, change): NoticeConflict[] => {
    if (row === undefined) return [];
    const notice = noticeIn(kind, asPublished(row));
    const found = places.get(placeOf(notice))?.find(({ span }) => overlap(span, spanOf(notice)));
    return found === undefined ? [] : [{ change, with: found.view }];
  });
}

/** A State's answer, and what a meeting left, are about their one day, until when they hold is another matter. */
const spanEnd = (view: NoticeView): string | undefined => {
  const { to } = spanOf(view.notice);
  return view.ended && view.to !== undefined && (to === undefined || view.to < to) ? view.to : to;
};

export async function noticeConflicts(state: AgentState, kind: Kind, changes: readonly NoticeChange[]): Promise<NoticeConflict[]> {
  return conflictsWith(await ownRows(state, kind), kind, changes);
}

/**
 * A spreadsheet as it is understood: the same row as one that stands there is left alone, one that begins on the same day in the
 * same place replaces it. Nothing is published by it.
 */
export async function readNotices(state: AgentState, kind: SheetKind, file: Uint8Array, options: SheetOptions): Promise<NoticesRead> {
  const { code } = own(state);
  const { sheet, rows } = importNotices(noticeSheets[kind], file, options, isState(code) ? code : "");
  const out: NoticesRead = {
    preview: sheet.preview, questions: sheet.questions, faults: sheet.faults, warnings: sheet.warnings,
    changes: [], numbers: [], fresh: 0, replaced: 0, unchanged: 0, conflicts: [],
  };
  if (rows.length === 0) return out;
  const there = await ownRows(state, kind);
  const firstDay = new Map(there.filter(({ ended }) => !ended).map((view) => [`${placeOf(view.notice)} ${spanOf(view.notice).from}`, view]));
  const taken = new Set<Hex>();
  for (const { number, notice } of rows) {
    const ready = noticeIn(kind, asPublished(notice.row));
    const same = firstDay.get(`${placeOf(ready)} ${spanOf(ready).from}`);
    if (same !== undefined && sameNotice(same.notice, ready)) {
      ++out.unchanged;
      continue;
    }
    const replaces = same !== undefined && !taken.has(same.id);
    if (replaces) taken.add(same.id);
    ++out[replaces ? "replaced" : "fresh"];
    out.numbers.push(number);
    out.changes.push(replaces ? { id: same.id, row: ready.row } : { row: ready.row });
  }
  out.conflicts = conflictsWith(there, kind, out.changes);
  return out;
}
