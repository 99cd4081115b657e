import { expect, test } from "vitest";
import { clockText, minutesOf } from "../../src/ui/view/quiet_hours.ts";

test("an hour of the reader's zone is kept in UTC and comes back the same", () => {
  for (const ahead of [0, 60, 330, 765, 840, -210, -720]) {
    for (const text of ["00:00", "06:30", "12:00", "22:45", "23:59"]) {
      const minutes = minutesOf(text, ahead)!;
      expect(minutes).toBeGreaterThanOrEqual(0);
      expect(minutes).toBeLessThan(1440);
      expect(clockText(minutes, ahead)).toBe(text);
    }
  }
  expect(minutesOf("22:00", 120)).toBe(20 * 60);
  expect(minutesOf("01:00", 120)).toBe(23 * 60);
  expect(minutesOf("22:00", -300)).toBe(3 * 60);
  for (const text of ["7:00", "07:00", "7 h", "07h00", "7h", "7.00", " 7 H 00 "]) expect(minutesOf(text, 0)).toBe(420);
});

test("what is no hour is none", () => {
  for (const text of ["", "24:00", "7:0", "7:", "7.", "12:60", "12", "12:00 PM", "-1:00", "noon", "24 h", "7h5"]) expect(minutesOf(text, 0)).toBeUndefined();
});
