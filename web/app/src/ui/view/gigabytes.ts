// A limit as an administrator types it, in gigabytes.
const gigabyte = 1_000_000_000;

/**
 * Bytes. A comma and a point both begin the decimals, at most two: "1,000" is a thousand to one reader and one to
 * another, so it is nothing here. undefined: no such number.
 */
export function bytesOfGigabytes(typed: string): number | undefined {
  const text = typed.replace(/\s/g, "");
  if (!/^\d{1,9}([.,]\d{1,2})?$/.test(text)) return undefined;
  const bytes = Math.round(Number(text.replace(",", ".")) * gigabyte);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** As the reader would type it, so that bytesOfGigabytes() takes it. */
export const gigabytesOf = (bytes: number, comma: boolean): string =>
  String(Math.round(bytes / (gigabyte / 100)) / 100).replace(".", comma ? "," : ".");
