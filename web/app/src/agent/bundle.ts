// Internal to src/agent: the user bundle, opened and written (platform/agent/bundle.cpp).
import { fail, isFailure } from "../base/failure.ts";
import { inspectFile, keyringProfile, openFile } from "../crypto/age/file.ts";
import type { HybridIdentity } from "../crypto/age/hybrid.ts";
import { keyringHeaderBytes } from "../crypto/age/header.ts";
import { fromUtf8, utf8, wipe, type Bytes } from "../crypto/bytes.ts";
import { encodeBundle, maxBundleRecipients, parseBundle, type UserBundle } from "../record/user_bundle.ts";
import { sealSecret } from "./keyring.ts";
import type { ProfileStore, StoredBundle } from "./ports.ts";

/** The highest bundle version this device has opened: a number, no secret. */
const seenVersionFile = "bundle-version";

async function seenVersion(profile: ProfileStore): Promise<number> {
  const stored = await profile.load(seenVersionFile);
  const text = stored === null ? null : fromUtf8(stored);
  return text !== null && /^[0-9]{1,15}$/.test(text) ? Number(text) : 0;
}

function stanzasOf(bundle: Bytes): number {
  try {
    return inspectFile(bundle, keyringHeaderBytes)?.stanzaTypes.length ?? 0;
  } catch (error) {
    if (isFailure(error)) return 0;
    throw error;
  }
}

/**
 * Opens a stored bundle with one identity: stanzas, parse, that this identity is one of the recipients it names and that
 * it has no other, and that its version did not go back behind what this device has seen.
 */
export async function openBundle(
  profile: ProfileStore, identity: HybridIdentity, stored: StoredBundle,
): Promise<UserBundle> {
  // The profile (every stanza hybrid, one for each recipient) needs their number, which stands inside: count first,
  // compare after. Nothing is decapsulated from a file with another kind of stanza.
  const stanzas = stanzasOf(stored.bundle);
  if (stanzas === 0 || stanzas > maxBundleRecipients) return fail("integrity", "bundle.malformed");
  let plaintext: Bytes;
  try {
    plaintext = openFile(identity, stored.bundle, keyringProfile(stanzas));
  } catch (error) {
    if (!isFailure(error)) throw error;
    // Encrypted to a key that is not this one: a passphrase cannot be told from a swapped bundle, so say both.
    return fail("integrity", "bundle.not_for_this_key", {}, error.key);
  }
  let bundle: UserBundle;
  try {
    bundle = parseBundle(plaintext);
  } finally {
    wipe(plaintext);
  }
  const listsMe = bundle.recipients.some(({ recipient }) => recipient === identity.recipient.text);
  if (!listsMe || bundle.recipients.length !== stanzas) return fail("integrity", "bundle.recipients");
  const seen = await seenVersion(profile);
  if (bundle.version < seen) {
    return fail("integrity", "bundle.rolled_back", { version: String(bundle.version), seen: String(seen) });
  }
  await rememberVersion(profile, bundle.version);
  return bundle;
}

/** Opened or written here: an older one will not be taken again. */
export async function rememberVersion(profile: ProfileStore, version: number): Promise<void> {
  if (version > await seenVersion(profile)) await profile.save(seenVersionFile, utf8(String(version)));
}

/** Encrypts to exactly the recipients that the bundle itself names. */
export const sealBundle = (bundle: UserBundle): Bytes =>
  sealSecret(bundle.recipients.map(({ recipient }) => recipient), encodeBundle(bundle)).bytes;

/** A copy of its own, which can be changed. */
export const copyBundle = (bundle: UserBundle): UserBundle => parseBundle(encodeBundle(bundle));
