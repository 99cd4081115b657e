// One person's memberships with their keys, the plaintext of the user bundle. Mirror of user_bundle.cpp.
//
//   # rogatory/v1/bundle
//   # version: <n>
//   # recipient: unlock age1pq1…              who may open the bundle: what a client encrypts its next version to
//   # recipient: kit age1pq1…                 not of a service account, which has its key file alone
//   # recipient: passkey age1pq1…             any number, after a kit
//   # membership: <register 64 hex> <authority 32 hex> <member 32 hex>
//   # party: <64 hex>                         the Party's fingerprint; 64 zeros until a founder's `founded` is settled
//   # checkpoint: <size> <64 hex>             the lowest to accept
//   # signing-key: <64 hex>                   the Ed25519 seed
//   AGE-SECRET-KEY-PQ-1…                      the user identity
//   # membership: …                           any number, at least one
import { ensure, fail } from "../base/failure.ts";
import { encodeIdentity, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { fromUtf8, hexDecode, hexEncode, utf8, type Bytes } from "../crypto/bytes.ts";
import type { AuthorityId, ChainId, Digest, MemberId, PartyId, Recipient } from "../model/ids.ts";
import { identityOfLine } from "./key_files.ts";
import { isRecipient } from "./keys.ts";
import { Lines, parseId, parseNumber, split } from "./lines.ts";

export const maxMemberships = 64;
export const maxBundleRecipients = 16;

const uses = ["unlock", "kit", "passkey"] as const;
export type RecipientUse = (typeof uses)[number];
export interface BundleRecipient {
  use: RecipientUse;
  recipient: Recipient;
}
export interface BundleMembership {
  registerChain: ChainId;
  authority: AuthorityId;
  member: MemberId;
  party: PartyId;
  checkpointSize: number;
  checkpointRoot: Digest;
  /** 32 bytes: the Ed25519 seed. */
  signingSeed: Bytes;
  identity: HybridIdentity;
}
export interface UserBundle {
  /** From 1, plus 1 with every write. */
  version: number;
  /** One unlock; of a person then one kit, then passkeys. */
  recipients: BundleRecipient[];
  memberships: BundleMembership[];
}

/**
 * One unlock recipient, then one of the kit, then passkeys: a list has one spelling, and nothing is forgotten. A service
 * account's key file alone has neither kit nor passkeys.
 */
function inOrder(recipients: readonly BundleRecipient[]): boolean {
  if (recipients.length === 0 || recipients.length > maxBundleRecipients) return false;
  const once = new Set(recipients.map(({ recipient }) => recipient));
  return once.size === recipients.length &&
    recipients.every(({ use }, i) => use === (i === 0 ? "unlock" : i === 1 ? "kit" : "passkey"));
}

function parseBundleRecipient(text: string | undefined): BundleRecipient | undefined {
  const words = split(text);
  const use = uses.find((candidate) => candidate === words?.[0]);
  return words === undefined || use === undefined || !isRecipient(words[1]) ? undefined : { use, recipient: words[1] };
}

function parseMembership(lines: Lines): BundleMembership | undefined {
  const ids = split(lines.next("# membership: "));
  const others = split(ids?.[1]);
  const registerChain = parseId(ids?.[0], 32);
  const authority = parseId(others?.[0], 16);
  const member = parseId(others?.[1], 16);
  const party = parseId(lines.next("# party: "), 32);
  const checkpoint = split(lines.next("# checkpoint: "));
  const checkpointSize = parseNumber(checkpoint?.[0]);
  const checkpointRoot = parseId(checkpoint?.[1], 32);
  const signingSeed = hexDecode(lines.next("# signing-key: ") ?? "", 32);
  const identity = identityOfLine(lines.next());
  if (
    registerChain === undefined || authority === undefined || member === undefined || party === undefined ||
    checkpointSize === undefined || checkpointRoot === undefined || signingSeed === null || identity === undefined
  ) {
    return undefined;
  }
  return { registerChain, authority, member, party, checkpointSize, checkpointRoot, signingSeed, identity };
}

/** integrity "bundle.malformed" */
export function parseBundle(plaintext: Bytes): UserBundle {
  const malformed = (): never => fail("integrity", "bundle.malformed");
  const lines = new Lines(fromUtf8(plaintext) ?? "");
  if (!lines.take("# rogatory/v1/bundle")) return malformed();
  const version = parseNumber(lines.next("# version: "));
  if (version === undefined || version === 0) return malformed();
  const recipients: BundleRecipient[] = [];
  while (lines.nextStartsWith("# recipient: ")) {
    const recipient = parseBundleRecipient(lines.next("# recipient: "));
    if (recipient === undefined || recipients.length === maxBundleRecipients) return malformed();
    recipients.push(recipient);
  }
  if (!inOrder(recipients)) return malformed();
  const memberships: BundleMembership[] = [];
  do {
    const membership = parseMembership(lines);
    if (membership === undefined || memberships.length === maxMemberships) return malformed();
    memberships.push(membership);
  } while (!lines.done);
  return { version, recipients, memberships };
}

export function encodeBundle({ version, recipients, memberships }: UserBundle): Bytes {
  ensure(version > 0 && inOrder(recipients), "a bundle has a version and its recipients in order");
  ensure(memberships.length > 0 && memberships.length <= maxMemberships, "a bundle has memberships");
  const lines = ["# rogatory/v1/bundle", `# version: ${version}`];
  for (const { use, recipient } of recipients) lines.push(`# recipient: ${use} ${recipient}`);
  for (const one of memberships) {
    lines.push(
      `# membership: ${one.registerChain} ${one.authority} ${one.member}`, `# party: ${one.party}`,
      `# checkpoint: ${one.checkpointSize} ${one.checkpointRoot}`, `# signing-key: ${hexEncode(one.signingSeed)}`,
      encodeIdentity(one.identity),
    );
  }
  return utf8(`${lines.join("\n")}\n`);
}
