// C2SP tlog-tiles v0.1.0: the tree as files of up to 256 hashes, the log as files of up to 256 entries. A client reads
// the entry bundles and makes the tree itself, so only the names of tiles are known here (crypto/tlog/tile.hpp).
import { parseDecimal } from "./decimal.ts";

export const tileHeight = 8;
export const tileWidth = 256;

/** `width` hashes of the level (1 to 256), from hash number index · 256 on. Level 0 holds leaf hashes. */
export interface TileCoordinate { readonly level: number; readonly index: number; readonly width: number }
/** `width` entries from entry number index · 256 on. */
export interface BundleCoordinate { readonly index: number; readonly width: number }

// "<N>": zero-padded 3-digit path elements, all but the last beginning with x.
function indexPath(index: number): string {
  const digits = String(index);
  const elements = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g)!;
  return elements.map((element, i) => (i + 1 < elements.length ? `x${element}/` : element)).join("");
}

const withWidth = (path: string, width: number): string => (width === tileWidth ? path : `${path}.p/${width}`);

/** "tile/0/x001/x234/067" or "tile/1/000.p/17". */
export const tilePath = (tile: TileCoordinate): string =>
  withWidth(`tile/${tile.level}/${indexPath(tile.index)}`, tile.width);

/** "tile/entries/x001/x234/067" or "tile/entries/000.p/17". */
export const bundlePath = (bundle: BundleCoordinate): string =>
  withWidth(`tile/entries/${indexPath(bundle.index)}`, bundle.width);

function parseIndexAndWidth(text: string): BundleCoordinate | null {
  const found = /^((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]+))?$/.exec(text);
  if (!found) return null;
  const index = parseDecimal(found[1]!.replace(/[x/]/g, "").replace(/^0+(?=.)/, ""));
  const width = found[2] === undefined ? tileWidth : parseDecimal(found[2]);
  // Written again it must be the same: "x000/001" is no path of ours.
  if (index === null || width === null || width < 1 || (found[2] !== undefined && width >= tileWidth) ||
      indexPath(index) !== found[1]) {
    return null;
  }
  return { index, width };
}

/** null unless the path is exactly as bundlePath() writes it. */
export const parseBundlePath = (path: string): BundleCoordinate | null =>
  path.startsWith("tile/entries/") ? parseIndexAndWidth(path.slice("tile/entries/".length)) : null;

/** null unless the path is exactly as tilePath() writes it. */
export function parseTilePath(path: string): TileCoordinate | null {
  const found = /^tile\/([0-9]+)\/(.+)$/.exec(path);
  const level = found && parseDecimal(found[1]!);
  const rest = found && parseIndexAndWidth(found[2]!);
  if (level === null || rest === null || level > 63) return null;
  // The tile's first hash covers leaves from index · 256^(level+1) on: more than 2^53 leaves is no tree of ours.
  if (rest.index !== 0 && rest.index * tileWidth ** (level + 1) > Number.MAX_SAFE_INTEGER) return null;
  return { level, ...rest };
}

/** How many hashes stand at a tile level in a tree of this size: floor(size / 256^level). */
export const hashesAtLevel = (size: number, level: number): number => Math.floor(size / tileWidth ** level);

function newWidths(oldCount: number, newCount: number): BundleCoordinate[] {
  const all: BundleCoordinate[] = [];
  if (oldCount >= newCount) return all;
  for (let index = Math.floor(oldCount / tileWidth); index * tileWidth < newCount; index++) {
    all.push({ index, width: Math.min(tileWidth, newCount - index * tileWidth) });
  }
  return all;
}

/** The bundles that hold entries oldSize to newSize − 1. */
export const newBundles = (oldSize: number, newSize: number): BundleCoordinate[] => newWidths(oldSize, newSize);

/** The tiles of a tree of newSize that a tree of oldSize has not (or has narrower). From 0: all tiles. */
export function newTiles(oldSize: number, newSize: number): TileCoordinate[] {
  const tiles: TileCoordinate[] = [];
  for (let level = 0; hashesAtLevel(newSize, level) > 0; level++) {
    for (const one of newWidths(hashesAtLevel(oldSize, level), hashesAtLevel(newSize, level))) {
      tiles.push({ level, ...one });
    }
  }
  return tiles;
}
