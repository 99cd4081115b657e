// Passkeys of an account in the page, on the real server: as second factor, and with PRF as the whole sign-in.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { IDBFactory } from "fake-indexeddb";
import { Failure, isFailure } from "../../src/base/failure.ts";
import { generateIdentity, identityFromSeed } from "../../src/crypto/age/hybrid.ts";
import { generateAccountKey } from "../../src/crypto/password.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { generateSigningKey } from "../../src/crypto/sign.ts";
import { silentObserver, systemClock, type Environment } from "../../src/agent/environment.ts";
import { removePasskey } from "../../src/agent/passkeys.ts";
import { openProfile } from "../../src/agent/profile.ts";
import { saveAccount, type Unlocked } from "../../src/agent/secrets.ts";
import { openFile, keyringProfile } from "../../src/crypto/age/file.ts";
import { makeHost, type Host } from "../../src/agent/host.ts";
import { softAuthenticator } from "./support/authenticator.ts";
import { hasBinaries, memoryPlaces, openBrowser, openWorld, totpCode, totpUsedElsewhere, type Browser, type Started, type World } from "./support/world.ts";

const passphrase = "dix lanternes gardent le gué sous la brume";

/** A server that has one passkey, and notes in which order it is told what. */
async function serverOfOne(refusals: { bundle?: Failure; removal?: Failure }) {
  await cryptoReady;
  const told: string[] = [];
  let bundle = new Uint8Array();
  const profile = await openProfile({ name: "one", indexedDB: new IDBFactory(), places: memoryPlaces() });
  const account = { origin: "https://one.example", userName: "one", kind: "member", language: "en" } as const;
  await saveAccount(profile, account, generateAccountKey(), generateSigningKey().verifyKey);
  const server = {
    origin: account.origin,
    passkeys: async () => [{ id: 7, unlocks: true, createdAt: 1 }],
    challenge: async () => ({ challenge: new Uint8Array(16), expiresAt: 1 }),
    replaceBundle: async (change: { bundle: Uint8Array<ArrayBuffer> }) => {
      told.push("bundle");
      if (refusals.bundle !== undefined) throw refusals.bundle;
      bundle = change.bundle;
    },
    removePasskey: async () => {
      told.push("removal");
      const refused = refusals.removal;
      delete refusals.removal;
      if (refused !== undefined) throw refused;
    },
  };
  const observer = { ...silentObserver, stepUp: async () => { told.push("step up"); return true; } };
  const environment = { server, profile, clock: systemClock, observer } as unknown as Environment;
  const stolen = generateIdentity();
  const unlock = identityFromSeed(new Uint8Array(32).fill(1));
  const unlocked: Unlocked = {
    account, bundleVersion: 1,
    bundle: {
      version: 1,
      recipients: [
        { use: "unlock", recipient: unlock.recipient.text }, { use: "kit", recipient: generateIdentity().recipient.text },
        { use: "passkey", recipient: stolen.recipient.text },
      ],
      memberships: [{
        registerChain: "0".repeat(64), authority: "0".repeat(32), member: "0".repeat(32), party: "0".repeat(64),
        checkpointSize: 0, checkpointRoot: "0".repeat(64), signingSeed: new Uint8Array(32), identity: generateIdentity(),
      }],
    },
  };
  return { environment, unlocked, told, opensIt: () => {
    openFile(unlock, bundle, keyringProfile(2));
    return () => openFile(stolen, bundle, keyringProfile(2));
  } };
}

describe("a passkey that is taken away", () => {
  it("leaves the bundle first, so that no failure leaves it a way in that nobody sees", async () => {
    const refused = await serverOfOne({ bundle: new Failure("unauthenticated", "sign_in.refused") });
    await expect(removePasskey(refused.environment, refused.unlocked, "7", passphrase)).rejects.toMatchObject({ key: "sign_in.refused" });
    expect(refused.told).toEqual(["bundle"]);
    expect(refused.unlocked.bundle?.recipients).toHaveLength(3);
  });

  it("is taken away after the second factor was asked for once more, and opens no later bundle", async () => {
    const asked = await serverOfOne({ removal: new Failure("forbidden", "session.step_up") });
    await removePasskey(asked.environment, asked.unlocked, "7", passphrase);
    expect(asked.told).toEqual(["bundle", "removal", "step up", "removal"]);
    expect(asked.opensIt()).toThrow("age.no_match");
  });
});

