// The carrier's worker: sends on what lies sealed in this browser, locked or not (carrier.ts). No key is ever here: of
// the profile it opens tickets alone, which lie under a wrapping key of their own.
import { makeCalls } from "./calls.ts";
import { carrierChannel, type CarrierChannel } from "./carriage.ts";
import { makeCarrier } from "./carrier.ts";
import { systemClock } from "./environment.ts";
import { opfsPlaces, stagedInOpfs } from "./opfs.ts";
import { openProfile } from "./profile.ts";
import { transferCalls } from "./server_transfers.ts";

const profile = await openProfile({ name: "rogatory", indexedDB, places: opfsPlaces() });
const carrier = makeCarrier({
  profile,
  staged: (place) => stagedInOpfs(place),
  // Without the session: no cookie goes along with a ticket, and nothing else is asked.
  server: transferCalls(makeCalls(location.origin, (url, init) => fetch(url, { ...init, credentials: "omit" }), () => "")),
  clock: systemClock,
  channel: new BroadcastChannel(carrierChannel) as unknown as CarrierChannel,
  alone: (run) => navigator.locks.request(carrierChannel, run) as ReturnType<typeof run>,
  tell: (what) => postMessage(what),
});
addEventListener("online", () => carrier.look());
