// The notice board of one Party (protocol, section 4): a value like Register and Dossier. Replay reads no clock: what has
// ended or is not in force yet stands in it as well, and its readers ask by a day. Mirror of notice_board.hpp.
import { day, type AuthorityRef, type ChainId, type Hex, type LogIndex, type PartyId, type StatementId, type UnixSeconds }
  from "../model/ids.ts";
import { overlap, smallestShown, timeToAnswer, type Span } from "../model/notices.ts";
import { isState, type PartyCode } from "../model/party.ts";
import { isCourt, organOf } from "../model/request.ts";
import { noticesChain } from "./chains.ts";
import { checkFrame, findAuthor, isOfficer, type Reason } from "./judging.ts";
import { rowOf } from "./kinds.ts";
import { placeOf, sameNotice, spanOf, type Notice, type NoticeRow, type NoticeSetKind } from "./notice_bodies.ts";
import { effectiveOutcome, noHead, voidOutcome, type Head, type Outcome } from "./outcome.ts";
import type { Registers } from "./register.ts";
import { sameReportRow } from "./report_row.ts";
import type { SignedStatement, Statement } from "./statement.ts";

/** Ids ever. */
const maxRows = 20_000;

/** A row as it was last set: by which statement, when, by whose hand. */
export interface BoardRow {
  notice: Notice;
  /** The last day. */
  ended?: string | undefined;
  statement: StatementId;
  index: LogIndex;
  at: UnixSeconds;
  by: AuthorityRef;
}

export interface NoticeBoardState {
  head: Head;
  stopped: boolean;
  rows: Map<Hex, BoardRow>;
  /** The ids that say something of a place. */
  places: Map<string, Set<Hex>>;
}

/** The bodies alike: an id, what is said or that it ended. */
interface SaidRow { id: Hex; kind: NoticeSetKind; notice?: Notice | undefined; ended?: string | undefined }

function rowsOf({ kind, body }: Statement): SaidRow[] {
  switch (kind) {
    case "focal_point_set":
    case "law_entry_set":
    case "profile_set":
    case "recommendation_set":
    case "calendar_set":
    case "row_published":
      return (body.rows as NoticeRow<unknown>[]).map(({ id, row, ended }) =>
        ({ id, kind, notice: row === undefined ? undefined : ({ kind, row } as Notice), ended }));
    default:
      return [];
  }
}

function spanWith(notice: Notice, ended: string | undefined): Span {
  const span = spanOf(notice);
  return ended !== undefined && (span.to === undefined || ended < span.to) ? { ...span, to: ended } : span;
}
/** The days on which a row says so, its end counted. */
export const spanOfRow = ({ notice, ended }: BoardRow): Span => spanWith(notice, ended);

/** The server takes a date that is ten minutes off its own clock, so two honest sides may be twice as far apart. */
const clocksApart = 20 * 60;

/** A row confirmed on a day that has not come would never be asked about again. A day more for those east of Greenwich. */
function confirmedTooLate({ kind, row }: Notice, at: UnixSeconds): boolean {
  if (kind !== "focal_point_set" && kind !== "law_entry_set" && kind !== "calendar_set") return false;
  if (row.confirmed === undefined) return false;
  return Date.parse(`${row.confirmed}T00:00:00Z`) / 1000 / day > Math.floor(at / day) + 1;
}

/** A State says what it does itself; a body, which has joined no treaty, says of which State it speaks. */
const speaksForAnother = ({ kind, row }: Notice, code: PartyCode): boolean =>
  kind === "profile_set" && (row.state !== undefined) === isState(code);

/** Of a State's row only the organ that dealt with it speaks, once the period is over and the State was asked. */
function againstPublished({ kind, row }: Notice, code: PartyCode, at: UnixSeconds): Reason {
  if (kind !== "row_published") return "";
  const { reportRow, proposedAt, answer, confirmedAt } = row;
  if (!(isCourt(code) || organOf(code) === "trust_fund") || reportRow.organ !== code) return "void.row_organ";
  if (Math.floor(proposedAt / day) <= Date.parse(`${reportRow.to}T00:00:00Z`) / 1000 / day) return "void.row_period";
  const latest = at + clocksApart;
  if (proposedAt > latest || (confirmedAt !== undefined && confirmedAt > latest)) return "void.notice_date";
  const confirmed = answer === "confirmed";
  if (!confirmed && at - proposedAt < timeToAnswer) return "void.row_too_early";
  const bound = confirmed ? reportRow.hideBelow : Math.max(reportRow.hideBelow, smallestShown);
  const small = [...reportRow.received, ...reportRow.sent].some(({ count }) => count !== undefined && count < bound);
  return small ? "void.row_small_figure" : "";
}

