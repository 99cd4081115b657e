// Where random bytes come from (crypto/primitives/random.hpp). Everything that draws takes a Random, so that tests can
// give a seeded one; nothing in the product gives another than systemRandom.
import type { Bytes } from "./bytes.ts";

export type Random = (length: number) => Bytes;

export const systemRandom: Random = (length) => {
  const out = new Uint8Array(length);
  // getRandomValues gives at most 65,536 bytes a call.
  for (let at = 0; at < length; at += 65536) crypto.getRandomValues(out.subarray(at, at + 65536));
  return out;
};
