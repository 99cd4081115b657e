// Internal to src/agent: the whole log as this client has verified it (protocol §5; platform/agent/log_view.hpp).
import { attempt, ensure, fail, Failure, isFailure } from "../base/failure.ts";
import { base64Decode, base64Encode } from "../crypto/base64.ts";
import { equal, hexEncode, utf8 } from "../crypto/bytes.ts";
import type { ChainId, Hex, LogIndex, StatementId, UnixSeconds } from "../model/ids.ts";
import { bytesOf } from "../record/keys.ts";
import type { Seen } from "../record/statement.ts";
import {
  checkpointText, formatSignedCheckpoint, logSignature, parseSignedCheckpoint, verifyTreeHead, type SignedCheckpoint,
} from "../tlog/checkpoint.ts";
import { decodeBundle, decodeEntry, encodeEntry, entryBytes } from "../tlog/entry.ts";
import { consistencyText } from "../tlog/forkProof.ts";
import { formatLogProof } from "../tlog/logProof.ts";
import { createLogTree, type LogTree } from "../tlog/logTree.ts";
import { noteKeyText, type NoteKey } from "../tlog/note.ts";
import {
  parsePolicy, quorumNone, requireProtocolForm, verifyCheckpoint, type Policy, type VerifiedCheckpoint,
} from "../tlog/policy.ts";
import { tileWidth } from "../tlog/tile.ts";
import { addCosigned, dateDisputed, loadCosigned, saveCosigned, type Cosigned } from "./cosigned_history.ts";
import { day, minute, type Clock, type Environment } from "./environment.ts";
import { alarm, forkAlarm } from "./evidence.ts";
import type { ProfileStore } from "./ports.ts";

export const entriesFile = "log/entries";
export const checkpointFile = "log/checkpoint";

/** A size and the root it was signed with, in hex. */
export interface Head { size: number; root: Hex }
export interface Place { index: LogIndex; id: StatementId }

/** "<host>/log/<n>": where the log is served, below the server's own address. */
function logNumber(origin: string): number {
  const digits = /\/log\/([0-9]{1,10})$/.exec(origin)?.[1];
  return digits === undefined ? fail("invalid_input", "log.origin") : Number(digits);
}

