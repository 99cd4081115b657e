// Internal to src/agent: what the inviter keeps of an invitation (platform/agent/invitation_code.hpp): the code, and what
// an authority that does not exist yet is to be called; as an age file to himself on the server.
//
//   # rogatory/v1/kept-code
//   # authority-kind: fiu
//   # authority-name: CENTIF
//   XXXX-XXXX-…
import { fail, isFailure } from "../base/failure.ts";
import { openFile, singleProfile } from "../crypto/age/file.ts";
import type { HybridIdentity } from "../crypto/age/hybrid.ts";
import { fromUtf8, utf8, wipe, type Bytes } from "../crypto/bytes.ts";
import { codeDecode, codeEncode } from "../crypto/crockford.ts";
import type { InvitationCode } from "../crypto/invitation.ts";
import type { Recipient } from "../model/ids.ts";
import { authorityKinds, isDisplayName, type AuthorityKind, type DisplayName } from "../model/party.ts";
import { sealSecret } from "./keyring.ts";

export interface KeptCode { code: InvitationCode; authorityKind: AuthorityKind; authorityName: DisplayName }

const grammar = /^# rogatory\/v1\/kept-code\n# authority-kind: ([a-z_]+)\n# authority-name: ([^\n]+)\n([^\n]+)\n$/;

export const sealKeptCode = ({ code, authorityKind, authorityName }: KeptCode, self: Recipient): Bytes =>
  sealSecret([self], utf8(
    `# rogatory/v1/kept-code\n# authority-kind: ${authorityKind}\n# authority-name: ${authorityName}\n${codeEncode(code)}\n`,
  )).bytes;

/**
 * integrity "invitation.kept_code" whatever is wrong. Whoever reads it back compares the code's commit with the register:
 * an age file proves nothing about who made it.
 */
export function openKeptCode(file: Bytes, self: HybridIdentity): KeptCode {
  const wrong = (): never => fail("integrity", "invitation.kept_code");
  let plaintext: Bytes;
  try {
    plaintext = openFile(self, file, singleProfile);
  } catch (error) {
    if (isFailure(error)) return wrong();
    throw error;
  }
  const [, kind, name = "", codeText = ""] = grammar.exec(fromUtf8(plaintext) ?? "") ?? [];
  wipe(plaintext);
  const authorityKind = authorityKinds.find((each) => each === kind);
  const code = codeDecode(codeText);
  if (authorityKind === undefined || !isDisplayName(name) || code === null) return wrong();
  return { code, authorityKind, authorityName: name };
}
