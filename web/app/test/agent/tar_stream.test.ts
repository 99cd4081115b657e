// An archive that stock tar reads.
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { tarHeader, tarWriter } from "../../src/agent/tar_stream.ts";
import { bytesOf, place } from "./support/people.ts";

describe("an archive", () => {
  it("is read by stock tar, names, sizes and modes", async () => {
    const target = place();
    const tar = tarWriter(target.to.getWriter());
    const large = bytesOf(100_000, 1);
    await tar.file("user.txt", new TextEncoder().encode("x\n"));
    await tar.large("0123abcd/entry-1-1.age", large.length, async (take) => {
      await take(large.subarray(0, 700));
      await take(large.subarray(700));
    });
    await tar.end();
    const listed = execFileSync("tar", ["-tvf", "-"], { input: target.bytes() }).toString();
    expect(listed).toMatch(/-rw-------.*2 .*user\.txt\n-rw-------.*100000 .*0123abcd\/entry-1-1\.age\n/);
    const out = execFileSync("tar", ["-xOf", "-", "0123abcd/entry-1-1.age"], { input: target.bytes(), maxBuffer: 1 << 20 });
    expect(out.equals(large)).toBe(true);
  });

  it("says sizes beyond 8 GiB as GNU tar does", () => {
    const size = 20 * 1024 ** 3;
    // The archive ends before the file does; its size has been read by then.
    const { stdout } = spawnSync("tar", ["-tvf", "-"], { input: tarHeader("large.age", size), encoding: "utf8" });
    expect(stdout).toContain(String(size));
  });

  it("refuses names that lead elsewhere, and another length than was said", async () => {
    expect(() => tarHeader("../x", 1)).toThrow();
    expect(() => tarHeader("/x", 1)).toThrow();
    const tar = tarWriter(place().to.getWriter());
    await expect(tar.large("x", 10, (take) => take(new Uint8Array(9)))).rejects.toMatchObject({ code: "unavailable" });
  });
});
