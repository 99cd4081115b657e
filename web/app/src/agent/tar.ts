// A POSIX ustar archive of a few plain files, of nobody, at no time: the same files make the same archive
// (platform/custody/tar.cpp).
import { ensure } from "../base/failure.ts";
import { concat, utf8, type Bytes } from "../crypto/bytes.ts";

export type TarFiles = [name: string, content: Bytes][];

const block = 512;
const plainName = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,98}$/;
const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");

function headerOf(name: string, size: number): Bytes {
  const header = new Uint8Array(block);
  const put = (at: number, text: string): void => header.set(utf8(text), at);
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, octal(size, 11));
  put(136, octal(0, 11));
  put(148, "        ");
  put(156, "0");
  put(257, "ustar");
  put(263, "00");
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, octal(sum, 6));
  header[154] = 0;
  return header;
}

export function writeTar(files: TarFiles): Bytes {
  const parts: Bytes[] = [];
  for (const [name, content] of files) {
    ensure(plainName.test(name), "a file of an archive has a plain name");
    parts.push(headerOf(name, content.length), content, new Uint8Array((block - (content.length % block)) % block));
  }
  parts.push(new Uint8Array(2 * block));
  return concat(...parts);
}
