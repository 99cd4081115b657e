// A browser profile as a folder, so that the harness can copy it, put it back, and search it for what must not lie there.
// What a browser wraps under a key that it does not hand out is wrapped here under a key in a file beside the folder.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import {
  closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, renameSync,
  rmSync, statSync, writeFileSync, writeSync, appendFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { BlobFile, ProfileStore } from "../../src/agent/ports.ts";

function below(folder: string, name: string): string[] {
  const at = join(folder, name);
  if (!existsSync(at) || !statSync(at).isDirectory()) return [];
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    .sort();
}

export function diskProfile(folder: string, keyFile: string): ProfileStore {
  const [small, large] = [join(folder, "small"), join(folder, "large")];
  mkdirSync(dirname(keyFile), { recursive: true });
  if (!existsSync(keyFile)) writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
  const key = (): Buffer => readFileSync(keyFile);
  const path = (root: string, name: string): string => {
    const at = join(root, name);
    mkdirSync(dirname(at), { recursive: true });
    return at;
  };
  const load = async (name: string): Promise<Uint8Array | null> => {
    const at = join(small, name);
    return existsSync(at) ? new Uint8Array(readFileSync(at)) : null;
  };
  const save = async (name: string, bytes: Uint8Array): Promise<void> => {
    const at = path(small, name);
    writeFileSync(`${at}.new`, bytes, { mode: 0o600 });
    renameSync(`${at}.new`, at);
  };
  return {
    load,
    save,
    appendTo: async (name, bytes) => appendFileSync(path(small, name), bytes),
    remove: async (name) => rmSync(join(small, name), { force: true }),
    list: async (name) => below(small, name),
    saveWrapped: async (name, secret) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key(), nonce);
      await save(name, Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]));
    },
    loadWrapped: async (name) => {
      const sealed = await load(name);
      if (sealed === null) return null;
      const cipher = createDecipheriv("aes-256-gcm", key(), sealed.subarray(0, 12));
      cipher.setAuthTag(sealed.subarray(-16));
      return new Uint8Array(Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]));
    },
    place: async (name): Promise<BlobFile> => {
      const at = path(large, name);
      const file = openSync(at, existsSync(at) ? "r+" : "w+", 0o600);
      return {
        size: () => fstatSync(file).size,
        readAt: (position, into) => readSync(file, into, 0, into.length, position),
        writeAt: (position, bytes) => void writeSync(file, bytes, 0, bytes.length, position),
        truncate: (size) => ftruncateSync(file, size),
        flush: () => fsyncSync(file),
        close: () => closeSync(file),
      };
    },
    placed: async (name) => below(large, name),
    removePlace: async (name) => rmSync(join(large, name), { force: true }),
  };
}
