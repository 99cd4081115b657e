// Random bytes of tests: from a seed, the same in every run, or given beforehand.
import { createHash } from "node:crypto";

import type { Random } from "../../src/crypto/random.ts";

export function seededRandom(seed: string): Random {
  let block = new Uint8Array(0);
  let counter = 0;
  return (length) => {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      if (block.length === 0) block = new Uint8Array(createHash("sha256").update(`${seed}/${counter++}`).digest());
      const taken = block.subarray(0, length - at);
      out.set(taken, at);
      at += taken.length;
      block = block.subarray(taken.length);
    }
    return out;
  };
}

/** Gives these bytes out, once. */
export function scriptedRandom(script: Uint8Array): Random {
  let rest = script;
  return (length) => {
    if (length > rest.length) throw new Error("the script of random bytes is over");
    const out = rest.slice(0, length);
    rest = rest.subarray(length);
    return out;
  };
}
