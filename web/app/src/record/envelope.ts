// A DSSE v1 envelope with exactly one Ed25519 signature, no `keyid` and canonical padded base64, itself in canonical
// JSON: {"payload":…,"payloadType":…,"signatures":[{"sig":…}]}. One statement has one envelope, byte for byte. Mirror of
// envelope.hpp.
import { fail } from "../base/failure.ts";
import { base64Decode, base64Encode } from "../crypto/base64.ts";
import type { Bytes } from "../crypto/bytes.ts";
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import { dssePae } from "../crypto/dssePae.ts";
import type { Signature, StatementId, VerifyKey } from "../model/ids.ts";
import { list, named, object, signature as signatureValue, text } from "./codec.ts";
import { canonicalJson, sha256Hex, verifyText } from "./keys.ts";

export const maxPayloadBytes = 256 * 1024;
/** Base64 of the payload, the payload type and the frame around them. */
export const maxEnvelopeBytes = Math.floor(maxPayloadBytes / 3) * 4 + 1024;

export interface Envelope {
  payloadType: string;
  payload: Bytes;
  signature: Signature;
}

const frame = object({
  payload: text(0, maxEnvelopeBytes),
  // camelCase in DSSE itself
  type: named("payloadType", text(0, maxEnvelopeBytes)),
  signatures: list(object({ sig: signatureValue }), 1, 1),
});

/**
 * Says nothing about the signature: nobody knows yet whose it should be. invalid_input "statement.envelope", too_large
 * "statement.too_large".
 */
export function parseEnvelope(json: string | Bytes): Envelope {
  if (json.length > maxEnvelopeBytes) return fail("too_large", "statement.too_large");
  const value = canonicalJson(json, maxEnvelopeBytes);
  const read = value === undefined ? undefined : frame.read(value);
  const payload = read === undefined ? null : base64Decode(read.payload);
  if (read === undefined || payload === null) return fail("invalid_input", "statement.envelope");
  if (payload.length > maxPayloadBytes) return fail("too_large", "statement.too_large");
  return { payloadType: read.type, payload, signature: read.signatures[0]!.sig };
}

export const encodeEnvelope = ({ payloadType, payload, signature }: Envelope): string =>
  encodeCanonicalJson(frame.write({
    payload: base64Encode(payload), type: payloadType, signatures: [{ sig: signature }],
  }));

/** DSSE's: "DSSEv1" SP len(type) SP type SP len(payload) SP payload. */
export const preAuthenticationEncoding = (envelope: Pick<Envelope, "payloadType" | "payload">): Bytes =>
  dssePae(envelope.payloadType, envelope.payload);

export const envelopeId = (envelope: Envelope): StatementId => sha256Hex(preAuthenticationEncoding(envelope));

export const envelopeVerifies = (envelope: Envelope, key: VerifyKey): boolean =>
  verifyText(key, preAuthenticationEncoding(envelope), envelope.signature);
