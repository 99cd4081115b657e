// Internal to src/agent: the dossiers this client follows, replayed against the registers of everybody who acts in them
// (platform/agent/dossier_book.hpp).
import { fail, isFailure } from "../base/failure.ts";
import { utf8 } from "../crypto/bytes.ts";
import { refKey, type AuthorityRef, type ChainId, type PartyId } from "../model/ids.ts";
import { receiptsChain } from "../record/chains.ts";
import { Dossier } from "../record/dossier.ts";
import type { Outcome } from "../record/outcome.ts";
import { namedParties } from "../record/peek.ts";
import { Receipts } from "../record/receipts.ts";
import { encodeSigned } from "../record/statement.ts";
import { ChainCopy, type ChainCopyItem } from "./chain_copy.ts";
import type { Environment } from "./environment.ts";
import { alarm } from "./evidence.ts";
import type { LogView } from "./log_view.ts";
import type { RegisterBook } from "./register_book.ts";

export interface KnownReceipts {
  copy: ChainCopy;
  replayed: Receipts;
  applied: number;
}

export interface KnownDossier {
  copy: ChainCopy;
  replayed: Dossier;
  /** One for each statement of the copy that was applied. */
  outcomes: Outcome[];
  /** The log size up to which dossier and registers are read. */
  asOf: number;
  /** By refKey() of the authority. */
  receipts: Map<string, KnownReceipts>;
}

async function unlessNotFound(update: () => Promise<unknown>): Promise<void> {
  try {
    await update();
  } catch (error) {
    if (!isFailure(error) || error.code !== "not_found") throw error;
  }
}

/** A statement is judged by the registers as of its own log index: they must be read at least so far before. */
async function updateRegistersOf(
  environment: Environment, log: LogView, book: RegisterBook, items: readonly ChainCopyItem[],
): Promise<void> {
  const chains = new Set<ChainId>();
  const parties = new Set<PartyId>();
  for (const { statement } of items) {
    chains.add(statement.statement.author.registerChain);
    for (const party of namedParties(statement.statement)) parties.add(party);
  }
  for (const chain of chains) {
    // An author whose register nobody has is no member of anything: the replay finds its statement void.
    await unlessNotFound(() => book.update(environment, log, chain));
    // Whom an author pins may rest on another Party's list: without that nobody can judge whom he could let in.
    for (const voucher of book.byChain(chain)?.vouchersEver ?? []) parties.add(voucher);
  }
  for (const party of parties) await unlessNotFound(() => book.updateParty(environment, log, party));
}

export class DossierBook {
  #known = new Map<ChainId, KnownDossier>();

  /**
   * Brings the dossier, and the registers of all it names, up to the log. integrity "dossier.broken" (evidence kept) and
   * the failures of ChainCopy and RegisterBook.
   */
  async update(environment: Environment, log: LogView, book: RegisterBook, chain: ChainId): Promise<KnownDossier> {
    let known = this.#known.get(chain);
    if (known === undefined) {
      known = { copy: new ChainCopy(chain), replayed: new Dossier(chain), outcomes: [], asOf: 0, receipts: new Map() };
      await known.copy.restore(environment.profile);
      this.#known.set(chain, known);
    }
    const beginAnew = (): void => {
      known.outcomes = [];
      known.replayed = new Dossier(chain);
      known.receipts.clear();
    };
    await known.copy.update(environment, log);
    const items = known.copy.items;
    if (known.outcomes.length > items.length) beginAnew();
    // What the registers are read up to, at least; they are brought up to the log after this.
    known.asOf = log.size;
    // Registers of participants move on without the dossier: whoever acts in it sees them as they are now.
    await updateRegistersOf(environment, log, book, items.slice(known.outcomes.length));
    await book.updateAll(environment, log);
    for (const item of items.slice(known.outcomes.length)) {
      const outcome = known.replayed.apply(item.statement, item.index, book);
      if (outcome.verdict === "unsupported") fail("unsupported", "chain.unsupported");
      if (outcome.verdict === "broken") {
        // It stands still now: begin again the next time, when the server may have found what it held back.
        beginAnew();
        if (outcome.reason === "broken.register_missing") fail("integrity", "register.incomplete");
        await alarm(environment, "dossier.broken", { envelope: utf8(encodeSigned(item.statement)) }, outcome.reason);
      }
      known.outcomes.push(outcome);
    }
    return known;
  }

  async updateReceipts(
    environment: Environment, log: LogView, book: RegisterBook, known: KnownDossier, authority: AuthorityRef,
  ): Promise<KnownReceipts> {
    const dossier = known.replayed;
    const key = refKey(authority);
    let receipts = known.receipts.get(key);
    if (receipts === undefined) {
      receipts = {
        copy: new ChainCopy(receiptsChain(dossier.chain, authority.authority)),
        replayed: new Receipts(dossier.chain, authority),
        applied: 0,
      };
      await receipts.copy.restore(environment.profile);
      known.receipts.set(key, receipts);
    }
    await receipts.copy.update(environment, log);
    const items = receipts.copy.items;
    if (receipts.applied > items.length) {
      receipts.applied = 0;
      receipts.replayed = new Receipts(dossier.chain, authority);
    }
    for (; receipts.applied < items.length; ++receipts.applied) {
      const item = items[receipts.applied]!;
      // A receipt for what the dossier, as it was read, does not have yet waits for the next reading.
      if (item.index >= known.asOf) break;
      const outcome = receipts.replayed.apply(item.statement, item.index, dossier, book);
      if (outcome.verdict === "unsupported") fail("unsupported", "chain.unsupported");
      if (outcome.verdict === "broken") {
        await alarm(environment, "receipts.broken", { envelope: utf8(encodeSigned(item.statement)) }, outcome.reason);
      }
    }
    return receipts;
  }

  known(chain: ChainId): KnownDossier | undefined {
    return this.#known.get(chain);
  }

  all(): ReadonlyMap<ChainId, KnownDossier> {
    return this.#known;
  }
}
