// Ciphertext on its way to a server that answers as it likes.
import { describe, expect, it } from "vitest";
import { finishUpload } from "../../src/agent/upload.ts";

async function uploadTo(upload: (offset: number, length: number) => number, total = 1000): Promise<number> {
  let asked = 0;
  const server = {
    uploadOffset: async () => 0,
    upload: async (_: unknown, offset: number, bytes: Uint8Array | Blob) => {
      asked += 1;
      if (asked > 100) throw new Error("for ever");
      return upload(offset, (bytes as Uint8Array).length);
    },
  };
  const staged = { size: total, piece: async (from: number, to: number) => new Uint8Array(to - from) };
  await finishUpload({ server, clock: { pause: async () => undefined } }, {
    ticket: { location: "/api/v1/uploads/1", ticket: "1" }, staged, total,
  }, { progress: () => undefined, signal: new AbortController().signal });
  return asked;
}

describe("an upload", () => {
  it("goes on where the server stands, also in small steps", async () => {
    expect(await uploadTo((offset) => Math.min(1_000_000, offset + 100_000), 1_000_000)).toBe(10);
  });

  it("is given up where a server takes everything and is never further, and refused where it is beyond the end", async () => {
    const notMoving = { key: "upload.not_moving" };
    await expect(uploadTo((offset) => offset)).rejects.toMatchObject(notMoving);
    await expect(uploadTo((offset) => offset + 1, 200_000)).rejects.toMatchObject(notMoving);
    let asked = 0;
    const backAndForth = uploadTo((offset, length) => (++asked % 2 === 0 ? 0 : offset + length - 1), 200_000);
    await expect(backAndForth).rejects.toMatchObject(notMoving);
    await expect(uploadTo(() => 1001)).rejects.toMatchObject({ key: "upload.too_long" });
  });
});
