// The inbox: what has come in for each authority one acts for, the unread first. A list opens nothing: of what was not
// opened yet it knows sender, date and sizes only.
import type { AssignmentView, CasebookView, DossierView, EntryView, Hex, Membership, RegisterNews, RequestView, Seconds } from "../../agent/api";
import { type Sentence, type Value, sentence, word } from "./sentence";
import { assignmentOf, passesCasework } from "./casebook";
import { type PartyNames, authorityName, printable } from "./names";

export interface InboxRow {
  chain: Hex;
  unread: number;
  /** Null: nothing of it was opened, so its title is not known. */
  title: string | null;
  kind: string;
  state: DossierView["state"];
  from: Value;
  with: Value[];
  lastAt: Seconds;
  lastIndex: number;
  /** Of what is unread, or of everything once it was read. */
  files: number;
  bytes: number;
  /** Due to end or to be reviewed, of its restrictions. */
  reviewAt?: Seconds;
  expiresAt?: Seconds;
  /** Of a request for assistance. */
  request?: RequestView;
  /** Who in one's own authority deals with it. */
  assignment?: AssignmentView;
}

export interface InboxGroup {
  authority: Hex;
  name: Value;
  acting: boolean;
  unread: number;
  rows: InboxRow[];
}

export type InboxFilter = "all" | "unread" | "sent" | "requests" | "mine" | "unassigned";

function sizeOf(entries: readonly EntryView[]): { files: number; bytes: number } {
  const attachments = entries.flatMap((entry) => entry.attachments);
  return {
    files: attachments.length,
    bytes: attachments.reduce((sum, one) => sum + (one.size > 0 ? one.size : one.sealedSize), 0),
  };
}

export function inboxRow(dossier: DossierView, names: PartyNames, request?: RequestView, assignment?: AssignmentView): InboxRow {
  const unread = dossier.entries.filter((entry) => entry.unread);
  const newest = [...dossier.entries].reverse().find((entry) => entry.unread) ?? dossier.entries.at(-1);
  const others = dossier.participants.filter((one) => one.authority !== dossier.own.authority);
  return {
    chain: dossier.chain,
    unread: dossier.unread,
    title: dossier.title === "" ? null : printable(dossier.title),
    kind: dossier.kind,
    state: dossier.state,
    from: authorityName(newest?.author ?? dossier.opener, names),
    with: others.map((one) => authorityName(one, names)),
    lastAt: dossier.lastAt,
    lastIndex: dossier.lastIndex,
    ...sizeOf(unread.length > 0 ? unread : dossier.entries),
    ...(dossier.policy.reviewAt === undefined ? {} : { reviewAt: dossier.policy.reviewAt }),
    ...(dossier.policy.expiresAt === undefined ? {} : { expiresAt: dossier.policy.expiresAt }),
    ...(request === undefined ? {} : { request }),
    ...(assignment === undefined ? {} : { assignment }),
  };
}

function passes(dossier: DossierView, filter: InboxFilter, casebook: CasebookView | undefined): boolean {
  if (filter === "mine") return passesCasework(casebook, dossier.chain, filter);
  // Shares that nobody must answer are many: what waits for somebody is a request.
  if (filter === "unassigned") return dossier.kind === "request" && passesCasework(casebook, dossier.chain, filter);
  if (filter === "unread") return dossier.unread > 0;
  if (filter === "requests") return dossier.kind === "request";
  if (filter === "sent") return dossier.entries.some((entry) => entry.own);
  return true;
}

/** What is due soonest first; what is over, or has no date, after that. */
function byDue(a: InboxRow, b: InboxRow): number {
  const due = ({ request }: InboxRow): number => (request === undefined || request.over ? Infinity : (request.due ?? Infinity));
  return due(a) === due(b) ? b.lastIndex - a.lastIndex : due(a) - due(b);
}

