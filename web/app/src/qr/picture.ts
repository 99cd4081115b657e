// Finds a QR code in a picture: the three large corner marks, the grid they span, the small mark in the fourth corner. For
// browsers that cannot read codes themselves; pictures stay in the page.
import { alignmentCentres, readSymbol, type Squares } from "./symbol.ts";

/** Grey values, row by row. */
export interface Picture { width: number; height: number; grey: Uint8ClampedArray }
interface Point { x: number; y: number }
interface Mark extends Point { module: number; seen: number }

/** Darker than what is around it: light and shadow differ over a photograph. */
function darkOf({ width, height, grey }: Picture): (x: number, y: number) => boolean {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; ++y) {
    for (let x = 0, row = 0; x < width; ++x) {
      row += grey[y * width + x]!;
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
    }
  }
  const reach = Math.max(8, Math.round(Math.max(width, height) / 12));
  const dark = new Uint8Array(width * height);
  for (let y = 0; y < height; ++y) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    for (let x = 0; x < width; ++x) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const sum = sums[bottom * stride + right]! - sums[top * stride + right]! - sums[bottom * stride + left]! + sums[top * stride + left]!;
      dark[y * width + x] = grey[y * width + x]! * (bottom - top) * (right - left) < sum * 0.88 ? 1 : 0;
    }
  }
  return (x, y) => x >= 0 && y >= 0 && x < width && y < height && dark[Math.floor(y) * width + Math.floor(x)] === 1;
}

/** Dark, light, three dark, light, dark: what every line through the middle of a corner mark shows. */
function moduleOf(runs: readonly number[]): number | undefined {
  const total = runs.reduce((sum, run) => sum + run, 0);
  const module = total / 7;
  if (module < 1) return undefined;
  const fits = runs.every((run, i) => Math.abs(run - module * (i === 2 ? 3 : 1)) < module * (i === 2 ? 1.2 : 0.8) + 0.6);
  return fits ? module : undefined;
}

/** The five runs around a point in one direction, and where their middle is; undefined: no corner mark there. */
function across(dark: (x: number, y: number) => boolean, at: Point, dx: number, dy: number, most: number): { middle: Point; module: number } | undefined {
  const half = (sign: number): number[] | undefined => {
    const runs = [0, 0, 0];
    let [stage, steps] = [0, 0];
    for (let wanted = true; stage < 3; ++steps) {
      if (steps > most) return undefined;
      if (dark(at.x + sign * dx * steps, at.y + sign * dy * steps) === wanted) ++runs[stage]!;
      else {
        ++stage;
        wanted = !wanted;
        if (stage < 3) ++runs[stage]!;
      }
    }
    return runs;
  };
  const [back, forth] = [half(-1), half(1)];
  if (back === undefined || forth === undefined) return undefined;
  const module = moduleOf([back[2]!, back[1]!, back[0]! + forth[0]! - 1, forth[1]!, forth[2]!]);
  if (module === undefined) return undefined;
  const shift = (forth[0]! + forth[1]! + forth[2]! - back[0]! - back[1]! - back[2]!) / 2;
  return { middle: { x: at.x + dx * shift, y: at.y + dy * shift }, module };
}

function cornerMarks({ width, height }: Picture, dark: (x: number, y: number) => boolean): Mark[] {
  const marks: Mark[] = [];
  const most = Math.max(width, height) / 2;
  for (let y = 0; y < height; y += height > 400 ? 2 : 1) {
    let runs: number[] = [];
    let before = false;
    for (let x = 0; x <= width; ++x) {
      const now = x < width && dark(x, y);
      if (x > 0 && now === before) ++runs[runs.length - 1]!;
      else runs.push(1);
      if (x > 0 && now !== before && before && runs.length > 5) {
        const five = runs.slice(-6, -1);
        if (moduleOf(five) !== undefined) {
          const middle = { x: x - five[4]! - five[3]! - five[2]! / 2, y };
          const down = across(dark, middle, 0, 1, most);
          const level = down && across(dark, down.middle, 1, 0, most);
          if (down !== undefined && level !== undefined) {
            const found: Mark = { ...level.middle, y: down.middle.y, module: (down.module + level.module) / 2, seen: 1 };
            const same = marks.find((one) => Math.hypot(one.x - found.x, one.y - found.y) < one.module * 3);
            if (same === undefined) marks.push(found);
            else {
              for (const key of ["x", "y", "module"] as const) same[key] = (same[key] * same.seen + found[key]) / (same.seen + 1);
              ++same.seen;
            }
          }
        }
      }
      before = now;
      if (runs.length > 16) runs = runs.slice(-8);
    }
  }
  return marks.sort((a, b) => b.seen - a.seen).slice(0, 9);
}

