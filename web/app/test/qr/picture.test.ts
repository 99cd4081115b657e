// Codes as the page prints them, photographed in many ways: turned, seen aslant, small, in bad light, with noise and stains.
import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { correct } from "../../src/qr/correct.ts";
import { readPicture, type Picture } from "../../src/qr/picture.ts";
import { readSymbol } from "../../src/qr/symbol.ts";

type Level = "L" | "M" | "Q" | "H";
interface View { scale: number; turn?: number; slant?: number; noise?: number; light?: number; blur?: number; stain?: number }

function random(seed: number): () => number {
  let x = seed >>> 0 || 1;
  return () => {
    x ^= x << 13;
    x >>>= 0;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x / 2 ** 32;
  };
}

function photograph(text: string, ecc: Level, { scale, turn = 0, slant = 0, noise = 0, light = 0, blur = 0, stain = 0 }: View): Picture {
  const { data, size } = encode(text, { ecc, border: 4 });
  const draw = random(7);
  const side = Math.ceil(size * scale * 1.5);
  const grey = new Uint8ClampedArray(side * side);
  const sub = 3;
  for (let py = 0; py < side; ++py) {
    for (let px = 0; px < side; ++px) {
      let sum = 0;
      for (let k = 0; k < sub * sub; ++k) {
        // From the picture back to the paper.
        const x = px + (k % sub + 0.5) / sub - side / 2;
        const y = py + (Math.floor(k / sub) + 0.5) / sub - side / 2;
        const depth = 1 + slant * (x / side + y / side / 2);
        const [u, v] = [x / depth / scale, y / depth / scale];
        const mx = Math.floor(u * Math.cos(turn) + v * Math.sin(turn) + size / 2);
        const my = Math.floor(-u * Math.sin(turn) + v * Math.cos(turn) + size / 2);
        const inside = mx >= 0 && my >= 0 && mx < size && my < size;
        const stained = inside && stain > 0 && Math.hypot(mx - size * 0.62, my - size * 0.55) < stain;
        sum += inside ? (stained ? 128 : data[my]![mx] ? 30 : 225) : 190;
      }
      const shade = 1 - light * px / side;
      grey[py * side + px] = sum / (sub * sub) * shade + (draw() - 0.5) * noise;
    }
  }
  const soft = grey.slice();
  for (let pass = 0; pass < blur; ++pass) {
    const from = soft.slice();
    for (let y = 1; y < side - 1; ++y) {
      for (let x = 1; x < side - 1; ++x) {
        let sum = 0;
        for (let j = -1; j <= 1; ++j) for (let i = -1; i <= 1; ++i) sum += from[(y + j) * side + x + i]!;
        soft[y * side + x] = sum / 9;
      }
    }
  }
  return { width: side, height: side, grey: soft };
}

const code = "7Q2M-9XKD-4TZP-0WHR-5N8C-YB3F-6JVE";

describe("a square code", () => {
  it("is read in every version and at every level of correction", () => {
    for (const level of ["L", "M", "Q", "H"] as const) {
      const lengths = new Set<number>();
      for (let length = 1; length < 1050; length = Math.ceil(length * 1.18)) {
        const text = Array.from({ length }, (_, i) => "né à Dakar, 12345 ABC"[i % 21]).join("");
        const { data, size } = encode(text, { ecc: level, border: 0 });
        lengths.add(size);
        expect(readSymbol({ size, dark: (x, y) => data[y]![x]! })).toBe(text);
      }
      expect(lengths.size).toBeGreaterThan(15);
    }
    for (const text of ["0123456789012345678", "HELLO WORLD $%*+-./:", "1", "12", "AB1"]) {
      const { data, size } = encode(text, { border: 0 });
      expect(readSymbol({ size, dark: (x, y) => data[y]![x]! })).toBe(text);
    }
  });

  it("puts right what is within its means and refuses what is not", () => {
    const draw = random(3);
    const { data, size } = encode(code, { ecc: "H", border: 0 });
    const read = (wrong: Set<number>): string | undefined =>
      readSymbol({ size, dark: (x, y) => data[y]![x]! !== wrong.has(y * size + x) });
    for (let i = 0; i < 30; ++i) {
      const wrong = new Set(Array.from({ length: 12 }, () => Math.floor(draw() * size) * size + 9 + Math.floor(draw() * (size - 10))));
      expect([code, undefined]).toContain(read(wrong));
    }
    expect(read(new Set([size * 12 + 12, size * 14 + 11, size * 20 + 15]))).toBe(code);
    expect(read(new Set(Array.from({ length: size * size }, (_, i) => i)))).not.toBe(code);
    expect(readSymbol({ size: 22, dark: () => true })).toBeUndefined();
    expect(readSymbol({ size: 21, dark: () => false })).toBeUndefined();
    const block = Uint8Array.from({ length: 30 }, (_, i) => i);
    expect(correct(block, 10)).toBe(false);
  });

  const views: [string, View][] = [
    ["straight and small", { scale: 3 }], ["large", { scale: 9 }], ["a quarter turned", { scale: 5, turn: Math.PI / 2 }],
    ["upside down", { scale: 5, turn: Math.PI }], ["askew", { scale: 5, turn: 0.35 }], ["at forty-five degrees", { scale: 6, turn: Math.PI / 4 }],
    ["seen aslant", { scale: 7, slant: 0.35 }], ["aslant and askew", { scale: 7, slant: -0.3, turn: -0.3 }],
    ["in half light", { scale: 5, light: 0.7 }], ["with noise", { scale: 5, noise: 70 }], ["out of focus", { scale: 6, blur: 3 }],
    ["stained", { scale: 5, stain: 3 }], ["all at once", { scale: 7, turn: 0.2, slant: 0.2, light: 0.4, noise: 30, blur: 1 }],
  ];
  for (const [name, view] of views) {
    it(`of an invitation is read ${name}`, () => expect(readPicture(photograph(code, "M", view))).toBe(code));
  }
  const sheet = Array.from({ length: 9 }, (_, i) => `party P${i} ${"0123456789abcdef".repeat(4)}`).join("\n");
  it("of a founding sheet is read, large as it is", () => {
    expect(readPicture(photograph(sheet, "M", { scale: 5 }))).toBe(sheet);
    expect(readPicture(photograph(sheet, "M", { scale: 5, turn: 0.1 }))).toBe(sheet);
  });
  it("that is not there is not seen", () => {
    const draw = random(11);
    const grey = new Uint8ClampedArray(300 * 300).map(() => draw() * 255);
    expect(readPicture({ width: 300, height: 300, grey })).toBeUndefined();
    expect(readPicture({ width: 64, height: 64, grey: new Uint8ClampedArray(64 * 64).fill(255) })).toBeUndefined();
  });
});