/**
 * Grouped by the authority that takes part, the one acted for first; in each the unread, then the newest by the log's order. Requests alone
 * stand by their due dates. The casebook is that of the authority acted for, and says nothing of the others' files,
 * which stand under no filter of it.
 */
export function inboxGroups(
  dossiers: readonly DossierView[], memberships: readonly Membership[], names: PartyNames, filter: InboxFilter,
  requests: readonly RequestView[] = [], casebook?: CasebookView,
): InboxGroup[] {
  const asked = new Map(requests.map((request) => [request.chain, request]));
  const ofCasebook = filter === "mine" || filter === "unassigned";
  const groups = memberships.filter(({ acting }) => acting || !ofCasebook).map((membership): InboxGroup => {
    const own = dossiers.filter((dossier) => dossier.own.authority === membership.authority);
    const mine = membership.acting ? casebook : undefined;
    const rows = own.filter((dossier) => passes(dossier, filter, mine)).map((dossier) =>
      inboxRow(dossier, names, asked.get(dossier.chain), mine === undefined ? undefined : assignmentOf(mine, dossier.chain)));
    rows.sort(filter === "requests" || ofCasebook ? byDue
      : (a, b) => Number(b.unread > 0) - Number(a.unread > 0) || b.lastIndex - a.lastIndex);
    return {
      authority: membership.authority,
      name: authorityName(membership, names),
      acting: membership.acting,
      unread: own.reduce((sum, dossier) => sum + dossier.unread, 0),
      rows,
    };
  });
  // A chain that does not verify names nobody: it is shown where one acts, never left out.
  const lost = dossiers.filter((dossier) => !memberships.some((one) => one.authority === dossier.own.authority));
  const acting = groups.find((group) => group.acting) ?? groups[0];
  acting?.rows.unshift(...lost.map((dossier) => inboxRow(dossier, names)));
  return groups.sort((a, b) => Number(b.acting) - Number(a.acting));
}

export const longAbsence: Seconds = 60 * 86_400;

export interface Missed {
  since: Seconds;
  arrived: InboxRow[];
  expired: InboxRow[];
  due: InboxRow[];
  withdrawn: { chain: Hex; seq: number; from: Value; at: Seconds }[];
  people: { sentence: Sentence; at: Seconds }[];
}

/** After 60 days away the first page is what happened meanwhile; null: one was here lately, or never before. */
export function sinceYouWereHere(
  lastHere: Seconds | null, now: Seconds, dossiers: readonly DossierView[], news: readonly RegisterNews[], names: PartyNames,
): Missed | null {
  if (lastHere === null || now - lastHere < longAbsence) return null;
  const rows = dossiers.map((dossier) => ({ dossier, row: inboxRow(dossier, names) }));
  return {
    since: lastHere,
    arrived: rows.filter(({ dossier }) => dossier.entries.some((one) => !one.own && one.at > lastHere)).map(({ row }) => row),
    expired: rows.filter(({ row }) => row.expiresAt !== undefined && row.expiresAt <= now && row.expiresAt > lastHere)
      .map(({ row }) => row),
    due: rows.filter(({ row }) => row.reviewAt !== undefined && row.reviewAt <= now + 30 * 86_400).map(({ row }) => row),
    withdrawn: dossiers.flatMap((dossier) => dossier.acts
      .filter((act) => act.kind === "withdrawn" && !act.void && act.at > lastHere)
      .map((act) => ({ chain: dossier.chain, seq: act.seq, from: authorityName(act.author, names), at: act.at }))),
    people: news.filter((one) => one.at > lastHere && !one.void).map((one) => ({
      sentence: registerNewsSentence(one), at: one.at,
    })),
  };
}

export function registerNewsSentence(news: RegisterNews): Sentence {
  const what = word("register", news.kind);
  if (news.void) return sentence("register_news.void", { what, member: printable(news.memberName) });
  return sentence(`register_news.${news.signedBy}`, { what, member: printable(news.memberName) });
}
