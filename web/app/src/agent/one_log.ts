// Internal to src/agent: a log that could not be repaired goes on in another one, which each Party adopts (decision 1602).
import { fail, isFailure } from "../base/failure.ts";
import { logNumber } from "../tlog/succession.ts";
import type { Environment } from "./environment.ts";
import type { LogView } from "./log_view.ts";

/**
 * This page does not follow it: it reads and signs nothing there, whatever the server says of it. `said`: the origin that
 * the server names as its own.
 */
export async function requireOneLog({ server }: Environment, { origin }: LogView, said: string): Promise<void> {
  const number = logNumber(origin);
  if (number === undefined || number > 0 || said !== origin) return fail("unsupported", "log.moved");
  try {
    await server.successor(number);
  } catch (error) {
    if (isFailure(error) && error.code === "not_found") return;
    throw error;
  }
  fail("unsupported", "log.moved");
}
