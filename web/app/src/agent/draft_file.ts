// Internal to src/agent: a signed package as it lies on the device until it is settled (platform/agent/draft_file.hpp).
import { fail } from "../base/failure.ts";
import { base64Decode, base64Encode } from "../crypto/base64.ts";
import { utf8, type Bytes } from "../crypto/bytes.ts";
import { encodeCanonicalJson, type Json, type JsonObject } from "../crypto/canonicalJson.ts";
import { sha256Hex } from "../crypto/sha256.ts";
import { canonicalJson } from "../record/keys.ts";
import { encodeSigned, parseSigned } from "../record/statement.ts";
import type { Package } from "./state.ts";

const mostDraftBytes = 32 * 1024 * 1024;

const damaged = (): never => fail("invalid_input", "draft.damaged");

/**
 * Nothing in it is secret: statements and sealed files as they go to the server, and of an invitation the digest, the
 * card under the code's key and the code as an age file to the inviter, which go there, too.
 */
export function encodeDraft({ statements, blobs, invitation }: Package): Bytes {
  const fields: JsonObject = {
    blobs: blobs.map(({ data }) => base64Encode(data)),
    envelopes: statements.map(encodeSigned),
  };
  if (invitation !== undefined) {
    fields["order"] = {
      card: base64Encode(invitation.card),
      invitation: invitation.invitationId,
      kept_code: base64Encode(invitation.keptCode),
      redeem_sha256: invitation.redeemSha256,
    };
  }
  return utf8(encodeCanonicalJson(fields));
}

function decodeOrder(json: Json): NonNullable<Package["invitation"]> {
  if (typeof json !== "object" || Array.isArray(json)) return damaged();
  const bytes = (name: string): Bytes => {
    const value = json[name];
    const data = typeof value === "string" ? base64Decode(value) : null;
    return data === null || data.length === 0 ? damaged() : data;
  };
  const hex = (name: string, digits: number): string => {
    const value = json[name];
    return typeof value === "string" && value.length === digits && /^[0-9a-f]+$/.test(value) ? value : damaged();
  };
  return {
    invitationId: hex("invitation", 32), redeemSha256: hex("redeem_sha256", 64), card: bytes("card"),
    keptCode: bytes("kept_code"),
  };
}

/** invalid_input "draft.damaged". */
export function decodeDraft(bytes: Bytes): Package {
  const json = canonicalJson(bytes, mostDraftBytes);
  if (typeof json !== "object" || Array.isArray(json)) return damaged();
  const { blobs, envelopes, order } = json;
  if (!Array.isArray(blobs) || !Array.isArray(envelopes) || envelopes.length === 0) return damaged();
  const made: Package = {
    statements: envelopes.map((envelope) => (typeof envelope === "string" ? parseSigned(envelope) : damaged())),
    blobs: blobs.map((blob) => {
      const data = typeof blob === "string" ? base64Decode(blob) : null;
      return data === null ? damaged() : { sha256: sha256Hex(data), data };
    }),
  };
  if (order !== undefined) made.invitation = decodeOrder(order);
  return made;
}
