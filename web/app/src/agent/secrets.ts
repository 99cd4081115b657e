// Internal to src/agent: what an unlocked session is made of, and where the device keeps what opens nothing alone
// (platform/agent/secrets.hpp, account.cpp).
import { fail } from "../base/failure.ts";
import { identityFromSeed, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { fromUtf8, hexDecode, hexEncode, utf8, wipe } from "../crypto/bytes.ts";
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import { codeDecode, codeEncode } from "../crypto/crockford.ts";
import {
  deriveKitSecrets, derivePasswordSecrets, normalisedPassphrase, type AccountKey, type KitSecret,
} from "../crypto/password.ts";
import type { SigningKey, VerifyKey } from "../crypto/sign.ts";
import type { UserBundle } from "../record/user_bundle.ts";
import { accountFile, accountUnder } from "./account_here.ts";
import type { Account } from "./api.ts";
import type { ProfileStore } from "./ports.ts";

/** Everything secret that a session needs; wipeUnlocked() when it ends. Lies in the worker's memory alone. */
export interface Unlocked {
  account: Account;
  /** The server's count, which If-Match is about; 0 without a bundle. */
  bundleVersion: number;
  /** Absent for administrators and auditors. */
  bundle?: UserBundle | undefined;
}

export function wipeUnlocked({ bundle }: Unlocked): void {
  for (const { signingSeed, identity } of bundle?.memberships ?? []) wipe(signingSeed, identity.seed);
}

/** The keys that a passphrase and an account key give. */
export interface PassphraseKeys { signIn: SigningKey; unlock: HybridIdentity }

export function passphraseKeys(passphrase: string, accountKey: AccountKey, account: Account): PassphraseKeys {
  const normal = normalisedPassphrase(passphrase);
  const { signInKey, unlockIdentity } = derivePasswordSecrets(normal, accountKey, account.origin, account.userName);
  wipe(normal);
  return { signIn: signInKey, unlock: identityFromSeed(unlockIdentity) };
}

export interface KitKeys { signIn: SigningKey; identity: HybridIdentity }

export function kitKeys(accountKey: AccountKey, kitSecret: KitSecret): KitKeys {
  const { signInKey, identity } = deriveKitSecrets(accountKey, kitSecret);
  return { signIn: signInKey, identity: identityFromSeed(identity) };
}

// --- what the profile keeps of an account --------------------------------------------------------------------------

const accountKeyFile = "account-key";
const kitKeyFile = "kit-key";
const pending = "pending-";

/** not_found "account_key.missing". */
export const loadAccountKey = (profile: ProfileStore): Promise<AccountKey> => accountKeyUnder(profile, "");

async function accountKeyUnder(profile: ProfileStore, prefix: string): Promise<AccountKey> {
  const stored = await profile.loadWrapped(prefix + accountKeyFile);
  if (stored === null) return fail("not_found", "account_key.missing");
  const key = codeDecode((fromUtf8(stored) ?? "").trimEnd());
  wipe(stored);
  return key ?? fail("invalid_input", "account_key.damaged");
}

/** Beside it the public half of the kit's sign-in key: every write of the bundle names it. */
export const loadKitKey = (profile: ProfileStore): Promise<VerifyKey> => kitKeyUnder(profile, "");

async function kitKeyUnder(profile: ProfileStore, prefix: string): Promise<VerifyKey> {
  const stored = await profile.load(prefix + kitKeyFile);
  if (stored === null) return fail("not_found", "account_key.missing");
  return hexDecode(fromUtf8(stored) ?? "", 32) ?? fail("invalid_input", "account_key.damaged");
}

/** Public facts alone, of an account whose key this device does not have. */
export const saveAccountFacts = (profile: ProfileStore, account: Account): Promise<void> =>
  profile.save(accountFile, utf8(textOf(account)));

const textOf = ({ kind, language, origin, userName }: Account): string =>
  encodeCanonicalJson({ kind, language, server: origin, user_name: userName });

async function saveUnder(
  profile: ProfileStore, prefix: string, account: Account, accountKey: AccountKey, kitKey: VerifyKey,
): Promise<void> {
  // The keys first: an account without its key on this device would ask for the kit for no reason.
  const text = utf8(`${codeEncode(accountKey)}\n`);
  await profile.saveWrapped(prefix + accountKeyFile, text);
  wipe(text);
  await profile.save(prefix + kitKeyFile, utf8(hexEncode(kitKey)));
  await profile.save(prefix + accountFile, utf8(textOf(account)));
}

export const saveAccount = (profile: ProfileStore, account: Account, key: AccountKey, kitKey: VerifyKey): Promise<void> =>
  saveUnder(profile, "", account, key, kitKey);

/** For an account that the server may not know yet: what the profile had stays until adoptPendingAccount(). */
export const savePendingAccount = (
  profile: ProfileStore, account: Account, key: AccountKey, kitKey: VerifyKey,
): Promise<void> => saveUnder(profile, pending, account, key, kitKey);

export interface AccountHere { account: Account; accountKey: AccountKey; kitKey: VerifyKey }

/** What savePendingAccount() left, of this person: the server may know it by now. */
export async function pendingAccount(profile: ProfileStore, userName: string): Promise<AccountHere | null> {
  const account = await accountUnder(profile, pending);
  if (account === null || account.userName !== userName) return null;
  return {
    account, accountKey: await accountKeyUnder(profile, pending), kitKey: await kitKeyUnder(profile, pending),
  };
}

/** It never came to be. */
export async function dropPendingAccount(profile: ProfileStore): Promise<void> {
  // The account first: without it nothing else of it is looked at.
  for (const file of [accountFile, kitKeyFile, accountKeyFile]) await profile.remove(pending + file);
}

export async function adoptPendingAccount(profile: ProfileStore): Promise<void> {
  const key = await profile.loadWrapped(pending + accountKeyFile);
  if (key !== null) {
    await profile.saveWrapped(accountKeyFile, key);
    wipe(key);
    await profile.remove(pending + accountKeyFile);
  }
  for (const file of [kitKeyFile, accountFile]) {
    const stored = await profile.load(pending + file);
    if (stored === null) continue; // adopted by a session that was cut right after
    await profile.save(file, stored);
    await profile.remove(pending + file);
  }
}
