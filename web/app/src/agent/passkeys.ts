// Passkeys: the page asks the authenticator, the trusted end makes what is asked and reads what was answered (WebAuthn
// level 3, the JSON forms). One that gives a PRF output opens the bundle by itself (protocol §7).
import { fail, isFailure } from "../base/failure.ts";
import { identityFromSeed } from "../crypto/age/hybrid.ts";
import { base64Decode, base64Encode } from "../crypto/base64.ts";
import { fromUtf8, labelled, utf8, wipe, type Bytes } from "../crypto/bytes.ts";
import { derivePrfIdentity, prfInput } from "../crypto/password.ts";
import { sha256 } from "../crypto/sha256.ts";
import type { Recipient } from "../model/ids.ts";
import { maxBundleRecipients } from "../record/user_bundle.ts";
import type { PasskeyAnswer, PasskeyRow } from "./api.ts";
import { copyBundle } from "./bundle.ts";
import type { Environment } from "./environment.ts";
import type { Assertion, NewPasskey } from "./ports.ts";
import type { Unlocked } from "./secrets.ts";
import { requirePassphrase, rewriteBundle } from "./unlock.ts";

const url = (bytes: Bytes): string => base64Encode(bytes, "url");
const host = (origin: string): string => new URL(origin).hostname;
// ES256, EdDSA, ES384, RS256: what the server verifies (decision 0508).
const algorithms = [-7, -8, -35, -257];
const patience = 120_000; // milliseconds

/** PublicKeyCredentialRequestOptionsJSON. Discoverable, so nothing lists a person's credentials before sign-in. */
export const requestOptions = (origin: string, challenge: Bytes): unknown => ({
  challenge: url(challenge),
  rpId: host(origin),
  allowCredentials: [],
  userVerification: "required",
  timeout: patience,
  extensions: { prf: { eval: { first: url(prfInput()) } } },
});

/** PublicKeyCredentialCreationOptionsJSON. The handle says nothing of the person, and is the same for one account. */
export const creationOptions = (origin: string, userName: string, challenge: Bytes): unknown => ({
  challenge: url(challenge),
  rp: { id: host(origin), name: "Rogatory" },
  user: {
    id: url(sha256(labelled("rogatory/v1/passkey-user", { variable: origin }, { variable: userName }))),
    name: userName, displayName: userName,
  },
  pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
  authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
  attestation: "none",
  timeout: patience,
  extensions: { prf: { eval: { first: url(prfInput()) } } },
});

/** The bytes at a place of the JSON form. */
function bytesAt(value: unknown, ...path: string[]): Bytes {
  let found: unknown = value;
  for (const name of path) {
    found = typeof found === "object" && found !== null ? (found as Record<string, unknown>)[name] : undefined;
  }
  const bytes = typeof found === "string" ? base64Decode(found.replace(/=+$/, ""), "url") : null;
  return bytes ?? fail("invalid_input", "passkey.none");
}

export const assertionOf = ({ response }: PasskeyAnswer): Assertion => ({
  credentialId: bytesAt(response, "rawId"),
  clientData: bytesAt(response, "response", "clientDataJSON"),
  authenticatorData: bytesAt(response, "response", "authenticatorData"),
  signature: bytesAt(response, "response", "signature"),
});

export const newPasskeyOf = (answer: PasskeyAnswer, challenge: Bytes): NewPasskey => ({
  challenge,
  clientData: bytesAt(answer.response, "response", "clientDataJSON"),
  attestationObject: bytesAt(answer.response, "response", "attestationObject"),
  unlocks: answer.prf !== undefined,
});

export const prfRecipient = (prf: Bytes): Recipient => identityFromSeed(derivePrfIdentity(prf)).recipient.text;

// --- names, and which recipient is whose: the server has neither ----------------------------------------------------

const namesFile = "passkeys"; // wrapped
interface Named { name: string; recipient?: Recipient | undefined }

async function loadNames({ profile }: Environment): Promise<Record<string, Named>> {
  try {
    const stored = await profile.loadWrapped(namesFile);
    return stored === null ? {} : (JSON.parse(fromUtf8(stored) ?? "{}") as Record<string, Named>);
  } catch (error) {
    if (isFailure(error) || error instanceof SyntaxError) return {}; // names are a convenience
    throw error;
  }
}

async function saveNames({ profile }: Environment, names: Record<string, Named>): Promise<void> {
  const text = utf8(JSON.stringify(names));
  await profile.saveWrapped(namesFile, text);
  wipe(text);
}

export async function listPasskeys(environment: Environment): Promise<PasskeyRow[]> {
  const names = await loadNames(environment);
  return (await environment.server.passkeys()).map(({ id, createdAt, unlocks }) => ({
    id: String(id), name: names[id]?.name ?? "", createdAt, prf: unlocks,
  }));
}

/** The server asks for a second factor shown lately before it changes one: asked here once, then the same again. */
async function afterStepUp<T>({ observer }: Environment, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isFailure(error, "session.step_up") || await observer.stepUp?.() !== true) throw error;
    return run();
  }
}

export async function addPasskey(
  environment: Environment, unlocked: Unlocked, name: string, answer: PasskeyAnswer, challenge: Bytes, passphrase: string,
): Promise<void> {
  const passkey = newPasskeyOf(answer, challenge);
  const { bundle } = unlocked;
  const recipient = answer.prf === undefined || bundle === undefined ? undefined : prfRecipient(answer.prf);
  if (recipient !== undefined && bundle !== undefined) {
    if (bundle.recipients.length >= maxBundleRecipients) return fail("conflict", "passkey.many");
    const grown = copyBundle(bundle);
    if (grown.recipients.every((row) => row.recipient !== recipient)) {
      grown.recipients.push({ use: "passkey", recipient });
      await rewriteBundle(environment, unlocked, passphrase, grown);
    }
  }
  if (recipient === undefined) await requirePassphrase(environment, unlocked, passphrase);
  const id = await afterStepUp(environment, () =>
    environment.server.addPasskey({ ...passkey, unlocks: recipient !== undefined }));
  await saveNames(environment, { ...await loadNames(environment), [id]: { name, recipient } });
}

/** Not the device's alone: its recipient goes from the bundle, so that it opens no later one. */
export async function removePasskey(
  environment: Environment, unlocked: Unlocked, id: string, passphrase: string,
): Promise<void> {
  const { server } = environment;
  const names = await loadNames(environment);
  const row = (await server.passkeys()).find((each) => String(each.id) === id);
  if (row === undefined) return fail("not_found", "passkey.unknown");
  const { [id]: known, ...rest } = names;
  // The bundle first: with a wrong passphrase, or cut off in between, the passkey is still listed and can be taken away
  // again. The other way round its recipient would stay for ever, and open every later bundle. Whether it opens by
  // itself is looked up here, not in the server's list.
  if (unlocked.bundle === undefined || !(row.unlocks || known?.recipient !== undefined)) {
    await requirePassphrase(environment, unlocked, passphrase);
  } else {
    const cut = copyBundle(unlocked.bundle);
    // Whose a recipient is, is known where it was added. Elsewhere none is kept that might be the one: the others go on
    // as second factors, and are added again to open by themselves.
    cut.recipients = cut.recipients.filter((each) =>
      each.use !== "passkey" || (known?.recipient !== undefined && each.recipient !== known.recipient));
    const changed = cut.recipients.length !== unlocked.bundle.recipients.length;
    await (changed ? rewriteBundle(environment, unlocked, passphrase, cut) : requirePassphrase(environment, unlocked, passphrase));
  }
  await afterStepUp(environment, () => server.removePasskey(row.id));
  await saveNames(environment, rest);
}
