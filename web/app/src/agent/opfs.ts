// Large ciphertext in the origin private file system. Only a dedicated worker has synchronous handles.
import { Failure } from "../base/failure.ts";
import type { BlobFile } from "./ports.ts";
import type { Places } from "./profile.ts";
import type { Staged } from "./upload.ts";

const failed = (error: unknown): Failure => {
  if (error instanceof DOMException && error.name === "QuotaExceededError") {
    return new Failure("storage_full", "profile.full");
  }
  if (error instanceof DOMException && error.name === "NoModificationAllowedError") {
    return new Failure("unavailable", "profile.in_use");
  }
  return new Failure("unavailable", "profile.unusable", {}, String(error));
};

async function folderOf(root: FileSystemDirectoryHandle, path: string[], create: boolean) {
  let folder = root;
  for (const segment of path) folder = await folder.getDirectoryHandle(segment, { create });
  return folder;
}

const isNotFound = (error: unknown): boolean => error instanceof DOMException && error.name === "NotFoundError";

export function opfsPlaces(storage: StorageManager = navigator.storage): Places {
  const split = (name: string): { folder: string[]; file: string } => {
    const segments = name.split("/");
    return { folder: segments.slice(0, -1), file: segments.at(-1) as string };
  };
  return {
    open: async (name) => {
      const { folder, file } = split(name);
      try {
        const directory = await folderOf(await storage.getDirectory(), folder, true);
        const handle = await (await directory.getFileHandle(file, { create: true })).createSyncAccessHandle();
        return blobFile(handle);
      } catch (error) {
        throw failed(error);
      }
    },
    list: async (folder) => {
      const names: string[] = [];
      try {
        const directory = await folderOf(await storage.getDirectory(), folder.split("/"), false);
        for await (const [name, handle] of directory.entries()) {
          if (handle.kind === "file") names.push(`${folder}/${name}`);
        }
      } catch (error) {
        if (!isNotFound(error)) throw failed(error);
      }
      return names.sort();
    },
    remove: async (name) => {
      const { folder, file } = split(name);
      try {
        await (await folderOf(await storage.getDirectory(), folder, false)).removeEntry(file);
      } catch (error) {
        if (!isNotFound(error)) throw failed(error);
      }
    },
  };
}

/** To be read without a hold on it: what a browser sends of it never passes through this worker. null: it is not there. */
export async function stagedInOpfs(name: string, storage: StorageManager = navigator.storage): Promise<Staged | null> {
  const segments = name.split("/");
  try {
    const folder = await folderOf(await storage.getDirectory(), segments.slice(0, -1), false);
    const file = await (await folder.getFileHandle(segments.at(-1) as string)).getFile();
    return { size: file.size, piece: async (from, to) => file.slice(from, to) };
  } catch (error) {
    if (isNotFound(error)) return null;
    throw failed(error);
  }
}

function blobFile(handle: FileSystemSyncAccessHandle): BlobFile {
  const guarded = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw failed(error);
    }
  };
  return {
    size: () => guarded(() => handle.getSize()),
    readAt: (position, into) => guarded(() => handle.read(into as Uint8Array<ArrayBuffer>, { at: position })),
    writeAt: (position, bytes) => guarded(() => {
      let at = 0;
      while (at < bytes.length) {
        const rest = bytes.subarray(at) as Uint8Array<ArrayBuffer>;
        const written = handle.write(rest, { at: position + at });
        // Where no room is left, private windows of Chromium answer the error's number, read as a positive one.
        if (written <= 0 || written > rest.length) throw new DOMException("nothing was written", "QuotaExceededError");
        at += written;
      }
    }),
    truncate: (size) => guarded(() => handle.truncate(size)),
    flush: () => guarded(() => handle.flush()),
    close: () => handle.close(),
  };
}
