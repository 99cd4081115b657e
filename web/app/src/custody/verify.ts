// Checks all of a custody bundle and replays what can be replayed: archive, maker's signature, log policy, checkpoints,
// places, registers, dossier, receipts, files. Reads nothing but the source, knows no clock and no network. Mirror of
// platform/custody/verify.hpp.
import { fail } from "../base/failure.ts";
import { hexEncode } from "../crypto/bytes.ts";
import { createSha256 } from "../crypto/sha256.ts";
import { isHex, type ChainId, type Digest, type PartyId } from "../model/ids.ts";
import { isPartyCode, type PartyCode } from "../model/party.ts";
import { policyThreshold, quorumNone, verifyCheckpoint, type Policy, type VerifiedCheckpoint } from "../tlog/policy.ts";
import { fingerprintDigits, fingerprintMatches } from "../record/fingerprint.ts";
import type { FoundingSheet } from "../record/founding_sheet.ts";
import { keyDigest, sha256Hex, verifyText } from "../record/keys.ts";
import { pinBasis, type Register } from "../record/register.ts";
import type { BodyFile } from "../record/sealed_body.ts";
import { readArchive } from "./archive.ts";
import { custodyFailure, isFinding, openBundle, type Bundle } from "./bundle.ts";
import { BundleRegisters, checkPlaces, checkWholeLog, readChains, replayRegisters, type Chains } from "./chains.ts";
import { checkContents, type Contents } from "./contents.ts";
import type { Basis, Check, Findings, LogFound, PartyFound, Person, Told } from "./findings.ts";
import { judge, type Judgment } from "./judge.ts";
import { entriesName, plainFileName } from "./layout.ts";
import { manifestSignedText } from "./manifest.ts";
import { copyRange, type Sink, type Source } from "./source.ts";
import { personOf, tell } from "./tell.ts";

/** Whom the verifier knows from elsewhere: a note verbale, a founding sheet, his own records. Never from the bundle. */
export interface Trusted {
  code: PartyCode;
  /** Forty digits with any spaces or dashes, or 64 hex digits. */
  fingerprint: string;
}
export interface Trust {
  parties: Trusted[];
  /** Of a sheet, which does not say its code. */
  registry?: PartyId | undefined;
}
export const noTrust = (): Trust => ({ parties: [] });

/** "SEN=12345 67890 …". invalid_input "custody.trust" {value}. */
export function parseTrusted(text: string): Trusted {
  const at = text.indexOf("=");
  const code = text.slice(0, Math.max(at, 0));
  const fingerprint = text.slice(at + 1);
  const digits = /^[0-9 -]*$/.test(fingerprint) && fingerprint.replace(/[ -]/g, "").length === 40;
  const good = at >= 0 && isPartyCode(code) && (digits || isHex(fingerprint, 32));
  return good ? { code, fingerprint } : fail("invalid_input", "custody.trust", { value: text });
}

/** The rows of a sheet; its Registry under the code it founded with. */
export const trustOfSheet = ({ parties, registry }: FoundingSheet): Trust =>
  ({ parties: parties.map(({ code, party }) => ({ code, fingerprint: party })), registry });

const isFingerprintOf = (typed: string, party: PartyId): boolean => fingerprintMatches(typed, party) || typed === party;

export interface VerifyOptions {
  /** Bytes read so far, and of how many; more than once through a bundle with keys. May stop by throwing. */
  watch?: ((done: number, total: number) => void) | undefined;
  /** See Reading.counted: for whoever makes the bundle himself. */
  counted?: ReadonlyMap<string, Digest> | undefined;
}

/**
 * `Findings.failure` says what did not hold; what is thrown is the environment's alone (the source cannot be read).
 *
 * The log's policy is that of the registers whose fingerprints were given; where none was given the maker's, and every
 * identity is "not compared".
 */
export async function verifyCustody(source: Source, trust: Trust, options: VerifyOptions = {}): Promise<Findings> {
  const run = new Verification(source, trust, options);
  try {
    return { checks: run.checks, told: await run.verify() };
  } catch (error) {
    if (!isFinding(error)) throw error;
    run.checks.push({ key: run.step, verdict: "failed", arguments: error.arguments });
    return { checks: run.checks, failure: error };
  }
}

class Verification {
  readonly checks: Check[] = [];
  step = "";
  readonly #registers = new BundleRegisters();
  readonly #given = new Set<PartyId>();
  #read = 0;

  constructor(
    private readonly source: Source, private readonly trust: Trust, private readonly options: VerifyOptions,
  ) {}

