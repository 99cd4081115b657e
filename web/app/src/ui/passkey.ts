// WebAuthn happens in the page: the browser asks the person there. The trusted end gets the answer and decides.

import type { PasskeyAnswer } from "../agent/api";
import { agent } from "./agent";

export function passkeysHere(): boolean {
  return typeof PublicKeyCredential === "function" && "parseCreationOptionsFromJSON" in PublicKeyCredential;
}

function answerOf(credential: Credential | null): PasskeyAnswer {
  if (!(credential instanceof PublicKeyCredential)) throw { code: "invalid_input", key: "passkey.none", arguments: {} };
  const first = credential.getClientExtensionResults().prf?.results?.first;
  const prf = first === undefined ? undefined
    : first instanceof ArrayBuffer ? new Uint8Array(first) : new Uint8Array(first.buffer.slice(first.byteOffset, first.byteOffset + first.byteLength));
  return { response: credential.toJSON(), prf };
}

/** What the browser throws (refused, timed out, not this site) becomes one sentence. */
async function asked(work: () => Promise<Credential | null>): Promise<PasskeyAnswer> {
  try {
    return answerOf(await work());
  } catch (error) {
    if (error instanceof DOMException) {
      const key = error.name === "InvalidStateError" ? "passkey.known" : "passkey.refused";
      throw { code: "invalid_input", key, arguments: {} };
    }
    throw error;
  }
}

export function makePasskey(options: unknown): Promise<PasskeyAnswer> {
  return asked(() => navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON),
  }));
}

/** For a sign-in: the trusted end makes the question, the authenticator of whoever sits here answers. */
export async function passkeyOf(userName: string): Promise<PasskeyAnswer> {
  return usePasskey(await agent.passkeyRequest(userName));
}

function usePasskey(options: unknown): Promise<PasskeyAnswer> {
  return asked(() => navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON),
  }));
}
