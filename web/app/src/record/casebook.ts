// The casebook of one authority (protocol, section 4): a value like Register and Dossier. It knows who noted something,
// when, and to which generation it is sealed; what that is, casebook_state.ts replays from what was opened. Mirror of
// casebook.hpp.
import { ensure } from "../base/failure.ts";
import type { AuthorityRef, ChainId, Digest, LogIndex } from "../model/ids.ts";
import { isCasebookChain } from "./chains.ts";
import { checkFrame, findAuthor, isOfficer, reusesFiles } from "./judging.ts";
import { effectiveOutcome, noHead, voidOutcome, type Head, type Outcome } from "./outcome.ts";
import { listedFiles } from "./peek.ts";
import type { Registers } from "./register.ts";
import type { SignedStatement } from "./statement.ts";

export interface CasebookReplay {
  head: Head;
  stopped: boolean;
  /** Listed by effective statements. */
  files: Set<Digest>;
  /** The statements that took effect, in order: their places in the chain. */
  notes: number[];
}

export class Casebook {
  constructor(
    readonly chain: ChainId,
    readonly authority: AuthorityRef,
    readonly state: CasebookReplay = { head: noHead(), stopped: false, files: new Set(), notes: [] },
  ) {}

  get head(): Head { return this.state.head; }
  get notes(): readonly number[] { return this.state.notes; }

  judge(signed: SignedStatement, at: LogIndex, registers: Registers): Outcome {
    const s = signed.statement;
    const frame = checkFrame(s, this.chain, this.state.head, this.state.stopped, at);
    if (frame !== undefined) return frame;
    const found = findAuthor(signed, at, registers);
    if ("outcome" in found) return found.outcome;
    const { author } = found;
    if (s.kind !== "note") return voidOutcome("void.wrong_chain");
    const { party, authority } = this.authority;
    if (author.ref.party !== party || author.ref.authority !== authority) return voidOutcome("void.not_the_authority");
    if (!isCasebookChain(this.chain, authority)) return voidOutcome("void.chain_id");
    if (!isOfficer(author)) return voidOutcome("void.not_officer");
    const current = author.register.generation(authority, at);
    ensure(current !== undefined, "the authority of a member has a generation");
    // Who was removed before must not be able to open it.
    if (current.number !== s.body.generation) return voidOutcome("void.generation");
    if (reusesFiles(s, this.state.files)) return voidOutcome("void.file_reused");
    return effectiveOutcome([{ effect: "note_added" }]);
  }

  apply(signed: SignedStatement, at: LogIndex, registers: Registers): Outcome {
    const outcome = this.judge(signed, at, registers);
    const { state } = this;
    if (outcome.verdict === "broken" || outcome.verdict === "unsupported") {
      state.stopped = true;
      return outcome;
    }
    if (outcome.verdict === "effective") {
      for (const file of listedFiles(signed.statement)) state.files.add(file);
      state.notes.push(state.head.length);
    }
    state.head = { length: state.head.length + 1, last: signed.id, index: at };
    return outcome;
  }
}
