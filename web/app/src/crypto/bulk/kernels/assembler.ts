// As much of a WebAssembly assembler as the kernels beside it need (webassembly.github.io/spec, "Binary Format"). They
// are written in it, and not in a language with a compiler of its own, so that the web client needs no second tool
// chain, the tree holds no binary, and what runs can be read here.
//
// Code is a list of bytes; an operation takes the code of its operands, so expressions nest as they are read.

export type Code = readonly number[];
export type ValueType = "i32" | "i64" | "v128";

const typeCodes: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, v128: 0x7b };

/** LEB128 of an unsigned number up to 2^32 − 1. */
export function unsigned(value: number): number[] {
  const out: number[] = [];
  for (let rest = value >>> 0; ; ) {
    const low = rest & 0x7f;
    rest >>>= 7;
    out.push(rest === 0 ? low : low | 0x80);
    if (rest === 0) return out;
  }
}

/** LEB128 of a signed number. */
export function signed(value: bigint): number[] {
  const out: number[] = [];
  for (let rest = value; ; ) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    out.push(done ? low : low | 0x80);
    if (done) return out;
  }
}

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
const memory = (align: number, offset: number): number[] => [align, ...unsigned(offset)];
const binary = (...opcode: number[]) => (a: Code, b: Code): Code => [...a, ...b, ...opcode];

/** A local variable or parameter, by its number in its function. */
export interface Local { readonly get: Code; set(value: Code): Code; tee(value: Code): Code }
export const local = (index: number): Local => ({
  get: [0x20, ...unsigned(index)],
  set: (value) => [...value, 0x21, ...unsigned(index)],
  tee: (value) => [...value, 0x22, ...unsigned(index)],
});

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(BigInt(value | 0))],
  load: (address: Code, offset = 0): Code => [...address, 0x28, ...memory(2, offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x36, ...memory(2, offset)],
  add: binary(0x6a), sub: binary(0x6b), and: binary(0x71), or: binary(0x72), xor: binary(0x73), rotr: binary(0x78),
  ltUnsigned: binary(0x49),
};

export const i64 = {
  const: (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))],
  load32: (address: Code, offset = 0): Code => [...address, 0x35, ...memory(0, offset)],
  store32: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x3e, ...memory(0, offset)],
  add: binary(0x7c), sub: binary(0x7d), mul: binary(0x7e), and: binary(0x83), or: binary(0x84), xor: binary(0x85),
  shl: binary(0x86), shr: binary(0x88), shrSigned: binary(0x87),
};

export const v128 = {
  load: (address: Code, offset = 0): Code => [...address, ...simd(0), ...memory(0, offset)],
  load32Splat: (address: Code, offset = 0): Code => [...address, ...simd(9), ...memory(0, offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(11), ...memory(0, offset)],
  const32: (...words: readonly number[]): Code =>
    [...simd(12), ...words.flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24])],
  /** Bytes of a (0 to 15) and b (16 to 31). */
  shuffle: (a: Code, b: Code, bytes: readonly number[]): Code => [...a, ...b, ...simd(13), ...bytes],
  and: binary(...simd(78)), or: binary(...simd(80)), xor: binary(...simd(81)),
};

export const i32x4 = {
  splat: (value: Code): Code => [...value, ...simd(17)],
  add: binary(...simd(174)),
  shl: (a: Code, bits: number): Code => [...a, ...i32.const(bits), ...simd(171)],
  shr: (a: Code, bits: number): Code => [...a, ...i32.const(bits), ...simd(173)],
};

/** Words of a (0 to 3) and b (4 to 7). */
export const shuffleWords = (a: Code, b: Code, words: readonly number[]): Code =>
  v128.shuffle(a, b, words.flatMap((word) => [4 * word, 4 * word + 1, 4 * word + 2, 4 * word + 3]));

/** do { body } while (condition) */
export const doWhile = (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0x00, 0x0b];
/** if (condition) { body } */
export const when = (condition: Code, body: Code): Code => [...condition, 0x04, 0x40, ...body, 0x0b];

export interface Function {
  readonly name: string;
  /** All i32: addresses and counts. */
  readonly parameters: number;
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const sized = (code: Code): number[] => [...unsigned(code.length), ...code];
const section = (id: number, content: Code): number[] => [id, ...sized(content)];
const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);

function codeOf({ locals, body }: Function): number[] {
  const runs: Code[] = [];
  for (let at = 0; at < locals.length; ) {
    let end = at;
    while (locals[end] === locals[at]) end++;
    runs.push([...unsigned(end - at), typeCodes[locals[at]!]]);
    at = end;
  }
  // Not by spreading: a body is longer than a call may have arguments.
  return sized(list(runs).concat(body as number[], 0x0b));
}

/** A module whose only import is its memory, `env.memory` of exactly so many pages of 64 KiB. */
export function assemble(functions: readonly Function[], pages: number, shared: boolean): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) =>
    [0x60, ...list(Array.from({ length: parameters }, () => [typeCodes.i32])), ...list([])]);
  const limits = [shared ? 0x03 : 0x01, ...unsigned(pages), ...unsigned(pages)];
  const codes = functions.map(codeOf);
  return new Uint8Array([
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    ...section(1, list(types)),
    ...section(2, list([[...text("env"), ...text("memory"), 0x02, ...limits]])),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(7, list(functions.map(({ name }, i) => [...text(name), 0x00, ...unsigned(i)]))),
    10, ...unsigned(unsigned(codes.length).length + codes.reduce((sum, code) => sum + code.length, 0)),
    ...unsigned(codes.length),
  ].concat(...codes));
}
