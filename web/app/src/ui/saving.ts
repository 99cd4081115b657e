// Where a decrypted file goes: a folder or file that a person picks, else the download folder by way of the browser's own
// private file system, else by way of memory. A file bears its name only after the trusted end has checked all of it, and
// its restriction sheet lies there first.

export interface Place {
  /** What the trusted end writes into. */
  stream: WritableStream<Uint8Array>;
  /** Everything was checked: the file gets its name. */
  finish(): Promise<void>;
  /** Nothing is left behind. */
  discard(): Promise<void>;
}

export interface SavingEnvironment {
  pickFolder: (() => Promise<FileSystemDirectoryHandle>) | undefined;
  pickFile: ((name: string) => Promise<FileSystemFileHandle>) | undefined;
  privateFolder: (() => Promise<FileSystemDirectoryHandle>) | undefined;
  download: (content: Blob, name: string) => void;
}

export type SavingWay = "folder" | "file" | "download";

/** Ways this browser knows, the best first. A restricted file is not saved alone, so it asks for a folder. */
export function waysToSave(environment: SavingEnvironment, restricted: boolean): SavingWay[] {
  const ways: SavingWay[] = [];
  if (environment.pickFolder !== undefined && restricted) ways.push("folder");
  if (environment.pickFile !== undefined && !restricted) ways.push("file");
  ways.push("download");
  return ways;
}

/** Largest file that may pass through memory, where the private file system is missing. */
export const memoryLimit = 512 * 1024 * 1024;

/** A stream over `writer` that leaves closing to `finish`: the end of the data is not yet the end of the checks. */
function streamInto(writer: { write(chunk: Uint8Array<ArrayBuffer>): Promise<void> }): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({ write: (chunk) => writer.write(chunk as Uint8Array<ArrayBuffer>) });
}

async function intoHandle(handle: FileSystemFileHandle, whenDiscarded: () => Promise<void>): Promise<Place> {
  // The browser writes beside the file and puts it in place on close().
  const writable = await handle.createWritable();
  return {
    stream: streamInto(writable),
    finish: () => writable.close(),
    discard: async () => {
      await writable.abort().catch(() => undefined);
      await whenDiscarded();
    },
  };
}

/** A name in the folder that is not taken: nothing is written over. */
async function freeName(folder: FileSystemDirectoryHandle, name: string): Promise<string> {
  const dot = name.lastIndexOf(".");
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
    try {
      await folder.getFileHandle(candidate);
    } catch (thrown) {
      if (thrown instanceof DOMException && thrown.name === "TypeMismatchError") continue;
      return candidate;
    }
  }
}

export async function placeInFolder(folder: FileSystemDirectoryHandle, name: string): Promise<Place & { name: string }> {
  const free = await freeName(folder, name);
  const handle = await folder.getFileHandle(free, { create: true });
  const place = await intoHandle(handle, () => folder.removeEntry(free).catch(() => undefined));
  return { ...place, name: free };
}

export async function placeInFile(handle: FileSystemFileHandle): Promise<Place> {
  return intoHandle(handle, async () => {
    // Chrome makes the empty file when it is picked; where it can be removed, it is.
    await (handle as FileSystemFileHandle & { remove?: () => Promise<void> }).remove?.().catch(() => undefined);
  });
}

const passing = "passing-to-downloads";

/** How long the browser may take to carry a file to the download folder. */
const addressLife = 10 * 60_000;

/** By way of the private file system: plaintext lies there only until the browser has taken it to the download folder. */
async function placeInPrivate(environment: SavingEnvironment, name: string): Promise<Place> {
  const root = await environment.privateFolder!();
  const folder = await root.getDirectoryHandle(passing, { create: true });
  const temporary = crypto.randomUUID();
  const handle = await folder.getFileHandle(temporary, { create: true });
  const place = await intoHandle(handle, () => folder.removeEntry(temporary).catch(() => undefined));
  return {
    ...place,
    finish: async () => {
      await place.finish();
      environment.download(await handle.getFile(), name);
      setTimeout(() => void clearPassing(environment), addressLife + 1_000);
    },
  };
}

function placeInMemory(environment: SavingEnvironment, name: string): Place {
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  return {
    stream: streamInto({
      write: async (chunk) => {
        size += chunk.length;
        if (size > memoryLimit) throw new DOMException("", "QuotaExceededError");
        parts.push(chunk.slice());
      },
    }),
    finish: async () => {
      environment.download(new Blob(parts, { type: "application/octet-stream" }), name);
      parts = [];
    },
    discard: async () => {
      parts = [];
    },
  };
}

export async function placeInDownloads(environment: SavingEnvironment, name: string): Promise<Place> {
  if (environment.privateFolder === undefined) return placeInMemory(environment, name);
  try {
    return await placeInPrivate(environment, name);
  } catch (thrown) {
    // A private window may have none; a full disk is another matter.
    if (thrown instanceof DOMException && thrown.name === "QuotaExceededError") throw thrown;
    return placeInMemory(environment, name);
  }
}

/**
 * Removes plaintext that has been long enough on its way to the download folder: at each visit's beginning what an
 * earlier one left, and behind each file. What is still being carried, in this tab or another, stays.
 */
export async function clearPassing(environment: SavingEnvironment, now = Date.now()): Promise<void> {
  try {
    const root = await environment.privateFolder?.();
    const folder = await root?.getDirectoryHandle(passing);
    if (folder === undefined) return;
    for await (const [name, handle] of folder.entries()) {
      // A clock that was set back makes a file of tomorrow; that one has waited long enough, too.
      const age = handle.kind === "file" ? Math.abs(now - (await (handle as FileSystemFileHandle).getFile()).lastModified) : addressLife;
      if (age >= addressLife) await folder.removeEntry(name, { recursive: true }).catch(() => undefined);
    }
  } catch {
    // Nothing was there.
  }
}

/** A visit begins: what an earlier one left goes, and what it left a moment ago goes in a while. */
export function tidyPassing(environment: SavingEnvironment): void {
  void clearPassing(environment);
  setTimeout(() => void clearPassing(environment), addressLife + 1_000);
}


export function browserSaving(): SavingEnvironment {
  const pickers = globalThis as {
    showDirectoryPicker?: (options: object) => Promise<FileSystemDirectoryHandle>;
    showSaveFilePicker?: (options: object) => Promise<FileSystemFileHandle>;
  };
  return {
    pickFolder: pickers.showDirectoryPicker === undefined ? undefined
      : () => pickers.showDirectoryPicker!({ id: "rogatory", mode: "readwrite", startIn: "documents" }),
    pickFile: pickers.showSaveFilePicker === undefined ? undefined
      : (name) => pickers.showSaveFilePicker!({ id: "rogatory-file", suggestedName: name }),
    privateFolder: typeof navigator.storage?.getDirectory === "function" && "createWritable" in FileSystemFileHandle.prototype
      ? () => navigator.storage.getDirectory() : undefined,
    download(content, name) {
      // The address lives long enough for the browser to take the file; then the memory is given back.
      const address = URL.createObjectURL(content);
      const link = document.createElement("a");
      link.href = address;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), addressLife);
    },
  };
}
