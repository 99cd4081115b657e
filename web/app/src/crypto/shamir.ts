// Shamir's secret sharing (Communications of the ACM 22/11, 1979), byte by byte over GF(256) with AES's polynomial
// (FIPS 197 §4.2): each byte is the value at 0 of a polynomial of degree k − 1, a share its value at `index`. Fewer
// than k shares say nothing at all about the secret (crypto/shamir.hpp).
//
// Shares carry no authentication of their own: the protocol names the digest of each share in a signed statement
// (`recovery_set`), and what is combined must derive the recipient that the statement names.
import { ensure } from "../base/failure.ts";
import { concat, type Bytes } from "./bytes.ts";
import { systemRandom, type Random } from "./random.ts";

export interface ShamirShare {
  readonly index: number; // 1 to 255; 0 would be the secret itself
  readonly value: Bytes; // as long as the secret
}

/** No tables and no branches on values: both are secret. */
export function gf256Multiply(a: number, b: number): number {
  let product = 0;
  let factor = a;
  for (let bit = 0; bit < 8; bit++) {
    product ^= -((b >> bit) & 1) & factor;
    factor = (factor << 1) ^ (-(factor >> 7) & 0x11b);
  }
  return product;
}

/** a^254, which is 1/a, and 0 for 0. */
export function gf256Inverse(a: number): number {
  let power = a;
  let result = 1;
  for (let bit = 1; bit < 8; bit++) { // 254 = 2 + 4 + … + 128
    power = gf256Multiply(power, power);
    result = gf256Multiply(result, power);
  }
  return result;
}

/** index ‖ value: what is sealed to a holder. */
export const encodeShare = (share: ShamirShare): Bytes => concat(Uint8Array.of(share.index), share.value);

/** null if there is no index, it is zero, or no value follows. */
export const decodeShare = (bytes: Bytes): ShamirShare | null =>
  bytes.length < 2 || bytes[0] === 0 ? null : { index: bytes[0]!, value: bytes.slice(1) };

/** k shares needed of n made, with indices 1 to n. A bug unless 1 < k ≤ n ≤ 255 and the secret is not empty. */
export function shamirSplit(secret: Bytes, threshold: { k: number; n: number }, random: Random = systemRandom):
  ShamirShare[] {
  const { k, n } = threshold;
  ensure(k > 1 && k <= n && n <= 255 && secret.length > 0, "k of n, at least two, of something");
  // Coefficients of degree 1 to k − 1. The highest may be zero: forbidding that would tell k − 1 holders which secrets
  // it cannot be.
  const coefficients = Array.from({ length: k - 1 }, () => random(secret.length));
  return Array.from({ length: n }, (_, i) => {
    const index = i + 1;
    const value = new Uint8Array(secret.length);
    // Horner, highest degree first.
    for (const coefficient of [...coefficients].reverse()) {
      for (let at = 0; at < value.length; at++) value[at] = gf256Multiply(value[at]! ^ coefficient[at]!, index);
    }
    for (let at = 0; at < value.length; at++) value[at]! ^= secret[at]!;
    return { index, value };
  });
}

/**
 * The value at 0 of the polynomial through the shares. With k right shares that is the secret; with fewer, or a wrong
 * one among them, something else of the same length, and the caller notices. null if there are no shares, an index is
 * zero or comes twice, or lengths differ.
 */
export function shamirCombine(shares: readonly ShamirShare[]): Bytes | null {
  if (shares.length === 0) return null;
  const length = shares[0]!.value.length;
  const indices = new Set(shares.map((share) => share.index));
  if (indices.size !== shares.length || indices.has(0) || shares.some((share) => share.value.length !== length)) {
    return null;
  }
  const secret = new Uint8Array(length);
  for (const share of shares) {
    // Lagrange's factor at 0: the product of x_j / (x_j − x_i) over the others; minus is plus here. Indices are public.
    let factor = 1;
    for (const other of shares) {
      if (other.index === share.index) continue;
      factor = gf256Multiply(factor, other.index);
      factor = gf256Multiply(factor, gf256Inverse(other.index ^ share.index));
    }
    for (let at = 0; at < length; at++) secret[at]! ^= gf256Multiply(factor, share.value[at]!);
  }
  return secret;
}
