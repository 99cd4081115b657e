// Argon2id version 1.3 (RFC 9106) by libsodium, one lane (crypto/primitives/argon2id.hpp). Synchronous: it holds its
// worker for about a second.
import { ensure, fail } from "../base/failure.ts";
import type { Bytes } from "./bytes.ts";
import { sodium } from "./sodium.ts";

export interface Argon2idCost { memoryKib: number; passes: number }

export function argon2id(password: Bytes, salt: Bytes, cost: Argon2idCost, length: number): Bytes {
  ensure(length >= 16 && salt.length === 16 && cost.memoryKib >= 8 && cost.passes >= 1, "Argon2id's parameters");
  const { memoryKib, passes } = cost;
  try {
    return sodium.crypto_pwhash(length, password, salt, passes, memoryKib * 1024, sodium.crypto_pwhash_ALG_ARGON2ID13);
  } catch {
    // The parameters were checked: memory is all that can be missing.
    return fail("unavailable", "password.memory");
  }
}
