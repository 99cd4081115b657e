// Enrolment, admission and leaving, between the command line and the web client's trusted end on one real server.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { approveInvitation, pendingInvitations } from "../../src/agent/approve.ts";
import { enrolmentSteps } from "../../src/agent/enrol.ts";
import { cancelInvitation, inviteMember } from "../../src/agent/invite.ts";
import { members, removeMember } from "../../src/agent/people.ts";
import { makeSheet } from "../../src/agent/parties.ts";
import { logStatusOf, openAgent, synchronise } from "../../src/agent/synchronise.ts";
import { own } from "../../src/agent/acting.ts";
import { signIn } from "../../src/agent/unlock.ts";
import type { Fetch } from "../../src/agent/calls.ts";
import type { AgentState } from "../../src/agent/state.ts";
import {
  hasBinaries, items, openBrowser, openWorld, totpCode, totpUsedElsewhere, type Browser, type Started, type World,
} from "./support/world.ts";

const passphrase = "onze moulins chantent sous la neige du port";

describe.skipIf(!hasBinaries)("enrolment across both clients", () => {
  let world: World;
  let started: Started;
  let sheet: string;
  let browser: Browser;
  let state: AgentState;
  let totp: string;
  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    ({ sheet } = await world.do({ do: "cast", cast: "registry" }));
    await world.do({ do: "call", of: "cast", name: "parties_found",
      arguments: [[["SEN1", "sen.crf.1", "SEN", "Senegal", "fiu", "CRF"]]] });
  }, 240_000);
  afterAll(() => world.end());

  it("takes up an invitation that the command line made", async () => {
    const code = await world.invite("SEN1", "member", "invite", "--role", "custodian");
    browser = await openBrowser(started);
    let steps = enrolmentSteps(browser.environment);
    const welcome = await steps.begin({ sheet, code });
    expect(welcome).toMatchObject({ kind: "member", partyCode: "SEN", authorityName: "CRF", role: "custodian", inviter: "sen.crf.1" });
    const setup = await steps.prepareTotp("sen.web.1");
    totp = setup.secret;
    // The page is loaded again: the same session, so that the authenticator need not be set up again.
    steps = enrolmentSteps(browser.environment);
    expect(await steps.takeUp()).toEqual(welcome);
    const way = { userName: "sen.web.1", passphrase, language: "fr" as const, displayName: "CRF-07" };
    await expect(steps.answer({ totp: "000000" })).rejects.toMatchObject({ key: "enrolment.no_kit" });
    const kit = await steps.prepareKit(way);
    await expect(steps.answer({ totp: "000000" })).rejects.toMatchObject({ key: "enrolment.kit_not_read_back" });
    expect(steps.readBackKit(kit.replace(/kit-secret: (..)/, "kit-secret: 00"))).toBe(false);
    expect(steps.readBackKit(kit)).toBe(true);
    const outcome = await steps.answer({ totp: await totpCode(totp) });
    expect(outcome.state).toBe("answered");
    expect(await enrolmentSteps(browser.environment).resume()).toEqual(outcome);

    const pending = items(await world.run("SEN1", "member", "pending"));
    const mine = pending.find((row) => row.comparison_digits === outcome.comparisonDigits);
    expect(mine).toBeDefined();
    await world.run("SEN1", "member", "approve", mine!.invitation, "--digits", outcome.comparisonDigits);
  }, 300_000);

  it("signs in, and sees what the command line sees", async () => {
    const unlocked = await signIn(browser.environment, { passphrase, factor: { totp: await totpCode(totp) } });
    state = await openAgent(browser.environment, unlocked);
    const native = (await world.run("SEN1", "log", "status")).json;
    expect(logStatusOf(state)).toMatchObject({ size: native.size, root: native.root });
    const there = items(await world.run("SEN1", "member", "list"));
    const here = await members(state);
    expect(here.map(({ displayName }) => displayName).sort()).toEqual(there.map((row) => row.display_name).sort());
    expect(here.find(({ self }) => self)).toMatchObject({ displayName: "CRF-07", role: "custodian" });
  }, 300_000);

  it("invites; the command line answers; the digits decide", async () => {
    const { code, invitation } = await inviteMember(state, "officer", 72);
    await world.do({ do: "person", name: "SEN3", user: "sen.crf.3" });
    const ran = await world.do({ do: "enrol", person: "SEN3", code });
    const [pending] = (await pendingInvitations(state)).filter((row) => row.invitation === invitation);
    expect(pending).toMatchObject({ state: "answered", comparisonDigits: ran.json.comparison_digits, problem: "" });
    await expect(approveInvitation(state, invitation, "00000 00000 00000 00000"))
      .rejects.toMatchObject({ code: "integrity", key: "invitation.digits_differ" });
    await approveInvitation(state, invitation, ran.json.comparison_digits);
    expect(await members(state)).toHaveLength(3);
    await world.do({ do: "call", of: "SEN3", name: "sign_in", arguments: [] });
    await expect(approveInvitation(state, invitation, "")).rejects.toMatchObject({ key: "invitation.spent" });
  }, 300_000);

  describe("an invitation whose answer is lost", () => {
    const bodies: string[] = [];
    const invitationsOf = () => own(state).invitations().length;
    /** The server takes it or not, and nothing comes back. */
    const silence = (stored: boolean): void => {
      bodies.length = 0;
      browser.intercept((next): Fetch => async (url, init) => {
        if (init.method !== "POST" || !String(url).endsWith("/api/v1/invitations")) return next(url, init);
        bodies.push(await new Response(init.body).text());
        if (stored) await next(url, { ...init, body: bodies.at(-1)! });
        throw new TypeError("the line is cut");
      });
    };
    const again = async (): Promise<void> => {
      browser.intercept((next): Fetch => async (url, init) => {
        if (init.method !== "POST" || !String(url).endsWith("/api/v1/invitations")) return next(url, init);
        bodies.push(await new Response(init.body).text());
        return next(url, { ...init, body: bodies.at(-1)! });
      });
      state = await openAgent(browser.environment, state.unlocked); // as after a reload
    };
    const answers = async (code: string, name: string): Promise<void> => {
      await world.do({ do: "person", name, user: name.toLowerCase() });
      expect((await world.do({ do: "enrol", person: name, code })).json.state).toBe("answered");
    };
    afterEach(() => browser.intercept(null));

    for (const stored of [true, false]) {
      it(`goes out again, byte for byte, and gives its code (${stored ? "stored" : "never arrived"})`, async () => {
        const before = invitationsOf();
        silence(stored);
        await expect(inviteMember(state, "reader", 72)).rejects.toMatchObject({ key: "append.unsettled" });
        const [name] = await browser.profile.list("drafts/signed");
        const draft = Buffer.from((await browser.profile.load(name!))!).toString();
        await again();
        const made = await inviteMember(state, "reader", 72);
        expect(bodies.length).toBeGreaterThan(1);
        expect(new Set(bodies).size).toBe(1);
        expect(invitationsOf()).toBe(before + 1);
        expect(draft).not.toContain(made.code);
        expect(await browser.profile.list("drafts/signed")).toEqual([]);
        expect(await browser.profile.list("drafts/invited")).toEqual([]);
        await answers(made.code, `LOST${stored ? 1 : 2}`);
      }, 300_000);
    }

    it("waits for whoever invites in the same way, or is cancelled", async () => {
      const before = invitationsOf();
      for (const role of ["reader", "officer"]) {
        silence(true);
        await expect(inviteMember(state, role, 72)).rejects.toMatchObject({ key: "append.unsettled" });
        await again();
        browser.notices.length = 0;
        await inviteMember(state, "custodian", 24);
        expect(browser.notices.map(({ key }) => key)).toContain("draft.invitation_stands");
      }
      expect(invitationsOf()).toBe(before + 4);
      expect(await browser.profile.list("drafts/invited")).toHaveLength(2);
      await answers((await inviteMember(state, "officer", 72)).code, "LOST3");
      expect(invitationsOf()).toBe(before + 4);
      const [left] = await browser.profile.list("drafts/invited");
      await cancelInvitation(state, left!.slice(left!.lastIndexOf("/") + 1));
      expect(await browser.profile.list("drafts/invited")).toEqual([]);
      await inviteMember(state, "reader", 72);
      expect(invitationsOf()).toBe(before + 5);
    }, 300_000);

    it("is an alarm where the server stored it and said that it had refused", async () => {
      browser.intercept((next): Fetch => async (url, init) => {
        if (init.method !== "POST" || !String(url).endsWith("/api/v1/invitations")) return next(url, init);
        await next(url, init);
        return new Response(JSON.stringify({ type: "urn:rogatory:problem:access.role", title: "access.role", status: 403 }), {
          status: 403, headers: { "content-type": "application/problem+json" },
        });
      });
      await expect(inviteMember(state, "reader", 72)).rejects.toMatchObject({ code: "forbidden" });
      browser.intercept(null);
      expect(await browser.profile.list("drafts/refused")).toHaveLength(1);
      await expect(inviteMember(state, "reader", 72)).rejects.toMatchObject({ key: "append.lying_refusal" });
      for (const name of await browser.profile.list("drafts/refused")) await browser.profile.remove(name);
    }, 300_000);
  });

  it("removes a member: a new generation, and he is out", async () => {
    const leaver = (await members(state)).find(({ displayName }) => displayName === "sen.crf.3");
    const generation = own(state).generation(leaver === undefined ? "" : state.unlocked.bundle!.memberships[0]!.authority)!.number;
    await removeMember(state, leaver!.member);
    expect(own(state).generation(state.unlocked.bundle!.memberships[0]!.authority)!.number).toBe(generation + 1);
    expect(await members(state)).toHaveLength(2);
    const out = await world.do({ do: "run", person: "SEN3", arguments: ["member", "list"], expect: null });
    expect(out.code).not.toBe(0);
    // The command line opens the keyring that was sealed here.
    expect(items(await world.run("SEN1", "member", "list"))).toHaveLength(2);
  }, 300_000);

  it("founds a Party with the sheet of another, and prints the same sheet", async () => {
    await world.run("ADMIN", "admin", "party", "create", "FRA", "--name", "France");
    const code = await world.invite("ADMIN", "admin", "party", "invite", "FRA");
    const other = await openBrowser(started);
    const steps = enrolmentSteps(other.environment);
    const welcome = await steps.begin({ sheet, code });
    expect(welcome).toMatchObject({ kind: "founder", partyCode: "FRA", role: "custodian" });
    const setup = await steps.prepareTotp("fra.web.1");
    const kit = await steps.prepareKit({
      userName: "fra.web.1", passphrase, language: "fr", displayName: "", partyName: "France", authorityKind: "fiu",
      authorityName: "CRF", foundCode: "FRA",
    });
    expect(steps.readBackKit(kit)).toBe(true);
    const outcome = await steps.answer({ totp: await totpCode(setup.secret) });
    expect(outcome.state).toBe("live");
    const unlocked = await signIn(other.environment, { passphrase, factor: { totp: await totpCode(setup.secret) } });
    const founder = await openAgent(other.environment, unlocked);
    expect(await makeSheet(founder, [])).toContain("party: X-REG ");
    const shown = items(await world.run("SEN1", "party", "list"));
    expect(shown.find((row) => row.code === "FRA")?.fingerprint).toBe(outcome.partyDigits);

    // And the kit printed here opens the account at the command line.
    await world.do({ do: "person", name: "FRA1", user: "fra.web.1" });
    totpUsedElsewhere(setup.secret);
    const native = await world.do({ do: "sign_in_with", person: "FRA1", kit, passphrase, totp: await totpCode(setup.secret) });
    expect(native.code).toBe(0);
    await synchronise(founder);
  }, 180_000);

  it("refuses an invitation that was used, and a wrong passphrase", async () => {
    const code = await world.invite("SEN1", "member", "invite", "--role", "reader");
    const one = await openBrowser(started);
    const first = enrolmentSteps(one.environment);
    await first.begin({ sheet, code });
    const { secret } = await first.prepareTotp("sen.web.9");
    first.readBackKit(await first.prepareKit({ userName: "sen.web.9", passphrase, language: "en", displayName: "" }));
    await first.answer({ totp: await totpCode(secret) });
    const other = await openBrowser(started);
    await expect(enrolmentSteps(other.environment).begin({ sheet, code }))
      .rejects.toMatchObject({ key: "enrolment.answered" });
    await expect(enrolmentSteps(other.environment).begin({ sheet, code: "0000-0000-0000-0000-0000-0000-0000" }))
      .rejects.toMatchObject({ key: expect.stringMatching(/^invitation\./) });
    await expect(signIn(browser.environment, { passphrase: `${passphrase}!`, factor: { totp: await totpCode(totp) } }))
      .rejects.toMatchObject({ code: "unauthenticated", key: "sign_in.refused" });
  }, 300_000);
});
