// Notice boards: what each Party says of itself for all others. Only a board whose Party is pinned is shown as fact
// (platform/agent/notices.cpp).
import { attempt, ensure, fail, isFailure } from "../base/failure.ts";
import { systemRandom } from "../crypto/random.ts";
import { toBeConfirmed } from "../casework/law_check.ts";
import { dayAt, isDay } from "../casework/date.ts";
import type { PartyId } from "../model/ids.ts";
import { compareBytes } from "../model/text.ts";
import { noticesChain, randomId } from "../record/chains.ts";
import { spanOfRow, type BoardRow } from "../record/notice_board.ts";
import { placeOf, type Notice, type NoticeRow, type NoticeSetKind } from "../record/notice_bodies.ts";
import { isEffective, refusalOf } from "../record/outcome.ts";
import { pinBasis, type Register } from "../record/register.ts";
import type { BodyOf } from "../record/statement.ts";
import { composeNext, now, own, requireRole, sign } from "./acting.ts";
import type { Hex, NoticeChange, NoticeList, NoticeQuery, NoticeView } from "./api.ts";
import { appendSettled } from "./append.ts";
import { counts } from "./counting.ts";
import { normalised } from "./normalise.ts";
import { answers } from "./notice_search.ts";
import { appendToRegister } from "./people.ts";
import type { PartyRow } from "./ports.ts";
import { newPackage, type AgentState, type Package } from "./state.ts";
import { synchronise } from "./synchronise.ts";

const isDated = (kind: NoticeSetKind): boolean => kind === "profile_set" || kind === "recommendation_set";

/** Whether a row that holds to this day should be asked about: nobody has confirmed it for a year. */
function shouldConfirm({ kind, row }: Notice, today: string): boolean {
  if (kind === "profile_set" || kind === "recommendation_set" || kind === "row_published") return false;
  return isDay(row.validFrom) && toBeConfirmed(row.confirmed, row.validFrom, today);
}

function viewOf(state: AgentState, register: Register, id: Hex, row: BoardRow, today: string): NoticeView {
  const { notice, ended, index, at, by } = row;
  const { from, to: last } = spanOfRow(row);
  // What a State answered, and what a meeting left, holds until it is ended or something later is said (withHistory).
  const to = isDated(notice.kind) ? ended : last;
  // A published row is of a period that is over, and stands until it is ended.
  const inForce = notice.kind === "row_published" ? ended === undefined : from <= today && (to === undefined || today <= to);
  return {
    id, party: register.code,
    authority: register.authorities().find(({ description }) => description.id === by.authority)?.description.name ?? "",
    own: register.party === own(state).party, notice, from, to, ended: ended !== undefined, inForce,
    toConfirm: inForce && shouldConfirm(notice, today), counting: counts(state, index, at), index, at,
  };
}

/** Of one board: of what is dated the newest of each place is the one that holds; the others are its history. */
function withHistory(rows: readonly NoticeView[]): NoticeView[] {
  const newest = new Map<string, string>();
  for (const { notice, inForce, from } of rows) {
    const place = placeOf(notice);
    if (isDated(notice.kind) && inForce && from > (newest.get(place) ?? "")) newest.set(place, from);
  }
  return rows.map((row) =>
    isDated(row.notice.kind) && row.inForce && row.from !== newest.get(placeOf(row.notice)) ? { ...row, inForce: false } : row);
}

async function boardOf({ environment, log, book, notices }: AgentState, party: PartyId) {
  const known = await notices.update(environment, log, book, party);
  if (known.copy.incomplete) fail("integrity", "notices.incomplete");
  return known;
}

/** What a server says of a Party that nobody has checked is not read at all. "": it is read. */
async function whyUnread(state: AgentState, row: PartyRow, party: PartyId, chain: Hex): Promise<string> {
  const found = await attempt(() => state.book.update(state.environment, state.log, chain));
  if ("failure" in found && found.failure.code === "unavailable") throw found.failure;
  if ("failure" in found) return found.failure.key;
  const { replayed, copy } = found.value;
  if (!replayed.founded || replayed.party !== party || replayed.code !== row.code) return "party.directory_differs";
  if (copy.incomplete) return "register.incomplete";
  return pinBasis(state.book, own(state), party) === undefined && party !== own(state).party ? "not_pinned" : "";
}

export async function listNotices(state: AgentState, query: NoticeQuery): Promise<NoticeList> {
  const { book, environment, log } = state;
  book.forgetDirectory();
  await synchronise(state);
  const parties = await book.directory(environment);
  // What this Party pinned is read first, so that a list it accepts (the Registry's) is known for the others.
  for (const { party } of own(state).pins()) {
    try {
      await book.updateParty(environment, log, party);
    } catch (error) {
      if (!isFailure(error) || error.code === "unavailable") throw error;
    }
  }
  const today = query.on ?? dayAt(now(state), 0);
  const list: NoticeList = { rows: [], unread: [] };
  const met = new Set<string>();
  for (const row of parties) {
    const { foundedId: party, registerChain, code } = row;
    if (party === undefined || registerChain === undefined) continue;
    if (query.party !== undefined && query.party !== "" && code !== query.party) continue;
    met.add(code);
    let why = await whyUnread(state, row, party, registerChain);
    if (why === "") {
      const board = await attempt(() => boardOf(state, party));
      if (!("failure" in board)) {
        const register = book.byParty(party);
        ensure(register !== undefined, "the register of a Party that is pinned was read");
        const views = [...board.value.replayed.rows].map(([id, one]) => viewOf(state, register, id, one, today));
        for (const view of withHistory(views)) {
          if (!answers(view.notice, query)) continue;
          if (query.all !== true && !view.inForce) continue;
          if (query.toConfirm === true && !(view.toConfirm && view.own)) continue;
          list.rows.push(view);
        }
        continue;
      }
      if (board.failure.code === "unavailable") throw board.failure;
      why = board.failure.key;
    }
    let statements = 0;
    while (log.places(noticesChain(party), statements).length > 0) ++statements;
    list.unread.push({ party: code, why, statements });
  }
  // Whom this Party pinned and the server leaves out: that is told, not taken for "nothing published".
  for (const code of [own(state).code, ...own(state).pins().map((pin) => pin.code)]) {
    if (met.has(code) || (query.party !== undefined && query.party !== "" && code !== query.party)) continue;
    met.add(code);
    list.unread.push({ party: code, why: "party.directory_differs", statements: 0 });
  }
  const key = (row: NoticeView): string[] => [row.party, placeOf(row.notice), row.from];
  list.rows.sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    return compareBytes(left[0]!, right[0]!) || compareBytes(left[1]!, right[1]!) || compareBytes(left[2]!, right[2]!);
  });
  return list;
}

