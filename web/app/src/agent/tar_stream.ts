// A POSIX ustar archive written as it comes, for files too large for memory (tar.ts: of small ones).
import { ensure, fail } from "../base/failure.ts";
import { concat, utf8, type Bytes } from "../crypto/bytes.ts";

const block = 512;
const path = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
const mostOctal = 8 ** 11;

function sizeField(size: number): Bytes {
  if (size < mostOctal) return utf8(size.toString(8).padStart(11, "0"));
  // GNU's form for 8 GiB and more: the high bit, then the number in base 256.
  const field = new Uint8Array(12);
  for (let i = 11, rest = size; i > 0; --i, rest = Math.floor(rest / 256)) field[i] = rest % 256;
  field[0] = 0x80;
  return field;
}

/** Of nobody, at no time, readable by its owner only. */
export function tarHeader(name: string, size: number): Bytes {
  ensure(isPlain(name), "a file of an archive has a plain name");
  return header(name, size, "0");
}

const isPlain = (name: string): boolean => path.test(name) && name.length < 100;

function header(name: string, size: number, kind: "0" | "x"): Bytes {
  const header = new Uint8Array(block);
  const put = (at: number, text: string): void => header.set(utf8(text), at);
  put(0, name);
  put(100, "0000600");
  put(108, "0000000");
  put(116, "0000000");
  header.set(sizeField(size), 124);
  put(136, "00000000000");
  put(148, "        ");
  put(156, kind);
  put(257, "ustar");
  put(263, "00");
  put(148, header.reduce((total, byte) => total + byte, 0).toString(8).padStart(6, "0"));
  header[154] = 0;
  return header;
}

export const tarPadding = (size: number): Bytes => new Uint8Array((block - (size % block)) % block);
export const tarEnd: Bytes = new Uint8Array(2 * block);

/**
 * The header of a file of any name, which POSIX (pax) gives as a record of its own in front: accents, spaces, more than
 * 99 bytes. `name` is folders and a name that were checked already.
 */
export function tarMemberSize(name: string, size: number): Bytes {
  if (isPlain(name)) return tarHeader(name, size);
  ensure(!name.split("/").some((part) => part === "" || part === "." || part === ".."), "a name that leads nowhere else");
  // "%d path=%s\n", the number being the length of the whole record, its own digits among it.
  const rest = utf8(` path=${name}\n`);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  const record = concat(utf8(String(length)), rest);
  return concat(
    header("pax", record.length, "x"), record, tarPadding(record.length), header("file", size, "0"));
}

export function* tarMember(name: string, content: Bytes): Generator<Bytes> {
  yield tarMemberSize(name, content.length);
  yield content;
  yield tarPadding(content.length);
}

export interface TarWriter {
  file(name: string, content: Bytes): Promise<void>;
  /** So many bytes, which `write` hands over piece by piece. */
  large(name: string, size: number, write: (take: (piece: Bytes) => Promise<void>) => Promise<void>): Promise<void>;
  end(): Promise<void>;
}

export function tarWriter(to: WritableStreamDefaultWriter<Uint8Array>): TarWriter {
  const large: TarWriter["large"] = async (name, size, write) => {
    await to.write(tarHeader(name, size));
    let given = 0;
    await write(async (piece) => {
      given += piece.length;
      await to.write(piece);
    });
    if (given !== size) fail("unavailable", "profile.storage_failed", {}, `${name} has another length than was said`);
    await to.write(tarPadding(size));
  };
  return {
    large,
    file: (name, content) => large(name, content.length, (take) => take(content)),
    end: () => to.write(tarEnd),
  };
}
