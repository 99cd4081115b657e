// In the place of the trusted end while screens are drawn without a server: a small scripted world, whatever is asked is
// answered at once. Never part of what is served. Each area's answers stand in a file of their own.

import type { AgentApi, AgentEvents } from "../../src/agent/api";
import { accountAnswers } from "./account.ts";
import { caseworkAnswers } from "./casework.ts";

export interface Connection {
  api: AgentApi;
  fetched(): Promise<void>;
  on<Name extends keyof AgentEvents>(name: Name, handler: AgentEvents[Name]): () => void;
}

export function connectAgent(): Connection {
  const handlers = new Map<string, Set<(...values: never[]) => void>>();
  const tell = (name: keyof AgentEvents, ...values: unknown[]): void => {
    for (const handler of handlers.get(name) ?? []) (handler as (...all: unknown[]) => void)(...values);
  };
  const answers = { ...accountAnswers(tell), ...caseworkAnswers(tell) } as Partial<AgentApi>;
  const api = new Proxy(answers, {
    get: (all, name: string) => (all as Record<string, unknown>)[name] ??
      (() => Promise.reject({ code: "unsupported", key: `double.${name}`, arguments: {} })),
  }) as AgentApi;
  return {
    api,
    fetched: async () => undefined,
    on(name, handler) {
      const all = handlers.get(name) ?? new Set();
      handlers.set(name, all);
      all.add(handler as never);
      return () => all.delete(handler as never);
    },
  };
}
