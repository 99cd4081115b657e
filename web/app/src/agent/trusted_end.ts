// The trusted end itself, which its worker (worker.ts) loads behind the first answer: cryptography and protocol are most
// of the page's bytes, and nobody needs them before his passphrase is typed.
import { cryptoReady } from "../crypto/sodium.ts";
import { systemClock, type Environment } from "./environment.ts";
import { makeHost, type Host, type Tell } from "./host.ts";
import { makeServer } from "./server.ts";

export async function makeTrustedEnd(known: Pick<Environment, "profile" | "carriage">, tell: Tell): Promise<Host> {
  await cryptoReady;
  return makeHost({ world: { server: makeServer({ origin: location.origin }), clock: systemClock, ...known }, tell });
}
