// C2SP tlog-policy: which logs, which witnesses, and how many of them make a checkpoint count (crypto/tlog/policy.hpp).
import { ensure, fail, isFailure } from "../base/failure.ts";
import { equal, isWellFormed, utf8 } from "../crypto/bytes.ts";
import { checkpointText, verifyCosignature, type Checkpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { Lines, parseDecimal } from "./decimal.ts";
import {
  mayBeOf, noteKeyText, parseNoteKey, signatureType, verifyNoteSignature, type NoteKey, type SignatureType,
} from "./note.ts";

export interface PolicyLog { readonly key: NoteKey; readonly url: string }
/** The name is inside the policy only. */
export interface PolicyWitness { readonly name: string; readonly key: NoteKey; readonly url: string }
/** A witness (index into witnesses) or an earlier group (index into groups). */
interface Member { readonly isGroup: boolean; readonly index: number }
interface Group { readonly name: string; readonly threshold: number; readonly members: readonly Member[] }

export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly Group[];
  readonly quorum: Member | null; // null: `quorum none`
}

/** A cosignature that verified: index into Policy.witnesses; the newest, if the witness signed twice. */
export interface WitnessedAt { readonly witness: number; readonly at: number }

/** What a policy found a checkpoint to be worth. Only verifyCheckpoint makes one: the log's signature is verified. */
export interface VerifiedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly head: Checkpoint["head"];
  readonly log: NoteKey;
  readonly cosignatures: readonly WitnessedAt[];
  /** The quorum is met; under `quorum none` always. Until then statements under it are "not yet witnessed". */
  readonly counts: boolean;
  /**
   * For a flat group of k: the time of the k-th newest cosignature, against which the 24-hour rule is held (protocol
   * §5); null under `quorum none`, without a quorum, and for groups of groups.
   */
  readonly quorumTime: number | null;
}

const maxPolicyBytes = 64 * 1024;
const maxOfAKind = 64; // the text asks for at least 32
const none = "none";

/** Failure: invalid_input "log.policy_malformed" with argument "line". */
export function parsePolicy(text: string): Policy {
  const logs: PolicyLog[] = [];
  const witnesses: PolicyWitness[] = [];
  const groups: Group[] = [];
  const names = new Map<string, Member>();
  const used = new Set<string>();
  let quorum: Member | null | undefined;
  let line = 0;
  const refuse = (): never => fail("invalid_input", "log.policy_malformed", { line: String(line) });

  const keyOf = (vkey: string, type: SignatureType): NoteKey | null => {
    try {
      const key = parseNoteKey(vkey);
      return key.type === type ? key : null;
    } catch (error) {
      if (isFailure(error)) return null;
      throw error;
    }
  };
  // "Witnesses and groups share a single namespace. The special name none is predefined".
  const define = (name: string, member: Member): boolean => {
    if (name === none || names.has(name)) return false;
    names.set(name, member);
    return true;
  };

  // log <vkey> [<url>]
  const readLog = (items: string[]): boolean => {
    if (items.length < 2 || items.length > 3 || logs.length === maxOfAKind) return false;
    const key = keyOf(items[1]!, signatureType.ed25519);
    if (!key || logs.some((log) => equal(log.key.key, key.key))) return false;
    logs.push({ key, url: items[2] ?? "" });
    return true;
  };
  // witness <name> <vkey> [<url>]
  const readWitness = (items: string[]): boolean => {
    if (items.length < 3 || items.length > 4 || witnesses.length === maxOfAKind) return false;
    const key = keyOf(items[2]!, signatureType.cosignature);
    if (!key || witnesses.some((witness) => equal(witness.key.key, key.key))) return false;
    if (!define(items[1]!, { isGroup: false, index: witnesses.length })) return false;
    witnesses.push({ name: items[1]!, key, url: items[3] ?? "" });
    return true;
  };
  // group <name> all|any|<k> <name>...
  const readGroup = (items: string[]): boolean => {
    if (items.length < 4 || groups.length === maxOfAKind) return false;
    const members: Member[] = [];
    for (const name of items.slice(3)) {
      const member = names.get(name);
      // "Each defined name can be listed as a group member at most once": in the whole file, so that a witness counts
      // in one way only.
      if (!member || used.has(name)) return false;
      used.add(name);
      members.push(member);
    }
    const n = members.length;
    const threshold = items[2] === "any" ? 1 : items[2] === "all" ? n : parseDecimal(items[2]!);
    if (threshold === null || threshold < 1 || threshold > n) return false;
    if (!define(items[1]!, { isGroup: true, index: groups.length })) return false;
    groups.push({ name: items[1]!, threshold, members });
    return true;
  };
  // quorum <name>
  const readQuorum = (items: string[]): boolean => {
    if (items.length !== 2 || quorum !== undefined) return false;
    const member = items[1] === none ? null : names.get(items[1]!);
    quorum = member;
    return member !== undefined;
  };
  const readers: Record<string, (items: string[]) => boolean> =
    { log: readLog, witness: readWitness, group: readGroup, quorum: readQuorum };

  // "the allowed octet values are 0x09 (tab), 0x0A (newline), 0x20-0x7E, and 0x80-0xFF"
  if (!isWellFormed(text) || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text) || utf8(text).length > maxPolicyBytes) {
    return refuse();
  }
  // "each line is terminated by ASCII newline": a last line cut short is not a line.
  if (text !== "" && !text.endsWith("\n")) return refuse();
  const lines = new Lines(text);
  for (let next = lines.next(); next !== null; next = lines.next()) {
    line++;
    // "sequences of ASCII space and tab characters only" separate items.
    const items = next.split(/[ \t]+/).filter((item) => item !== "");
    if (items.length === 0 || items[0]!.startsWith("#")) continue;
    const read = Object.hasOwn(readers, items[0]!) ? readers[items[0]!] : undefined;
    if (!read?.(items)) return refuse();
  }
  // "A policy file must include exactly one quorum line"
  if (quorum === undefined) return refuse();
  return { logs, witnesses, groups, quorum };
}

