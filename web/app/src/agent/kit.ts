// The printed recovery sheet: account key and kit secret (platform/agent/kit.cpp, byte for byte).
import { fail } from "../base/failure.ts";
import { codeDecode, codeEncode } from "../crypto/crockford.ts";
import type { AccountKey, KitSecret } from "../crypto/password.ts";
import type { KitFacts } from "./api.ts";

const title = "rogatory/v1/kit";

export interface Kit extends KitFacts { accountKey: AccountKey; kitSecret: KitSecret }

export const writeKit = ({ origin, userName, accountKey, kitSecret }: Kit): string => [
  title, `server: ${origin}`, `user: ${userName}`, `account-key: ${codeEncode(accountKey)}`,
  `kit-secret: ${codeEncode(kitSecret)}`, "",
].join("\n");

const names = ["server", "user", "account-key", "kit-secret"];
const trimmed = (line: string): string => line.replace(/^[ \t\r]+|[ \t\r]+$/g, "");

/** A whole printed sheet, as a file: our lines out of what stands around them (web/cli/program/kit.cpp). */
function ourLines(text: string): string[] {
  const lines = text.split("\n").map(trimmed);
  if (!lines.includes(title)) return lines;
  return lines.filter((line) => line === title || names.some((name) => line.startsWith(`${name}:`)));
}

/** Somebody types this from paper: blank lines, spaces around a line and the order of lines do not count. */
export function parseKit(text: string): Kit {
  const malformed = (line: string): never => fail("invalid_input", "kit.malformed", { line });
  const found = new Map<string, string>();
  let titled = false;
  for (const line of ourLines(text)) {
    if (line === "") continue;
    if (line === title) {
      titled = true;
      continue;
    }
    const name = names.find((each) => line.startsWith(`${each}:`));
    if (name === undefined) return malformed("?");
    found.set(name, line.slice(name.length + 1).trim());
  }
  if (!titled) return malformed(title);
  const of = (name: string): string => found.get(name) ?? "";
  if (of("server") === "") return malformed("server");
  if (of("user") === "") return malformed("user");
  return {
    origin: of("server"),
    userName: of("user"),
    accountKey: codeDecode(of("account-key")) ?? malformed("account-key"),
    kitSecret: codeDecode(of("kit-secret")) ?? malformed("kit-secret"),
  };
}
