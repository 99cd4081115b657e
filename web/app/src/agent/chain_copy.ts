// Internal to src/agent: the statements of one chain as this client has them (platform/agent/chain_copy.hpp).
import { fail, isFailure } from "../base/failure.ts";
import { concat, utf8, type Bytes } from "../crypto/bytes.ts";
import type { ChainId, LogIndex, StatementId } from "../model/ids.ts";
import { maxEnvelopeBytes } from "../record/envelope.ts";
import { encodeSigned, parseSigned, type SignedStatement } from "../record/statement.ts";
import type { Environment } from "./environment.ts";
import { alarm } from "./evidence.ts";
import type { LogView } from "./log_view.ts";
import type { ProfileStore } from "./ports.ts";

const page = 200;
const fileOf = (chain: ChainId): string => `chains/${chain}`;

/** In the profile: a statement that the server said it refused. */
export const refusedName = (id: StatementId): string => `drafts/refused/${id}`;

export interface ChainCopyItem { statement: SignedStatement; index: LogIndex }

/** In the profile: envelopes one after the other, each behind its length in 4 bytes, big-endian. */
function framed(envelope: string): Bytes {
  const bytes = utf8(envelope);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concat(length, bytes);
}

/**
 * The statements of one chain as this client has them: each parsed, in order, and the only one of its place in the
 * verified log. Signatures and rights are judged by Register, Dossier and Receipts.
 */
export class ChainCopy {
  readonly chain: ChainId;
  readonly #items: ChainCopyItem[] = [];
  #incomplete = false;
  #checked = 0; // items held to the log in this session
  #saved = 0;

  constructor(chain: ChainId) {
    this.chain = chain;
  }

  get items(): readonly ChainCopyItem[] { return this.#items; }
  /** The log has an entry for head + 1 that the server did not give: shown, never acted on. */
  get incomplete(): boolean { return this.#incomplete; }
  has(id: StatementId): boolean { return this.#items.some((item) => item.statement.id === id); }

  /** What an earlier session kept. Believed no more than what a server sends: update() holds it to the log. */
  async restore(profile: ProfileStore): Promise<void> {
    const stored = await profile.load(fileOf(this.chain));
    if (stored === null) return;
    const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
    let at = 0;
    while (stored.length - at >= 4) {
      const length = view.getUint32(at);
      if (length > maxEnvelopeBytes || stored.length - at - 4 < length) break;
      const statement = readable(stored.subarray(at + 4, at + 4 + length));
      // A copy that is damaged from here on is read again from the server.
      if (statement?.statement.chain !== this.chain || statement.statement.seq !== this.#items.length) break;
      this.#items.push({ statement, index: 0 });
      at += 4 + length;
    }
    this.#saved = at === stored.length ? this.#items.length : 0;
  }

  /**
   * Brings the copy up to the log. Reads from the server only if the log says that there is more.
   *   integrity, evidence kept: "chain.malformed", "chain.forked", "chain.unlogged", "chain.not_as_logged";
   *   unsupported "chain.unsupported": a kind of a later version;
   *   not_found: not there, or not ours (any more).
   */
  async update(environment: Environment, log: LogView): Promise<void> {
    await this.#checkRestored(environment, log);
    this.#incomplete = false;
    const more = (): boolean => log.places(this.chain, this.#items.length).length > 0;
    // The log says how far the chain goes; a statement that came while we read may need a second look.
    for (let attempt = 0; attempt < 3 && more(); ++attempt) {
      while (await this.#readMore(environment, log) && more());
    }
    this.#incomplete = more();
    if (this.#saved === this.#items.length) return;
    await this.#save(environment.profile);
    this.#saved = this.#items.length;
  }

  async #checkPlace(
    environment: Environment, log: LogView, signed: SignedStatement, envelope: string,
  ): Promise<LogIndex> {
    const { seq } = signed.statement;
    const places = log.places(this.chain, seq);
    const [place] = places;
    if (place === undefined) return alarm(environment, "chain.unlogged", { envelope });
    // Two statements for one place: keep both, act on neither [same-seq-fork].
    if (places.length > 1) return log.twoForOnePlace(environment, this.chain, seq, envelope);
    if (place.id !== signed.id) {
      return alarm(environment, "chain.not_as_logged", { envelope, logged_id: place.id });
    }
    return place.index;
  }

  async #checkRestored(environment: Environment, log: LogView): Promise<void> {
    // Once a session, and again whenever the log has two for one place: a second entry may have come for any.
    for (let i = log.hasRepeatedLabels ? 0 : this.#checked; i < this.#items.length; ++i) {
      const item = this.#items[i] as ChainCopyItem;
      if (i >= this.#checked) {
        const places = log.places(this.chain, i);
        if (places.length === 1 && places[0]?.id !== item.statement.id) {
          // What lies in the profile is not what the log has: the copy is wrong, or there was a fork and the
          // remembered log root has already said so. Read it again.
          this.#items.length = i;
          this.#saved = 0;
          break;
        }
      }
      item.index = await this.#checkPlace(environment, log, item.statement, encodeSigned(item.statement));
    }
    this.#checked = this.#items.length;
  }

  /** One page; false when the server gave nothing that follows. */
  async #readMore(environment: Environment, log: LogView): Promise<boolean> {
    const { items } = await environment.server.chain(this.chain, this.#items.length, page);
    for (const { envelope } of items) {
      const signed = await this.#parsed(environment, envelope);
      const { chain, seq, seen } = signed.statement;
      if (chain !== this.chain || seq !== this.#items.length) {
        await alarm(environment, "chain.malformed", { envelope }, "another chain or place");
      }
      if (log.places(this.chain, seq).length === 0) await log.advance(environment);
      const index = await this.#checkPlace(environment, log, signed, envelope);
      const before = this.#items.at(-1);
      if (before !== undefined && index <= before.index) {
        await alarm(environment, "chain.malformed", { envelope }, "logged before its predecessor");
      }
      // A true checkpoint of another history is by itself the proof of a fork; a forged one makes its statement void,
      // which the replay finds out [poison].
      if (log.signedByLog(seen)) {
        if (seen.size > log.size) await log.advance(environment);
        await log.requireConsistentSeen(environment, seen, "seen by the author of a statement");
      }
      this.#items.push({ statement: signed, index });
      this.#checked = this.#items.length;
      const refused = refusedName(signed.id);
      if ((await environment.profile.load(refused)) !== null) {
        // Said to be refused, and taken all the same: the person may have signed something else since.
        await environment.profile.remove(refused);
        await alarm(environment, "append.lying_refusal", { envelope });
      }
    }
    return items.length > 0;
  }

  async #parsed(environment: Environment, envelope: string): Promise<SignedStatement> {
    try {
      return parseSigned(envelope);
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (error.code === "unsupported") return fail("unsupported", "chain.unsupported");
      return alarm(environment, "chain.malformed", { envelope }, error.key);
    }
  }

  async #save(profile: ProfileStore): Promise<void> {
    const fresh = concat(...this.#items.slice(this.#saved).map(({ statement }) => framed(encodeSigned(statement))));
    if (this.#saved === 0) await profile.save(fileOf(this.chain), fresh);
    else await profile.appendTo(fileOf(this.chain), fresh);
  }
}

function readable(envelope: Bytes): SignedStatement | undefined {
  try {
    return parseSigned(envelope);
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}
