// What a disk without room answers, in each browser's way: never taken for bytes that were written.
import { expect, test } from "vitest";
import { opfsPlaces } from "../../src/agent/opfs.ts";

/** A private file system of one file, that takes `room` bytes and then answers as `full` says. */
function storage(room: number, full: () => number): { manager: StorageManager; size: () => number } {
  let size = 0;
  const handle = {
    getSize: () => size,
    write: (bytes: Uint8Array, { at }: { at: number }) => {
      const taken = Math.min(bytes.length, room - at);
      if (taken <= 0) return full();
      size = Math.max(size, at + taken);
      return taken;
    },
    truncate: (to: number) => void (size = to),
    flush: () => undefined,
    close: () => undefined,
  };
  const folder = {
    getDirectoryHandle: async () => folder,
    getFileHandle: async () => ({ createSyncAccessHandle: async () => handle }),
  };
  return { manager: { getDirectory: async () => folder } as unknown as StorageManager, size: () => size };
}

const ways: [string, () => number][] = [
  ["nothing", () => 0],
  ["the number of an error, without its sign", () => 4294967288],
  ["an exception", () => { throw new DOMException("", "QuotaExceededError"); }],
];

test.each(ways)("a full disk that answers %s is said to be full", async (_, full) => {
  const place = await opfsPlaces(storage(1000, full).manager).open("staged/one");
  expect(() => place.writeAt(0, new Uint8Array(1500))).toThrow(expect.objectContaining({ code: "storage_full", key: "profile.full" }));
});

test("what is taken piece by piece is written whole", async () => {
  const { manager, size } = storage(4000, () => 0);
  const place = await opfsPlaces(manager).open("staged/one");
  place.writeAt(0, new Uint8Array(1500));
  place.writeAt(1500, new Uint8Array(2500));
  expect(size()).toBe(4000);
});
