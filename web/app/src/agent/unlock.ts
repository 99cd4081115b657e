// Sign-in, kit, new credentials (platform/agent/unlock.hpp).
import { ensure, fail, isFailure } from "../base/failure.ts";
import { identityFromSeed, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { equal, type Bytes } from "../crypto/bytes.ts";
import { checkPassphrase } from "../crypto/passphrase.ts";
import {
  credentialChangeText, derivePrfIdentity, generateAccountKey, generateKitSecret, signInText, type AccountKey,
} from "../crypto/password.ts";
import { systemRandom } from "../crypto/random.ts";
import { sign, type SigningKey, type VerifyKey } from "../crypto/sign.ts";
import type { Recipient } from "../model/ids.ts";
import type { RecipientUse, UserBundle } from "../record/user_bundle.ts";
import { accountOf } from "./account_here.ts";
import type { Account, KitSignIn, TotpSetup } from "./api.ts";
import { openBundle, rememberVersion, sealBundle } from "./bundle.ts";
import type { Environment } from "./environment.ts";
import { parseKit, writeKit } from "./kit.ts";
import type { Assertion, ServerPort, SignInAnswer, SignInKey, StoredBundle } from "./ports.ts";
import {
  adoptPendingAccount, dropPendingAccount, kitKeys, loadAccountKey, loadKitKey, passphraseKeys,
  pendingAccount, saveAccount, saveAccountFacts, savePendingAccount, type AccountHere, type KitKeys, type Unlocked,
} from "./secrets.ts";
import { totpSetup } from "./totp_text.ts";

/** What the second factor answered. */
export interface SecondFactor {
  totp?: string | undefined;
  /** Over this challenge, which is then the sign-in's too. */
  passkey?: { assertion: Assertion; challenge: Bytes; prf?: Bytes | undefined } | undefined;
}

async function answerChallenge(
  server: ServerPort, account: Account, as: SignInKey, key: SigningKey, factor: SecondFactor,
): Promise<SignInAnswer> {
  const challenge = factor.passkey?.challenge ?? (await server.challenge(account.userName)).challenge;
  // The text is built from this client's own notion of origin and name: the server supplies the challenge alone.
  const signature = sign(key, signInText(account.origin, account.userName, challenge));
  return server.signIn({
    userName: account.userName, challenge, with: as, signature,
    ...(factor.totp === undefined ? {} : { totp: factor.totp }),
    ...(factor.passkey === undefined ? {} : { passkey: factor.passkey.assertion }),
  });
}

/** With a full session in force: what the account is, and its bundle opened with `identity`. */
export async function loadSecrets({ server, profile }: Environment, account: Account, identity: HybridIdentity): Promise<Unlocked> {
  const me = await server.me();
  if (me.kind === "service") return fail("unsupported", "account.service");
  const unlocked: Unlocked = { account: { ...account, kind: me.kind }, bundleVersion: 0 };
  if (me.kind === "member") {
    const stored = await server.bundle();
    unlocked.bundle = await openBundle(profile, identity, stored);
    unlocked.bundleVersion = stored.version;
  }
  return unlocked;
}

function setRecipient(bundle: UserBundle, use: RecipientUse, recipient: Recipient): void {
  const row = bundle.recipients.find((each) => each.use === use);
  ensure(row !== undefined, "a bundle names its unlock and its kit recipient");
  row.recipient = recipient;
}

export interface SignInOrder {
  userName?: string | undefined; // or absent: the profile's
  passphrase: string;
  factor: SecondFactor;
  /** Text of the kit, only on a device without the account key. */
  kit?: string | undefined;
}

/**
 * Derives the two-secret keys, signs the challenge, fetches and opens the user bundle, refuses a rolled-back one.
 * Without the account key on this device and without a kit: `not_found` "account_key.missing". A wrong passphrase is
 * `unauthenticated` "sign_in.refused", as is every other refusal.
 */
export async function signIn(environment: Environment, order: SignInOrder): Promise<Unlocked> {
  const { profile, server } = environment;
  const known = await accountOf(profile);
  let account: Account = known ??
    { origin: server.origin, userName: order.userName ?? "", kind: "member", language: "en" };
  if (order.userName !== undefined && order.userName !== "" && order.userName !== account.userName) {
    return fail("invalid_input", "profile.another_account", { user: account.userName });
  }
  let tries: AccountHere[];
  if (order.kit !== undefined && order.kit !== "") {
    // A new device: the kit brings the account key; passphrase and second factor are asked for all the same.
    const kit = parseKit(order.kit);
    if (known !== null && (kit.origin !== known.origin || kit.userName !== known.userName)) {
      return fail("invalid_input", "profile.another_account", { user: known.userName });
    }
    requireThisServer(server, kit.origin);
    account = { ...account, origin: kit.origin, userName: kit.userName };
    tries = [{ account, accountKey: kit.accountKey, kitKey: kitKeys(kit.accountKey, kit.kitSecret).signIn.verifyKey }];
  } else {
    tries = await accountsHere(environment, account);
  }
  requireThisServer(server, account.origin);
  for (const [i, { accountKey, kitKey }] of tries.entries()) {
    const keys = passphraseKeys(order.passphrase, accountKey, account);
    let answer: SignInAnswer;
    try {
      // A wrong signature spends neither the challenge nor the second factor: the next one may use them.
      answer = await answerChallenge(server, account, "sign_in", keys.signIn, order.factor);
    } catch (error) {
      if (!isFailure(error, "sign_in.refused") || i + 1 === tries.length) throw error;
      continue;
    }
    if (answer.session === undefined) break;
    const unlocked = await loadSecrets(environment, account, keys.unlock);
    await saveAccount(profile, unlocked.account, accountKey, kitKey);
    if (order.kit === undefined || order.kit === "") await dropPendingAccount(profile);
    return unlocked;
  }
  return fail("unauthenticated", "sign_in.refused");
}

/**
 * The account keys of this device: the one it has, and one that a change of credentials left whose answer never came
 * (replaceKit). One of the two is the server's. not_found "account_key.missing".
 */
export async function accountsHere({ profile }: Environment, account: Account): Promise<AccountHere[]> {
  const waiting = await pendingAccount(profile, account.userName);
  try {
    const here = { account, accountKey: await loadAccountKey(profile), kitKey: await loadKitKey(profile) };
    return waiting === null ? [here] : [here, waiting];
  } catch (error) {
    if (waiting === null || !isFailure(error, "account_key.missing")) throw error;
    return [waiting];
  }
}

/**
 * A passkey with PRF is a full sign-in (protocol §7): no passphrase, and no account key on this device. What needs the
 * sign-in key (new credentials, a changed bundle) asks for the passphrase.
 */
export async function signInWithPasskey(
  environment: Environment, userName: string | undefined, passkey: NonNullable<SecondFactor["passkey"]>,
): Promise<Unlocked> {
  const { profile, server } = environment;
  const known = await accountOf(profile);
  if (passkey.prf === undefined) return fail("invalid_input", "passkey.opens_nothing");
  if (known !== null && userName !== undefined && userName !== "" && userName !== known.userName) {
    return fail("invalid_input", "profile.another_account", { user: known.userName });
  }
  const account: Account = known ?? { origin: server.origin, userName: userName ?? "", kind: "member", language: "en" };
  requireThisServer(server, account.origin);
  const answer = await server.signIn({
    userName: account.userName, challenge: passkey.challenge, with: "passkey", passkey: passkey.assertion,
  });
  if (answer.session === undefined) return fail("unauthenticated", "sign_in.refused");
  const unlocked = await loadSecrets(environment, account, identityFromSeed(derivePrfIdentity(passkey.prf)));
  if (known === null) await saveAccountFacts(profile, unlocked.account);
  return unlocked;
}

/** A page speaks to the server that served it: a kit or profile of another is of no use here, and is not sent to it. */
export function requireThisServer(server: ServerPort, origin: string): void {
  if (origin !== server.origin) fail("invalid_input", "kit.another_server", { server: origin });
}

// --- credentials ---------------------------------------------------------------------------------------------------

/** The one request that writes the bundle, signed by an old key over a fresh challenge and the whole. */
export interface CredentialWrite {
  account: Account;
  expectedVersion: number;
  sealed: Bytes;
  signInKey: VerifyKey;
  kitKey: VerifyKey;
  signedWith: SignInKey;
  signer: SigningKey;
  /** A new second factor, and its first code. */
  fresh?: { totpSecret: Bytes; totp: string } | undefined;
}

export async function writeCredentials(server: ServerPort, write: CredentialWrite): Promise<void> {
  const { account, expectedVersion, sealed: bundle, signInKey, kitKey } = write;
  const { challenge } = await server.challenge(account.userName);
  const text = credentialChangeText(account.origin, account.userName, challenge,
    { expectedVersion, bundle, signInKey, kitKey, totpSecret: write.fresh?.totpSecret });
  await server.replaceBundle({
    expectedVersion, bundle, signInKey, kitKey, challenge, signedWith: write.signedWith,
    signature: sign(write.signer, text), fresh: write.fresh,
  });
}

/** Shown and kept by the person before the server knows of it; what it throws changes nothing. */
export type KeepKit = (text: string) => Promise<void>;

/** Whether this was no answer about the change: it may have arrived all the same. */
const isNoAnswer = (error: unknown): boolean =>
  !isFailure(error) || error.code === "unavailable" || error.key.startsWith("client.");

/**
 * A change after which the old account key and kit open nothing. The new ones lie here before the server knows of them,
 * as at an enrolment: an answer that is lost, or a page that ends before the new sheet is shown, costs nobody his
 * account. The next sign-in finds out which of the two holds (accountsHere). `again`: the same account key was sent
 * before, and no answer came.
 */
async function replaceKit(
  { server, profile }: Environment, accountKey: AccountKey, write: CredentialWrite, again = false,
): Promise<void> {
  // One that waits may be the server's. Where there is a bundle, it opened a moment ago with the keys of this device, so
  // it is not; where there is none a sign-in tells first. A kit that signs in is the server's until
  // a change in its session arrives: whoever sends again there sends the same account key (signInWithKitAlone).
  if (write.sealed.length === 0 && write.signedWith !== "kit" && await pendingAccount(profile, write.account.userName) !== null) {
    return fail("unauthenticated", "unlock.second_factor_needed");
  }
  await savePendingAccount(profile, write.account, accountKey, write.kitKey);
  try {
    await writeCredentials(server, write);
  } catch (error) {
    // Again with the same account key: an answer about this request says nothing about the one before.
    if (!again && !isNoAnswer(error)) await dropPendingAccount(profile);
    throw error;
  }
  await adoptPendingAccount(profile);
}

export interface KitSignInOrder { kit: string; newPassphrase: string; factor: SecondFactor }

/** What a typed kit stands for on this page: whose it is, and its keys. */
async function kitHere({ profile, server }: Environment, text: string): Promise<{ account: Account; keys: KitKeys }> {
  const kit = parseKit(text);
  requireThisServer(server, kit.origin);
  const known = await accountOf(profile);
  if (known !== null && (known.origin !== kit.origin || known.userName !== kit.userName)) {
    return fail("invalid_input", "profile.another_account", { user: known.userName });
  }
  return {
    account: { origin: kit.origin, userName: kit.userName, kind: "member", language: known?.language ?? "en" },
    keys: kitKeys(kit.accountKey, kit.kitSecret),
  };
}

/** Of an administrator or an auditor: none. */
async function bundleIfAny(server: ServerPort): Promise<StoredBundle | undefined> {
  try {
    return await server.bundle();
  } catch (error) {
    if (isFailure(error) && error.code === "not_found") return undefined;
    throw error;
  }
}

/** Everything that opens the account is new: the account key has stood on paper that was carried about. */
const drawSecrets = () => ({ accountKey: generateAccountKey(), kitSecret: generateKitSecret() });

/** In a session of the kit: everything that opens the account is set anew, in one request that the old kit key signs. */
async function setAnew(
  environment: Environment, account: Account, oldKit: KitKeys, newPassphrase: string, keep: KeepKit,
  { accountKey, kitSecret } = drawSecrets(), fresh?: { totpSecret: Bytes; totp: string }, again = false,
): Promise<string> {
  const { profile, server } = environment;
  const stored = await bundleIfAny(server);
  const bundle = stored === undefined ? undefined : await openBundle(profile, oldKit.identity, stored);

  const newKit = kitKeys(accountKey, kitSecret);
  const keys = passphraseKeys(newPassphrase, accountKey, account);
  if (bundle !== undefined) {
    setRecipient(bundle, "unlock", keys.unlock.recipient.text);
    setRecipient(bundle, "kit", newKit.identity.recipient.text);
    // A passkey that is lost opens nothing any more, here as on the server.
    if (fresh !== undefined) bundle.recipients = bundle.recipients.filter((row) => row.use !== "passkey");
    bundle.version += 1;
  }
  const text = writeKit({ origin: account.origin, userName: account.userName, accountKey, kitSecret });
  await keep(text);
  await replaceKit(environment, accountKey, {
    account, expectedVersion: stored?.version ?? 0, sealed: sealedOrNothing(bundle), signInKey: keys.signIn.verifyKey,
    kitKey: newKit.signIn.verifyKey, signedWith: "kit", signer: oldKit.signIn, fresh,
  }, again);
  if (bundle !== undefined) await rememberVersion(profile, bundle.version);
  return text;
}

/**
 * Signs in with the kit, fetches the bundle and sets new credentials (passphrase, account key, kit) in one request that
 * the old kit key signs. Then signIn() with the new passphrase and the second factor's next code: each is good once.
 */
export async function signInWithKit(environment: Environment, order: KitSignInOrder, keep: KeepKit): Promise<KitSignIn> {
  const { account, keys } = await kitHere(environment, order.kit);
  checkPassphrase(order.newPassphrase, account.userName);
  const answer = await answerChallenge(environment.server, account, "kit", keys.signIn, order.factor);
  if (answer.session === undefined) return { availableAt: answer.availableAt };
  // A code of the second factor is good once: the caller signs in with the next one.
  return { kit: await setAnew(environment, account, keys, order.newPassphrase, keep), availableAt: 0 };
}

/** The second factor is lost too: one waits 72 hours, and then sets a new one with everything else. */
export interface KitAlone {
  /** Until then; 0: the wait is over. */
  availableAt: number;
  /** When it is: what a new authenticator is set up with … */
  setup?: TotpSetup;
  /**
   * … and, with its first code, the end of it. Gives the new kit. May be called again after a refusal, and when no answer came:
   * unauthenticated "kit.perhaps_set" where it may have been done, and a sign-in tells.
   */
  finish?(newPassphrase: string, totp: string): Promise<string>;
}
export async function signInWithKitAlone(environment: Environment, text: string, keep: KeepKit): Promise<KitAlone> {
  const { account, keys } = await kitHere(environment, text);
  const answer = await answerChallenge(environment.server, account, "kit", keys.signIn, {});
  if (answer.session === undefined) return { availableAt: answer.availableAt };
  const totpSecret = systemRandom(20);
  // Once for this session: after an answer that was lost nobody knows which of two account keys is the server's.
  const secrets = drawSecrets();
  let unanswered = false;
  return {
    availableAt: 0,
    setup: totpSetup(account.origin, account.userName, totpSecret),
    finish: async (newPassphrase, totp) => {
      checkPassphrase(newPassphrase, account.userName);
      try {
        return await setAnew(environment, account, keys, newPassphrase, keep, secrets, { totpSecret, totp }, unanswered);
      } catch (error) {
        if (isNoAnswer(error)) unanswered = true;
        // A wrong code is told only where the old kit still signs: there it has not been done.
        else if (unanswered && !isFailure(error, "enrolment.totp")) return fail("unauthenticated", "kit.perhaps_set");
        throw error;
      }
    },
  };
}

/**
 * Reads the kit back: opens the user bundle on the server with it. Of an administrator or an auditor, who have none, it is
 * held against the keys that opened the account here. Needs a full session.
 */
export async function checkKit({ server, profile }: Environment, unlocked: Unlocked, text: string): Promise<void> {
  const kit = parseKit(text);
  const { account, bundle } = unlocked;
  if (kit.origin !== account.origin || kit.userName !== account.userName) {
    fail("invalid_input", "kit.another_account", { user: kit.userName });
  }
  if (bundle === undefined) {
    const keys = kitKeys(kit.accountKey, kit.kitSecret);
    const same = equal(kit.accountKey, await loadAccountKey(profile)) && equal(keys.signIn.verifyKey, await loadKitKey(profile));
    return same ? undefined : fail("invalid_input", "kit.not_current");
  }
  const stored = await server.bundle();
  try {
    await openBundle(profile, kitKeys(kit.accountKey, kit.kitSecret).identity, stored);
  } catch (error) {
    if (!isFailure(error)) throw error;
    fail("invalid_input", "kit.not_current", {}, error.key);
  }
}

/** The bundle from the server, opened again: another device may have written since. */
async function freshBundle(
  { server, profile }: Environment, unlocked: Unlocked, identity: HybridIdentity,
): Promise<UserBundle | undefined> {
  if (unlocked.bundle === undefined) return undefined;
  const stored = await server.bundle();
  const bundle = await openBundle(profile, identity, stored);
  unlocked.bundleVersion = stored.version;
  return bundle;
}

const sealedOrNothing = (bundle: UserBundle | undefined): Bytes =>
  bundle === undefined ? new Uint8Array() : sealBundle(bundle);

async function adopt({ profile }: Environment, unlocked: Unlocked, changed: UserBundle | undefined): Promise<void> {
  if (changed !== undefined) {
    unlocked.bundle = changed;
    await rememberVersion(profile, changed.version);
  }
  unlocked.bundleVersion += 1;
}

export async function changePassphrase(
  environment: Environment, unlocked: Unlocked, old: string, fresh: string,
): Promise<void> {
  const { account } = unlocked;
  checkPassphrase(fresh, account.userName);
  const accountKey = await loadAccountKey(environment.profile);
  const kitKey = await loadKitKey(environment.profile);
  const oldKeys = passphraseKeys(old, accountKey, account);
  const newKeys = passphraseKeys(fresh, accountKey, account);
  const changed = await freshBundle(environment, unlocked, oldKeys.unlock);
  if (changed !== undefined) {
    setRecipient(changed, "unlock", newKeys.unlock.recipient.text);
    changed.version += 1;
  }
  await writeCredentials(environment.server, {
    account, expectedVersion: unlocked.bundleVersion, sealed: sealedOrNothing(changed),
    signInKey: newKeys.signIn.verifyKey, kitKey, signedWith: "sign_in", signer: oldKeys.signIn,
  });
  await adopt(environment, unlocked, changed);
}

/** A new account key and kit secret: the old kit and the account keys on other devices open nothing any more. */
export async function makeNewKit(
  environment: Environment, unlocked: Unlocked, passphrase: string, keep: KeepKit,
): Promise<string> {
  const { account } = unlocked;
  const oldKeys = passphraseKeys(passphrase, await loadAccountKey(environment.profile), account);
  const accountKey = generateAccountKey();
  const kitSecret = generateKitSecret();
  const newKit = kitKeys(accountKey, kitSecret);
  const newKeys = passphraseKeys(passphrase, accountKey, account);
  const changed = await freshBundle(environment, unlocked, oldKeys.unlock);
  if (changed !== undefined) {
    setRecipient(changed, "unlock", newKeys.unlock.recipient.text);
    setRecipient(changed, "kit", newKit.identity.recipient.text);
    changed.version += 1;
  }
  const text = writeKit({ origin: account.origin, userName: account.userName, accountKey, kitSecret });
  await keep(text);
  await replaceKit(environment, accountKey, {
    account, expectedVersion: unlocked.bundleVersion, sealed: sealedOrNothing(changed),
    signInKey: newKeys.signIn.verifyKey, kitKey: newKit.signIn.verifyKey, signedWith: "sign_in", signer: oldKeys.signIn,
  });
  await adopt(environment, unlocked, changed);
  return text;
}

/**
 * Where nothing is sealed with it, the passphrase is held against the bundle: who sits at a device that somebody left open
 * does not know it. unauthenticated "sign_in.refused". Staff have no bundle; of them the second factor is asked.
 */
export async function requirePassphrase({ profile }: Environment, { account, bundle }: Unlocked, passphrase: string): Promise<void> {
  if (bundle === undefined) return;
  const { unlock } = passphraseKeys(passphrase, await loadAccountKey(profile), account);
  if (bundle.recipients.every((row) => row.use !== "unlock" || row.recipient !== unlock.recipient.text)) fail("unauthenticated", "sign_in.refused");
}

/** Writes a changed bundle (new keys of a membership, say) under credentials that stay as they are. */
export async function rewriteBundle(
  environment: Environment, unlocked: Unlocked, passphrase: string, changed: UserBundle,
): Promise<void> {
  const { server, profile } = environment;
  ensure(unlocked.bundle !== undefined, "only members have bundles");
  const keys = passphraseKeys(passphrase, await loadAccountKey(profile), unlocked.account);
  const kitKey = await loadKitKey(profile);
  changed.version = unlocked.bundle.version + 1;
  await writeCredentials(server, {
    account: unlocked.account, expectedVersion: unlocked.bundleVersion, sealed: sealBundle(changed),
    signInKey: keys.signIn.verifyKey, kitKey, signedWith: "sign_in", signer: keys.signIn,
  });
  await adopt(environment, unlocked, changed);
}