  #passed(args: Record<string, string> = {}): void {
    this.checks.push({ key: this.step, verdict: "passed", arguments: args });
  }
  #unproven(args: Record<string, string> = {}): void {
    this.checks.push({ key: this.step, verdict: "unproven", arguments: args });
  }
  readonly #count = (bytes: number): void => {
    this.#read += bytes;
    this.options.watch?.(Math.min(this.#read, this.source.size), this.source.size);
  };

  async verify(): Promise<Told> {
    this.step = "archive";
    const bundle = await openBundle(this.source, { watch: this.#count, counted: this.options.counted });
    const { manifest } = bundle;
    this.#passed({ count: String(manifest.members.length) });
    this.step = "statements_read";
    const chains = await readChains(bundle);
    this.step = "registers";
    replayRegisters(chains, this.#registers);
    this.#passed({ count: String(this.#registers.all.size) });
    this.step = "maker";
    const maker = this.#checkMaker(bundle);
    this.step = "parties";
    const parties = this.#compareParties(chains);
    this.step = "log";
    const log = this.#checkLog(chains, maker);
    this.step = "places";
    await checkPlaces(bundle, chains);
    const places = chains.all.reduce((sum, chain) => sum + chain.places.length, 0);
    this.#passed({ count: String(places), size: String(log.size) });
    this.step = "statements";
    const judgment = judge(bundle, chains, this.#registers);
    this.#tellStatements(judgment);
    this.step = "contents";
    const contents = await checkContents(bundle, judgment, this.#count);
    this.#tellContents(bundle, contents);
    this.step = "completeness";
    const complete = await this.#checkCompleteness(bundle, chains, log.size);
    this.step = "nothing_else";
    const stray = bundle.unused();
    if (stray !== undefined) return custodyFailure("custody.stray", "member", stray);
    return {
      ...tell(bundle, chains, this.#registers, judgment, contents),
      form: manifest.form, history: judgment.dossier !== undefined, dossier: manifest.dossier,
      dossierLength: judgment.dossierChain.line.length, leftOut: judgment.dossierChain.line.leftOut.length, maker,
      madeAt: manifest.at, manifestSha256: sha256Hex(bundle.manifestText), log: { ...log, complete },
      keys: contents.keys > 0, parties, proofBytes: chains.proofBytes, totalBytes: this.source.size,
    };
  }

  #checkMaker({ manifest, manifestText, signature }: Bundle): Person {
    const { author } = manifest;
    const member = this.#registers.byChain(author.registerChain)?.member(author.member, manifest.logSize);
    const holds = member !== undefined && member.authority === author.authority && keyDigest(member.key) === author.key &&
      verifyText(member.key, manifestSignedText(manifestText), signature);
    if (!holds) return custodyFailure("custody.maker", "who", "signature");
    const maker = personOf(author, manifest.logSize, this.#registers);
    this.#passed({ who: `${maker.authority.code}/${maker.authority.authority}`, name: maker.name });
    return maker;
  }

  #compareParties(chains: Chains): PartyFound[] {
    this.#findGiven();
    const signers = new Set<ChainId>();
    for (const { places } of chains.all) {
      for (const { statement } of places) if (statement) signers.add(statement.statement.author.registerChain);
    }
    const unknown: string[] = [];
    const found: PartyFound[] = [];
    for (const [chain, register] of this.#registers.all) {
      const { basis, by } = this.#basisOf(register);
      if (basis === "not_compared" && signers.has(chain)) unknown.push(register.code);
      found.push({
        code: register.code, name: register.name, id: register.party, digits: fingerprintDigits(register.party), basis, by,
        statements: register.head.length,
      });
    }
    if (unknown.length === 0) {
      this.#passed({ count: String(found.length) });
    } else {
      this.#unproven({ parties: unknown.join(", ") });
    }
    return found.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
  }

  /** Which registers bear a fingerprint that was given. Two Parties of one code are an alarm, unless one succeeds. */
  #findGiven(): void {
    const byCode = new Map<PartyCode, Register>();
    for (const register of this.#registers.all.values()) {
      const { code, party, succeeds } = register;
      const earlier = byCode.get(code);
      const anew = earlier !== undefined &&
        (succeeds?.party === earlier.party || earlier.succeeds?.party === party);
      if (earlier !== undefined && !anew) custodyFailure("custody.two_parties", "party", code);
      if (earlier === undefined) byCode.set(code, register);
      for (const given of this.trust.parties) {
        if (given.code !== code) continue;
        if (!isFingerprintOf(given.fingerprint, party)) custodyFailure("custody.fingerprint", "party", code);
        this.#given.add(party);
      }
      if (this.trust.registry === party) this.#given.add(party);
    }
  }

  #givenRegisters(): Register[] {
    return [...this.#given].sort().map((party) => this.#registers.byParty(party) as Register);
  }

  #basisOf({ party }: Register): { basis: Basis; by: string } {
    if (this.#given.has(party)) return { basis: "given", by: "" };
    for (const by of this.#givenRegisters()) {
      const basis = pinBasis(this.#registers, by, party);
      if (basis !== undefined) return { basis: basis === "vouched" ? "vouched" : "pinned", by: by.code };
    }
    return { basis: "not_compared", by: "" };
  }

  /** Under the policy of each register whose fingerprint was given; else of the maker's. */
  #checkLog(chains: Chains, maker: Person): LogFound {
    const given = this.#givenRegisters();
    const by = given.length > 0 ? given : [this.#registers.byParty(maker.authority.ref.party) as Register];
    const newest = chains.checkpoints[0]!;
    let log: LogFound | undefined;
    for (const register of by) {
      const { policy } = register.logPolicy();
      const verified = verifyCheckpoint(policy, newest.parsed);
      if (!verified.counts) return custodyFailure("custody.not_cosigned", "party", register.code);
      if (log !== undefined) continue;
      newest.quorumTime = verified.quorumTime ?? undefined;
      log = logFound(policy, verified);
    }
    for (const older of chains.checkpoints.slice(1)) {
      // What counted then: witnesses change.
      const { policy } = by[0]!.logPolicy(older.parsed.checkpoint.head.size);
      const verified = verifyCheckpoint(policy, older.parsed);
      if (verified.counts) older.quorumTime = verified.quorumTime ?? undefined;
    }
    const { origin, size, quorum, witnesses, witnessed } = log as LogFound;
    const args = { origin, size: String(size), k: String(quorum), n: String(witnesses) };
    // Without witnesses the log's operator alone vouches for its order.
    if (witnessed) this.#passed(args);
    else this.#unproven(args);
    return log as LogFound;
  }

  #tellStatements({ dossier, statements, dossierChain, receipts }: Judgment): void {
    const args = { count: String(statements.length), left_out: String(dossierChain.line.leftOut.length) };
    if (dossier !== undefined) this.#passed(args);
    else this.#unproven(args);
    this.step = "receipts";
    this.#passed({ count: String(receipts.flat().length) });
  }

  #tellContents({ manifest }: Bundle, { told, ciphertexts, keys, bodies }: Contents): void {
    for (const [step, count] of [["files", told.size], ["ciphertext", ciphertexts], ["keys", keys]] as const) {
      this.step = step;
      if (count > 0) this.#passed({ count: String(count) });
    }
    this.step = "restrictions";
    if (manifest.caveats.length === 0) return;
    if (bodies.size === 0) this.#unproven();
    else this.#passed();
  }

  async #checkCompleteness(bundle: Bundle, chains: Chains, size: number): Promise<boolean> {
    if (bundle.find(entriesName) === undefined) {
      this.#unproven();
      return false;
    }
    await checkWholeLog(bundle, chains);
    this.#passed({ size: String(size) });
    return true;
  }
}

function logFound(policy: Policy, verified: VerifiedCheckpoint): LogFound {
  const threshold = policyThreshold(policy);
  return {
    origin: verified.checkpoint.origin, size: verified.head.size, root: hexEncode(verified.head.root),
    witnessed: !quorumNone(policy), witnesses: threshold?.n ?? 0, quorum: threshold?.k ?? 0,
    quorumTime: verified.quorumTime ?? undefined,
    cosigners: verified.cosignatures.map(({ witness, at }) => ({ name: policy.witnesses[witness]!.key.name, at })),
    complete: false,
  };
}

/**
 * Hands on a file that a verified bundle discloses, checking digest and size again on the way: the source may have changed
 * since. not_found "custody.no_such_file"; integrity "custody.file". What reached the sink is the file only if this
 * succeeds.
 */
export async function extractFile(source: Source, file: BodyFile, sink: Sink): Promise<void> {
  const found = (await readArchive(source)).find(({ name }) => name === plainFileName(file.id));
  if (found === undefined) return fail("not_found", "custody.no_such_file", { name: file.name });
  const hash = createSha256();
  try {
    const whole = await copyRange(source, found.offset, found.size, async (piece) => {
      hash.update(piece);
      await sink(piece);
    });
    if (!whole || found.size !== file.size || hexEncode(hash.finish()) !== file.sha256) {
      custodyFailure("custody.file", "name", file.name);
    }
  } finally {
    hash.free();
  }
}
