// What the squares of a QR code say (ISO/IEC 18004, model 2, versions 1 to 40). Kanji and structured append are not read.
import { correct } from "./correct.ts";

/** Rows of a square; true: dark. */
export interface Squares { size: number; dark(x: number, y: number): boolean }

type Level = 0 | 1 | 2 | 3; // as the format says it: M, L, H, Q
const correctionPerBlock: Record<Level, readonly number[]> = {
  1: [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
  0: [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
  3: [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
  2: [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
};
const blocksOf: Record<Level, readonly number[]> = {
  1: [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
  0: [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
  3: [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68],
  2: [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81],
};

/** Centres of the small squares that help to lay the grid, on each axis. */
export function alignmentCentres(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const size = version * 4 + 17;
  return [6, ...Array.from({ length: count - 1 }, (_, i) => size - 7 - (count - 2 - i) * step)];
}

/** Squares that are the same in every code of a version, or say its format. */
function isFixed(version: number): (x: number, y: number) => boolean {
  const size = version * 4 + 17;
  const centres = alignmentCentres(version);
  const near = (x: number, y: number): boolean => centres.some((cy, j) => Math.abs(cy - y) <= 2 && centres.some((cx, i) =>
    Math.abs(cx - x) <= 2 && !(i === 0 && j === 0) && !(i === 0 && j === centres.length - 1) && !(j === 0 && i === centres.length - 1)));
  return (x, y) =>
    (x < 9 && y < 9) || (x >= size - 8 && y < 9) || (x < 9 && y >= size - 8) || x === 6 || y === 6 || near(x, y) ||
    (version >= 7 && ((x >= size - 11 && y < 6) || (y >= size - 11 && x < 6)));
}

const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0, (_, y) => y % 2 === 0, (x) => x % 3 === 0, (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0, (x, y) => x * y % 2 + x * y % 3 === 0,
  (x, y) => (x * y % 2 + x * y % 3) % 2 === 0, (x, y) => ((x + y) % 2 + x * y % 3) % 2 === 0,
];

/** The 15 bits of a format, with their check bits and mask. */
function formatBits(format: number): number {
  let rest = format;
  for (let i = 0; i < 10; ++i) rest = rest << 1 ^ (rest >> 9) * 0x537;
  return (format << 10 | rest) ^ 0x5412;
}
const bitsSet = (value: number): number => value === 0 ? 0 : (value & 1) + bitsSet(value >>> 1);

function readFormat({ size, dark }: Squares): { level: Level; mask: number } | undefined {
  let [first, second] = [0, 0];
  for (let i = 0; i < 15; ++i) {
    const [x, y] = i < 6 ? [8, i] : i < 8 ? [8, i + 1] : i === 8 ? [7, 8] : [14 - i, 8];
    if (dark(x!, y!)) first |= 1 << i;
    if (i < 8 ? dark(size - 1 - i, 8) : dark(8, size - 15 + i)) second |= 1 << i;
  }
  let best: { distance: number; format: number } | undefined;
  for (let format = 0; format < 32; ++format) {
    const distance = Math.min(...[first, second].map((read) => bitsSet(read ^ formatBits(format))));
    if (best === undefined || distance < best.distance) best = { distance, format };
  }
  if (best === undefined || best.distance > 3) return undefined;
  return { level: best.format >> 3 as Level, mask: best.format & 7 };
}

function readCodewords(squares: Squares, version: number, mask: number): Uint8Array {
  const { size, dark } = squares;
  const fixed = isFixed(version);
  const inverted = masks[mask]!;
  const bits: boolean[] = [];
  for (let right = size - 1, upwards = true; right > 0; right -= 2, upwards = !upwards) {
    if (right === 6) --right; // the timing column
    for (let step = 0; step < size; ++step) {
      const y = upwards ? size - 1 - step : step;
      for (const x of [right, right - 1]) if (!fixed(x, y)) bits.push(dark(x, y) !== inverted(x, y));
    }
  }
  const codewords = new Uint8Array(Math.floor(bits.length / 8));
  for (let i = 0; i < codewords.length * 8; ++i) if (bits[i]) codewords[i >> 3]! |= 0x80 >> (i & 7);
  return codewords;
}

/** The data of all blocks, put right; undefined when one of them cannot be. */
function dataOf(codewords: Uint8Array, version: number, level: Level): Uint8Array | undefined {
  const count = blocksOf[level][version - 1]!;
  const correction = correctionPerBlock[level][version - 1]!;
  const shortBlocks = count - codewords.length % count;
  const shortData = Math.floor(codewords.length / count) - correction;
  const blocks = Array.from({ length: count }, (_, i) => new Uint8Array(shortData + (i < shortBlocks ? 0 : 1) + correction));
  let at = 0;
  for (let i = 0; i <= shortData; ++i) {
    blocks.forEach((block) => { if (i < block.length - correction) block[i] = codewords[at++]!; });
  }
  for (let i = 0; i < correction; ++i) blocks.forEach((block) => { block[block.length - correction + i] = codewords[at++]!; });
  const data: number[] = [];
  for (const block of blocks) {
    if (!correct(block, correction)) return undefined;
    data.push(...block.subarray(0, block.length - correction));
  }
  return Uint8Array.from(data);
}

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

function textOf(data: Uint8Array, version: number): string | undefined {
  let at = 0;
  const left = (): number => data.length * 8 - at;
  const take = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; ++i, ++at) value = value * 2 + (data[at >> 3]! >> 7 - (at & 7) & 1);
    return value;
  };
  const group = version < 10 ? 0 : version < 27 ? 1 : 2;
  let text = "";
  while (left() >= 4) {
    const mode = take(4);
    if (mode === 0) break;
    if (mode === 7) { // another character set is named: bytes are UTF-8 or nothing here
      take(left() >= 8 && (data[at >> 3]! >> 7 - (at & 7) & 1) === 0 ? 8 : 16);
      continue;
    }
    const width = ({ 1: [10, 12, 14], 2: [9, 11, 13], 4: [8, 16, 16] } as Record<number, number[]>)[mode]?.[group];
    if (width === undefined || left() < width) return undefined;
    let count = take(width);
    if (mode === 4) {
      if (left() < count * 8) return undefined;
      const bytes = Uint8Array.from({ length: count }, () => take(8));
      try {
        text += new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        return undefined;
      }
    } else if (mode === 2) {
      for (; count > 0; count -= 2) {
        if (left() < (count > 1 ? 11 : 6)) return undefined;
        const value = take(count > 1 ? 11 : 6);
        text += count > 1 ? (letters[Math.floor(value / 45)] ?? "") + (letters[value % 45] ?? "") : letters[value] ?? "";
      }
    } else {
      for (; count > 0; count -= 3) {
        const digits = Math.min(count, 3);
        const bits = [0, 4, 7, 10][digits]!;
        if (left() < bits) return undefined;
        text += String(take(bits)).padStart(digits, "0");
      }
    }
  }
  return text === "" ? undefined : text;
}

/** undefined: these squares are no code that can be read. */
export function readSymbol(squares: Squares): string | undefined {
  const version = (squares.size - 17) / 4;
  if (!Number.isInteger(version) || version < 1 || version > 40) return undefined;
  const format = readFormat(squares);
  if (format === undefined) return undefined;
  const data = dataOf(readCodewords(squares, version, format.mask), version, format.level);
  return data === undefined ? undefined : textOf(data, version);
}