/** One log and `quorum none`: what `rogatoryd init` starts with. */
export function unwitnessedPolicy(log: NoteKey, url = ""): Policy {
  ensure(log.type === signatureType.ed25519, "a log signs with Ed25519");
  return { logs: [{ key: log, url }], witnesses: [], groups: [], quorum: null };
}

const nameOf = (policy: Policy, member: Member): string =>
  member.isGroup ? policy.groups[member.index]!.name : policy.witnesses[member.index]!.name;

/** The canonical text: log, witness, group and quorum lines, one space between items, no comments. */
export function formatPolicy(policy: Policy): string {
  const end = (url: string): string => (url === "" ? "\n" : ` ${url}\n`);
  return [
    ...policy.logs.map((log) => `log ${noteKeyText(log.key)}${end(log.url)}`),
    ...policy.witnesses.map((witness) => `witness ${witness.name} ${noteKeyText(witness.key)}${end(witness.url)}`),
    ...policy.groups.map((group) =>
      `group ${group.name} ${[group.threshold, ...group.members.map((member) => nameOf(policy, member))].join(" ")}\n`),
    `quorum ${policy.quorum ? nameOf(policy, policy.quorum) : none}\n`,
  ].join("");
}

export const samePolicy = (a: Policy, b: Policy): boolean => formatPolicy(a) === formatPolicy(b);

/** Shown for ever as "no witness". */
export const quorumNone = (policy: Policy): boolean => policy.quorum === null;

/** k of n over witnesses alone. A single witness as quorum is 1 of 1. null for `quorum none` and nested groups. */
export function policyThreshold(policy: Policy): { k: number; n: number } | null {
  if (!policy.quorum) return null;
  if (!policy.quorum.isGroup) return { k: 1, n: 1 };
  const group = policy.groups[policy.quorum.index]!;
  return group.members.some((member) => member.isGroup) ? null : { k: group.threshold, n: group.members.length };
}

/**
 * What protocol §5 asks of a policy in a register: exactly one log, and `quorum none` or one flat group of all its
 * witnesses with k > n/2 and n − k ≥ 1. (That no two are of one Party, only people can know.)
 */
