// The codes of a person's authenticator, which the command line uses too: it writes the last step that it used beside the
// secret, and each code is good once.
import { createHmac } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const used = new Map<string, number>();
const files = new Map<string, string>();

/** The secret of a file that holds it on its first line. */
export const secretOf = (content: string): string => content.split("\n")[0]!.trim();

export function codeAt(base32: string, step: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of base32.replace(/=+$/, "")) bits += alphabet.indexOf(letter).toString(2).padStart(5, "0");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))).update(counter).digest();
  return String((mac.readUInt32BE((mac.at(-1) as number) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The command line has used codes up to the step it noted beside `file`; what is used here from now on is noted there too. */
export function usedElsewhere(secret: string, file: string): void {
  files.set(secret, file);
  const noted = existsSync(`${file}.step`) ? Number(readFileSync(`${file}.step`, "utf8")) : 0;
  used.set(secret, Math.max(used.get(secret) ?? 0, Number.isFinite(noted) ? noted : 0));
}

/** The next code that was not used; the server takes one step ahead. */
export async function totpCode(secret: string): Promise<string> {
  for (;;) {
    const now = Math.floor(Date.now() / 30_000);
    const next = Math.max(now, (used.get(secret) ?? 0) + 1);
    if (next <= now + 1) {
      used.set(secret, next);
      const file = files.get(secret);
      if (file !== undefined) writeFileSync(`${file}.step`, `${next}\n`);
      return codeAt(secret, next);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Somebody else used the current code, perhaps the one after it. */
export const totpUsedElsewhere = (secret: string): void => void used.set(secret, Math.floor(Date.now() / 30_000) + 1);
