// The page's one way to the trusted end.

import { connectAgent } from "../agent/client.ts";
import type { AgentApi, AgentEvents } from "../agent/api";

const connection = connectAgent();

export const agent: AgentApi = connection.api;

/** Until the network is not needed any more for what needs no server. */
export const fetched = (): Promise<void> => connection.fetched();

/** Hears what the trusted end tells unasked; returns what ends it. */
export function on<Name extends keyof AgentEvents>(name: Name, handler: AgentEvents[Name]): () => void {
  return connection.on(name, handler);
}
