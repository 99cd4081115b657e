// The profile of this browser: IndexedDB for what is small, OPFS for ciphertext of attachments. Names, and what may lie
// under them, are those of platform/agent/README.md. A save is one transaction with strict durability; an append is a
// further part, so that a log of megabytes is not written again for one entry.
//
// One tab at a time has a profile: whoever holds the Web Lock. A second tab gets "profile.in_use".
import { fail, Failure } from "../base/failure.ts";
import type { BlobFile, ProfileStore } from "./ports.ts";

const databaseVersion = 1;
const parts = "parts"; // [name, number] → bytes
const keys = "keys"; // name → CryptoKey that cannot be extracted
const mostParts = 64; // of one name, before they are joined
// Upload tickets are opened by the carrier, which is to hold no key that opens anything else.
const wrappingKeyOf = (name: string): string => (name.startsWith("uploads/") ? "wrapping-uploads" : "wrapping");

const goodName = /^[a-z0-9._-]+(\/[a-z0-9._-]+)*$/;
const checked = (name: string): string => {
  if (!goodName.test(name) || name.split("/").some((segment) => segment === "." || segment === "..")) {
    throw new Error(`no name for a profile: ${name}`);
  }
  return name;
};

/** Where large ciphertext lies; in a browser opfs.ts. */
export interface Places {
  open(name: string): Promise<BlobFile>;
  list(folder: string): Promise<string[]>;
  remove(name: string): Promise<void>;
}

export interface ProfileOptions {
  /** A name for the database: one profile an origin, "rogatory". */
  name: string;
  indexedDB: IDBFactory;
  places: Places;
}

export interface Profile extends ProfileStore {
  /** Everything of this profile goes: statements, account key, ciphertext. */
  erase(): Promise<void>;
  close(): void;
}

const asked = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(storageFailure(request.error));
  });

const settled = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(storageFailure(transaction.error));
    transaction.onerror = () => reject(storageFailure(transaction.error));
  });

function storageFailure(error: DOMException | null): Failure {
  return error?.name === "QuotaExceededError"
    ? new Failure("storage_full", "profile.full")
    : new Failure("unavailable", "profile.unusable", {}, String(error));
}

