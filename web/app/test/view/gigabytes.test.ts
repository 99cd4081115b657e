import { expect, test } from "vitest";
import { bytesOfGigabytes, gigabytesOf } from "../../src/ui/view/gigabytes.ts";

test.each([["500", 500e9], ["0,5", 5e8], ["4.5", 4.5e9], [" 8 000 ", 8e12], ["8 000", 8e12], ["0", 0]])("%s is a limit", (typed, bytes) => {
  expect(bytesOfGigabytes(typed)).toBe(bytes);
});

test.each(["", "1,000", "1.000", "1,000,000", "-5", "5 GB", "1e3", "0x10", "Infinity", "٥", "99999999999"])("%s is none", (typed) => {
  expect(bytesOfGigabytes(typed)).toBeUndefined();
});

test.each([4.5e9, 8.8e12, 0, 123_456_789_012])("what is shown of %d can be sent as it stands", (bytes) => {
  for (const comma of [true, false]) {
    const taken = bytesOfGigabytes(gigabytesOf(bytes, comma));
    expect(Math.abs((taken ?? NaN) - bytes)).toBeLessThanOrEqual(5_000_000);
  }
  expect(gigabytesOf(4.5e9, true)).toBe("4,5");
});
