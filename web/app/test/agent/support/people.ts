// People of the story who use the page: their account of the command line, opened in a browser of their own.
import { isFailure } from "../../../src/base/failure.ts";
import type { AgentState } from "../../../src/agent/state.ts";
import { openAgent } from "../../../src/agent/synchronise.ts";
import { signIn } from "../../../src/agent/unlock.ts";
import type { PolicyOrder, SourceFile } from "../../../src/agent/api.ts";
import { openBrowser, totpCode, totpUsedElsewhere, type Browser, type Started, type World } from "./world.ts";

export interface WebPerson { name: string; browser: Browser; state: AgentState }

export async function signInHere(world: World, started: Started, name: string, browser?: Browser): Promise<WebPerson> {
  const facts = await world.facts(name);
  const shown = browser ?? (await openBrowser(started));
  totpUsedElsewhere(facts.totp);
  for (let attempt = 1; ; ++attempt) {
    try {
      const unlocked = await signIn(shown.environment, {
        passphrase: facts.passphrase, factor: { totp: await totpCode(facts.totp) }, kit: facts.kit,
      });
      return { name, browser: shown, state: await openAgent(shown.environment, unlocked) };
    } catch (error) {
      // The command line may have taken the code of the next half minute, too.
      if (!isFailure(error, "sign_in.refused") || attempt === 3) throw error;
    }
  }
}

/** As after a reload: what the profile has, and nothing that the page held. */
export async function reload(person: WebPerson): Promise<void> {
  person.state = await openAgent(person.browser.environment, person.state.unlocked);
}

// --- files ---------------------------------------------------------------------------------------------------------

/** Bytes that differ at every place, the same for the same seed. */
export function bytesOf(size: number, seed: number): Uint8Array {
  const out = new Uint8Array(size);
  let x = (seed * 2654435761 + 1) >>> 0;
  for (let i = 0; i < size; ++i) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    out[i] = x & 255;
  }
  return out;
}

export const sourceOf = (name: string, bytes: Uint8Array, type = "application/octet-stream"): SourceFile => ({
  file: new File([bytes as Uint8Array<ArrayBuffer>], name, { type, lastModified: 1_700_000_000_000 }), name, type,
});

export const unrestricted: PolicyOrder = { onward: "free", caveats: [], handling: [], words: "" };
export const ownParty: PolicyOrder = { onward: "own_party", caveats: [], handling: [], words: "" };

/** Where a file is saved: what came, and whether it was closed or aborted. */
export function place(): { to: WritableStream<Uint8Array>; bytes(): Uint8Array; state(): string } {
  const pieces: Uint8Array[] = [];
  let how = "open";
  const to = new WritableStream<Uint8Array>({
    write: (piece) => void pieces.push(piece.slice()),
    close: () => void (how = "closed"),
    abort: () => void (how = "aborted"),
  });
  return {
    to,
    bytes: () => {
      const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
      let at = 0;
      for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.length;
      }
      return whole;
    },
    state: () => how,
  };
}
