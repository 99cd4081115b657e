// The scripted world's casebook: one request has somebody who deals with it and a deputy for today, a link and notes.
import type { AgentApi, CasebookPerson, CasebookView, MemberView } from "../../src/agent/api";

const now = (): number => Math.floor(Date.now() / 1000);
const dayOf = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** `request`: the one that came in; `other`: what it follows up. */
export function casebookAnswers(
  members: () => readonly MemberView[], request: string, other: string, empty: boolean,
): Pick<AgentApi, "casebook" | "noteInCasebook"> {
  const everybody = new Map(members().map(({ member, displayName }) => [member, displayName]));
  const person = (member: string): CasebookPerson =>
    ({ member, name: everybody.get(member) ?? "", left: !members().some((one) => one.member === member) });
  const [self, , officer] = members();
  const noted = () => ({ by: person(self?.member ?? ""), at: now() });
  let book: CasebookView = { assignments: [], deputyships: [], links: [], remarks: [], unreadable: 0, incomplete: false };
  if (!empty && self !== undefined && officer !== undefined) {
    book = {
      ...book,
      assignments: [{ dossier: request, member: person(officer.member), acting: person(self.member), mine: true, ...noted() }],
      deputyships: [{ member: person(officer.member), deputy: person(self.member), from: dayOf(-2), until: dayOf(5), today: true, ...noted() }],
      links: [{ dossier: request, other, relation: "follow_up", ...noted() }],
      remarks: [{ dossier: request, text: "The bank asks for page 2.\nI call again on Monday.", ...noted() }],
      unreadable: 1,
    };
  }
  return {
    casebook: async () => ({
      ...book, assignments: book.assignments.map((one) => ({ ...one, member: person(one.member.member) })),
    }),
    noteInCasebook: async ({ assigned, deputy, link, remark, handOver }) => {
      if (assigned !== undefined) {
        const { dossier, member, deputy: second } = assigned;
        const rest = book.assignments.filter((one) => one.dossier !== dossier);
        book = { ...book, assignments: member === undefined ? rest : [...rest, {
          dossier, member: person(member), ...(second === undefined ? {} : { deputy: person(second) }), mine: member === self?.member, ...noted(),
        }] };
      }
      if (deputy !== undefined) {
        const { member, deputy: second, from, until } = deputy;
        book = { ...book, deputyships: [...book.deputyships, {
          member: person(member), ...(second === undefined ? {} : { deputy: person(second) }), from, until, today: from <= dayOf(0) && dayOf(0) <= until, ...noted(),
        }] };
      }
      if (link !== undefined) {
        const { dossier, other: second, relation } = link;
        const rest = book.links.filter((one) => one.other !== second);
        book = { ...book, links: relation === undefined ? rest : [...rest, { dossier, other: second, relation, ...noted() }] };
      }
      if (remark !== undefined) book = { ...book, remarks: [...book.remarks, { ...remark, ...noted() }] };
      if (handOver !== undefined) {
        const { from, to } = handOver;
        book = { ...book, assignments: book.assignments.flatMap((one) =>
          one.member.member !== from ? [one] : to === undefined ? [] : [{ ...one, member: person(to), mine: to === self?.member }]) };
      }
    },
  };
}
