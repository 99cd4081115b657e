// Internal to src/agent: the casebooks of the authorities this client acts for, each replayed against the register of its
// Party (platform/agent/casebook_book.hpp).
import { fail, isFailure } from "../base/failure.ts";
import { utf8 } from "../crypto/bytes.ts";
import type { AuthorityRef, ChainId } from "../model/ids.ts";
import { Casebook } from "../record/casebook.ts";
import { encodeSigned } from "../record/statement.ts";
import { ChainCopy } from "./chain_copy.ts";
import type { Environment } from "./environment.ts";
import { alarm } from "./evidence.ts";
import type { LogView } from "./log_view.ts";
import type { RegisterBook } from "./register_book.ts";

export interface KnownCasebook {
  copy: ChainCopy;
  replayed: Casebook;
  applied: number;
}

export class CasebookBook {
  readonly #known = new Map<ChainId, KnownCasebook>();

  /**
   * Brings the casebook up to the log. One in which nothing was noted yet is empty. integrity "casebook.broken" (evidence
   * kept), "register.incomplete" and the failures of ChainCopy and RegisterBook.
   */
  async update(
    environment: Environment, log: LogView, book: RegisterBook, chain: ChainId, authority: AuthorityRef,
  ): Promise<KnownCasebook> {
    let known = this.#known.get(chain);
    if (known === undefined) {
      known = { copy: new ChainCopy(chain), replayed: new Casebook(chain, authority), applied: 0 };
      await known.copy.restore(environment.profile);
      this.#known.set(chain, known);
    }
    const mine = known;
    const startAgain = (): void => {
      mine.replayed = new Casebook(chain, authority);
      mine.applied = 0;
    };
    await mine.copy.update(environment, log);
    const { items } = mine.copy;
    if (mine.applied > items.length) startAgain();
    // A statement is judged by its author's register as of its own place in the log.
    for (const { statement } of items.slice(mine.applied)) {
      try {
        await book.update(environment, log, statement.statement.author.registerChain);
      } catch (error) {
        if (!isFailure(error) || error.code !== "not_found") throw error;
      }
    }
    for (; mine.applied < items.length; ++mine.applied) {
      const item = items[mine.applied]!;
      const outcome = mine.replayed.apply(item.statement, item.index, book);
      if (outcome.verdict === "unsupported") return fail("unsupported", "chain.unsupported");
      if (outcome.verdict === "broken") {
        // It stands still now: begin again the next time, when the server may have found what it held back.
        startAgain();
        if (outcome.reason === "broken.register_missing") return fail("integrity", "register.incomplete");
        return alarm(environment, "casebook.broken", { envelope: utf8(encodeSigned(item.statement)) }, outcome.reason);
      }
    }
    return mine;
  }

  known(chain: ChainId): KnownCasebook | undefined { return this.#known.get(chain); }
}
