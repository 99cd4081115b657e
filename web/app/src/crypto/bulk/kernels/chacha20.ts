// ChaCha20 (RFC 8439 §2.3), four blocks at a time: a vector holds one word of the state for each of the four, so a
// quarter round is the same for all and nothing depends on a secret but data.
import { doWhile, i32, i32x4, local, shuffleWords, v128, type Code, type Function, type Local } from "./assembler.ts";

/** Bytes that one turn makes. */
export const chachaGroupBytes = 256;

// chacha20(state, input, output, groups): state is the 16 words of §2.3 with the first counter; `output` may be `input`.
export function chacha20(): Function {
  const [state, input, output, groups] = [0, 1, 2, 3].map(local) as [Local, Local, Local, Local];
  const rounds = local(4);
  const counter = local(5);
  const x = Array.from({ length: 16 }, (_, i) => local(6 + i));
  const [t0, t1, t2, t3] = [22, 23, 24, 25].map(local) as [Local, Local, Local, Local];

  const rotate = (value: Code, bits: number): Code => {
    // By whole bytes it is one instruction.
    if (bits === 16) return v128.shuffle(value, t0.get, [2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13]);
    if (bits === 8) return v128.shuffle(value, t0.get, [3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14]);
    return v128.or(i32x4.shl(t0.tee(value), bits), i32x4.shr(t0.get, 32 - bits));
  };
  const step = (a: Local, b: Local, d: Local, bits: number): Code => [
    ...a.set(i32x4.add(a.get, b.get)),
    ...d.set(rotate(v128.xor(d.get, a.get), bits)),
  ];
  const quarterRound = (a: number, b: number, c: number, d: number): Code => [
    ...step(x[a]!, x[b]!, x[d]!, 16), ...step(x[c]!, x[d]!, x[b]!, 12),
    ...step(x[a]!, x[b]!, x[d]!, 8), ...step(x[c]!, x[d]!, x[b]!, 7),
  ];
  const start = x.flatMap((word, i) => word.set(i === 12 ? counters() : v128.load32Splat(state.get, 4 * i)));
  function counters(): Code {
    return i32x4.add(i32x4.splat(counter.get), v128.const32(0, 1, 2, 3));
  }
  // Word i of four blocks becomes words 4k … 4k + 3 of one block.
  const give = (k: number): Code => {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => x[4 * k + i]!) as [Local, Local, Local, Local];
    const put = (block: number, value: Code): Code => {
      const offset = 64 * block + 16 * k;
      return v128.store(output.get, v128.xor(v128.load(input.get, offset), value), offset);
    };
    return [
      ...t0.set(shuffleWords(a.get, b.get, [0, 4, 1, 5])), ...t1.set(shuffleWords(c.get, d.get, [0, 4, 1, 5])),
      ...t2.set(shuffleWords(a.get, b.get, [2, 6, 3, 7])), ...t3.set(shuffleWords(c.get, d.get, [2, 6, 3, 7])),
      ...put(0, shuffleWords(t0.get, t1.get, [0, 1, 4, 5])), ...put(1, shuffleWords(t0.get, t1.get, [2, 3, 6, 7])),
      ...put(2, shuffleWords(t2.get, t3.get, [0, 1, 4, 5])), ...put(3, shuffleWords(t2.get, t3.get, [2, 3, 6, 7])),
    ];
  };
  const group = [
    ...start,
    ...rounds.set(i32.const(10)),
    ...doWhile(
      [
        ...quarterRound(0, 4, 8, 12), ...quarterRound(1, 5, 9, 13), ...quarterRound(2, 6, 10, 14), ...quarterRound(3, 7, 11, 15),
        ...quarterRound(0, 5, 10, 15), ...quarterRound(1, 6, 11, 12), ...quarterRound(2, 7, 8, 13), ...quarterRound(3, 4, 9, 14),
      ],
      rounds.tee(i32.sub(rounds.get, i32.const(1)))),
    ...x.flatMap((word, i) =>
      word.set(i32x4.add(word.get, i === 12 ? counters() : v128.load32Splat(state.get, 4 * i)))),
    ...[0, 1, 2, 3].flatMap(give),
    ...counter.set(i32.add(counter.get, i32.const(4))),
    ...input.set(i32.add(input.get, i32.const(chachaGroupBytes))),
    ...output.set(i32.add(output.get, i32.const(chachaGroupBytes))),
  ];
  return {
    name: "chacha20",
    parameters: 4,
    locals: ["i32", "i32", ...Array.from({ length: 20 }, () => "v128" as const)],
    body: [
      ...counter.set(i32.load(state.get, 48)),
      ...doWhile(group, groups.tee(i32.sub(groups.get, i32.const(1)))),
    ],
  };
}
