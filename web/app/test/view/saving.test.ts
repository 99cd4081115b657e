import { describe, expect, it } from "vitest";
import type { OpenedFile } from "../../src/agent/api";
import { clearPassing, type SavingEnvironment, memoryLimit, waysToSave } from "../../src/ui/saving";
import { saveFile } from "../../src/ui/screens/dossiers/save";
import { distinctNames, previewKind, riskOf, safeFileName } from "../../src/ui/view/files";

/** A folder that remembers in which order names appeared in it. */
class Folder {
  readonly files = new Map<string, string>();
  readonly order: string[] = [];
  async getFileHandle(name: string, options?: { create?: boolean }): Promise<unknown> {
    if (!this.files.has(name) && options?.create !== true) throw new DOMException("", "NotFoundError");
    return { name, createWritable: async () => this.writable(name) };
  }
  async removeEntry(name: string): Promise<void> {
    this.files.delete(name);
  }
  private writable(name: string): object {
    const parts: Uint8Array[] = [];
    return {
      write: async (chunk: Uint8Array) => void parts.push(chunk),
      close: async () => {
        this.files.set(name, new TextDecoder().decode(Buffer.concat(parts)));
        this.order.push(name);
      },
      abort: async () => undefined,
    };
  }
}

const sheet = { name: "a.pdf.restrictions.txt", text: "RESTRICTIONS" };
const opened = (withSheet: boolean): OpenedFile => ({
  attachment: "00", name: "a.pdf", type: "application/pdf", size: 4, sha256: "00", seq: 1, ...(withSheet ? { restrictionSheet: sheet } : {}),
});
function fetching(file: OpenedFile, fails?: unknown): (to: WritableStream<Uint8Array>) => Promise<OpenedFile> {
  return async (to) => {
    const writer = to.getWriter();
    await writer.write(new TextEncoder().encode("data"));
    await writer.close();
    if (fails !== undefined) throw fails;
    return file;
  };
}
function world(): { environment: SavingEnvironment; folder: Folder; downloads: string[] } {
  const folder = new Folder();
  const downloads: string[] = [];
  return {
    folder, downloads,
    environment: {
      pickFolder: async () => folder as never, pickFile: async (name) => (await folder.getFileHandle(name, { create: true })) as never,
      privateFolder: undefined, download: (_, name) => void downloads.push(name),
    },
  };
}

describe("saving", () => {
  it("leaves no plain file in the browser's private files once it has been carried away", async () => {
    const there = new Map([["long ago", 1_000_000 - 11 * 60_000], ["just now", 1_000_000 - 60_000], ["tomorrow", 1_000_000 + 86_400_000]]);
    const folder = {
      async *entries() {
        for (const [name, lastModified] of [...there]) yield [name, { kind: "file", getFile: async () => ({ lastModified }) }];
      },
      removeEntry: async (name: string) => void there.delete(name),
    };
    const root = { getDirectoryHandle: async () => folder };
    await clearPassing({ ...world().environment, privateFolder: async () => root as never }, 1_000_000);
    expect([...there.keys()]).toEqual(["just now"]);
    await clearPassing({ ...world().environment, privateFolder: async () => root as never }, 1_000_000 + 10 * 60_000);
    expect([...there.keys()]).toEqual([]);
  });

  it("puts the restriction sheet there first, in a folder and among the downloads", async () => {
    const one = world();
    const saved = await saveFile(one.environment, "folder", "a.pdf", true, fetching(opened(true)));
    expect(one.folder.order).toEqual(["a.pdf.restrictions.txt", "a.pdf"]);
    expect(saved).toMatchObject({ name: "a.pdf", sheet: "a.pdf.restrictions.txt" });
    const other = world();
    await saveFile(other.environment, "download", "a.pdf", true, fetching(opened(true)));
    expect(other.downloads).toEqual(["a.pdf.restrictions.txt", "a.pdf"]);
  });

  it("saves no restricted file without its sheet, by any way, whoever forgot it", async () => {
    for (const way of ["folder", "file", "download"] as const) {
      const one = world();
      await expect(saveFile(one.environment, way, "a.pdf", true, fetching(opened(false)))).rejects.toBeDefined();
      expect([...one.folder.files.keys(), ...one.downloads]).toEqual([]);
    }
    // The screen took it for unrestricted, the trusted end knows better.
    const one = world();
    await expect(saveFile(one.environment, "file", "a.pdf", false, fetching(opened(true)))).rejects.toBeDefined();
    expect([...one.folder.files.keys()]).toEqual([]);
  });

  it("leaves nothing behind when a check fails after the last byte", async () => {
    for (const way of ["folder", "file", "download"] as const) {
      const one = world();
      const wrong = { code: "integrity", key: "attachment.digest", arguments: {} };
      await expect(saveFile(one.environment, way, "a.pdf", false, fetching(opened(false), wrong))).rejects.toBe(wrong);
      expect([...one.folder.files.keys(), ...one.downloads]).toEqual([]);
    }
  });

  it("writes over nothing that is there", async () => {
    const one = world();
    one.folder.files.set("a.pdf", "mine");
    const saved = await saveFile(one.environment, "folder", "a.pdf", true, fetching(opened(true)));
    expect(saved.name).toBe("a (2).pdf");
    expect(one.folder.files.get("a.pdf")).toBe("mine");
  });

  it("offers a folder for what is restricted, and only what the browser knows", () => {
    expect(waysToSave(world().environment, true)).toEqual(["folder", "download"]);
    expect(waysToSave(world().environment, false)).toEqual(["file", "download"]);
    expect(waysToSave({ ...world().environment, pickFolder: undefined, pickFile: undefined }, true)).toEqual(["download"]);
    expect(memoryLimit).toBeLessThan(1024 ** 3);
  });
});

describe("names of files from outside", () => {
  it("become names that a file system and a screen read as they stand", () => {
    expect(safeFileName("../../etc/passwd")).toBe("passwd");
    expect(safeFileName("C:\\Windows\\x.pdf")).toBe("x.pdf");
    expect(safeFileName("a\u202efdp.exe")).toBe("a_fdp.exe");
    expect(safeFileName("..")).toBe("document");
    expect(safeFileName("con.txt")).toBe("_con.txt");
    expect(safeFileName("a:b?c*.pdf")).toBe("a_b_c_.pdf");
    expect(safeFileName(`${"x".repeat(400)}.pdf`)).toHaveLength(200);
    expect(safeFileName(`${"x".repeat(400)}.pdf`).endsWith(".pdf")).toBe(true);
    expect(safeFileName("relevés n° 3.pdf")).toBe("relevés n° 3.pdf");
  });
  it("say what the file can do, by the last ending", () => {
    expect([riskOf("a.pdf.exe"), riskOf("m.XLSM"), riskOf("z.zip"), riskOf("p.html"), riskOf("a.pdf")])
      .toEqual(["program", "macros", "archive", "page", null]);
  });
  it("draw no page and no drawing that can hold scripts, and nothing too large", () => {
    expect(previewKind("image/svg+xml", "a.svg", 10)).toBeNull();
    expect(previewKind("text/html", "a.html", 10)).toBeNull();
    expect(previewKind("application/pdf", "a.pdf", 65 * 1024 * 1024)).toBeNull();
    expect(previewKind("", "a.PDF", 10)).toBe("pdf");
  });
  it("stay two when two files bear one name", () => {
    expect(distinctNames(["a.pdf", "A.pdf", "b", "b"])).toEqual(["a.pdf", "A (2).pdf", "b", "b (2)"]);
  });
});
