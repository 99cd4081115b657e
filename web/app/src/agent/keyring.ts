// Internal to src/agent: keyring files (platform/agent/keyring.hpp).
import { fail, isFailure, type Failure } from "../base/failure.ts";
import { keyringProfile, openFile, sealFile } from "../crypto/age/file.ts";
import { parseRecipient, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { wipe, type Bytes } from "../crypto/bytes.ts";
import { sha256Hex } from "../crypto/sha256.ts";
import type { AuthorityId, ChainId, Digest, LogIndex, MemberId, Recipient } from "../model/ids.ts";
import { checkKeyring, encodeKeyring, parseKeyring, type KeyringFile } from "../record/key_files.ts";
import { now, type Register } from "../record/register.ts";
import type { Environment } from "./environment.ts";
import { alarm } from "./evidence.ts";
import type { KnownRegister } from "./register_book.ts";
import type { SealedFile } from "./state.ts";

/** An age file of a secret text for these recipients; the text is wiped. */
export function sealSecret(recipients: readonly Recipient[], text: Bytes): SealedFile {
  const bytes = sealFile(recipients.map(parseRecipient), text);
  wipe(text);
  return { bytes, sha256: sha256Hex(bytes) };
}

export const sealKeyring = (keyring: KeyringFile, recipients: readonly Recipient[]): SealedFile =>
  sealSecret(recipients, encodeKeyring(keyring));

/**
 * An age file of a chain, whose SHA-256 a statement names: from the profile's copy or the server. integrity "blob.digest"
 * (evidence kept) when it is another.
 */
export async function fetchBlob(environment: Environment, chain: ChainId, sha256: Digest): Promise<Bytes> {
  const name = `blobs/${sha256}`;
  const kept = await environment.profile.load(name);
  // The copy in the profile may have been damaged; the server has another.
  if (kept !== null && sha256Hex(kept) === sha256) return kept;
  const bytes = await environment.server.blob(chain, sha256);
  // Nothing of an age file is used, not even parsed, before its digest is the signed one [forged-age].
  if (sha256Hex(bytes) !== sha256) return alarm(environment, "blob.digest", { blob: bytes }, sha256);
  await environment.profile.save(name, bytes);
  return bytes;
}

async function openOne(
  environment: Environment, own: Register, authority: AuthorityId, user: HybridIdentity, digest: Digest,
  before: LogIndex,
): Promise<KeyringFile> {
  const file = await fetchBlob(environment, own.chain, digest);
  const recipients = own.keyringRecipients(authority, before);
  let plaintext: Bytes;
  try {
    plaintext = openFile(user, file, keyringProfile(recipients.length));
  } catch (error) {
    if (!isFailure(error)) throw error;
    return fail("integrity", "keyring.does_not_open", {}, error.key);
  }
  try {
    const keyring = parseKeyring(plaintext);
    const generations = own.generations(authority).filter(({ since }) => since < before);
    checkKeyring(keyring, authority, generations.map(({ recipient }) => recipient));
    return keyring;
  } finally {
    wipe(plaintext);
  }
}

/**
 * The keyring of one's own authority: the newest that opens and holds exactly the generations 1 to m that the register
 * had by then, each deriving the recipient that the register names. A member may replace the file (his own rotation) and
 * nobody but the readers can see what is in it: where the newest does not open, an older one is used, and whoever
 * replaced it is named. Complete where m is the register's last generation. integrity "keyring.does_not_open" when none
 * opens.
 */
export interface OpenedKeyring { keyring: KeyringFile; culprit?: MemberId | undefined }

export async function openKeyring(
  environment: Environment, { replayed, copy }: KnownRegister, authority: AuthorityId, user: HybridIdentity,
): Promise<OpenedKeyring> {
  let digest = replayed.keyring(authority);
  if (digest === undefined) return fail("not_found", "authority.unknown");
  let before: LogIndex = now;
  let culprit: MemberId | undefined;
  let failure: Failure | undefined;
  const { items } = copy;
  for (let i = items.length; digest !== undefined;) {
    try {
      return { keyring: await openOne(environment, replayed, authority, user, digest, before), culprit };
    } catch (error) {
      // Another file than the signed one, or none, is the server's doing: no reason to use an older one.
      if (!isFailure(error) || error.code !== "integrity" || error.key === "blob.digest") throw error;
      failure ??= error;
    }
    // Back to before the statement that set this one.
    const current: Digest = digest;
    const indexOf = (at: number): LogIndex => items[at]?.index ?? 0;
    while (i > 0 && replayed.keyring(authority, indexOf(i - 1)) === current) --i;
    if (i === 0) break;
    --i;
    culprit ??= items[i]?.statement.statement.author.member;
    before = indexOf(i);
    digest = replayed.keyring(authority, before);
  }
  throw failure as Failure;
}
