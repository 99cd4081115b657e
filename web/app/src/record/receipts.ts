// The receipt side chain of one authority for one dossier (protocol, section 4): a value like Register and Dossier.
// Mirror of receipts.hpp.
import { sameRef, type AuthorityRef, type ChainId, type LogIndex, type MemberId, type StatementId, type UnixSeconds } from
  "../model/ids.ts";
import { receiptsChain } from "./chains.ts";
import type { Dossier } from "./dossier.ts";
import { checkFrame, findAuthor } from "./judging.ts";
import { effectiveOutcome, noHead, voidOutcome, type Head, type Outcome } from "./outcome.ts";
import type { Registers } from "./register.ts";
import type { SignedStatement, Statement } from "./statement.ts";

/** Entries a statement. */
export const maxReceiptEntries = 1000;

/** What one member signed about one entry; the times are the statements' `at`. */
export interface Receipt {
  fetched?: UnixSeconds | undefined;
  opened?: UnixSeconds | undefined;
  unreadable?: UnixSeconds | undefined;
}

export interface ReceiptsState {
  head: Head;
  stopped: boolean;
  /** By entry, by member. */
  receipts: Map<StatementId, Map<MemberId, Receipt>>;
}

function named({ kind, body }: Statement): { dossier: ChainId; entries: StatementId[]; slot: keyof Receipt } | undefined {
  switch (kind) {
    case "fetched": return { ...body, slot: "fetched" };
    case "opened_receipt": return { ...body, slot: "opened" };
    case "unreadable": return { dossier: body.dossier, entries: body.entries, slot: "unreadable" };
    default: return undefined;
  }
}

export class Receipts {
  readonly chain: ChainId;

  constructor(
    readonly dossier: ChainId, readonly authority: AuthorityRef,
    readonly state: ReceiptsState = { head: noHead(), stopped: false, receipts: new Map() },
  ) {
    this.chain = receiptsChain(dossier, authority.authority);
  }

  copy(): Receipts {
    return new Receipts(this.dossier, this.authority, structuredClone(this.state));
  }

  /** The dossier must have been replayed at least up to `at`; it is asked as of that index. */
  judge(signed: SignedStatement, at: LogIndex, dossier: Dossier, registers: Registers): Outcome {
    const s = signed.statement;
    const frame = checkFrame(s, this.chain, this.state.head, this.state.stopped, at);
    if (frame !== undefined) return frame;
    const found = findAuthor(signed, at, registers);
    if ("outcome" in found) return found.outcome;
    const body = named(s);
    if (body === undefined || body.dossier !== this.dossier || !sameRef(found.author.ref, this.authority)) {
      return voidOutcome("void.wrong_chain");
    }
    if (dossier.standing(this.authority, at) === "none") return voidOutcome("void.not_a_participant");
    for (const id of body.entries) {
      const item = dossier.item(id);
      if (item === undefined || item.kind !== "entry" || item.index >= at) return voidOutcome("void.unknown_entry");
      if (!dossier.holds(this.authority, item.epoch, at)) return voidOutcome("void.epoch_not_held");
      const known = this.state.receipts.get(id)?.get(s.author.member);
      if (known?.[body.slot] !== undefined) return voidOutcome("void.nothing_changed");
      if (s.kind === "opened_receipt" && known?.fetched === undefined) return voidOutcome("void.not_fetched");
    }
    return effectiveOutcome([{ effect: "receipts_added" }]);
  }

  apply(signed: SignedStatement, at: LogIndex, dossier: Dossier, registers: Registers): Outcome {
    const outcome = this.judge(signed, at, dossier, registers);
    const { state } = this;
    if (outcome.verdict === "broken" || outcome.verdict === "unsupported") {
      state.stopped = true;
      return outcome;
    }
    const body = named(signed.statement);
    if (outcome.verdict === "effective" && body !== undefined) {
      const { author, at: when } = signed.statement;
      for (const id of body.entries) {
        const members = state.receipts.get(id) ?? new Map<MemberId, Receipt>();
        state.receipts.set(id, members);
        members.set(author.member, { ...members.get(author.member), [body.slot]: when });
      }
    }
    state.head = { length: state.head.length + 1, last: signed.id, index: at };
    return outcome;
  }

  get head(): Head { return this.state.head; }

  /** By member, in the order of their ids. */
  of(entry: StatementId): Map<MemberId, Receipt> {
    return new Map([...(this.state.receipts.get(entry) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
