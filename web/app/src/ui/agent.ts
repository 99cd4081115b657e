// The page's one way to the trusted end.

import { connectAgent } from "../agent/client.ts";
import type { AgentApi, AgentEvents } from "../agent/api";

const connection = connectAgent();

export const agent: AgentApi = connection.api;

/** Hears what the trusted end tells unasked; returns what ends it. */
export function on<Name extends keyof AgentEvents>(name: Name, handler: AgentEvents[Name]): () => void {
  return connection.on(name, handler);
}
