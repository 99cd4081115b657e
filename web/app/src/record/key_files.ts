// The plaintexts of the age files that hold identities (protocol, section 1): exact grammars, LF only, any other byte
// refused, so that encode(parse(text)) is the text. None is ever handed to stock age as it came: an identity file may
// name a plug-in program, and age runs it. Failures: integrity "grant.malformed" | "keyring.malformed". The bundle's
// stands in user_bundle.ts. Mirror of key_files.hpp.
import { ensure, fail, isFailure } from "../base/failure.ts";
import { encodeIdentity, parseIdentity, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { fromUtf8, utf8, type Bytes } from "../crypto/bytes.ts";
import type { AuthorityId, ChainId, Recipient, StatementId } from "../model/ids.ts";
import { Lines, parseId, parseNumber } from "./lines.ts";

/**
 * One epoch's identity of a dossier, for one authority.
 *
 *     # rogatory/v1/grant
 *     # chain: <64 hex>
 *     # epoch: <n>
 *     # authority: <32 hex>
 *     # generation: <n>
 *     # policy: <64 hex>
 *     AGE-SECRET-KEY-PQ-1…
 */
export interface GrantFile {
  chain: ChainId;
  epoch: number;
  authority: AuthorityId;
  generation: number;
  /** Dossier.policyLine */
  policy: StatementId;
  identity: HybridIdentity;
}

/** An identity on a line of its own: the parser takes one spelling only. */
export function identityOfLine(line: string | undefined): HybridIdentity | undefined {
  if (line === undefined) return undefined;
  try {
    return parseIdentity(line);
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

/** integrity "grant.malformed" */
export function parseGrant(plaintext: Bytes): GrantFile {
  const lines = new Lines(fromUtf8(plaintext) ?? "");
  const titled = lines.take("# rogatory/v1/grant");
  const chain = parseId(lines.next("# chain: "), 32);
  const epoch = parseNumber(lines.next("# epoch: "));
  const authority = parseId(lines.next("# authority: "), 16);
  const generation = parseNumber(lines.next("# generation: "));
  const policy = parseId(lines.next("# policy: "), 32);
  const identity = identityOfLine(lines.next());
  if (
    !titled || chain === undefined || epoch === undefined || authority === undefined || generation === undefined ||
    policy === undefined || identity === undefined || !lines.done
  ) {
    return fail("integrity", "grant.malformed");
  }
  return { chain, epoch, authority, generation, policy, identity };
}

export const encodeGrant = (grant: GrantFile): Bytes =>
  utf8(
    `# rogatory/v1/grant\n# chain: ${grant.chain}\n# epoch: ${grant.epoch}\n# authority: ${grant.authority}\n` +
      `# generation: ${grant.generation}\n# policy: ${grant.policy}\n${encodeIdentity(grant.identity)}\n`,
  );

export interface ExpectedGrant extends Omit<GrantFile, "identity"> { recipient: Recipient }

/**
 * Every line equals what the statement says, and the identity derives the epoch's recipient. integrity
 * "grant.mismatch".
 */
export function checkGrant(grant: GrantFile, expected: ExpectedGrant): void {
  const equal = grant.chain === expected.chain && grant.epoch === expected.epoch &&
    grant.authority === expected.authority && grant.generation === expected.generation &&
    grant.policy === expected.policy && grant.identity.recipient.text === expected.recipient;
  if (!equal) fail("integrity", "grant.mismatch");
}

export const maxGenerations = 4096;

/**
 * The identities of all generations of an authority, 1 to n in order; [0] is generation 1.
 *
 *     # rogatory/v1/keyring
 *     # authority: <32 hex>
 *     # generation: 1
 *     AGE-SECRET-KEY-PQ-1…
 *     # generation: 2
 *     …
 */
export interface KeyringFile {
  authority: AuthorityId;
  generations: HybridIdentity[];
}

/** integrity "keyring.malformed" */
export function parseKeyring(plaintext: Bytes): KeyringFile {
  const malformed = (): never => fail("integrity", "keyring.malformed");
  const lines = new Lines(fromUtf8(plaintext) ?? "");
  if (!lines.take("# rogatory/v1/keyring")) return malformed();
  const authority = parseId(lines.next("# authority: "), 16);
  if (authority === undefined) return malformed();
  const generations: HybridIdentity[] = [];
  do {
    const generation = parseNumber(lines.next("# generation: "));
    if (generation !== generations.length + 1 || generation > maxGenerations) return malformed();
    const identity = identityOfLine(lines.next());
    if (identity === undefined) return malformed();
    generations.push(identity);
  } while (!lines.done);
  return { authority, generations };
}

export function encodeKeyring({ authority, generations }: KeyringFile): Bytes {
  ensure(generations.length > 0 && generations.length <= maxGenerations, "a keyring has generations");
  const identities = generations.map((identity, i) => `# generation: ${i + 1}\n${encodeIdentity(identity)}\n`);
  return utf8(`# rogatory/v1/keyring\n# authority: ${authority}\n${identities.join("")}`);
}

/** Exactly these generations, each deriving its recipient. integrity "keyring.mismatch". */
export function checkKeyring(keyring: KeyringFile, of: AuthorityId, recipients: readonly Recipient[]): void {
  const equal = keyring.authority === of && keyring.generations.length === recipients.length &&
    keyring.generations.every((identity, i) => identity.recipient.text === recipients[i]);
  if (!equal) fail("integrity", "keyring.mismatch");
}