// --- writing -------------------------------------------------------------------------------------------------------

/** Every text in NFC; what must rise does, each once. */
export function asPublished<Content>(content: Content): Content {
  const rising = new Set(["languages", "requestLanguages", "elements", "clusters"]);
  const walked = (value: unknown, name: string): unknown => {
    if (typeof value === "string") return normalised(value);
    if (Array.isArray(value)) {
      const all = value.map((one) => walked(one, name)) as string[];
      return rising.has(name) ? [...new Set(all)].sort(compareBytes) : all;
    }
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walked(inner, key)]));
  };
  return walked(content, "") as Content;
}

/** Rows differ in length: as many a statement as have room in it, from so many down. */
const rowsAtOnce = 200;

async function compose(state: AgentState, kind: NoticeSetKind, rows: readonly NoticeRow<unknown>[]): Promise<Package> {
  const known = await boardOf(state, own(state).party);
  // What would have no effect is not sent: the same judge says so here, statement after statement.
  const board = known.replayed.copy();
  const built = newPackage();
  for (let from = 0; from < rows.length;) {
    let count = Math.min(rowsAtOnce, rows.length - from);
    const signed = () => attempt(() => {
      const some = rows.slice(from, from + count).sort((a, b) => (a.id < b.id ? -1 : 1));
      const body = { rows: some } as BodyOf<typeof kind>;
      return sign(state, composeNext(state, board.head, board.chain, kind, body));
    });
    let made = await signed();
    while ("failure" in made && made.failure.key === "statement.too_large" && count > 1) {
      count = Math.floor(count / 2);
      made = await signed();
    }
    if ("failure" in made) {
      if (made.failure.key === "statement.malformed") return fail("invalid_input", "notice.malformed");
      throw made.failure;
    }
    from += count;
    const outcome = board.apply(made.value, state.log.size + built.statements.length, state.book);
    if (!isEffective(outcome)) throw refusalOf(outcome);
    built.statements.push(made.value);
  }
  return built;
}

/** All or none, in one append: by an officer of an authority that may publish. The ids, in the order of the changes. */
export async function publishNotices(
  state: AgentState, kind: NoticeSetKind, changes: readonly NoticeChange[],
): Promise<Hex[]> {
  if (changes.length === 0) return fail("invalid_input", "notice.none");
  await synchronise(state);
  requireRole(state, "officer");
  const rows = changes.map(({ id, row, ended }): NoticeRow<unknown> =>
    ({ id: id ?? randomId(systemRandom, 16), row: row === undefined ? undefined : asPublished(row), ended }));
  // Ends first, then what stands instead of something: what they make room for comes after them.
  const turn = ({ row }: NoticeRow<unknown>, at: number): number => row === undefined ? 0 : changes[at]!.id !== undefined ? 1 : 2;
  const turns = new Map(rows.map((row, at) => [row, turn(row, at)]));
  const sorted = [...rows].sort((a, b) => turns.get(a)! - turns.get(b)!);
  await appendSettled(state, () => compose(state, kind, sorted));
  return rows.map(({ id }) => id);
}

/** Says of these rows, or (with none named) of all that should be confirmed, that they are still true today. How many. */
export async function confirmNotices(state: AgentState, kind: NoticeSetKind, ids: readonly Hex[]): Promise<number> {
  if (isDated(kind)) return fail("invalid_input", "notice.dated");
  const { rows } = await listNotices(state, { kind, party: own(state).code, all: true });
  const mine = rows.filter((row) => row.own);
  const wanted = ids.length === 0 ? mine.filter((row) => row.toConfirm) : [...new Set(ids)].map((id) =>
    mine.find((row) => row.id === id) ?? fail("not_found", "notice.unknown", { id }));
  if (wanted.length === 0) return 0;
  const confirmed = dayAt(now(state), 0);
  const changes = wanted.map(({ id, notice }): NoticeChange => ({ id, row: { ...notice.row, confirmed } as NoticeChange["row"] }));
  await publishNotices(state, kind, changes);
  return changes.length;
}

/** Whether an authority of one's own Party may write on the board: by an access manager of the founding authority. */
export async function setPublisher(state: AgentState, authority: Hex, publisher: boolean): Promise<void> {
  await synchronise(state);
  await appendToRegister(state, "publisher_set", () => ({ body: { authority, publisher } }));
}
