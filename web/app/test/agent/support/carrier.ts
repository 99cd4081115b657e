// The page's carrier without a worker: the same code in this process, over the same profile.
import { makeCalls, type Fetch } from "../../../src/agent/calls.ts";
import { makeCarriage, type Carriage, type CarrierChannel, type CarrierMessage } from "../../../src/agent/carriage.ts";
import { makeCarrier, type Carrier, type CarrierOptions } from "../../../src/agent/carrier.ts";
import type { Carrying } from "../../../src/agent/api.ts";
import type { ProfileStore } from "../../../src/agent/ports.ts";
import { transferCalls } from "../../../src/agent/server_transfers.ts";
import type { Staged } from "../../../src/agent/upload.ts";

/** As BroadcastChannel: everybody but the sender hears it, later. */
export function makeHub(): { join(): CarrierChannel; said: CarrierMessage[] } {
  const members: CarrierChannel[] = [];
  const said: CarrierMessage[] = [];
  return {
    said,
    join: () => {
      const mine: CarrierChannel = {
        onmessage: null,
        postMessage: (message) => {
          said.push(message);
          for (const other of members) {
            if (other !== mine) queueMicrotask(() => other.onmessage?.({ data: structuredClone(message) }));
          }
        },
      };
      members.push(mine);
      return mine;
    },
  };
}

export const stagedIn = (profile: ProfileStore) => async (place: string): Promise<Staged | null> => {
  const folder = place.slice(0, place.lastIndexOf("/"));
  if (!(await profile.placed(folder)).includes(place)) return null;
  const file = await profile.place(place);
  return {
    size: file.size(),
    piece: async (from, to) => {
      const bytes = new Uint8Array(to - from);
      file.readAt(from, bytes);
      return bytes;
    },
  };
};

export interface CarriageHere {
  profile: ProfileStore;
  origin: string;
  fetch: Fetch;
  pause?: (milliseconds: number) => Promise<void>;
  /** Of the carrier; unless told otherwise it tries again when it is asked to, and never by itself. */
  pauseAfter?: (failures: number) => number;
  tell?: (what: Carrying | null) => void;
}

/** With its carrier, which starts when the first upload is handed over, as in the page. */
export function carriageHere(options: CarriageHere): Carriage & { carrier(): Carrier } {
  const { profile, origin, fetch, pauseAfter = () => Infinity, tell = () => undefined } = options;
  const hub = makeHub();
  const pause = options.pause ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  let carrier: Carrier | undefined;
  const channel = hub.join();
  const alone: CarrierOptions["alone"] = (run) => run();
  const wake = (): Carrier => (carrier ??= makeCarrier({
    profile, staged: stagedIn(profile), server: transferCalls(makeCalls(origin, fetch, () => "")), clock: { pause },
    channel, alone, tell, pauseAfter,
  }));
  return { ...makeCarriage({ profile, channel: hub.join(), wake }), carrier: wake };
}
