// Reed–Solomon over GF(256), as QR codes have it (ISO/IEC 18004: 0x11D, roots α^0 …): puts right up to half as many wrong
// codewords as there are for correction.

const exponents = new Uint8Array(510);
const logarithms = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; ++i) {
  exponents[i] = exponents[i + 255] = x;
  logarithms[x] = i;
  x = x << 1 ^ (x & 0x80 ? 0x11d : 0);
}

const multiply = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : exponents[logarithms[a]! + logarithms[b]!]!;
const inverse = (a: number): number => exponents[255 - logarithms[a]!]!;

/** Coefficients by rising power. */
const valueAt = (polynomial: readonly number[], x: number): number =>
  polynomial.reduceRight((sum, coefficient) => multiply(sum, x) ^ coefficient, 0);

/** In place; false when there is more wrong than can be put right. `block`: data, then `count` codewords of correction. */
export function correct(block: Uint8Array, count: number): boolean {
  const syndromes = Array.from({ length: count }, (_, i) =>
    block.reduce((sum, codeword) => multiply(sum, exponents[i]!) ^ codeword, 0));
  if (syndromes.every((one) => one === 0)) return true;

  // Berlekamp–Massey: the polynomial whose roots name the wrong places.
  let locator = [1];
  let before = [1];
  let length = 0;
  let shift = 1;
  let last = 1;
  for (let i = 0; i < count; ++i) {
    let discrepancy = syndromes[i]!;
    for (let j = 1; j <= length; ++j) discrepancy ^= multiply(locator[j] ?? 0, syndromes[i - j]!);
    if (discrepancy === 0) {
      ++shift;
      continue;
    }
    const factor = multiply(discrepancy, inverse(last));
    const next = locator.slice();
    before.forEach((coefficient, j) => { next[j + shift] = (next[j + shift] ?? 0) ^ multiply(factor, coefficient); });
    if (2 * length <= i) {
      [before, last, length, shift] = [locator, discrepancy, i + 1 - length, 1];
    } else {
      ++shift;
    }
    locator = Array.from(next, (one) => one ?? 0);
  }
  if (length * 2 > count) return false;

  // Chien and Forney: where, and by how much.
  const evaluator = Array.from({ length: count }, (_, i) =>
    locator.reduce((sum, coefficient, j) => (j <= i ? sum ^ multiply(coefficient, syndromes[i - j]!) : sum), 0));
  let found = 0;
  for (let place = 0; place < block.length; ++place) {
    const x = exponents[(255 - (block.length - 1 - place) % 255) % 255]!; // inverse of the place's own power
    if (valueAt(locator, x) !== 0) continue;
    const slope = locator.reduce((sum, coefficient, j) =>
      (j % 2 === 1 ? sum ^ multiply(coefficient, j === 1 ? 1 : exponents[logarithms[x]! * (j - 1) % 255]!) : sum), 0);
    if (slope === 0) return false;
    const power = inverse(x);
    block[place] = block[place]! ^ multiply(power, multiply(valueAt(evaluator, x), inverse(slope)));
    ++found;
  }
  return found === length;
}
