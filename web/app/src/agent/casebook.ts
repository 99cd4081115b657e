// What one's own authority notes for itself alone: who deals with what, who acts for whom, which dossiers belong together,
// remarks. Sealed for its members; nobody else but the server, which sees who noted and when, learns even
// that something is noted (platform/agent/casebook.hpp).
import { attempt, ensure, fail } from "../base/failure.ts";
import { dayAt, isDay } from "../casework/date.ts";
import { openFile, singleProfile } from "../crypto/age/file.ts";
import { wipe } from "../crypto/bytes.ts";
import type { LogIndex, MemberId, StatementId } from "../model/ids.ts";
import { utf8Length } from "../model/text.ts";
import type { CasebookNote } from "../record/casebook_bodies.ts";
import { CasebookState, type NoteSaid } from "../record/casebook_state.ts";
import { casebookChain } from "../record/chains.ts";
import { isEffective, refusalOf } from "../record/outcome.ts";
import { maxNote } from "../record/request_content.ts";
import { checkBody, parseBody } from "../record/sealed_body.ts";
import type { SignedStatement, StatementOf } from "../record/statement.ts";
import { authorityOf, composeNext, keyring, latestNow, membership, own, requireRole, sign } from "./acting.ts";
import type { CasebookPerson, CasebookView } from "./api.ts";
import { appendSettled } from "./append.ts";
import type { KnownCasebook } from "./casebook_book.ts";
import { onceCounted } from "./counting.ts";
import { requireSealable } from "./epoch.ts";
import { fetchBlob } from "./keyring.ts";
import { normalised } from "./normalise.ts";
import { sealBody } from "./seal.ts";
import { addFile, newPackage, type AgentState, type Package } from "./state.ts";
import { synchronise } from "./synchronise.ts";

async function updateOwn(state: AgentState): Promise<KnownCasebook> {
  const { generations: [first] } = await keyring(state);
  ensure(first !== undefined, "a keyring holds generation 1");
  const authority = authorityOf(state);
  const { environment, log, book } = state;
  return state.casebooks.update(environment, log, book, casebookChain(authority.authority, first), authority);
}

/** What a note says. Its author's fault where nothing can be read of it: then no more than that is known. */
async function openNote(state: AgentState, known: KnownCasebook, { statement }: SignedStatement): Promise<CasebookNote | undefined> {
  ensure(statement.kind === "note", "an effective statement of a casebook is a note");
  const { generation, sealed } = statement.body;
  const identity = (await keyring(state)).generations[generation - 1];
  if (identity === undefined) return undefined;
  const file = await attempt(() => fetchBlob(state.environment, known.copy.chain, sealed));
  if ("failure" in file) {
    if (file.failure.code === "not_found") return undefined;
    throw file.failure;
  }
  const opened = await attempt(() => {
    const plaintext = openFile(identity, file.value, singleProfile);
    const body = parseBody(plaintext);
    wipe(plaintext);
    checkBody(body, statement);
    return body;
  });
  return "failure" in opened ? undefined : opened.value.note;
}

/** The casebook read to its end, and where things stand by it. */
interface Read {
  known: KnownCasebook;
  stands: CasebookState;
  places: Map<StatementId, LogIndex>;
  unreadable: number;
}

async function read(state: AgentState): Promise<Read> {
  const known = await updateOwn(state);
  const stands = new CasebookState();
  const places = new Map<StatementId, LogIndex>();
  let unreadable = 0;
  for (const seq of known.replayed.notes) {
    const { statement, index } = known.copy.items[seq]!;
    const note = await openNote(state, known, statement);
    if (note === undefined) {
      unreadable += 1;
      continue;
    }
    const { author, at } = statement.statement;
    stands.apply(note, { statement: statement.id, by: author.member, at });
    places.set(statement.id, index);
  }
  return { known, stands, places, unreadable };
}

function viewOf(state: AgentState, { known, stands, places, unreadable }: Read): CasebookView {
  const register = own(state);
  const { authority, member: self } = membership(state);
  const today = dayAt(latestNow(state), 0);
  // A leaver as the register knew him when he was named.
  const person = (id: MemberId, { statement }: NoteSaid): CasebookPerson => {
    const now = register.member(id);
    const here = now?.authority === authority;
    const known = here ? now : register.member(id, places.get(statement));
    return { member: id, name: known?.displayName ?? "", left: !here };
  };
  const perhaps = (id: MemberId | undefined, said: NoteSaid): CasebookPerson | undefined =>
    id === undefined ? undefined : person(id, said);
  const saidBy = (said: NoteSaid) => ({ by: person(said.by, said), at: said.at });
  return {
    assignments: [...stands.assignments].map(([dossier, { member, deputy, said }]) => ({
      dossier, member: person(member, said), deputy: perhaps(deputy, said), acting: perhaps(stands.deputyOf(member, today), said),
      mine: stands.dealsWith(self, dossier, today), ...saidBy(said),
    })),
    deputyships: stands.deputyships.filter(({ days }) => days.until >= today).map(({ days, said }) => ({
      member: person(days.member, said), deputy: perhaps(days.deputy, said), from: days.from, until: days.until,
      today: days.deputy !== undefined && days.from <= today && stands.deputyOf(days.member, today) === days.deputy,
      ...saidBy(said),
    })),
    links: stands.links.map(({ dossier, other, relation, said }) => ({ dossier, other, relation, ...saidBy(said) })),
    remarks: stands.remarked.flatMap((dossier) =>
      stands.remarks(dossier).map(({ text, said }) => ({ dossier, text, ...saidBy(said) }))),
    unreadable, incomplete: known.copy.incomplete,
  };
}

