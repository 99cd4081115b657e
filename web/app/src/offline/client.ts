// In the place of the trusted end's client where there is no trusted end: one act, made in the page itself. It holds no key,
// so there is nothing that a worker would have to keep from the screens.
import type { Connection } from "../agent/client.ts";
import type { AgentApi, AgentFailure } from "../agent/api.ts";
import { verifyBundle } from "../agent/verify_bundle.ts";
import { isFailure } from "../base/failure.ts";
import { cryptoReady } from "../crypto/sodium.ts";

const cancelled: AgentFailure = { code: "invalid_input", key: "prompt.cancelled", arguments: {} };

/** As it comes from a worker: an ordinary object that screens know. */
const asAnswer = (error: unknown): unknown =>
  isFailure(error) ? { code: error.code, key: error.key, arguments: error.arguments } satisfies AgentFailure : error;

export function connectAgent(): Connection {
  let stopped = false;
  const acts: Partial<AgentApi> = {
    async verifyBundle(file, sheet) {
      stopped = false;
      await cryptoReady;
      try {
        return await verifyBundle(file, sheet, () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- as every refusal of the trusted end
          if (stopped) throw cancelled;
        });
      } catch (error) {
        throw asAnswer(error);
      }
    },
    cancelTransfer() {
      stopped = true;
      return Promise.resolve();
    },
  };
  const none = (): Promise<never> => Promise.reject(cancelled);
  const api = new Proxy(acts, { get: (all, name: string) => (all as Record<string, unknown>)[name] ?? none }) as AgentApi;
  return { api, fetched: () => Promise.resolve(), on: () => () => undefined };
}
