// Internal to src/agent: whose profile this is. Apart from secrets.ts, because a page asks for it before anything else and
// nothing of the cryptography is needed to answer.
import { fail, isFailure } from "../base/failure.ts";
import { parseCanonicalJson, type Json } from "../crypto/canonicalJson.ts";
import type { Account } from "./api.ts";
import type { ProfileStore } from "./ports.ts";

export const accountFile = "account.json";

/** null: nobody has enrolled or signed in here. */
export const accountOf = (profile: Pick<ProfileStore, "load">): Promise<Account | null> => accountUnder(profile, "");

function parsed(stored: Uint8Array): Json {
  try {
    return parseCanonicalJson(stored, 64 * 1024);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return fail("invalid_input", "profile.damaged");
  }
}

export async function accountUnder(profile: Pick<ProfileStore, "load">, prefix: string): Promise<Account | null> {
  const stored = await profile.load(prefix + accountFile);
  if (stored === null) return null;
  const json = parsed(stored);
  const { server, user_name: userName, kind, language } =
    (typeof json === "object" && !Array.isArray(json) ? json : {}) as Record<string, unknown>;
  if (typeof server !== "string" || typeof userName !== "string" || (language !== "en" && language !== "fr") ||
      (kind !== "member" && kind !== "administrator" && kind !== "auditor")) {
    return fail("invalid_input", "profile.damaged");
  }
  return { origin: server, userName, kind, language };
}
