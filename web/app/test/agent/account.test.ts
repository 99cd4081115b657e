// One account in the page, through the whole of AgentApi as the screens call it: credentials, kit, lock, a second factor
// asked for once more, and an administrator's work.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fetch } from "../../src/agent/calls.ts";
import { makeHost, type Host } from "../../src/agent/host.ts";
import {
  hasBinaries, openBrowser, openWorld, totpCode, totpUsedElsewhere, type Browser, type Facts, type Started, type World,
} from "./support/world.ts";

const fresh = "quinze barques reviennent avant la pluie du soir";
const json = (status: number, body: unknown, type = "application/json"): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
const problem = (status: number, key: string): Response => json(status,
  { type: `urn:rogatory:problem:${key}`, title: "", status, arguments: {}, request_id: "1" }, "application/problem+json");

describe.skipIf(!hasBinaries)("an account in the page", () => {
  let world: World;
  let started: Started;
  let browser: Browser;
  let facts: Facts;
  let host: Host;
  let told: unknown[][] = [];
  let renewedBefore: { kit: string; passphrase: string };
  const hostOf = (one: Browser): Host => makeHost({ world: one.environment, tell: (event, ...values) => { told.push([event, ...values]); } });
  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "registry" });
    facts = await world.facts("REG1");
    totpUsedElsewhere(facts.totp);
    totpUsedElsewhere((await world.facts("ADMIN")).totp);
    browser = await openBrowser(started);
    host = hostOf(browser);
  }, 240_000);
  afterAll(async () => {
    host?.stop();
    await world.end();
  });

  it("is taken up on a new device with the kit, and only there", async () => {
    expect(await host.api.account()).toBeNull();
    await expect(host.api.signIn({ userName: facts.user, passphrase: facts.passphrase, totp: "000000" }))
      .rejects.toMatchObject({ key: "account_key.missing" });
    expect(await host.api.readKit(facts.kit)).toEqual({ origin: started.url, userName: facts.user });
    await expect(host.api.takeUpDevice({ kit: facts.kit.replace(started.url, "https://elsewhere.example"), passphrase: facts.passphrase, totp: "000000" }))
      .rejects.toMatchObject({ key: "kit.another_server" });
    await host.api.takeUpDevice({ kit: facts.kit, passphrase: facts.passphrase, totp: await totpCode(facts.totp) });
    expect(await host.api.account()).toMatchObject({ userName: facts.user, kind: "member" });
    expect(await host.api.memberships()).toMatchObject([{ partyCode: "X-REG", acting: true }]);
    expect(told.some(([event]) => event === "changed")).toBe(true);
  }, 300_000);

  it("asks for the second factor once more before an access manager's act, and sends the same bytes then", async () => {
    let asked = 0;
    const bodies: string[] = [];
    const stepUp = (next: Fetch): Fetch => async (url, init) => {
      const { pathname } = new URL(url);
      if (pathname === "/api/v1/session/step-up") return JSON.parse(String(init.body)).totp === "123456" ? json(200, { scope: "full", expires_at: 1 }) : problem(401, "sign_in.refused");
      if (pathname !== "/api/v1/invitations" || init.method !== "POST") return next(url, init);
      bodies.push(String(init.body));
      asked += 1;
      return asked === 1 ? problem(403, "session.step_up") : next(url, init);
    };
    browser.intercept(stepUp);
    told = [];
    const invited = host.api.inviteMember("officer", 24);
    await expect.poll(() => told.find(([event]) => event === "secondFactor"), { timeout: 60_000 }).toBeDefined();
    const id = told.find(([event]) => event === "secondFactor")![1] as number;
    expect(await host.api.showSecondFactor(id, { totp: "654321" })).toBe(false);
    expect(await host.api.showSecondFactor(id, { totp: "123456" })).toBe(true);
    const made = await invited;
    expect(made.code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){6}$/);
    expect(bodies[1]).toBe(bodies[0]);

    // Not shown: no answer yet. It waits as it was signed, and neither it nor its code is lost.
    asked = 0;
    told = [];
    bodies.length = 0;
    const left = async (run: Promise<unknown>): Promise<void> => {
      told = [];
      const failed = run.then(() => "nothing failed", (error: { key?: string }) => error.key);
      await expect.poll(() => told.find(([event]) => event === "secondFactor"), { timeout: 60_000 }).toBeDefined();
      await host.api.showSecondFactor(told.find(([event]) => event === "secondFactor")![1] as number, null);
      outcomes.push(await failed);
    };
    const outcomes: unknown[] = [];
    await left(host.api.inviteMember("reader", 24));
    asked = 0;
    await left(host.api.inviteMember("officer", 24));
    expect(outcomes).toEqual(["append.needs_factor", "append.earlier_waits"]);
    expect(told).toContainEqual(["notice", { key: "draft.waits_for_factor", arguments: { kind: "invited" } }]);
    expect(await browser.profile.list("drafts/signed")).toHaveLength(1);
    expect(await browser.profile.list("drafts/refused")).toEqual([]);

    // Shown: the very bytes of the first go, and whoever asked for it is given its code.
    asked = 0;
    told = [];
    const first = host.api.inviteMember("reader", 24);
    await expect.poll(() => told.find(([event]) => event === "secondFactor"), { timeout: 60_000 }).toBeDefined();
    expect(await host.api.showSecondFactor(told.find(([event]) => event === "secondFactor")![1] as number, { totp: "123456" })).toBe(true);
    const { invitation, code } = await first;
    expect(code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){6}$/);
    expect(new Set(bodies).size).toBe(1);
    browser.intercept(null);
    expect(await browser.profile.list("drafts/signed")).toEqual([]);
    expect(await browser.profile.list("drafts/refused")).toEqual([]);
    await host.api.cancelInvitation(invitation);
    await host.api.cancelInvitation(made.invitation);
  }, 300_000);

  it("changes its passphrase and its kit; the old ones open nothing", async () => {
    await expect(host.api.changePassphrase(facts.passphrase, "soleil123")).rejects.toMatchObject({ key: "passphrase.weak" });
    await host.api.changePassphrase(facts.passphrase, fresh);
    await host.api.checkKit(facts.kit);
    const kit = await host.api.makeNewKit(fresh);
    await expect(host.api.checkKit(facts.kit)).rejects.toMatchObject({ key: "kit.not_current" });
    await host.api.checkKit(kit);
    await host.api.lock();
    await expect(host.api.unlock(facts.passphrase)).rejects.toMatchObject({ key: "sign_in.refused" });
    await host.api.unlock(fresh);

    // The passphrase is lost, on another device: the kit sets everything anew.
    const other = await openBrowser(started);
    const there = hostOf(other);
    const renewed = await there.api.signInWithKit({ kit, newPassphrase: `${fresh} encore`, totp: await totpCode(facts.totp) });
    expect(renewed.kit).toContain("rogatory/v1/kit");
    renewedBefore = { kit: renewed.kit!, passphrase: `${fresh} encore` };
    await there.api.signIn({ passphrase: `${fresh} encore`, totp: await totpCode(facts.totp) });
    expect(await there.api.memberships()).toHaveLength(1);
    await expect(hostOf(browser).api.unlock(fresh)).rejects.toMatchObject({ code: "unauthenticated" });
    there.stop();
  }, 240_000);

  it("outlives a change of credentials whose answer is lost, and one that never arrives", async () => {
    const { kit, passphrase } = renewedBefore;
    const page = await openBrowser(started);
    const there = hostOf(page);
    await there.api.takeUpDevice({ kit, passphrase, totp: await totpCode(facts.totp) });
    const change = (arrives: boolean) => (next: Fetch): Fetch => async (url, init) => {
      if (new URL(url).pathname !== "/api/v1/me/bundle" || init.method !== "PUT") return next(url, init);
      if (arrives) await next(url, init);
      throw new TypeError("the line is down");
    };
    // It never arrives: all is as it was.
    page.intercept(change(false));
    await expect(there.api.makeNewKit(passphrase)).rejects.toMatchObject({ code: "unavailable" });
    page.intercept(null);
    await there.api.checkKit(kit);
    await there.api.lock();
    await there.api.unlock(passphrase);
    // It arrives, and nobody hears of it: the old sheet opens nothing, the new one was never seen. This device opens.
    page.intercept(change(true));
    await expect(there.api.makeNewKit(passphrase)).rejects.toMatchObject({ code: "unavailable" });
    page.intercept(null);
    await there.api.lock();
    await there.api.unlock(passphrase);
    await expect(there.api.checkKit(kit)).rejects.toMatchObject({ key: "kit.not_current" });
    await there.api.checkKit(await there.api.makeNewKit(passphrase));
    // And with the second factor, where the session is gone.
    page.intercept(change(true));
    await expect(there.api.makeNewKit(passphrase)).rejects.toMatchObject({ code: "unavailable" });
    page.intercept(null);
    await there.api.signOut();
    await there.api.signIn({ passphrase, totp: await totpCode(facts.totp) });
    await there.api.checkKit(await there.api.makeNewKit(passphrase));
    there.stop();
  }, 240_000);

  it("does an administrator's work", async () => {
    const admin = await world.facts("ADMIN");
    const office = await openBrowser(started);
    const desk = hostOf(office);
    await desk.api.takeUpDevice({ kit: admin.kit, passphrase: admin.passphrase, totp: await totpCode(admin.totp) });
    expect(await desk.api.account()).toMatchObject({ kind: "administrator" });
    await expect(desk.api.memberships()).rejects.toMatchObject({ key: "account.no_membership" });
    await desk.api.createParty("NOR", "Norway");
    const invitation = await desk.api.inviteFounder("NOR", 30);
    expect(invitation.code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){6}$/);
    expect((await desk.api.adminParties()).map(({ code, founded }) => [code, founded])).toEqual([["NOR", false], ["X-REG", true]]);
    await desk.api.suspendAccount(facts.user, "test");
    await desk.api.resumeAccount(facts.user, "test");
    expect((await desk.api.audit("")).items.map(({ action }) => action)).toContain("account.resumed");
    expect((await desk.api.counts()).length).toBeGreaterThan(3);
    expect((await desk.api.adminSessions()).length).toBeGreaterThan(0);
    await desk.api.signOut();
    await expect(desk.api.counts()).rejects.toMatchObject({ code: "unauthenticated" });
    desk.stop();
  }, 300_000);
});
