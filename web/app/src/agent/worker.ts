// The trusted end's worker: keys, session use, statements and decryption live here and nowhere else in the page.
import { cryptoReady } from "../crypto/sodium.ts";
import { carrierChannel, makeCarriage, type CarrierChannel } from "./carriage.ts";
import { systemClock } from "./environment.ts";
import { makeHost, type Host } from "./host.ts";
import { opfsPlaces } from "./opfs.ts";
import { openProfile, takeProfileLock } from "./profile.ts";
import { serve, type Channel } from "./rpc.ts";
import { makeServer } from "./server.ts";

const profileName = "rogatory";

/** One tab a profile, for as long as this worker lives. One that was ended a moment ago (a lock) gives it back soon. */
async function takeProfile(): Promise<void> {
  for (let attempt = 0; ; ++attempt) {
    try {
      await takeProfileLock(profileName);
      return;
    } catch (error) {
      if (attempt === 10) throw error;
      await systemClock.pause(150);
    }
  }
}

async function makeReady(): Promise<Host> {
  await cryptoReady;
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
  return makeHost({
    world: { server: makeServer({ origin: location.origin }), profile, clock: systemClock, carriage },
    tell: (event, ...values) => served.tell(event, values),
  });
}

let making: Promise<Host> | undefined;
const host = async (): Promise<Host> => {
  making ??= makeReady();
  try {
    return await making;
  } catch (error) {
    // Another tab had the profile: it may have been closed by the next call.
    making = undefined;
    throw error;
  }
};

const served = serve(self as unknown as Channel, async (name, args) => {
  const { api } = await host();
  const run = Object.hasOwn(api, name) ? (api as unknown as Record<string, (...all: unknown[]) => unknown>)[name] : undefined;
  if (run === undefined) throw new Error(`no call of the trusted end: ${name}`);
  return run(...args);
}, () => void making?.then((one) => one.touch(), () => undefined));