describe.skipIf(!hasBinaries)("passkeys", () => {
  let world: World;
  let started: Started;
  let sheet: string;
  let offered = false;
  const hostOf = (one: Browser): Host => makeHost({ world: one.environment, tell: () => undefined });
  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    ({ sheet } = await world.do({ do: "cast", cast: "registry" }));
    // A server of before passkeys knows no such place; one that has them asks for a session first.
    const failure = await (await openBrowser(started)).environment.server.passkeys().catch((error: unknown) => error);
    offered = isFailure(failure) && failure.code === "unauthenticated";
  }, 240_000);
  beforeEach(({ skip }) => {
    if (!offered) skip();
  });
  afterAll(() => world.end());

  it("are the second factor of an enrolment, and with PRF open everything", async () => {
    const code = await world.invite("REG1", "member", "invite", "--role", "officer");
    const browser = await openBrowser(started);
    const host = hostOf(browser);
    const device = softAuthenticator(started.url);
    await host.api.beginEnrolment({ sheet, code });
    const kit = await host.api.prepareKit({ userName: "reg.web.1", passphrase, language: "en", displayName: "" });
    expect(await host.api.readBackKit(kit)).toBe(true);
    const outcome = await host.api.answerEnrolment({ passkey: device.create(await host.api.preparePasskey("reg.web.1")) });
    await world.run("REG1", "member", "approve", ...await pendingOf(world, outcome.comparisonDigits));

    const request = async () => device.get(await host.api.passkeyRequest("reg.web.1"));
    await expect(host.api.signIn({ passphrase })).rejects.toMatchObject({ code: "unauthenticated" });
    await host.api.signIn({ passphrase, passkey: await request() });
    expect(await host.api.memberships()).toMatchObject([{ partyCode: "X-REG" }]);
    expect(await host.api.passkeys()).toMatchObject([{ prf: true }]);
    await host.api.lock();
    // Alone, on a device that has neither account key nor passphrase.
    const bare = hostOf(await openBrowser(started));
    await bare.api.signIn({ userName: "reg.web.1", passphrase: "", passkey: device.get(await bare.api.passkeyRequest("reg.web.1")) });
    expect(await bare.api.memberships()).toMatchObject([{ partyCode: "X-REG" }]);
    // A stranger's key, and one over another challenge, open nothing.
    const stranger = softAuthenticator(started.url);
    await expect(host.api.signIn({ passphrase, passkey: stranger.get(await host.api.passkeyRequest("reg.web.1")) }))
      .rejects.toMatchObject({ key: "sign_in.refused" });
    const old = await request();
    await host.api.passkeyRequest("reg.web.1");
    await expect(host.api.signIn({ passphrase, passkey: old })).rejects.toMatchObject({ key: "sign_in.refused" });
    await expect(host.api.signIn({ userName: "reg.web.1", passphrase: "", passkey: softAuthenticator(started.url, false).get(await host.api.passkeyRequest("reg.web.1")) }))
      .rejects.toMatchObject({ key: "passkey.opens_nothing" });
    host.stop();
    bare.stop();
  }, 240_000);

  it("are added to an account, named, used, and taken away", async () => {
    const facts = await world.facts("REG1");
    totpUsedElsewhere(facts.totp);
    const host = hostOf(await openBrowser(started));
    const device = softAuthenticator(started.url);
    await host.api.takeUpDevice({ kit: facts.kit, passphrase: facts.passphrase, totp: await totpCode(facts.totp) });
    await host.api.addPasskey("grey key", device.create(await host.api.preparePasskeyForAccount()), facts.passphrase);
    const [row] = await host.api.passkeys();
    expect(row).toMatchObject({ name: "grey key", prf: true });
    const alone = async () => host.api.signIn({ passphrase: "", passkey: device.get(await host.api.passkeyRequest(facts.user)) });
    await host.api.lock();
    await alone();
    expect(await host.api.memberships()).toHaveLength(1);
    // Without the passphrase nothing is done by half: it is listed still, and opens.
    await expect(host.api.removePasskey(row!.id, `${facts.passphrase} no`)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await host.api.passkeys()).toMatchObject([{ name: "grey key", prf: true }]);
    await host.api.removePasskey(row!.id, facts.passphrase);
    expect(await host.api.passkeys()).toEqual([]);
    await host.api.lock();
    await expect(alone()).rejects.toMatchObject({ key: "sign_in.refused" });
    host.stop();
  }, 240_000);
});

async function pendingOf(world: World, digits: string): Promise<string[]> {
  const { json } = await world.run("REG1", "member", "pending");
  const rows = (Array.isArray(json) ? json : json.items) as { invitation: string; comparison_digits: string }[];
  return [rows.find((row) => row.comparison_digits === digits)!.invitation, "--digits", digits];
}