function openDatabase({ indexedDB, name }: ProfileOptions): Promise<IDBDatabase> {
  const request = indexedDB.open(name, databaseVersion);
  return new Promise((resolve, reject) => {
    request.onupgradeneeded = () => {
      request.result.createObjectStore(parts);
      request.result.createObjectStore(keys);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(storageFailure(request.error));
    request.onblocked = () => reject(new Failure("unavailable", "profile.in_use"));
  });
}

const rangeOf = (name: string): [IDBValidKey, IDBValidKey] => [[name], [name, []]];

function joined(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export async function openProfile(options: ProfileOptions): Promise<Profile> {
  const database = await openDatabase(options);
  // A later version of the page wants the database: this tab gives it up rather than block it.
  database.onversionchange = () => database.close();
  const bound = (name: string): IDBKeyRange => {
    const [low, high] = rangeOf(name);
    return IDBKeyRange.bound(low, high);
  };
  const begin = (stores: string[], mode: IDBTransactionMode): IDBTransaction => {
    try {
      return database.transaction(stores, mode, mode === "readwrite" ? { durability: "strict" } : {});
    } catch (error) {
      throw storageFailure(error as DOMException);
    }
  };

  const load = async (name: string): Promise<Uint8Array | null> => {
    const transaction = begin([parts], "readonly");
    const found = await asked(transaction.objectStore(parts).getAll(bound(checked(name))));
    return found.length === 0 ? null : joined(found as Uint8Array[]);
  };
  const save = async (name: string, bytes: Uint8Array): Promise<void> => {
    const transaction = begin([parts], "readwrite");
    const store = transaction.objectStore(parts);
    store.delete(bound(checked(name)));
    // A copy of its own: a view of a larger buffer would take the whole buffer along.
    store.put(bytes.slice(), [name, 0]);
    await settled(transaction);
  };
  const remove = async (name: string): Promise<void> => {
    const transaction = begin([parts], "readwrite");
    transaction.objectStore(parts).delete(bound(checked(name)));
    await settled(transaction);
  };

  const wrappingKey = async (of: string, create: boolean): Promise<CryptoKey | null> => {
    const kept = await asked(begin([keys], "readonly").objectStore(keys).get(of)) as CryptoKey | undefined;
    if (kept !== undefined || !create) return kept ?? null;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const transaction = begin([keys], "readwrite");
    const store = transaction.objectStore(keys);
    // Two that need it for the first time at once are to have the same one.
    const first = await asked(store.get(of)) as CryptoKey | undefined;
    if (first === undefined) store.put(made, of);
    await settled(transaction);
    return first ?? made;
  };
  const aad = (name: string): Uint8Array<ArrayBuffer> =>
    new TextEncoder().encode(`rogatory/v1/profile\0${name}`) as Uint8Array<ArrayBuffer>;

  return {
    load,
    save,
    remove,
    appendTo: async (name, bytes) => {
      const transaction = begin([parts], "readwrite");
      const store = transaction.objectStore(parts);
      const there = await asked(store.getAllKeys(bound(checked(name)))) as [string, number][];
      const last = there.at(-1);
      if (there.length >= mostParts) {
        const pieces = await asked(store.getAll(bound(name))) as Uint8Array[];
        store.delete(bound(name));
        store.put(joined([...pieces, bytes]), [name, 0]);
      } else {
        store.put(bytes.slice(), [name, last === undefined ? 0 : last[1] + 1]);
      }
      await settled(transaction);
    },
    list: async (folder) => {
      const low = `${checked(folder)}/`;
      const transaction = begin([parts], "readonly");
      // '0' follows '/'.
      const range = IDBKeyRange.bound([low], [`${folder}0`], false, true);
      const found = await asked(transaction.objectStore(parts).getAllKeys(range)) as [string, number][];
      return [...new Set(found.map(([name]) => name))].sort();
    },
    place: (name) => options.places.open(checked(name)),
    placed: (folder) => options.places.list(checked(folder)),
    removePlace: (name) => options.places.remove(checked(name)),

    saveWrapped: async (name, secret) => {
      const key = await wrappingKey(wrappingKeyOf(name), true);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData: aad(name) }, key as CryptoKey, secret.slice());
      await save(name, joined([iv, new Uint8Array(sealed)]));
    },
    loadWrapped: async (name) => {
      const stored = await load(name);
      if (stored === null) return null;
      const key = await wrappingKey(wrappingKeyOf(name), false);
      if (key === null) return fail("invalid_input", "account_key.damaged");
      try {
        const iv = stored.slice(0, 12);
        const plain = await crypto.subtle.decrypt(
          { name: "AES-GCM", iv, additionalData: aad(name) }, key, stored.slice(12));
        return new Uint8Array(plain);
      } catch {
        return fail("invalid_input", "account_key.damaged");
      }
    },

    erase: async () => {
      const transaction = begin([parts, keys], "readwrite");
      transaction.objectStore(parts).clear();
      transaction.objectStore(keys).clear();
      await settled(transaction);
      for (const folder of ["outgoing", "incoming"]) {
        for (const name of await options.places.list(folder)) await options.places.remove(name);
      }
    },
    close: () => database.close(),
  };
}

/**
 * Takes this origin's profile for one tab, for as long as its worker lives. `unavailable` "profile.in_use" when another
 * tab has it.
 */
export function takeProfileLock(name: string, locks: LockManager = navigator.locks): Promise<() => void> {
  return new Promise((resolve, reject) => {
    void locks.request(`rogatory-profile-${name}`, { mode: "exclusive", ifAvailable: true }, (lock) => {
      if (lock === null) {
        reject(new Failure("unavailable", "profile.in_use"));
        return undefined;
      }
      return new Promise<void>((release) => resolve(release));
    });
  });
}
