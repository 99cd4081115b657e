// The container of a custody bundle: an uncompressed tar (POSIX ustar) that any tool reads, in the one form that its
// writer gives it (docs/cryptographic-specification.md, section 8). Mirror of platform/custody/archive.hpp.
import { ensure, fail } from "../base/failure.ts";
import { equal, type Bytes } from "../crypto/bytes.ts";
import type { Source } from "./source.ts";

export const tarBlock = 512;
export const maxMemberName = 100;
/** What ends an archive: two blocks of zeros and nothing after them. */
export const tarEnd = 2 * tarBlock;

/** One regular file of the archive; `offset` is that of its first byte. */
export interface ArchiveMember {
  name: string;
  size: number;
  offset: number;
}

// POSIX ustar: where the fields stand.
const at = {
  mode: 100, uid: 108, gid: 116, size: 124, time: 136, sum: 148, type: 156, magic: 257, deviceMajor: 329,
  deviceMinor: 337,
} as const;
const octalSizes = 2 ** 33; // eleven octal digits

function put(block: Bytes, place: number, text: string): void {
  for (let i = 0; i < text.length; ++i) block[place + i] = text.charCodeAt(i);
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");

/**
 * The header block of a regular file: mode 0644, everything that could say where and when it was made left at zero. Sizes
 * of 8 GiB and more stand in base 256, as GNU tar, bsdtar and Python write them. The name is at most maxMemberName bytes
 * (ensured).
 */
export function tarHeader(name: string, size: number): Bytes {
  ensure(name !== "" && name.length <= maxMemberName, "a member's name fits into its header");
  const block = new Uint8Array(tarBlock);
  put(block, 0, name);
  put(block, at.mode, "0000644");
  put(block, at.uid, "0000000");
  put(block, at.gid, "0000000");
  if (size < octalSizes) {
    put(block, at.size, octal(size, 11));
  } else {
    block[at.size] = 0x80;
    new DataView(block.buffer).setBigUint64(at.size + 4, BigInt(size));
  }
  put(block, at.time, "00000000000");
  put(block, at.sum, "        ");
  put(block, at.type, "0");
  put(block, at.magic, "ustar\u000000");
  put(block, at.deviceMajor, "0000000");
  put(block, at.deviceMinor, "0000000");
  let sum = 0;
  for (const byte of block) sum += byte;
  put(block, at.sum, octal(sum, 6));
  block[at.sum + 6] = 0;
  return block;
}

/** The zeros after a member of this size, up to a whole block. */
export const tarPadding = (size: number): number => (tarBlock - (size % tarBlock)) % tarBlock;

function sizeOf(block: Bytes): number {
  if ((block[at.size]! & 0x80) !== 0) {
    return Number(new DataView(block.buffer, block.byteOffset).getBigUint64(at.size + 4));
  }
  let size = 0;
  for (let i = 0; i < 11; ++i) size = size * 8 + (block[at.size + i]! & 7);
  return size;
}

const allZero = (bytes: Bytes): boolean => bytes.every((byte) => byte === 0);

const malformed = (where: string): never => fail("integrity", "custody.malformed", { where });

/**
 * Every member, in order. A header is taken apart and put together again, and the 512 bytes must be equal: links,
 * devices, owners, times, other spellings of a name or a size, anything beside the members is refused. What is kept
 * grows with what was read and never with what a header claims. integrity "custody.malformed" {where}.
 */
export async function readArchive(source: Source): Promise<ArchiveMember[]> {
  const members: ArchiveMember[] = [];
  let offset = 0;
  const next = async (length: number): Promise<Bytes> => {
    const bytes = (await source.read(offset, length)) ?? malformed("truncated");
    offset += length;
    return bytes;
  };
  for (;;) {
    const block = await next(tarBlock);
    if (allZero(block)) break;
    let name = "";
    for (let i = 0; i < maxMemberName && block[i] !== 0; ++i) name += String.fromCharCode(block[i]!);
    const size = sizeOf(block);
    if (name === "" || !Number.isSafeInteger(size) || !equal(tarHeader(name, size), block)) return malformed("header");
    if (!isMemberName(name)) return malformed("name");
    if (size > source.size - offset) return malformed("truncated");
    members.push({ name, size, offset });
    offset += size;
    if (!allZero(await next(tarPadding(size)))) return malformed("padding");
  }
  if (!allZero(await next(tarBlock)) || offset !== source.size) return malformed("end");
  return members;
}

/**
 * Whether a text may be a member's name: "custody/" and then parts of a-z, 0-9, '-', '.' between single slashes, no part
 * beginning with a dot.
 */
export const isMemberName = (name: string): boolean =>
  name.length <= maxMemberName && /^custody(?:\/[a-z0-9-][a-z0-9.-]*)+$/.test(name);