export function isProtocolForm(policy: Policy): boolean {
  if (policy.logs.length !== 1) return false;
  if (policy.quorum === null) return policy.witnesses.length === 0 && policy.groups.length === 0;
  const threshold = policyThreshold(policy);
  if (!threshold || !policy.quorum.isGroup || policy.groups.length !== 1) return false;
  const { k, n } = threshold;
  // A majority, or two histories could both be witnessed; and one to spare, or one witness could stop everybody.
  return n === policy.witnesses.length && 2 * k > n && n - k >= 1;
}

/** Failure: invalid_input "log.policy_not_ours". */
export function requireProtocolForm(policy: Policy): void {
  if (!isProtocolForm(policy)) fail("invalid_input", "log.policy_not_ours");
}

// Members are defined on earlier lines, so this ends.
const witnessed = (policy: Policy, member: Member, cosigned: ReadonlySet<number>): boolean => {
  if (!member.isGroup) return cosigned.has(member.index);
  const { members, threshold } = policy.groups[member.index]!;
  return members.filter((inner) => witnessed(policy, inner, cosigned)).length >= threshold;
};

/**
 * Verifies the log's signature and every line of a witness of ours. Failures: integrity "log.unsigned" (no log of this
 * policy signed it, or its origin is not the key's name), integrity "log.signature_invalid" (a line under a known key
 * does not verify: the whole note is rejected). Lines of unknown keys are ignored. A missing quorum is no failure here.
 */
export function verifyCheckpoint(policy: Policy, signed: SignedCheckpoint): VerifiedCheckpoint {
  const { checkpoint, note } = signed;
  const invalid = (): never => fail("integrity", "log.signature_invalid");
  // The parsed checkpoint and the signed text are one: nobody may hand in one beside the other.
  if (checkpointText(checkpoint) !== note.text) return invalid();
  let signer: NoteKey | null = null;
  const times = new Map<number, number>();
  for (const signature of note.signatures) {
    for (const log of policy.logs) {
      if (!mayBeOf(signature, log.key)) continue;
      if (!verifyNoteSignature(log.key, note.text, signature)) return invalid();
      // tlog-policy: the key name MUST correspond to the log's origin line.
      if (log.key.name === checkpoint.origin) signer = log.key;
    }
    for (const [i, witness] of policy.witnesses.entries()) {
      if (!mayBeOf(signature, witness.key)) continue;
      const at = verifyCosignature(witness.key, note.text, signature);
      if (at === null) return invalid();
      times.set(i, Math.max(times.get(i) ?? 0, at));
    }
  }
  if (!signer) return fail("integrity", "log.unsigned");

  const cosignatures = [...times].map(([witness, at]) => ({ witness, at })).sort((a, b) => a.witness - b.witness);
  const counts = policy.quorum === null || witnessed(policy, policy.quorum, new Set(times.keys()));
  const threshold = policyThreshold(policy);
  let quorumTime: number | null = null;
  if (threshold && counts) {
    const members = policy.quorum!.isGroup ? policy.groups[policy.quorum!.index]!.members : [policy.quorum!];
    const asked = new Set(members.map((member) => member.index));
    const newest = cosignatures.filter((one) => asked.has(one.witness)).map((one) => one.at).sort((a, b) => b - a);
    quorumTime = newest[threshold.k - 1]!;
  }
  return { checkpoint, head: checkpoint.head, log: signer, cosignatures, counts, quorumTime };
}

/**
 * The witnesses and quorum of `given` for this one log. A log line that is there already must bear its name, and gives
 * way: "log.policy_not_ours" otherwise (crypto/tlog/policy_for_log.hpp).
 */
export function policyForLog(given: Policy, log: NoteKey): Policy {
  if (given.logs.some((other) => other.key.name !== log.name)) fail("invalid_input", "log.policy_not_ours");
  const rest = formatPolicy({ ...given, logs: [] });
  return parsePolicy(`log ${noteKeyText(log)}\n${rest}`);
}