interface Corners { topLeft: Mark; topRight: Mark; bottomLeft: Mark; doubt: number }

/** Three marks as a code has them: a right angle with equal sides. The least doubtful first. */
function triples(marks: readonly Mark[]): Corners[] {
  const all: Corners[] = [];
  for (const topLeft of marks) {
    for (const [i, one] of marks.entries()) {
      for (const other of marks.slice(i + 1)) {
        if (one === topLeft || other === topLeft) continue;
        const [a, b] = [{ x: one.x - topLeft.x, y: one.y - topLeft.y }, { x: other.x - topLeft.x, y: other.y - topLeft.y }];
        const [la, lb] = [Math.hypot(a.x, a.y), Math.hypot(b.x, b.y)];
        const cosine = Math.abs((a.x * b.x + a.y * b.y) / (la * lb));
        const sizes = [topLeft.module, one.module, other.module];
        const uneven = Math.max(...sizes) / Math.min(...sizes) - 1;
        const doubt = cosine + Math.abs(la - lb) / Math.max(la, lb) + uneven;
        if (doubt > 1.4 || Math.min(la, lb) < 10 * Math.min(...sizes)) continue;
        const turned = a.x * b.y - a.y * b.x > 0;
        all.push({ topLeft, topRight: turned ? one : other, bottomLeft: turned ? other : one, doubt });
      }
    }
  }
  return all.sort((a, b) => a.doubt - b.doubt).slice(0, 6);
}

/** How many pixels a square has on the way from one mark to another: seven of them from edge to edge of the mark. */
function moduleTowards(dark: (x: number, y: number) => boolean, from: Mark, to: Point): number {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const found = across(dark, from, (to.x - from.x) / length, (to.y - from.y) / length, length);
  return found?.module ?? from.module;
}

/** The map from squares to pixels that takes these four points to those. */
function projection(from: readonly Point[], to: readonly Point[]): ((x: number, y: number) => Point) | undefined {
  const rows = from.flatMap(({ x, y }, i) => [
    [x, y, 1, 0, 0, 0, -x * to[i]!.x, -y * to[i]!.x, to[i]!.x], [0, 0, 0, x, y, 1, -x * to[i]!.y, -y * to[i]!.y, to[i]!.y],
  ]);
  for (let column = 0; column < 8; ++column) {
    let best = column;
    for (let row = column; row < 8; ++row) if (Math.abs(rows[row]![column]!) > Math.abs(rows[best]![column]!)) best = row;
    [rows[column], rows[best]] = [rows[best]!, rows[column]!];
    const pivot = rows[column]![column]!;
    if (Math.abs(pivot) < 1e-12) return undefined;
    for (let row = 0; row < 8; ++row) {
      if (row === column) continue;
      const factor = rows[row]![column]! / pivot;
      for (let i = column; i < 9; ++i) rows[row]![i]! -= factor * rows[column]![i]!;
    }
  }
  const h = rows.map((row, i) => row[8]! / row[i]!);
  return (x, y) => {
    const w = h[6]! * x + h[7]! * y + 1;
    return { x: (h[0]! * x + h[1]! * y + h[2]!) / w, y: (h[3]! * x + h[4]! * y + h[5]!) / w };
  };
}

