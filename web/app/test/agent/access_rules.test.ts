// A State's rules on how its people come in, read and set in the page, on a real server that holds everybody to them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessRules, setAccessRules } from "../../src/agent/access_rules.ts";
import type { AccessRules } from "../../src/agent/api.ts";
import { reload, signInHere, type WebPerson } from "./support/people.ts";
import { hasBinaries, openWorld, type World } from "./support/world.ts";

const open: AccessRules = { ranges: [], factor: "any", idle: 900, absolute: 43_200, exportRefused: false };
const rejected = async (run: Promise<unknown>): Promise<unknown> =>
  run.then(() => "nothing failed", (error: { key?: string; arguments?: unknown }) => error.key ?? String(error));

describe.skipIf(!hasBinaries)("a State's rules in the page", () => {
  let world: World;
  let root: WebPerson;
  let other: WebPerson;
  const signed = async (): Promise<number> => (await root.browser.profile.list("drafts/refused")).length;

  beforeAll(async () => {
    world = openWorld();
    const started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
    root = await signInHere(world, started, "SEN1");
    other = await signInHere(world, started, "SEN2");
  }, 300_000);
  afterAll(async () => {
    await world?.end();
  }, 300_000);

  it("are the server's where it has set none", async () => {
    expect(await accessRules(root.state)).toEqual({ ...open, nativeOnly: false, certificate: false, may: true });
  });

  it("are signed as they were written, said to everybody of the State with whoever set them, and held to", async () => {
    const rules: AccessRules = { ranges: ["127.0.0.0/8", "2001:db8::/48"], factor: "code", idle: 300, absolute: 28_800, exportRefused: true };
    const before = Math.floor(Date.now() / 1000);
    await setAccessRules(root.state, rules, undefined);
    await reload(other);
    const seen = await accessRules(other.state);
    const { id, by, at } = seen.set!;
    expect(seen).toEqual({ ...rules, nativeOnly: false, certificate: false, may: true, set: { id, by, at } });
    expect(Math.abs(at - before)).toBeLessThan(600);
    expect(by).not.toBe("");
    // The command line reads the same.
    const shown = (await world.do({ do: "run", person: "SEN1", arguments: ["party", "access", "show"] })).json;
    expect(shown).toMatchObject({ set: true, from: rules.ranges, second_factor: "code", session_idle: 300, session_absolute: 28_800, export_refused: true });
  }, 300_000);

  it("are not signed where they would shut out whoever sets them, or are none", async () => {
    const before = await accessRules(root.state);
    for (const [change, key] of [
      [{ ranges: ["127.0.0.0/8", "everywhere"] }, "access.range"],
      [{ ranges: ["127.0.0.1/33"] }, "access.range"], [{ factor: "passkey" }, "access.own_second_factor"], [{ idle: 59 }, "access.times"],
      [{ absolute: 599, idle: 60 }, "access.times"], [{ idle: 901 }, "access.times"], [{ absolute: 43_201 }, "access.times"],
    ] as const) {
      expect([key, await rejected(setAccessRules(root.state, { ...open, ...change } as AccessRules, before.set!.id))]).toEqual([key, key]);
    }
    expect(await accessRules(root.state)).toEqual(before);
    expect(await signed()).toBe(0);
    // From where he comes the server alone knows: signed and refused, so that he is asked before another takes its place.
    expect(await rejected(setAccessRules(root.state, { ...open, ranges: ["192.0.2.0/24"] }, before.set!.id))).toBe("access.own_address");
    expect(await accessRules(root.state)).toEqual(before);
    expect(await signed()).toBe(1);
  }, 300_000);

  it("are lifted", async () => {
    const { set: earlier } = await accessRules(root.state);
    // Those who have seen other rules replace none.
    expect(await rejected(setAccessRules(root.state, open, undefined))).toBe("access.rules_changed");
    await setAccessRules(root.state, open, earlier!.id);
    expect(await rejected(setAccessRules(other.state, open, earlier!.id))).toBe("access.rules_changed");
    const { set, ...rules } = await accessRules(root.state);
    expect(rules).toEqual({ ...open, nativeOnly: false, certificate: false, may: true });
    expect(set).toBeDefined();
  }, 300_000);
});
