// The web client's trusted end and the command line, on one real server: one account in both.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logStatusOf, membershipsOf, openAgent } from "../../src/agent/synchronise.ts";
import { signIn } from "../../src/agent/unlock.ts";
import { hasBinaries, openBrowser, openWorld, totpCode, totpUsedElsewhere, type Started, type World } from "./support/world.ts";

describe.skipIf(!hasBinaries)("sign-in with an account of the command line", () => {
  let world: World;
  let started: Started;
  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
  }, 240_000);
  afterAll(() => world.end());

  it("opens the same registers and the same log", async () => {
    const facts = await world.facts("SEN1");
    totpUsedElsewhere(facts.totp);
    const browser = await openBrowser(started);
    const unlocked = await signIn(browser.environment, {
      passphrase: facts.passphrase, factor: { totp: await totpCode(facts.totp) }, kit: facts.kit,
    });
    expect(unlocked.bundle?.memberships).toHaveLength(1);
    const state = await openAgent(browser.environment, unlocked);
    const native = (await world.run("SEN1", "log", "status")).json;
    const here = logStatusOf(state);
    expect({ size: here.size, root: here.root, origin: here.origin })
      .toEqual({ size: native.size, root: native.root, origin: native.origin });
    expect(membershipsOf(state)).toMatchObject([{ partyCode: "SEN", authorityName: "CRF", role: "custodian", acting: true }]);
  }, 300_000);
});
