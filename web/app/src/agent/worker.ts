// The trusted end's worker: keys, session use, statements and decryption live here and nowhere else in the page. Whose
// profile this is, it says at once; the rest of it is loaded behind that answer, or with the first other question.
import { fail } from "../base/failure.ts";
import { accountOf } from "./account_here.ts";
import { carrierChannel, makeCarriage, type Carriage, type CarrierChannel } from "./carriage.ts";
import type { Host } from "./host.ts";
import { opfsPlaces } from "./opfs.ts";
import { openProfile, takeProfileLock, type Profile } from "./profile.ts";
import { serve, type Channel } from "./rpc.ts";

const profileName = "rogatory";

/** Milliseconds in which the sign-in form comes first on a slow line. */
const formFirst = 1500;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One tab a profile, for as long as this worker lives. One that was ended a moment ago (a lock) gives it back soon. */
async function takeProfile(): Promise<void> {
  for (let attempt = 0; ; ++attempt) {
    try {
      await takeProfileLock(profileName);
      return;
    } catch (error) {
      if (attempt === 10) throw error;
      await pause(150);
    }
  }
}

/** Made once; after a failure the next who asks tries again: a tab that had the profile may have been closed. */
function once<T>(make: () => Promise<T>): { get: () => Promise<T>; made: () => Promise<T> | undefined } {
  let making: Promise<T> | undefined;
  return {
    get: () => {
      making ??= make().catch((error: unknown) => {
        making = undefined;
        throw error;
      });
      return making;
    },
    made: () => making,
  };
}

const here = once(async (): Promise<{ profile: Profile; carriage: Carriage }> => {
  await takeProfile();
  const profile = await openProfile({ name: profileName, indexedDB, places: opfsPlaces() });
  // Statements and the account key are not the browser's to throw away when the disk is full.
  void navigator.storage.persist?.();
  const carriage = makeCarriage({
    profile,
    channel: new BroadcastChannel(carrierChannel) as unknown as CarrierChannel,
    wake: () => served.tell("carry", []),
  });
  // What was on its way when the page went away goes on before anybody unlocks.
  if ((await carriage.handed()).length > 0) served.tell("carry", []);
  return { profile, carriage };
});

/** A worker remembers for ever that a part of it could not be fetched: the page starts another one. */
async function trustedEnd(): Promise<typeof import("./trusted_end.ts")> {
  try {
    return await import("./trusted_end.ts");
  } catch (error) {
    console.warn(error);
    served.tell("unfetched", []);
    return fail("unavailable", "client.connection_lost", { host: location.host });
  }
}

const host = once(async (): Promise<Host> => {
  const [known, { makeTrustedEnd }] = await Promise.all([here.get(), trustedEnd()]);
  return makeTrustedEnd(known, (event, ...values) => served.tell(event, values));
});

const served = serve(self as unknown as Channel, async (name, args) => {
  if (name === "account") {
    const { profile } = await here.get();
    const account = await accountOf(profile);
    setTimeout(() => void host.get().catch(() => undefined), formFirst);
    return account;
  }
  const { api } = await host.get();
  if (name === "fetched") return undefined;
  const run = Object.hasOwn(api, name) ? (api as unknown as Record<string, (...all: unknown[]) => unknown>)[name] : undefined;
  if (run === undefined) throw new Error(`no call of the trusted end: ${name}`);
  return run(...args);
}, () => void host.made()?.then((one) => one.touch(), () => undefined));
