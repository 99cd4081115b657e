// What lies in the browser: whole or not at all, nothing secret in clear, one tab at a time.
import { describe, expect, it } from "vitest";
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { codeEncode } from "../../src/crypto/crockford.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { generateSigningKey } from "../../src/crypto/sign.ts";
import { openProfile, takeProfileLock } from "../../src/agent/profile.ts";
import { accountOf } from "../../src/agent/account_here.ts";
import { adoptPendingAccount, loadAccountKey, savePendingAccount } from "../../src/agent/secrets.ts";
import { memoryPlaces } from "./support/world.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: Uint8Array | null): string | null => (found === null ? null : new TextDecoder().decode(found));
const open = (indexedDB = new IDBFactory()) => openProfile({ name: "rogatory", indexedDB, places: memoryPlaces() });

describe("the profile", () => {
  it("keeps what is saved, appended and listed, and forgets what is removed", async () => {
    const factory = new IDBFactory();
    const profile = await open(factory);
    await profile.save("chains/aa", bytes("one"));
    for (let i = 0; i < 200; ++i) await profile.appendTo("chains/aa", bytes(`,${i}`));
    await profile.appendTo("chains/b", bytes("two"));
    await profile.save("chains-of/c", bytes("elsewhere"));
    profile.close();
    const again = await open(factory);
    expect(text(await again.load("chains/aa"))).toBe(`one,${Array.from({ length: 200 }, (_, i) => i).join(",")}`);
    expect(await again.list("chains")).toEqual(["chains/aa", "chains/b"]);
    await again.save("chains/aa", bytes("anew"));
    expect(text(await again.load("chains/aa"))).toBe("anew");
    await again.remove("chains/aa");
    await again.remove("chains/aa");
    expect(await again.load("chains/aa")).toBeNull();
    for (const name of ["../x", "a//b", "/a", "A", "a/.."]) await expect(again.load(name)).rejects.toThrow("no name");
    again.close();
  });

  it("holds no account key in clear, and takes no other's", async () => {
    await cryptoReady;
    const factory = new IDBFactory();
    const profile = await open(factory);
    const key = crypto.getRandomValues(new Uint8Array(16));
    const account = { origin: "https://localhost:1", userName: "sen.1", kind: "member", language: "fr" } as const;
    await savePendingAccount(profile, account, key, generateSigningKey().verifyKey);
    expect(await accountOf(profile)).toBeNull();
    await adoptPendingAccount(profile);
    expect(await accountOf(profile)).toEqual(account);
    expect(await loadAccountKey(profile)).toEqual(key);
    expect(await profile.list("pending-account-key")).toEqual([]);
    const stored = await profile.load("account-key");
    expect(text(stored)).not.toContain(codeEncode(key).slice(0, 4));
    // Moved to another name, or changed, it does not open.
    await profile.save("account-key", stored!.map((byte, i) => (i === 20 ? byte ^ 1 : byte)));
    await expect(loadAccountKey(profile)).rejects.toMatchObject({ key: "account_key.damaged" });
    await profile.saveWrapped("other", bytes("secret"));
    await profile.save("account-key", (await profile.load("other"))!);
    await expect(loadAccountKey(profile)).rejects.toMatchObject({ key: "account_key.damaged" });
    await profile.erase();
    expect(await accountOf(profile)).toBeNull();
  });

  it("belongs to one tab at a time", async () => {
    const held = new Set<string>();
    const locks = {
      request: async (name: string, _: unknown, run: (lock: object | null) => unknown) => {
        if (held.has(name)) return run(null);
        held.add(name);
        await run({});
        return held.delete(name);
      },
    } as unknown as LockManager;
    const release = await takeProfileLock("rogatory", locks);
    await expect(takeProfileLock("rogatory", locks)).rejects.toMatchObject({ code: "unavailable", key: "profile.in_use" });
    release();
    await new Promise((resolve) => setTimeout(resolve, 0));
    (await takeProfileLock("rogatory", locks))();
  });
});
