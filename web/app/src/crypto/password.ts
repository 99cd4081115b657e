// Protocol §7: what a person's secrets become. The client computes all of it; the server supplies no number that goes
// in, so it cannot weaken anything (crypto/password.hpp).
import { fail } from "../base/failure.ts";
import { argon2id, type Argon2idCost } from "./argon2id.ts";
import { concat, labelled, utf8, wipe, type Bytes, type Label } from "./bytes.ts";
import { hkdfSha256 } from "./hkdf.ts";
import { hmacSha256 } from "./hmac.ts";
import { systemRandom, type Random } from "./random.ts";
import { sha256 } from "./sha256.ts";
import { signingKeyFromSeed, type SigningKey, type VerifyKey } from "./sign.ts";

/** 128 random bits each; crockford.ts spells them. The account key lies on the device and in the printed kit. */
export type AccountKey = Bytes;
export type KitSecret = Bytes;
export const generateAccountKey = (random: Random = systemRandom): AccountKey => random(16);
export const generateKitSecret = (random: Random = systemRandom): KitSecret => random(16);

/** Exactly these, for everybody: a choice of parameters would be one for an attacker too. */
export const passwordCost: Argon2idCost = { memoryKib: 128 * 1024, passes: 3 };

/** Identity seeds are X-Wing's: identityFromSeed() of age/hybrid.ts. */
export interface PasswordSecrets { signInKey: SigningKey; unlockIdentity: Bytes }
export interface KitSecrets { signInKey: SigningKey; identity: Bytes }

// Distinct infos: no key serves two purposes (protocol §8).
const derive = (input: Bytes, salt: Bytes | null, info: Label): Bytes => hkdfSha256(input, salt, info, 32);

function signingKey(input: Bytes, salt: Bytes, info: Label): SigningKey {
  const seed = derive(input, salt, info);
  const key = signingKeyFromSeed(seed);
  wipe(seed);
  return key;
}

/** NFKC, so that what two keyboards type for one phrase gives one key. Failure: "text.not_unicode". */
export function normalisedPassphrase(passphrase: string): Bytes {
  // A lone surrogate would become U+FFFD without a word, and two different phrases one key.
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(passphrase)) {
    fail("invalid_input", "text.not_unicode");
  }
  return utf8(passphrase.normalize("NFKC"));
}

const standsBetweenZeros = (text: string): boolean => text !== "" && !text.includes("\0");

// HMAC-SHA-256(account key, "rogatory/v1/salt" ‖ 0x00 ‖ origin ‖ 0x00 ‖ user name)[:16].
function saltOf(accountKey: AccountKey, origin: string, userName: string): Bytes {
  const zero = new Uint8Array(1);
  return hmacSha256(accountKey, utf8("rogatory/v1/salt"), zero, utf8(origin), zero, utf8(userName)).slice(0, 16);
}

/**
 * `passphrase` as normalisedPassphrase() gives it. `origin` is the client's own notion of the server, as in its log's
 * origin and its founding sheet, never something the server sent. Takes 128 MiB and about a second; synchronous.
 * Failure: "password.name_malformed".
 */
export function derivePasswordSecrets(passphrase: Bytes, accountKey: AccountKey, origin: string, userName: string):
  PasswordSecrets {
  if (!standsBetweenZeros(origin) || !standsBetweenZeros(userName)) fail("invalid_input", "password.name_malformed");
  const root = argon2id(passphrase, saltOf(accountKey, origin, userName), passwordCost, 32);
  // The account key enters twice on purpose: as the key of the salt, so that a stolen database has nothing to guess
  // passphrases against, and here, so that this holds even if Argon2id's output were to be known.
  const secrets = {
    signInKey: signingKey(root, accountKey, "rogatory/v1/sign-in-key"),
    unlockIdentity: derive(root, accountKey, "rogatory/v1/unlock-identity"),
  };
  wipe(root);
  return secrets;
}

export const deriveKitSecrets = (accountKey: AccountKey, kitSecret: KitSecret): KitSecrets => ({
  signInKey: signingKey(kitSecret, accountKey, "rogatory/v1/kit-sign-in-key"),
  identity: derive(kitSecret, accountKey, "rogatory/v1/kit-identity"),
});

/** What a passkey's PRF is evaluated at, the same for everybody (protocol §7: compiled in). */
export const prfInput = (): Bytes => sha256(labelled("rogatory/v1/prf-input"));

/** The identity that a passkey with the PRF extension opens; `output` is its first PRF output, 32 bytes. */
export const derivePrfIdentity = (output: Bytes): Bytes => derive(output, null, "rogatory/v1/prf");

/** What a sign-in key signs to sign in. The challenge is the server's, everything else the client's. */
export const signInText = (origin: string, userName: string, challenge: Bytes): Bytes =>
  labelled("rogatory/v1/sign-in", { variable: origin }, { variable: userName }, { variable: challenge });

export interface CredentialChange {
  expectedVersion: number;
  bundle: Bytes;
  signInKey: VerifyKey;
  kitKey: VerifyKey;
  /** Of a new second factor, where the kit sets one. */
  totpSecret?: Bytes | undefined;
}

/** What the old sign-in (or kit) key signs to replace the user bundle and every credential with it. */
export function credentialChangeText(origin: string, userName: string, challenge: Bytes, change: CredentialChange):
  Bytes {
  const whole = sha256(labelled("rogatory/v1/credentials", { number: change.expectedVersion },
    { variable: change.bundle }, { fixed: concat(change.signInKey, change.kitKey) },
    // Only where there is one: nothing else can end in a length and as many bytes.
    ...(change.totpSecret === undefined ? [] : [{ variable: change.totpSecret }])));
  return labelled("rogatory/v1/credential-change", { variable: origin }, { variable: userName },
    { variable: challenge }, { fixed: whole });
}