/** What a parse or a verification came to, where a failure is a finding. */
function tried<T>(run: () => T): T | Failure {
  try {
    return run();
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
}

const sameHead = (a: { size: number; root: Uint8Array }, b: { size: number; root: Uint8Array }): boolean =>
  a.size === b.size && equal(a.root, b.root);

/**
 * Every entry, the root at every size, and for each label its places. Entries lie in the profile, 64 bytes each, with
 * the newest signed checkpoint; what is read back is believed only if it gives the root that was signed.
 *
 * Two sizes: `size`, covered by the log's own signature (pending), and `countingSize`, covered by a checkpoint that meets
 * the policy (counting). Under `quorum none` they are one.
 */
export class LogView {
  #policy: Policy;
  #policyText: string;
  readonly #origin: string;
  readonly #number: number;
  #tree: LogTree = createLogTree();
  #size = 0; // verified; the tree may be longer only inside advance()
  #saved = 0; // entries in the profile
  #checkpoint: SignedCheckpoint | undefined; // of that size, with the log's signature
  #remembered: SignedCheckpoint | undefined; // of an earlier session whose entries were damaged
  #checkpointSaved = false;
  #countingSize = 0;
  #quorumTime: UnixSeconds | undefined;
  #cosignedAt: (UnixSeconds | undefined)[];
  #cosigned: Cosigned[] = []; // by size, ascending
  #cosignedChanged = false;
  /** Told while a long log is read: entries so far, and of how many. */
  onReading: ((done: number, total: number) => void) | undefined;

  /**
   * Under this policy alone: it comes from a register, a welcome card or a founding sheet, never from the server.
   * invalid_input from the policy's own checks.
   */
  constructor(policyText: string) {
    this.#policy = parsePolicy(policyText);
    requireProtocolForm(this.#policy);
    this.#policyText = policyText;
    this.#origin = this.#logKey.name;
    this.#number = logNumber(this.#origin);
    this.#cosignedAt = this.#policy.witnesses.map(() => undefined);
  }

  get #logKey(): NoteKey {
    const [log] = this.#policy.logs;
    ensure(log !== undefined, "a policy of ours has one log");
    return log.key;
  }

  get size(): number { return this.#size; }
  get origin(): string { return this.#origin; }
  get number(): number { return this.#number; }
  get policyText(): string { return this.#policyText; }
  get policy(): Policy { return this.#policy; }
  get witnessed(): boolean { return !quorumNone(this.#policy); }
  /** Statements below this index are covered by a checkpoint that meets the policy. */
  get countingSize(): number { return this.#countingSize; }
  /** The k-th newest cosignature of the newest counting checkpoint; undefined under quorum none. */
  get quorumTime(): UnixSeconds | undefined { return this.#quorumTime; }
  /** The newest cosignature of each witness of the policy, in its order. */
  get cosignedAt(): readonly (UnixSeconds | undefined)[] { return this.#cosignedAt; }
  /** Some label stands twice: never in an honest log. */
  get hasRepeatedLabels(): boolean { return this.#tree.hasRepeatedLabels; }
  head(): Head { return { size: this.#size, root: hexEncode(this.#tree.rootAt(this.#size)) }; }

  // --- from the profile ----------------------------------------------------------------------------------------------

  /** What an earlier session kept; what does not fit is left out and read from the server again. */
  async restore(profile: ProfileStore): Promise<void> {
    const note = await profile.load(checkpointFile);
    if (note === null) return;
    const checkpoint = tried(() => parseSignedCheckpoint(new TextDecoder().decode(note)));
    // Signed by the log of the policy, or not from here.
    if (checkpoint instanceof Failure || tried(() => verifyCheckpoint(this.#policy, checkpoint)) instanceof Failure) return;
    this.#cosigned = await loadCosigned(profile);
    const { head } = checkpoint.checkpoint;
    const stored = (await profile.load(entriesFile)) ?? new Uint8Array();
    const count = Math.min(Math.floor(stored.length / entryBytes), head.size);
    for (let i = 0; i < count; ++i) this.#tree.push(decodeEntry(stored.subarray(i * entryBytes, (i + 1) * entryBytes)));
    if (this.#tree.size !== head.size || !equal(this.#tree.rootAt(head.size), head.root)) {
      // The copy on this device is damaged: all of it from the server, and held to the checkpoint that was seen.
      this.#tree = createLogTree();
      this.#remembered = checkpoint;
      return;
    }
    this.#size = head.size;
    this.#saved = stored.length === head.size * entryBytes ? head.size : 0;
    this.#checkpoint = checkpoint;
    this.#checkpointSaved = true;
  }

  async #save(profile: ProfileStore): Promise<void> {
    if (this.#saved !== this.#size) {
      const fresh = this.#tree.encoded(this.#saved, this.#size);
      if (this.#saved === 0) await profile.save(entriesFile, fresh);
      else await profile.appendTo(entriesFile, fresh);
      this.#saved = this.#size;
    }
    // After its entries: a checkpoint never stands for what is not there.
    if (!this.#checkpointSaved && this.#checkpoint !== undefined) {
      await profile.save(checkpointFile, utf8(formatSignedCheckpoint(this.#checkpoint)));
      this.#checkpointSaved = true;
    }
    if (!this.#cosignedChanged) return;
    this.#cosignedChanged = false;
    await saveCosigned(profile, this.#cosigned);
  }

  // --- from the server -----------------------------------------------------------------------------------------------

  /**
   * Fetches the newest checkpoint and, if that one does not count, the newest that does; verifies both under the policy,
   * reads what is new, recomputes the root. integrity, evidence kept: "log.rolled_back", "log.signature", "log.entries",
   * and the proof of a fork, "log.forked" (see alarms.ts).
   */
  async advance(environment: Environment): Promise<void> {
    await this.#take(environment, await environment.server.checkpoint(this.#number), true);
    if (this.#countingSize !== this.#size) {
      const cosigned = await this.#newestWitnessed(environment);
      if (cosigned !== undefined) await this.#take(environment, cosigned, false);
    }
    await this.#save(environment.profile);
  }

  async #newestWitnessed({ server }: Environment): Promise<string | undefined> {
    try {
      return await server.witnessedCheckpoint(this.#number);
    } catch (error) {
      if (isFailure(error) && error.code === "not_found") return undefined;
      throw error;
    }
  }

  async #verified(
    environment: Environment, note: string,
  ): Promise<{ signed: SignedCheckpoint; checked: VerifiedCheckpoint }> {
    const signed = tried(() => parseSignedCheckpoint(note));
    if (signed instanceof Failure) return alarm(environment, "log.signature", { checkpoint: note }, signed.key);
    const checked = tried(() => verifyCheckpoint(this.#policy, signed));
    if (checked instanceof Failure) return alarm(environment, "log.signature", { checkpoint: note }, checked.key);
    return { signed, checked };
  }

  /** One signed checkpoint: the newest, which may not go back, or the newest witnessed one, which may lag behind it. */
  async #take(environment: Environment, note: string, newest: boolean): Promise<void> {
    const { signed, checked } = await this.#verified(environment, note);
    if (checked.head.size > this.#size || this.#checkpoint === undefined) {
      await this.#extend(environment, signed, note);
    } else {
      await this.requireConsistentCheckpoint(environment, signed, "the server's checkpoint");
      if (newest && checked.head.size < this.#size) {
        // An honest server that was put back to an older state learns it here, before it signs another history.
        await this.#offer(environment, this.#checkpoint);
        await alarm(environment, "log.rolled_back",
          { checkpoint: note, verified_before: formatSignedCheckpoint(this.#checkpoint) });
      }
    }
    this.#count(checked);
  }

  async #offer({ server }: Environment, known: SignedCheckpoint): Promise<void> {
    await attempt(() => server.offerCheckpoint(this.#number, formatSignedCheckpoint(known)));
  }

  async #readEntries(environment: Environment, tree: LogTree, to: number): Promise<void> {
    while (tree.size < to) {
      const index = Math.floor(tree.size / tileWidth);
      const width = Math.min(tileWidth, to - index * tileWidth);
      const bytes = await environment.server.entryBundle(this.#number, index, width);
      const bundle = tried(() => decodeBundle(bytes));
      if (bundle instanceof Failure || bundle.length < width) {
        await alarm(environment, "log.entries", { bundle: bytes });
        return;
      }
      for (const entry of bundle.slice(tree.size - index * tileWidth, width)) tree.push(entry);
      this.onReading?.(tree.size, to);
    }
  }

  async #extend(environment: Environment, signed: SignedCheckpoint, note: string): Promise<void> {
    const { head } = signed.checkpoint;
    const before = this.#remembered;
    try {
      await this.#readEntries(environment, this.#tree, head.size);
      if (!equal(this.#tree.rootAt(head.size), head.root)) {
        // Perhaps a bundle was spoilt on the way, perhaps this is another history: what the server's log is from its
        // beginning on tells the two apart.
        const afresh = createLogTree();
        await this.#readEntries(environment, afresh, head.size);
        if (!equal(afresh.rootAt(head.size), head.root)) {
          await alarm(environment, "log.entries", { checkpoint: note }, "the entries do not give the root");
        }
        if (this.#checkpoint !== undefined &&
            !equal(afresh.rootAt(this.#size), this.#checkpoint.checkpoint.head.root)) {
          await this.#forked(environment, this.#checkpoint, signed, afresh, "the server's checkpoint");
        }
        this.#tree = afresh;
      }
      if (before !== undefined) {
        const known = before.checkpoint.head;
        if (known.size > head.size) {
          await this.#offer(environment, before);
          await alarm(environment, "log.rolled_back",
            { checkpoint: note, verified_before: formatSignedCheckpoint(before) });
        }
        if (!equal(this.#tree.rootAt(known.size), known.root)) {
          await this.#forked(environment, before, signed, this.#tree, "an earlier session");
        }
      }
    } catch (error) {
      this.#tree.truncate(this.#size);
      throw error;
    }
    this.#remembered = undefined;
    this.#size = head.size;
    this.#checkpoint = signed;
    this.#checkpointSaved = false;
  }

  #count(checked: VerifiedCheckpoint): void {
    for (const { witness, at } of checked.cosignatures) {
      this.#cosignedAt[witness] = Math.max(this.#cosignedAt[witness] ?? 0, at);
    }
    if (!checked.counts || checked.head.size < this.#countingSize) return;
    this.#countingSize = checked.head.size;
    const at = checked.quorumTime;
    if (at === null) return;
    this.#quorumTime = Math.max(this.#quorumTime ?? 0, at);
    const newest = Math.max(at, ...checked.cosignatures.map((cosignature) => cosignature.at));
    const row = { size: this.#countingSize, first: newest, last: at };
    if (addCosigned(this.#cosigned, row)) this.#cosignedChanged = true;
  }

  /** The same log under another policy of the register: what was verified stays, the newest checkpoints are judged anew. */
  async changePolicy(environment: Environment, changed: LogView): Promise<void> {
    ensure(changed.#origin === this.#origin, "a policy is of this log");
    this.#policy = changed.#policy;
    this.#policyText = changed.#policyText;
    // Whether it counts under the new quorum is found out now.
    this.#countingSize = 0;
    this.#quorumTime = undefined;
    this.#cosignedAt = this.#policy.witnesses.map(() => undefined);
    await this.advance(environment);
  }

  /** Whether the newest checkpoints, read under the other policy, would make so many entries count. */
  async wouldCount(environment: Environment, other: LogView, size: number): Promise<boolean> {
    const notes = [await environment.server.checkpoint(this.#number), await this.#newestWitnessed(environment)];
    return notes.some((note) => {
      if (note === undefined) return false;
      const judged = tried(() => verifyCheckpoint(other.#policy, parseSignedCheckpoint(note)));
      // Of the tree that was verified here, or not at all.
      return !(judged instanceof Failure) && judged.counts && judged.head.size >= size &&
        judged.head.size <= this.#size && equal(this.#tree.rootAt(judged.head.size), judged.head.root);
    });
  }

  // --- one history ---------------------------------------------------------------------------------------------------

  /**
   * That this tree head, verified earlier by this person, is of the same history: integrity "log.forked",
   * "log.rolled_back".
   */
  async requireConsistentHead(environment: Environment, other: Head, whence: string): Promise<void> {
    const theirs = { size: other.size, root: bytesOf(other.root) };
    if (theirs.size <= this.#size && equal(this.#tree.rootAt(theirs.size), theirs.root)) return;
    const text = (head: { size: number; root: Uint8Array }): string =>
      checkpointText({ origin: this.#origin, head, extensions: [] });
    const mine = this.#checkpoint === undefined
      ? text({ size: this.#size, root: this.#tree.rootAt(this.#size) })
      : formatSignedCheckpoint(this.#checkpoint);
    await alarm(environment, theirs.size > this.#size ? "log.rolled_back" : "log.forked",
      { checkpoint: mine, remembered: text(theirs) }, whence);
  }

  /** The same for a head that bears the log's signature: what contradicts it proves a fork. */
  async requireConsistentSeen(environment: Environment, seen: Seen, whence: string): Promise<void> {
    ensure(this.signedByLog(seen), "what the log did not sign proves nothing");
    const checkpoint = {
      origin: this.#origin, head: { size: seen.size, root: bytesOf(seen.root) }, extensions: [],
    };
    const signature = base64Decode(seen.signature);
    ensure(signature !== null, "a signature is base64");
    await this.requireConsistentCheckpoint(environment, {
      checkpoint,
      note: {
        text: checkpointText(checkpoint),
        signatures: [{ name: this.#logKey.name, keyId: this.#logKey.id, signature }],
      },
    }, whence);
  }

  async requireConsistentCheckpoint(environment: Environment, other: SignedCheckpoint, whence: string): Promise<void> {
    const theirs = other.checkpoint.head;
    ensure(this.#checkpoint !== undefined, "the log was read before anything is compared with it");
    if (theirs.size <= this.#size) {
      if (sameHead(theirs, { size: theirs.size, root: this.#tree.rootAt(theirs.size) })) return;
      await this.#forked(environment, other, this.#checkpoint, this.#tree, whence);
    }
    // A larger one with the log's own signature that the server does not show: it is behind, or hides.
    await alarm(environment, "log.rolled_back",
      { checkpoint: formatSignedCheckpoint(this.#checkpoint), larger: formatSignedCheckpoint(other) }, whence);
  }

  #forked(
    environment: Environment, smaller: SignedCheckpoint, larger: SignedCheckpoint, largerTree: LogTree, whence: string,
  ): Promise<never> {
    const at = smaller.checkpoint.head.size;
    return forkAlarm(environment, "log.forked", {
      smaller: formatSignedCheckpoint(smaller),
      larger: formatSignedCheckpoint(larger),
      consistency: consistencyText({
        smaller, larger, rootWithin: largerTree.rootAt(at),
        path: largerTree.consistency(at, larger.checkpoint.head.size),
      }),
      log_key: noteKeyText(this.#logKey),
    }, whence);
  }

  /** integrity "chain.forked", with the proof that two entries stand at one place. */
  twoForOnePlace(environment: Environment, chain: ChainId, seq: number, envelope: string): Promise<never> {
    const [first, second] = this.places(chain, seq);
    const checkpoint = this.#checkpoint;
    ensure(first !== undefined && second !== undefined && checkpoint !== undefined, "two entries stand at one place");
    const proofOf = (index: LogIndex): string =>
      formatLogProof({ extra: null, index, path: this.#tree.inclusion(index, this.#size), checkpoint });
    return forkAlarm(environment, "chain.forked", {
      first_proof: proofOf(first.index),
      first_entry: encodeEntry(this.#tree.entry(first.index)),
      second_proof: proofOf(second.index),
      second_entry: encodeEntry(this.#tree.entry(second.index)),
      statement: envelope,
      log_key: noteKeyText(this.#logKey),
    }, "two entries for one place");
  }

  // --- what follows from it ------------------------------------------------------------------------------------------

  /** What the next statement says it has seen. */
  seen(): Seen {
    ensure(this.#checkpoint !== undefined, "the log was read before anything is signed");
    const signature = logSignature(this.#logKey, this.#checkpoint);
    ensure(signature !== null, "a verified checkpoint has the log's signature");
    return { ...this.head(), signature: base64Encode(signature) };
  }

  signedByLog(seen: Seen): boolean {
    const signature = base64Decode(seen.signature);
    return signature !== null &&
      verifyTreeHead(this.#logKey, { size: seen.size, root: bytesOf(seen.root) }, signature);
  }

  /**
   * The 24-hour rule: unavailable "log.not_fresh" when the k-th newest cosignature is older than 24 hours or more than
   * five minutes ahead of the device's clock, or when there is none. An empty log has nothing that could be old.
   */
  requireFresh(clock: Clock): void {
    if (!this.isFresh(clock)) fail("unavailable", "log.not_fresh");
  }

  isFresh(clock: Clock): boolean {
    if (!this.witnessed || this.#size === 0) return true;
    // The device's own clock: a server that freezes the log freezes every time it gives, too.
    const wall = clock.wall();
    return this.#quorumTime !== undefined && wall - this.#quorumTime <= day && this.#quorumTime - wall <= 5 * minute;
  }

  /**
   * "Date disputed": cosignatures this device has seen show that the statement with this `at` was logged more than 24
   * hours after it, or 10 minutes before it.
   */
  disputed(index: LogIndex, at: UnixSeconds): boolean {
    return this.witnessed && dateDisputed(this.#cosigned, index, at);
  }

  /** The entries with the label of this place, in order: none, one, or the evidence of a fork. */
  places(chain: ChainId, seq: number): Place[] {
    return this.#tree.places(bytesOf(chain), seq, this.#size)
      .map((index) => ({ index, id: hexEncode(this.#tree.entry(index).id) }));
  }

  // --- for who has neither this log nor its server (a custody bundle) -------------------------------------------------

  /**
   * The newest checkpoint that meets the policy, held to this history. unavailable "log.not_yet_witnessed" where none
   * does; integrity "log.forked" (evidence kept).
   */
  async counted(environment: Environment): Promise<SignedCheckpoint> {
    const note = await this.#newestWitnessed(environment);
    if (note === undefined) return fail("unavailable", "log.not_yet_witnessed");
    const { signed, checked } = await this.#verified(environment, note);
    if (!checked.counts) return fail("unavailable", "log.not_yet_witnessed");
    if (checked.head.size > this.#size) await this.advance(environment);
    await this.requireConsistentCheckpoint(environment, signed, "a bundle");
    return signed;
  }

  /** That an entry stands at this index, under such a checkpoint: a C2SP tlog-proof. */
  proofUnder(checkpoint: SignedCheckpoint, index: LogIndex): string {
    const { size } = checkpoint.checkpoint.head;
    ensure(size <= this.#size && index < size, "a proof is of the tree that was verified");
    return formatLogProof({ extra: null, index, path: this.#tree.inclusion(index, size), checkpoint });
  }
}
