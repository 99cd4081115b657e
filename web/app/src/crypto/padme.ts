// Padmé (Nikitin et al., PoPETs 2019, §4): the length to pad to, so that it tells O(log log length) bits
// (crypto/encoding/padme.hpp).

/** Exact for lengths up to 2^53 − 1. */
export function padmeLength(length: number): number {
  if (length < 2) return length;
  const exponent = bitWidth(length) - 1;
  const mantissaBits = bitWidth(exponent);
  const unit = 2 ** Math.max(0, exponent - mantissaBits);
  return Math.ceil(length / unit) * unit;
}

function bitWidth(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value >>> 0);
}
