// Poly1305 (RFC 8439 §2.5) in five limbs of 26 bits, whose products fit 64 bits with room to add. Additions,
// multiplications and masks alone: time depends on the length and on nothing else.
import { doWhile, i32, i64, local, type Code, type Function, type Local } from "./assembler.ts";

const mask26 = i64.const(0x3ffffffn);
const limb = (value: Code): Code => i64.and(value, mask26);
const shr = (value: Code, bits: number): Code => i64.shr(value, i64.const(BigInt(bits)));
const sum = (...terms: Code[]): Code => terms.reduce((a, b) => i64.add(a, b));

// 16 bytes at an address as five limbs.
const limbs = (at: Code, offset = 0): Code[] => [
  limb(i64.load32(at, offset)), limb(shr(i64.load32(at, offset + 3), 2)), limb(shr(i64.load32(at, offset + 6), 4)),
  limb(shr(i64.load32(at, offset + 9), 6)), shr(i64.load32(at, offset + 12), 8),
];

// poly1305(key, h, input, blocks): takes in whole blocks of 16 bytes. `key` is r ‖ s as §2.5 has it, r not yet clamped;
// `h` five words, zero at first.
export function poly1305(): Function {
  const [key, state, input, blocks] = [0, 1, 2, 3].map(local) as [Local, Local, Local, Local];
  const h = [4, 5, 6, 7, 8].map(local);
  const r = [9, 10, 11, 12, 13].map(local);
  const s = [14, 15, 16, 17].map(local); // 5 · r1 … 5 · r4
  const d = [18, 19, 20, 21, 22].map(local);
  // §2.5: r is clamped; here limb by limb.
  const clamp = [0x3ffffffn, 0x3ffff03n, 0x3ffc0ffn, 0x3f03fffn, 0x00fffffn];

  const factor = (i: number, j: number): Code => (i >= j ? r[i - j]!.get : s[i - j + 4]!.get);
  const multiply = d.flatMap((one, i) => one.set(sum(...h.map((limbOfH, j) => i64.mul(limbOfH.get, factor(i, j))))));
  const carry = [
    ...[0, 1, 2, 3].flatMap((i) => [
      ...h[i]!.set(limb(d[i]!.get)),
      ...d[i + 1]!.set(i64.add(d[i + 1]!.get, shr(d[i]!.get, 26))),
    ]),
    ...h[4]!.set(limb(d[4]!.get)),
    ...h[0]!.set(i64.add(h[0]!.get, i64.mul(shr(d[4]!.get, 26), i64.const(5n)))),
    ...h[1]!.set(i64.add(h[1]!.get, shr(h[0]!.get, 26))),
    ...h[0]!.set(limb(h[0]!.get)),
  ];
  const block = [
    ...limbs(input.get).flatMap((value, i) =>
      h[i]!.set(i64.add(h[i]!.get, i === 4 ? i64.or(value, i64.const(1n << 24n)) : value))),
    ...multiply,
    ...carry,
    ...input.set(i32.add(input.get, i32.const(16))),
  ];
  return {
    name: "poly1305",
    parameters: 4,
    locals: Array.from({ length: 19 }, () => "i64" as const),
    body: [
      ...limbs(key.get).flatMap((value, i) => r[i]!.set(i64.and(value, i64.const(clamp[i]!)))),
      ...s.flatMap((one, i) => one.set(i64.mul(r[i + 1]!.get, i64.const(5n)))),
      ...h.flatMap((one, i) => one.set(i64.load32(state.get, 4 * i))),
      ...doWhile(block, blocks.tee(i32.sub(blocks.get, i32.const(1)))),
      ...h.flatMap((one, i) => i64.store32(state.get, one.get, 4 * i)),
    ],
  };
}

// poly1305Tag(key, h, tag): reduces h fully and adds s.
export function poly1305Tag(): Function {
  const [key, state, tag] = [0, 1, 2].map(local) as [Local, Local, Local];
  const h = [3, 4, 5, 6, 7].map(local);
  const g = [8, 9, 10, 11, 12].map(local);
  const chosen = local(13);
  const carryAll = (x: Local[]): Code => [0, 1, 2, 3].flatMap((i) => [
    ...x[i + 1]!.set(i64.add(x[i + 1]!.get, shr(x[i]!.get, 26))),
    ...x[i]!.set(limb(x[i]!.get)),
  ]);
  const wrap = [
    ...h[0]!.set(i64.add(h[0]!.get, i64.mul(shr(h[4]!.get, 26), i64.const(5n)))),
    ...h[4]!.set(limb(h[4]!.get)),
  ];
  // The four words of h, then s added with carry (§2.5.1).
  const shl = (value: Code, bits: number): Code => i64.shl(value, i64.const(BigInt(bits)));
  const low32 = (value: Code): Code => i64.and(value, i64.const(0xffffffffn));
  const words = [
    i64.or(h[0]!.get, shl(h[1]!.get, 26)), i64.or(shr(h[1]!.get, 6), shl(h[2]!.get, 20)),
    i64.or(shr(h[2]!.get, 12), shl(h[3]!.get, 14)), i64.or(shr(h[3]!.get, 18), shl(h[4]!.get, 8)),
  ];
  return {
    name: "poly1305Tag",
    parameters: 3,
    locals: Array.from({ length: 11 }, () => "i64" as const),
    body: [
      ...h.flatMap((one, i) => one.set(i64.load32(state.get, 4 * i))),
      ...carryAll(h), ...wrap, ...carryAll(h), ...wrap, ...carryAll(h),
      // g = h + 5 − 2^130; where that is not negative it is h mod p.
      ...g.flatMap((one, i) => one.set(i === 0 ? i64.add(h[0]!.get, i64.const(5n)) : h[i]!.get)),
      ...carryAll(g),
      ...g[4]!.set(i64.sub(g[4]!.get, i64.const(1n << 26n))),
      ...chosen.set(i64.shrSigned(g[4]!.get, i64.const(63n))), // all ones: negative, h stays
      ...h.flatMap((one, i) => one.set(
        i64.xor(i64.and(chosen.get, i64.xor(one.get, g[i]!.get)), g[i]!.get))),
      ...chosen.set(i64.const(0n)), // now the carry
      ...words.flatMap((word, i) => [
        ...chosen.set(sum(chosen.get, low32(word), i64.load32(key.get, 16 + 4 * i))),
        ...i64.store32(tag.get, chosen.get, 4 * i),
        ...chosen.set(shr(chosen.get, 32)),
      ]),
    ],
  };
}
