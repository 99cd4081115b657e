// Second factors of the own account, and that something is new, by web/api/openapi.yaml.
import { base64Encode } from "../crypto/base64.ts";
import { fieldsOfReply, problemOf } from "./answer.ts";
import type { Calls } from "./calls.ts";
import type { Assertion, NewPasskey, ServerPort } from "./ports.ts";

export const jsonOfAssertion = (one: Assertion): unknown => ({
  credential_id: base64Encode(one.credentialId),
  client_data: base64Encode(one.clientData),
  authenticator_data: base64Encode(one.authenticatorData),
  signature: base64Encode(one.signature),
});
export const jsonOfNewPasskey = (one: NewPasskey): unknown => ({
  challenge: base64Encode(one.challenge),
  client_data: base64Encode(one.clientData),
  attestation_object: base64Encode(one.attestationObject),
  unlocks: one.unlocks,
});

type SessionCalls = Pick<ServerPort, "stepUp" | "passkeys" | "addPasskey" | "removePasskey" | "logSizes">;

export function sessionCalls(calls: Calls): SessionCalls {
  return {
    stepUp: async (factor) => void (await calls.write("POST", "/api/v1/session/step-up",
      "totp" in factor
        ? factor
        : { passkey: jsonOfAssertion(factor.passkey), challenge: base64Encode(factor.challenge) })),
    passkeys: async () => fieldsOfReply(await calls.get("/api/v1/me/passkeys")).items("items").map((row) => ({
      id: row.natural("id"), unlocks: row.truth("unlocks"), createdAt: row.integer("created_at"),
    })),
    addPasskey: async (passkey) =>
      fieldsOfReply(await calls.write("POST", "/api/v1/me/passkeys", jsonOfNewPasskey(passkey))).natural("id"),
    removePasskey: async (id) => void (await calls.write("DELETE", `/api/v1/me/passkeys/${id}`)),

    // Server-sent events, as much of them as our server writes: `event: log`, `data: {"size": n}`.
    logSizes: async function* (signal) {
      const opened = await calls.open({
        method: "GET", path: "/api/v1/events", headers: { Accept: "text/event-stream" }, signal,
      });
      const { status, headers } = opened.response;
      if (status !== 200) throw problemOf({ status, headers, body: new Uint8Array() });
      const decoder = new TextDecoder();
      let text = "";
      for await (const chunk of opened.chunks()) {
        text = (text + decoder.decode(chunk, { stream: true })).slice(-4096);
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const size = /^data: ?\{"size": ?([0-9]{1,15})\}$/m.exec(text.slice(0, end))?.[1];
          text = text.slice(end + 2);
          if (size !== undefined) yield Number(size);
        }
      }
    },
  };
}
