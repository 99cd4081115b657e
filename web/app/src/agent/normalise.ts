// Unicode normalisation (UAX #15). Writers normalise; readers never check it: a canonical form must not depend on a
// Unicode version (protocol §2). Mirror of platform/agent/normalise.hpp; a passphrase's is in crypto/password.ts.
import { fail } from "../base/failure.ts";
import { isWellFormed } from "../crypto/bytes.ts";
import { utf8Length } from "../model/text.ts";

const mostText = 1 << 20;

/** NFC, for every text that goes into a statement or a sealed body. `invalid_input` "text.not_unicode". */
export function normalised(text: string): string {
  if (utf8Length(text) > mostText) return fail("too_large", "text.too_long");
  if (!isWellFormed(text)) return fail("invalid_input", "text.not_unicode");
  return text.normalize("NFC");
}

/** The number of code points. */
export const codePoints = (text: string): number => [...text].length;
