// The parts of a recovery identity as they travel (protocol, section 7, Lost authority): exact grammars, as for the other
// files that hold keys (key_files.ts). Mirror of share_file.hpp.
import { fail } from "../base/failure.ts";
import { concat, fromUtf8, hexDecode, hexEncode, utf8, wipe, type Bytes } from "../crypto/bytes.ts";
import { codeDecode, codeEncode } from "../crypto/crockford.ts";
import { encodeShare, type ShamirShare } from "../crypto/shamir.ts";
import { sha256Hex } from "../crypto/sha256.ts";
import type { AuthorityId, Digest } from "../model/ids.ts";
import { isPartyCode, type PartyCode } from "../model/party.ts";
import { Lines, parseId, parseNumber } from "./lines.ts";

const title = "# rogatory/v1/recovery-share";
const printedTitle = "rogatory/v1/recovery-share";
const half = 16;

/** What `recovery_set` names: SHA-256(index ‖ value). A share has 256 random bits, so its digest gives nothing away. */
export function shareDigest(share: ShamirShare): Digest {
  const bytes = encodeShare(share);
  const digest = sha256Hex(bytes);
  wipe(bytes);
  return digest;
}

function parseIndex(text: string | undefined): number | undefined {
  const number = parseNumber(text);
  return number === undefined || number === 0 || number > 255 ? undefined : number;
}

/**
 * A share under an age file: to its holder, to the authority for a drill, to the candidate with an approval.
 *
 *     # rogatory/v1/recovery-share
 *     # authority: <32 hex>
 *     # index: <n>
 *     <64 hex>
 */
export interface ShareFile { authority: AuthorityId; share: ShamirShare }

/** integrity "share.malformed" */
export function parseShare(plaintext: Bytes): ShareFile {
  const lines = new Lines(fromUtf8(plaintext) ?? "");
  const titled = lines.take(title);
  const authority = parseId(lines.next("# authority: "), 16);
  const index = parseIndex(lines.next("# index: "));
  const value = hexDecode(lines.next() ?? "", 2 * half);
  if (!titled || authority === undefined || index === undefined || value === null || !lines.done) {
    return fail("integrity", "share.malformed");
  }
  return { authority, share: { index, value } };
}

export const encodeShareFile = ({ authority, share }: ShareFile): Bytes =>
  utf8(`${title}\n# authority: ${authority}\n# index: ${share.index}\n${hexEncode(share.value)}\n`);

/**
 * The printed one, in a sealed envelope. Two codes of 28 characters with a checksum each, so that it can be typed.
 *
 *     rogatory/v1/recovery-share
 *     party: SEN
 *     authority: <32 hex>
 *     part: <n>
 *     code-1: XXXX-XXXX-…
 *     code-2: XXXX-XXXX-…
 */
export interface PrintedShare { party: PartyCode; file: ShareFile }

const names = ["party:", "authority:", "part:", "code-1:", "code-2:"] as const;
const trimmed = (line: string): string => line.replace(/^[ \t\r]+|[ \t\r]+$/g, "");

/**
 * Spaces around lines and lines of other words do not matter: a sheet is typed or photographed with its frame.
 * invalid_input "envelope.malformed" {line}.
 */
export function parsePrintedShare(text: string): PrintedShare {
  const malformed = (line: string): never => fail("invalid_input", "envelope.malformed", { line });
  let titled = false;
  const values = new Map<string, string>();
  for (const each of text.split("\n")) {
    const line = trimmed(each);
    if (line === printedTitle) {
      // Two sheets in one file are not one share.
      if (titled) return malformed(printedTitle);
      titled = true;
    }
    const name = names.find((one) => line.startsWith(one));
    if (titled && name !== undefined && !values.has(name)) values.set(name, trimmed(line.slice(name.length)));
  }
  if (!titled) return malformed(printedTitle);
  const party = values.get("party:") ?? "";
  if (!isPartyCode(party)) return malformed("party");
  const authority = parseId(values.get("authority:"), 16) ?? malformed("authority");
  const index = parseIndex(values.get("part:")) ?? malformed("part");
  const first = codeDecode(values.get("code-1:") ?? "") ?? malformed("code-1");
  const second = codeDecode(values.get("code-2:") ?? "") ?? malformed("code-2");
  const value = concat(first, second);
  wipe(first, second);
  return { party, file: { authority, share: { index, value } } };
}

export const encodePrintedShare = ({ party, file: { authority, share } }: PrintedShare): string =>
  `${printedTitle}\nparty: ${party}\nauthority: ${authority}\npart: ${share.index}\n` +
  `code-1: ${codeEncode(share.value.slice(0, half))}\ncode-2: ${codeEncode(share.value.slice(half))}\n`;
