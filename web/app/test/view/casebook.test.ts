import { expect, test } from "vitest";
import type { AssignmentView, CasebookPerson, CasebookView } from "../../src/agent/api";
import { assignedTo, assignmentSentence, linkLines, memberOptions, passesCasework, personName, remarksOf } from "../../src/ui/view/casebook.ts";
import { inboxGroups } from "../../src/ui/view/inbox.ts";
import { dossier, membership, names, now, prosecutor, senegal } from "./scenes.ts";

const person = (name: string, change: Partial<CasebookPerson> = {}): CasebookPerson =>
  ({ member: name.toLowerCase().padEnd(32, "0"), name, left: false, ...change });
const [awa, bineta] = [person("Awa"), person("Bineta")];
const noted = { by: awa, at: now };
const [first, second, third] = ["a1".repeat(32), "b2".repeat(32), "c3".repeat(32)] as [string, string, string];
const assignment = (of: string, member: CasebookPerson, change: Partial<AssignmentView> = {}): AssignmentView =>
  ({ dossier: of, member, mine: false, ...noted, ...change });
const casebook = (change: Partial<CasebookView> = {}): CasebookView =>
  ({ assignments: [], deputyships: [], links: [], remarks: [], unreadable: 0, incomplete: false, ...change });

test("who deals with it, who acts today, and that somebody has left", () => {
  expect(assignmentSentence(undefined)).toEqual({ key: "casework.nobody" });
  expect(assignmentSentence(assignment(first, awa))).toEqual({ key: "casework.by", values: { name: "Awa" } });
  expect(assignmentSentence(assignment(first, awa, { acting: bineta })))
    .toEqual({ key: "casework.by_acting", values: { name: "Awa", acting: "Bineta" } });
  expect(personName(person("Awa", { left: true }))).toEqual({ key: "casework.left", values: { name: "Awa" } });
  expect(personName({ member: "ab".repeat(16), name: "", left: true })).toEqual({ key: "casework.left", values: { name: "abababababab" } });
});

test("a link reads from either file, with the other's title where it is known", () => {
  const book = casebook({ links: [
    { dossier: first, other: second, relation: "renewal", ...noted }, { dossier: third, other: first, relation: "reply", ...noted },
    { dossier: second, other: third, relation: "same_matter", ...noted },
  ] });
  expect(linkLines(book, first, [dossier({ chain: second, title: "Villa" })])).toEqual([
    { other: second, relation: { key: "word.link.renewal" }, title: "Villa" },
    { other: third, relation: { key: "word.linked_from.reply" }, title: null },
  ]);
});

test("notes are of one file, the newest first; what a leaver has is his as deputy too", () => {
  const book = casebook({
    remarks: [{ dossier: first, text: "1", ...noted }, { dossier: second, text: "2", ...noted }, { dossier: first, text: "3", ...noted }],
    assignments: [assignment(first, awa), assignment(second, bineta, { deputy: awa }), assignment(third, bineta)],
  });
  expect(remarksOf(book, first).map(({ text }) => text)).toEqual(["3", "1"]);
  expect(assignedTo(book, awa.member).map((one) => one.dossier)).toEqual([first, second]);
  expect(memberOptions([{ member: awa.member, displayName: "Awa\u202e", role: "officer", self: true }], "Nobody")).toHaveLength(2);
});

test("the inbox shows what is one's own, and the requests of nobody, of the authority acted for alone", () => {
  const here = (chain: string, kind: "request" | "share") => dossier({ chain, kind, own: prosecutor });
  const elsewhere = dossier({ chain: "d4".repeat(32), kind: "request", own: senegal });
  const files = [here(first, "request"), here(second, "request"), here(third, "share"), elsewhere];
  const book = casebook({ assignments: [assignment(first, awa, { mine: true }), assignment(elsewhere.chain, awa, { mine: true })] });
  const other = membership({ authority: senegal.authority, acting: false });
  const shown = (filter: "mine" | "unassigned" | "all") =>
    inboxGroups(files, [membership(), other], names, filter, [], book).map(({ rows }) => rows.map(({ chain }) => chain));
  expect(shown("mine")).toEqual([[first]]);
  expect(shown("unassigned")).toEqual([[second]]);
  const [acting, theirs] = inboxGroups(files, [membership(), other], names, "all", [], book);
  expect(acting!.rows.find(({ chain }) => chain === first)!.assignment!.member).toEqual(awa);
  expect(theirs!.rows[0]!.assignment).toBeUndefined();
  expect(passesCasework(undefined, first, "mine")).toBe(false);
});