/** The small mark nearest the fourth corner, looked for around where it should be; undefined: not found. */
function smallMark(dark: (x: number, y: number) => boolean, at: Point, right: Point, down: Point): Point | undefined {
  const score = (cx: number, cy: number): number => {
    let sum = 0;
    for (let j = -2; j <= 2; ++j) {
      for (let i = -2; i <= 2; ++i) {
        const ring = Math.max(Math.abs(i), Math.abs(j));
        if (dark(cx + i * right.x + j * down.x, cy + i * right.y + j * down.y) === (ring !== 1)) ++sum;
      }
    }
    return sum;
  };
  let best = 0;
  let points: Point[] = [];
  const reach = 8;
  for (let v = -reach; v <= reach; v += 0.5) {
    for (let u = -reach; u <= reach; u += 0.5) {
      const point = { x: at.x + u * right.x / 2 + v * down.x / 2, y: at.y + u * right.y / 2 + v * down.y / 2 };
      const now = score(point.x, point.y);
      if (now > best) [best, points] = [now, []];
      if (now === best) points.push(point);
    }
  }
  if (best < 23) return undefined;
  // Of several as good the ones around the first nearest the expected place.
  const nearest = points.reduce((a, b) => Math.hypot(a.x - at.x, a.y - at.y) <= Math.hypot(b.x - at.x, b.y - at.y) ? a : b);
  const around = points.filter((one) => Math.hypot(one.x - nearest.x, one.y - nearest.y) < Math.hypot(right.x, right.y) * 1.2);
  return { x: around.reduce((sum, one) => sum + one.x, 0) / around.length, y: around.reduce((sum, one) => sum + one.y, 0) / around.length };
}

function readAt(dark: (x: number, y: number) => boolean, { topLeft, topRight, bottomLeft }: Corners): string | undefined {
  const across_ = (moduleTowards(dark, topLeft, topRight) + moduleTowards(dark, topRight, topLeft)) / 2;
  const down_ = (moduleTowards(dark, topLeft, bottomLeft) + moduleTowards(dark, bottomLeft, topLeft)) / 2;
  const measured = (Math.hypot(topRight.x - topLeft.x, topRight.y - topLeft.y) / across_ +
    Math.hypot(bottomLeft.x - topLeft.x, bottomLeft.y - topLeft.y) / down_) / 2 + 7;
  const guess = Math.round((measured - 17) / 4);
  for (const version of [guess, guess + 1, guess - 1, guess + 2, guess - 2]) {
    if (version < 1 || version > 40) continue;
    const size = version * 4 + 17;
    const span = size - 7;
    const right = { x: (topRight.x - topLeft.x) / span, y: (topRight.y - topLeft.y) / span };
    const down = { x: (bottomLeft.x - topLeft.x) / span, y: (bottomLeft.y - topLeft.y) / span };
    const far = { x: topRight.x + bottomLeft.x - topLeft.x, y: topRight.y + bottomLeft.y - topLeft.y };
    const corners = [{ x: 3.5, y: 3.5 }, { x: size - 3.5, y: 3.5 }, { x: 3.5, y: size - 3.5 }];
    const seen = [topLeft, topRight, bottomLeft];
    const small = alignmentCentres(version).length === 0 ? undefined
      : smallMark(dark, { x: far.x - 3 * (right.x + down.x), y: far.y - 3 * (right.y + down.y) }, right, down);
    const tries: [Point, Point][] = [[{ x: size - 3.5, y: size - 3.5 }, far]];
    if (small !== undefined) tries.unshift([{ x: size - 6.5, y: size - 6.5 }, small]);
    for (const [square, pixel] of tries) {
      const at = projection([...corners, square], [...seen, pixel]);
      if (at === undefined) continue;
      const squares: Squares = {
        size, dark: (x, y) => {
          const point = at(x + 0.5, y + 0.5);
          return dark(point.x, point.y);
        },
      };
      const text = readSymbol(squares);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

/** The text of the code in this picture; undefined: none is seen, or none that can be read. */
export function readPicture(picture: Picture): string | undefined {
  const dark = darkOf(picture);
  for (const corners of triples(cornerMarks(picture, dark))) {
    const text = readAt(dark, corners);
    if (text !== undefined) return text;
  }
  return undefined;
}