/** A correction is of the same State and days, and other figures were told after those that stand. */
function corrects(before: Notice, now: Notice): boolean {
  if (before.kind !== "row_published" || now.kind !== "row_published") return true;
  const [a, b] = [before.row.reportRow, now.row.reportRow];
  if (a.party !== b.party || a.from !== b.from || a.to !== b.to) return false;
  return sameReportRow(a, b) || now.row.proposedAt > before.row.proposedAt;
}

function anyOverlap(spans: Span[]): boolean {
  // One that ended before it began never says anything.
  const said = spans.filter(({ from, to }) => to === undefined || to >= from)
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return said.some((span, i) => i > 0 && overlap(said[i - 1] as Span, span));
}

export class NoticeBoard {
  readonly chain: ChainId;

  constructor(
    readonly party: PartyId,
    readonly state: NoticeBoardState = { head: noHead(), stopped: false, rows: new Map(), places: new Map() },
  ) {
    this.chain = noticesChain(party);
  }

  copy(): NoticeBoard {
    return new NoticeBoard(this.party, structuredClone(this.state));
  }

  get head(): Head { return this.state.head; }

  /** By id. */
  get rows(): Map<Hex, BoardRow> {
    return new Map([...this.state.rows].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #against(statement: Statement, code: PartyCode): Reason {
    const { rows, places } = this.state;
    const said = rowsOf(statement);
    const touched = new Set<Hex>();
    const claimed = new Map<string, Span[]>();
    let fresh = 0;
    for (const { id, kind, notice } of said) {
      const known = rows.get(id);
      touched.add(id);
      if (known === undefined ? notice === undefined : known.notice.kind !== kind) return "void.notice_unknown";
      if (known?.ended !== undefined) return "void.notice_ended";
      if (notice === undefined) continue;
      if (known === undefined) ++fresh;
      else if (sameNotice(known.notice, notice)) return "void.nothing_changed";
      if (speaksForAnother(notice, code)) return "void.notice_state";
      if (confirmedTooLate(notice, statement.at)) return "void.notice_date";
      const wrong = againstPublished(notice, code, statement.at);
      if (wrong !== "") return wrong;
      if (known !== undefined && !corrects(known.notice, notice)) return "void.row_correction";
      const place = placeOf(notice);
      claimed.set(place, [...(claimed.get(place) ?? []), spanOf(notice)]);
    }
    if (rows.size + fresh > maxRows) return "void.notice_full";
    for (const [place, spans] of claimed) {
      for (const id of places.get(place) ?? []) {
        if (!touched.has(id)) spans.push(spanOfRow(rows.get(id) as BoardRow));
      }
      // What this very statement ends in the place still holds up to that day.
      for (const one of said) {
        if (one.notice !== undefined) continue;
        const { notice } = rows.get(one.id) as BoardRow;
        if (placeOf(notice) === place) spans.push(spanWith(notice, one.ended));
      }
      if (anyOverlap(spans)) return "void.notice_overlap";
    }
    return "";
  }

  judge(signed: SignedStatement, at: LogIndex, registers: Registers): Outcome {
    const s = signed.statement;
    const frame = checkFrame(s, this.chain, this.state.head, this.state.stopped, at);
    if (frame !== undefined) return frame;
    const found = findAuthor(signed, at, registers);
    if ("outcome" in found) return found.outcome;
    const { author } = found;
    if (rowOf(s.kind).chain !== "notices") return voidOutcome("void.wrong_chain");
    if (author.ref.party !== this.party) return voidOutcome("void.not_the_party");
    if (!isOfficer(author)) return voidOutcome("void.not_officer");
    if (!author.register.publisher(author.ref.authority, at)) return voidOutcome("void.not_publisher");
    const reason = this.#against(s, author.register.code);
    return reason === "" ? effectiveOutcome([{ effect: "notices_changed" }]) : voidOutcome(reason);
  }

  apply(signed: SignedStatement, at: LogIndex, registers: Registers): Outcome {
    const outcome = this.judge(signed, at, registers);
    const { state } = this;
    if (outcome.verdict === "broken" || outcome.verdict === "unsupported") {
      state.stopped = true;
      return outcome;
    }
    const s = signed.statement;
    if (outcome.verdict === "effective") {
      for (const { id, notice, ended } of rowsOf(s)) {
        const held = state.rows.get(id);
        if (notice !== undefined) {
          if (held !== undefined) state.places.get(placeOf(held.notice))?.delete(id);
          const place = placeOf(notice);
          state.places.set(place, (state.places.get(place) ?? new Set<Hex>()).add(id));
        }
        state.rows.set(id, {
          notice: notice ?? (held as BoardRow).notice, ended, statement: signed.id, index: at, at: s.at,
          by: { party: this.party, authority: s.author.authority },
        });
      }
    }
    state.head = { length: state.head.length + 1, last: signed.id, index: at };
    return outcome;
  }
}
