// An authority's casebook as its members read it: who deals with a file, what it belongs to, what colleagues wrote.
import type { AssignmentView, CasebookPerson, CasebookView, DossierView, Hex, InternalRemarkView, MemberView } from "../../agent/api";
import { printable } from "./names";
import { type Sentence, type Value, sentence, word } from "./sentence";

/** The name, and that somebody has left; the beginning of the id where the register never named him. */
export function personName({ member, name, left }: CasebookPerson): Value {
  const shown = name === "" ? member.slice(0, 12) : printable(name);
  return left ? sentence("casework.left", { name: shown }) : shown;
}

/** Who deals with it, for a line of a list. */
export function assignmentSentence(assignment: AssignmentView | undefined): Sentence {
  if (assignment === undefined) return sentence("casework.nobody");
  const name = personName(assignment.member);
  return assignment.acting === undefined ? sentence("casework.by", { name })
    : sentence("casework.by_acting", { name, acting: personName(assignment.acting) });
}

export interface LinkLine { other: Hex; relation: Sentence; title: string | null }
/** What the file is to each it is linked with. */
export function linkLines({ links }: CasebookView, chain: Hex, dossiers: readonly DossierView[]): LinkLine[] {
  const titleOf = (other: Hex): string | null => {
    const title = dossiers.find((one) => one.chain === other)?.title ?? "";
    return title === "" ? null : printable(title);
  };
  return links.flatMap(({ dossier, other, relation }): LinkLine[] =>
    dossier === chain ? [{ other, relation: word("link", relation), title: titleOf(other) }]
    : other === chain ? [{ other: dossier, relation: word("linked_from", relation), title: titleOf(dossier) }]
    : []);
}

export const assignmentOf = ({ assignments }: CasebookView, chain: Hex): AssignmentView | undefined =>
  assignments.find(({ dossier }) => dossier === chain);
/** The newest first. */
export const remarksOf = ({ remarks }: CasebookView, chain: Hex): InternalRemarkView[] =>
  remarks.filter(({ dossier }) => dossier === chain).reverse();
/** Assigned to the member, as deputy too. */
export const assignedTo = ({ assignments }: CasebookView, member: Hex): AssignmentView[] =>
  assignments.filter((one) => one.member.member === member || one.deputy?.member === member);

/** Members to choose from; the first choice is nobody. */
export const memberOptions = (members: readonly MemberView[], nobody: string): { value: string; text: string }[] =>
  [{ value: "", text: nobody }, ...members.map(({ member, displayName }) => ({ value: member, text: printable(displayName) }))];

export type CaseworkFilter = "mine" | "unassigned";
/** Of files of one's own authority alone: another's casebook is another's. */
export function passesCasework(casebook: CasebookView | undefined, chain: Hex, filter: CaseworkFilter): boolean {
  const assignment = casebook === undefined ? undefined : assignmentOf(casebook, chain);
  return filter === "mine" ? assignment?.mine === true : assignment === undefined;
}
