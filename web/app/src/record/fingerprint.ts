// A Party's fingerprint for people: the first 132 bits of its founded id as eight groups of five digits. Each group is
// 16.5 bits: two groups hold 33 bits as one number of ten digits, big-endian, leading zeros kept. Mirror of
// fingerprint.hpp.
import type { PartyId } from "../model/ids.ts";

function digitsOf(party: PartyId): string {
  const bits = BigInt(`0x${party.slice(0, 34)}`) >> 4n; // 132 of the first 136 bits
  return [99n, 66n, 33n, 0n].map((shift) => String((bits >> shift) & 0x1ffffffffn).padStart(10, "0")).join("");
}

export const fingerprintDigits = (party: PartyId): string => (digitsOf(party).match(/.{5}/g) ?? []).join(" ");

/**
 * Whether digits that somebody typed (any spaces or dashes between them) are that Party's. False for anything that is
 * not exactly forty digits.
 */
export const fingerprintMatches = (typed: string, party: PartyId): boolean =>
  typed.replace(/[ -]/g, "") === digitsOf(party);
