// Lengths in bytes, which is how every limit of the protocol is meant.

/** Bytes of the text as UTF-8; a lone surrogate counts as three. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) {
      bytes += 1;
    } else if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      bytes += 2; // four bytes for two units
      ++i;
    } else {
      bytes += 2;
    }
  }
  return bytes;
}

/** Whether the text has at least `min` and at most `max` bytes. */
export function hasLength(text: string, min: number, max: number): boolean {
  if (text.length > max) return false;
  if (text.length * 3 <= max && text.length >= min) return true;
  const bytes = utf8Length(text);
  return bytes >= min && bytes <= max;
}

/**
 * Below 0 where `a` comes first, as the bytes of their UTF-8 do, which is how the lists of a statement are sorted. (Units of
 * UTF-16 sort a character beyond the first 65,536 before U+E000 and what follows it.)
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; ++i) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const order = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
    return order(x) - order(y);
  }
  return a.length - b.length;
}
