// Internal to src/agent: the key of somebody who has no account, as he gave it on paper: typed in, pasted or scanned.
import { fail } from "../base/failure.ts";
import { parseRecipient, wrapFileKey } from "../crypto/age/hybrid.ts";
import { fileKeyBytes } from "../crypto/age/fileKey.ts";
import { startFileWith, type FileStart } from "../crypto/age/stream.ts";
import { parseX25519Recipient, wrapForX25519 } from "../crypto/age/x25519.ts";
import { wipe } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/random.ts";
import type { PaperKey } from "./api.ts";

/**
 * "age1pq1…" (hybrid) or "age1…" (X25519); both bear a checksum, so that no slip of the pen goes by. Spaces and line
 * breaks are the paper's; a code that was scanned may be in capitals. invalid_input "age.recipient"; "paper_key.secret"
 * for somebody's secret key, which should be on no paper that one is given.
 */
export function readPaperKey(typed: string): PaperKey {
  const plain = typed.replace(/\s+/gu, "");
  const text = plain === plain.toUpperCase() ? plain.toLowerCase() : plain;
  if (text.startsWith("age-secret-key-")) return fail("invalid_input", "paper_key.secret");
  return text.startsWith("age1pq1") ? { kind: "hybrid", text: parseRecipient(text).text }
    : { kind: "x25519", text: parseX25519Recipient(text).text };
}

/** The start of a file that only the holder of this key opens. */
export function startFileFor({ kind, text }: PaperKey): FileStart {
  const fileKey = systemRandom(fileKeyBytes);
  const start = startFileWith([kind === "hybrid" ? wrapFileKey(parseRecipient(text), fileKey)
    : wrapForX25519(parseX25519Recipient(text), fileKey)], fileKey);
  wipe(fileKey);
  return start;
}
