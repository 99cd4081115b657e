// SHA-256's compression function (FIPS 180-4 §6.2.2). The message schedule is made four words at a time in vectors,
// beside the rounds, which are scalar: the two keep different parts of a core busy.
import { doWhile, i32, i32x4, local, shuffleWords, v128, type Code, type Function, type Local } from "./assembler.ts";

/** FIPS 180-4 §4.2.2. */
export const roundConstants = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
  0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
  0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

/** FIPS 180-4 §5.3.3. */
export const initialState = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

// sha256(state, input, blocks, scratch): `scratch` holds the 64 round constants and behind them 256 bytes of its own.
export function sha256(): Function {
  const [state, input, blocks, scratch] = [0, 1, 2, 3].map(local) as [Local, Local, Local, Local];
  const vars = [4, 5, 6, 7, 8, 9, 10, 11].map(local);
  const temporary = local(12);
  const both = [13, 14].map(local) as [Local, Local]; // a ^ b of this round and of the last, which is b ^ c of this one
  const w = [15, 16, 17, 18].map(local);
  const [v0, v1] = [19, 20].map(local) as [Local, Local];
  const scheduleAt = 256;

  const rotate32 = (value: Local, bits: number): Code => v128.or(i32x4.shr(value.get, bits), i32x4.shl(value.get, 32 - bits));
  // σ0 and σ1 (§4.1.2) of the four words in v0.
  const sigma = (a: number, b: number, shift: number): Code =>
    v128.xor(v128.xor(rotate32(v0, a), rotate32(v0, b)), i32x4.shr(v0.get, shift));
  const zero = v128.const32(0, 0, 0, 0);

  const keep = (g: number): Code => v128.store(scratch.get,
    i32x4.add(w[g % 4]!.get, v128.load(scratch.get, 16 * g)), scheduleAt + 16 * g);
  // Words 4g … 4g + 3 from the sixteen before; σ1 of the upper two needs the lower two.
  const schedule = (g: number): Code => {
    const [w0, w1, w2, w3] = [0, 1, 2, 3].map((i) => w[(g + i) % 4]!) as [Local, Local, Local, Local];
    return [
      ...v0.set(shuffleWords(w0.get, w1.get, [1, 2, 3, 4])),
      ...v1.set(i32x4.add(i32x4.add(w0.get, sigma(7, 18, 3)), shuffleWords(w2.get, w3.get, [1, 2, 3, 4]))),
      ...v0.set(shuffleWords(w3.get, zero, [2, 3, 4, 4])),
      ...v1.set(i32x4.add(v1.get, sigma(17, 19, 10))), // σ1(0) is 0: the upper two stay
      ...v0.set(shuffleWords(v1.get, zero, [4, 4, 0, 1])),
      ...w0.set(i32x4.add(v1.get, sigma(17, 19, 10))),
      ...keep(g),
    ];
  };
  const load = (g: number): Code => [
    ...v0.set(v128.load(input.get, 16 * g)),
    ...w[g]!.set(v128.shuffle(v0.get, v0.get, [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12])),
    ...keep(g),
  ];

  const rotr = (value: Code, bits: number): Code => i32.rotr(value, i32.const(bits));
  const xor3 = (a: Code, b: Code, c: Code): Code => i32.xor(i32.xor(a, b), c);
  const round = (t: number): Code => {
    const [a, b, , d, e, f, g, h] = Array.from({ length: 8 }, (_, i) => vars[(i - t + 64) % 8]!) as Local[];
    const [now, last] = t % 2 === 0 ? both : [both[1], both[0]];
    return [
      // (h + K + W) + (Ch(e, f, g) + Σ1(e)): what waits for e is added last; a fifth faster than from left to right.
      ...temporary.set(i32.add(
        i32.add(h!.get, i32.load(scratch.get, scheduleAt + 4 * t)),
        i32.add(
          i32.xor(i32.and(i32.xor(f!.get, g!.get), e!.get), g!.get),
          xor3(rotr(e!.get, 6), rotr(e!.get, 11), rotr(e!.get, 25))))),
      ...d!.set(i32.add(d!.get, temporary.get)),
      // Σ0(a) + Maj(a, b, c), where Maj = ((a ^ b) & (b ^ c)) ^ b
      ...h!.set(i32.add(
        i32.add(temporary.get, xor3(rotr(a!.get, 2), rotr(a!.get, 13), rotr(a!.get, 22))),
        i32.xor(i32.and(now.tee(i32.xor(a!.get, b!.get)), last.get), b!.get))),
    ];
  };
  const rounds: number[] = [];
  for (let g = 0; g < 16; g++) {
    // The schedule is four groups ahead of the rounds that use it.
    const ahead = g < 12 ? schedule(g + 4) : [];
    rounds.push(...ahead, ...[0, 1, 2, 3].flatMap((i) => round(4 * g + i)));
  }
  return {
    name: "sha256",
    parameters: 4,
    locals: [...Array.from({ length: 11 }, () => "i32" as const), ...Array.from({ length: 6 }, () => "v128" as const)],
    body: [
      ...vars.flatMap((one, i) => one.set(i32.load(state.get, 4 * i))),
      ...doWhile(
        [
          ...[0, 1, 2, 3].flatMap(load),
          ...both[1].set(i32.xor(vars[1]!.get, vars[2]!.get)),
          ...rounds,
          ...vars.flatMap((one, i) => i32.store(state.get, one.tee(i32.add(one.get, i32.load(state.get, 4 * i))), 4 * i)),
          ...input.set(i32.add(input.get, i32.const(64))),
        ],
        blocks.tee(i32.sub(blocks.get, i32.const(1)))),
    ],
  };
}
