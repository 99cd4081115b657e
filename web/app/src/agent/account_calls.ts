// What the trusted end keeps doing for the account in front of it: sign-in in the page's words, unlocking after a lock.
import { fail, isFailure } from "../base/failure.ts";
import { accountOf } from "./account_here.ts";
import type { Account } from "./api.ts";
import { openBundle } from "./bundle.ts";
import type { Environment } from "./environment.ts";
import { adoptPendingAccount, passphraseKeys, type Unlocked } from "./secrets.ts";
import { accountsHere, requireThisServer, signIn } from "./unlock.ts";

/**
 * After a lock the session may still be there: then the passphrase opens the bundle again, and no second factor is
 * spent. Otherwise this is a sign-in, for which one is needed: unauthenticated "unlock.second_factor_needed".
 */
export async function unlockAgain(
  environment: Environment, passphrase: string, totp: string | undefined,
): Promise<Unlocked> {
  const { server, profile } = environment;
  const account: Account = (await accountOf(profile)) ?? fail("not_found", "account_key.missing");
  requireThisServer(server, account.origin);
  if (totp !== undefined && totp !== "") return signIn(environment, { passphrase, factor: { totp } });
  // An administrator has no bundle that would tell a right passphrase from a wrong one.
  if (account.kind !== "member") return fail("unauthenticated", "unlock.second_factor_needed");
  try {
    await server.me();
  } catch (error) {
    // A session that began without his State's certificate, or with one before this, is of no use either.
    if (isFailure(error) && (error.code === "unauthenticated" || error.key === "access.certificate")) {
      return fail("unauthenticated", "unlock.second_factor_needed");
    }
    throw error;
  }
  const stored = await server.bundle();
  let refused = "";
  for (const [i, { accountKey }] of (await accountsHere(environment, account)).entries()) {
    const keys = passphraseKeys(passphrase, accountKey, account);
    try {
      const bundle = await openBundle(profile, keys.unlock, stored);
      // The second is of a change whose answer never came: it came to be.
      if (i > 0) await adoptPendingAccount(profile);
      return { account, bundleVersion: stored.version, bundle };
    } catch (error) {
      // Of the two that it may be, a wrong passphrase is what happens every day; a swapped bundle does not open either.
      if (!isFailure(error, "bundle.not_for_this_key")) throw error;
      refused = error.key;
    }
  }
  return fail("unauthenticated", "sign_in.refused", {}, refused);
}