export async function readCasebook(state: AgentState): Promise<CasebookView> {
  await synchronise(state);
  return viewOf(state, await read(state));
}

function requireHere(state: AgentState, id: MemberId | undefined): void {
  if (id === undefined) return;
  if (own(state).member(id)?.authority !== membership(state).authority) fail("not_found", "member.unknown", { name: id });
}

/** What a colleague's note did not change already; whom it names is a member, but for a leaver's hand-over. */
function requireNews(state: AgentState, stands: CasebookState, note: CasebookNote): void {
  const nothingChanged = (same: boolean): void => {
    if (same) fail("forbidden", "casebook.nothing_changed");
  };
  if (note.assigned !== undefined) {
    const { dossier, member, deputy } = note.assigned;
    [member, deputy].forEach((one) => requireHere(state, one));
    if (deputy !== undefined && member === undefined) fail("invalid_input", "casebook.deputy_alone");
    if (deputy !== undefined && deputy === member) fail("invalid_input", "casebook.own_deputy");
    const now = stands.assignments.get(dossier);
    nothingChanged(now?.member === member && now?.deputy === deputy);
  }
  if (note.deputy !== undefined) {
    const { member, deputy, from, until } = note.deputy;
    if (!isDay(from) || !isDay(until) || from > until) fail("invalid_input", "casebook.days");
    [member, deputy].forEach((one) => requireHere(state, one));
    if (deputy === member) fail("invalid_input", "casebook.own_deputy");
  }
  if (note.link !== undefined) {
    const { dossier, other, relation } = note.link;
    if (dossier === other) fail("invalid_input", "casebook.link_itself");
    const now = stands.linkOf(dossier, other);
    nothingChanged(now === undefined ? relation === undefined : now.dossier === dossier && now.relation === relation);
  }
  if (note.remark !== undefined) {
    const length = utf8Length(note.remark.text);
    if (length === 0 || length > maxNote) fail("invalid_input", "casebook.remark_length");
  }
  if (note.handOver !== undefined) {
    const { from, to } = note.handOver;
    requireHere(state, to);
    if (from === to) fail("invalid_input", "casebook.own_deputy");
    nothingChanged(stands.assignedTo(from).length === 0);
  }
}

async function compose(state: AgentState, note: CasebookNote): Promise<Package> {
  const authority = authorityOf(state);
  await requireSealable(state, authority);
  const { known, stands } = await read(state);
  if (known.copy.incomplete) return fail("integrity", "casebook.incomplete");
  requireNews(state, stands, note);
  const generation = own(state).generation(authority.authority);
  ensure(generation !== undefined, "one's own authority has a generation");
  const { number } = generation;
  // Its digest stands in the statement that the sealed body names.
  const statement = composeNext(state, known.replayed.head, known.copy.chain, "note", { generation: number, sealed: "" }) as StatementOf<"note">;
  const { chain, author, nonce } = statement;
  const file = sealBody({ chain, author, nonce, files: [], note }, generation.recipient);
  const signed = await sign(state, { ...statement, body: { generation: number, sealed: file.sha256 } });
  const outcome = known.replayed.judge(signed, state.log.size, state.book);
  if (!isEffective(outcome)) throw refusalOf(outcome);
  const built = newPackage();
  built.statements.push(signed);
  addFile(built, file);
  return built;
}

/**
 * One signed note, by an officer. forbidden "casebook.nothing_changed" where it stands so already; not_found
 * "member.unknown" for whoever is no member of the authority; integrity "casebook.incomplete".
 */
export async function noteInCasebook(state: AgentState, note: CasebookNote): Promise<void> {
  await synchronise(state);
  requireRole(state, "officer");
  const { remark } = note;
  const ready = remark === undefined ? note : { ...note, remark: { ...remark, text: normalised(remark.text) } };
  await onceCounted(state, () => appendSettled(state, () => compose(state, ready)));
}
