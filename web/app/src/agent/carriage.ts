// Internal to src/agent: uploads handed to the page's carrier (carrier.ts), and what is heard of them. The carrier sends
// on when this end is locked or gone; what it needs for that lies in the profile under `uploads/`, wrapped under a key
// of its own, and is a ticket and a length: nothing that opens, reads or signs anything (protocol §7).
import { Failure, fail } from "../base/failure.ts";
import { fromUtf8, utf8 } from "../crypto/bytes.ts";
import type { AgentFailure, Hex } from "./api.ts";
import type { ProfileStore, UploadTicket } from "./ports.ts";

export interface Carried { ticket: UploadTicket; total: number }

export const carriedFolder = "uploads";
export const carriedFile = (id: Hex): string => `${carriedFolder}/${id}`;
/** Of the ciphertext of an attachment on its way out. */
export const stagedPlace = (id: Hex): string => `outgoing/${id}.age`;
export const carrierChannel = "rogatory-carrier";

/** Between the trusted end, the carrier and the page, in every tab of this profile: names no file and no person. */
export type CarrierMessage =
  /** Somebody waits for this one: try it now. */
  | { look: Hex }
  /** Not to be sent on: given up, or done with. */
  | { drop: Hex }
  | { id: Hex; done: number }
  | { id: Hex; whole: true }
  | { id: Hex; failed: AgentFailure }
  /** The carrier could not be started, or broke: whoever waits is told so. */
  | { gone: true };

export interface CarrierChannel {
  postMessage(message: CarrierMessage): void;
  onmessage: ((event: { data: CarrierMessage }) => void) | null;
}

export interface Carriage {
  /**
   * Hands an upload over and waits until the server has the whole. Fails as finishUpload() does, and with unavailable
   * "transfer.cancelled" after stop() or leave(). Where the line is what failed, the carrier tries again by itself.
   */
  carry(id: Hex, carried: Carried, progress: (done: number) => void): Promise<void>;
  /** A person stopped it: whoever waits is refused, and nothing of what he waited for is sent on. */
  stop(): Promise<void>;
  /** Nobody waits any more; sending goes on. */
  leave(): void;
  withdraw(id: Hex): Promise<void>;
  /** What was handed over and not withdrawn, sent or not. */
  handed(): Promise<Hex[]>;
}

export const encodeCarried = ({ ticket, total }: Carried): Uint8Array =>
  utf8(JSON.stringify({ location: ticket.location, ticket: ticket.ticket, total }));

/** invalid_input "draft.damaged". */
export function decodeCarried(bytes: Uint8Array): Carried {
  let read: Partial<Record<string, unknown>>;
  try {
    read = JSON.parse(fromUtf8(bytes) ?? "") as typeof read;
  } catch {
    return fail("invalid_input", "draft.damaged");
  }
  const { location, ticket, total } = read;
  if (typeof location !== "string" || typeof ticket !== "string" || !Number.isSafeInteger(total)) {
    return fail("invalid_input", "draft.damaged");
  }
  return { ticket: { location, ticket }, total: total as number };
}

export interface CarriageOptions {
  profile: Pick<ProfileStore, "list" | "saveWrapped" | "remove">;
  channel: CarrierChannel;
  /** Starts the page's carrier, if there is none. */
  wake(): void;
}

interface Waiting {
  progress(done: number): void;
  resolve(): void;
  reject(failure: Failure): void;
}

export function makeCarriage({ profile, channel, wake }: CarriageOptions): Carriage {
  const waiting = new Map<Hex, Waiting>();
  const refuseAll = (key: string): void => {
    const all = [...waiting.values()];
    waiting.clear();
    for (const one of all) one.reject(new Failure("unavailable", key));
  };
  channel.onmessage = ({ data }) => {
    if ("gone" in data) refuseAll("upload.incomplete");
    if (!("id" in data)) return;
    const one = waiting.get(data.id);
    if (one === undefined) return;
    if ("done" in data) return one.progress(data.done);
    waiting.delete(data.id);
    if ("whole" in data) return one.resolve();
    const { code, key, arguments: args } = data.failed;
    one.reject(new Failure(code, key, args));
  };
  const withdraw = async (id: Hex): Promise<void> => {
    await profile.remove(carriedFile(id));
    channel.postMessage({ drop: id });
  };
  return {
    carry: async (id, carried, progress) => {
      await profile.saveWrapped(carriedFile(id), encodeCarried(carried));
      return new Promise((resolve, reject) => {
        waiting.set(id, { progress, resolve, reject });
        wake();
        channel.postMessage({ look: id });
      });
    },
    stop: async () => {
      const ids = [...waiting.keys()];
      refuseAll("transfer.cancelled");
      for (const id of ids) await withdraw(id);
    },
    leave: () => refuseAll("transfer.cancelled"),
    withdraw,
    handed: async () => (await profile.list(carriedFolder)).map((name) => name.slice(carriedFolder.length + 1)),
  };
}
