// Where things stand by an authority's notes, each applied in the order of the chain: what was said last holds. A note that
// nobody can read is left out by the caller and takes nothing from the others. Mirror of casebook_state.hpp.
import type { LinkRelation } from "../model/casebook.ts";
import type { ChainId, MemberId, StatementId, UnixSeconds } from "../model/ids.ts";
import type { Assigned, CasebookNote, Deputised, HandedOver, Linked } from "./casebook_bodies.ts";

export interface NoteSaid { statement: StatementId; by: MemberId; at: UnixSeconds }
export interface Assignment { member: MemberId; deputy?: MemberId | undefined; said: NoteSaid }
export interface Deputyship { days: Deputised; said: NoteSaid }
export interface DossierLink { dossier: ChainId; other: ChainId; relation: LinkRelation; said: NoteSaid }
export interface InternalRemark { text: string; said: NoteSaid }

const pairOf = ({ dossier, other }: { dossier: ChainId; other: ChainId }): string =>
  dossier < other ? `${dossier} ${other}` : `${other} ${dossier}`;

export class CasebookState {
  readonly #assignments = new Map<ChainId, Assignment>();
  #deputyships: Deputyship[] = [];
  readonly #links = new Map<string, DossierLink>();
  readonly #remarks = new Map<ChainId, InternalRemark[]>();

  apply(note: CasebookNote, said: NoteSaid): void {
    if (note.assigned !== undefined) this.#assign(note.assigned, said);
    if (note.deputy !== undefined) this.#deputise(note.deputy, said);
    if (note.link !== undefined) this.#link(note.link, said);
    if (note.remark !== undefined) {
      const { dossier, text } = note.remark;
      this.#remarks.set(dossier, [...this.remarks(dossier), { text, said }]);
    }
    if (note.handOver !== undefined) this.#handOver(note.handOver, said);
  }

  #assign({ dossier, member, deputy }: Assigned, said: NoteSaid): void {
    if (member === undefined) this.#assignments.delete(dossier);
    else this.#assignments.set(dossier, { member, deputy, said });
  }

  #deputise(days: Deputised, said: NoteSaid): void {
    this.#deputyships = this.#deputyships.filter(({ days: earlier }) =>
      earlier.member !== days.member || earlier.from < days.from || earlier.until > days.until);
    this.#deputyships.push({ days, said });
  }

  #link(link: Linked, said: NoteSaid): void {
    const { dossier, other, relation } = link;
    if (relation === undefined) this.#links.delete(pairOf(link));
    else this.#links.set(pairOf(link), { dossier, other, relation, said });
  }

  #handOver({ from, to }: HandedOver, said: NoteSaid): void {
    for (const [dossier, one] of this.#assignments) {
      if (one.member !== from && one.deputy !== from) continue;
      let deputy = one.deputy === from ? to : one.deputy;
      // Without a successor the deputy stays alone with it, as the one who deals with it.
      const member = one.member === from ? to ?? deputy : one.member;
      if (member === undefined) {
        this.#assignments.delete(dossier);
        continue;
      }
      if (deputy === member) deputy = undefined;
      this.#assignments.set(dossier, { member, deputy, said });
    }
  }

  /** By dossier. */
  get assignments(): Map<ChainId, Assignment> {
    return new Map([...this.#assignments].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  /** In the order of the chain; one that a later one covers day for day is gone. */
  get deputyships(): readonly Deputyship[] { return this.#deputyships; }
  /** By the two dossiers, the smaller id first. */
  get links(): DossierLink[] {
    return [...this.#links].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link);
  }
  linkOf(dossier: ChainId, other: ChainId): DossierLink | undefined { return this.#links.get(pairOf({ dossier, other })); }
  /** The dossiers of which something is remarked. */
  get remarked(): ChainId[] { return [...this.#remarks.keys()].sort(); }
  remarks(dossier: ChainId): readonly InternalRemark[] { return this.#remarks.get(dossier) ?? []; }

  /** Who acts for the member on that day: what was said last of it. */
  deputyOf(member: MemberId, day: string): MemberId | undefined {
    return [...this.#deputyships].reverse().find(({ days }) => days.member === member && days.from <= day && day <= days.until)
      ?.days.deputy;
  }

  /**
   * Whether it is the member's to deal with on that day: assigned to him, as deputy too, or to somebody for whom he acts
   * then.
   */
  dealsWith(member: MemberId, dossier: ChainId, day: string): boolean {
    const one = this.#assignments.get(dossier);
    return one !== undefined &&
      (one.member === member || one.deputy === member || this.deputyOf(one.member, day) === member);
  }

  /** Assigned to the member, as deputy too. */
  assignedTo(member: MemberId): ChainId[] {
    return [...this.assignments].filter(([, one]) => one.member === member || one.deputy === member).map(([dossier]) => dossier);
  }
}
