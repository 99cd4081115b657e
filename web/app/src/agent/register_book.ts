// Internal to src/agent: every register this client follows, replayed from statements it verified itself
// (platform/agent/register_book.hpp).
import { fail } from "../base/failure.ts";
import type { ChainId, PartyId } from "../model/ids.ts";
import type { PartyCode } from "../model/party.ts";
import type { Outcome } from "../record/outcome.ts";
import { Register, type Registers } from "../record/register.ts";
import { encodeSigned } from "../record/statement.ts";
import { ChainCopy } from "./chain_copy.ts";
import type { Environment } from "./environment.ts";
import { alarm } from "./evidence.ts";
import type { LogView } from "./log_view.ts";
import type { PartyRow } from "./ports.ts";

export interface KnownRegister {
  copy: ChainCopy;
  replayed: Register;
  /** One for each statement of the copy that was applied. */
  outcomes: Outcome[];
}

export class RegisterBook implements Registers {
  readonly #known = new Map<ChainId, KnownRegister>();
  #directory: PartyRow[] | undefined;

  /**
   * Brings one register up to the log. integrity "register.broken" (evidence kept) when its replay breaks, and the
   * failures of ChainCopy.update.
   */
  async update(environment: Environment, log: LogView, chain: ChainId): Promise<KnownRegister> {
    let known = this.#known.get(chain);
    if (known === undefined) {
      known = { copy: new ChainCopy(chain), replayed: new Register(chain), outcomes: [] };
      await known.copy.restore(environment.profile);
      this.#known.set(chain, known);
    }
    await known.copy.update(environment, log);
    const { items } = known.copy;
    if (known.outcomes.length > items.length) {
      // The copy was read anew after it disagreed with the log.
      known.outcomes = [];
      known.replayed = new Register(chain);
    }
    for (const { statement, index } of items.slice(known.outcomes.length)) {
      const outcome = known.replayed.apply(statement, index);
      if (outcome.verdict === "unsupported") return fail("unsupported", "chain.unsupported");
      if (outcome.verdict === "broken") {
        return alarm(environment, "register.broken", { envelope: encodeSigned(statement) }, outcome.reason);
      }
      known.outcomes.push(outcome);
    }
    return known;
  }

  /** Every register already followed. */
  async updateAll(environment: Environment, log: LogView): Promise<void> {
    for (const chain of [...this.#known.keys()]) await this.update(environment, log, chain);
  }

  /**
   * The register of a Party by its founded id. The chain is the server's word until the id agrees. not_found
   * "party.unknown".
   */
  async updateParty(environment: Environment, log: LogView, party: PartyId): Promise<KnownRegister> {
    const known = this.knownParty(party);
    if (known !== undefined) return this.update(environment, log, known.copy.chain);
    // Founded since the list was read, for one: a colleague may have sent it something.
    for (let stale = this.#directory !== undefined; ; stale = false) {
      for (const { foundedId, registerChain } of await this.directory(environment)) {
        if (foundedId !== party || registerChain === undefined) continue;
        const found = await this.update(environment, log, registerChain);
        if (found.replayed.founded && found.replayed.party === party) return found;
      }
      if (!stale) return fail("not_found", "party.unknown");
      this.forgetDirectory();
    }
  }

  /** The server's directory, read once until it is forgotten. */
  async directory(environment: Environment): Promise<readonly PartyRow[]> {
    this.#directory ??= await environment.server.parties();
    return this.#directory;
  }
  forgetDirectory(): void { this.#directory = undefined; }

  known(chain: ChainId): KnownRegister | undefined { return this.#known.get(chain); }
  knownParty(party: PartyId): KnownRegister | undefined {
    return [...this.#known.values()].find(({ replayed }) => replayed.founded && replayed.party === party);
  }

  foundedAs(code: PartyCode): Register[] {
    return [...this.#known.values()].flatMap(({ replayed }) => (replayed.founded && replayed.code === code ? [replayed] : []));
  }

  byChain(chain: ChainId): Register | undefined {
    const found = this.#known.get(chain)?.replayed;
    return found?.founded === true ? found : undefined;
  }
  byParty(party: PartyId): Register | undefined { return this.knownParty(party)?.replayed; }
}
