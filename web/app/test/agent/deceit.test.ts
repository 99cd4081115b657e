// What the real server says, altered on the way: nothing of it gets through the trusted end.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listAlarms } from "../../src/agent/alarms.ts";
import type { Fetch } from "../../src/agent/calls.ts";
import { makeHost } from "../../src/agent/host.ts";
import { listParties } from "../../src/agent/parties.ts";
import { pinByFingerprint, unpin } from "../../src/agent/pin.ts";
import { setMemberRole } from "../../src/agent/people.ts";
import type { AgentState } from "../../src/agent/state.ts";
import { openAgent, synchronise } from "../../src/agent/synchronise.ts";
import { rewriteBundle, signIn } from "../../src/agent/unlock.ts";
import { unlockAgain } from "../../src/agent/account_calls.ts";
import { copyBundle } from "../../src/agent/bundle.ts";
import { hour } from "../../src/agent/environment.ts";
import {
  hasBinaries, openBrowser, openWorld, totpCode, totpUsedElsewhere, type Browser, type Facts, type Started, type World,
} from "./support/world.ts";

/** Answers to paths that match are altered. */
const altering = (path: RegExp, alter: (body: Uint8Array, headers: Headers) => Uint8Array | null) => (next: Fetch): Fetch =>
  async (url, init) => {
    const reply = await next(url, init);
    if (!path.test(new URL(url).pathname) || reply.status !== 200) return reply;
    const headers = new Headers(reply.headers);
    const changed = alter(new Uint8Array(await reply.arrayBuffer()), headers);
    return changed === null
      ? new Response(JSON.stringify({ type: "urn:rogatory:problem:http.not_found", title: "", status: 404, arguments: {}, request_id: "1" }),
        { status: 404, headers: { "content-type": "application/problem+json" } })
      : new Response(changed as BodyInit, { status: 200, headers });
  };
const text = (change: (value: any) => unknown) => (body: Uint8Array): Uint8Array => // eslint-disable-line @typescript-eslint/no-explicit-any
  new TextEncoder().encode(JSON.stringify(change(JSON.parse(new TextDecoder().decode(body)))));

describe.skipIf(!hasBinaries)("a server that lies", () => {
  let world: World;
  let started: Started;
  let browser: Browser;
  let facts: Facts;
  let state: AgentState;
  // In the session that is there: no second factor to wait for.
  const enter = async (): Promise<AgentState> =>
    openAgent(browser.environment, await unlockAgain(browser.environment, facts.passphrase, undefined));
  beforeAll(async () => {
    world = openWorld();
    started = await world.start({ witnesses: 3, quorum: 2 });
    await world.do({ do: "cast", cast: "registry" });
    await world.do({ do: "call", of: "cast", name: "parties_found", arguments: [[
      ["SEN1", "sen.crf.1", "SEN", "Senegal", "fiu", "CRF"], ["OTP1", "otp.1", "X-OTP", "Office of the Prosecutor", "prosecutor", "OTP"],
    ]] });
    facts = await world.facts("SEN1");
    totpUsedElsewhere(facts.totp);
    browser = await openBrowser(started);
    await signIn(browser.environment, { passphrase: facts.passphrase, factor: { totp: await totpCode(facts.totp) }, kit: facts.kit });
  }, 240_000);
  afterAll(() => world.end());

  it("cannot change a statement, nor hold the first one back", async () => {
    browser.intercept(altering(/\/chains\//, text((page) => {
      for (const item of page.items) item.envelope = item.envelope.replace(/"sig":"(.)/, (_: string, c: string) => `"sig":"${c === "A" ? "B" : "A"}`);
      return page;
    })));
    await expect(enter()).rejects.toMatchObject({ code: "integrity", key: "register.not_the_founded" });
    browser.intercept(altering(/\/chains\//, text((page) => ({ ...page, items: [] }))));
    await expect(enter()).rejects.toMatchObject({ code: "integrity", key: "register.incomplete" });
    browser.intercept(altering(/checkpoint/, (body) => body.fill(0x41, 30, 40)));
    await expect(enter()).rejects.toMatchObject({ code: "integrity", key: "log.signature" });
    browser.intercept(null);
    expect((await listAlarms(browser.profile)).map(({ what }) => what)).toEqual(expect.arrayContaining(["register.not_the_founded", "log.signature"]));
    state = await enter();
  }, 240_000);

  it("cannot hide a newer statement: shown as incomplete, and nothing is signed on it", async () => {
    await world.invite("SEN1", "member", "invite", "--role", "reader");
    const { length } = state.book.known(state.unlocked.bundle!.memberships[0]!.registerChain)!.copy.items;
    browser.intercept(altering(/\/chains\//, text((page) => ({ ...page, items: page.items.filter((item: { seq: number }) => item.seq < length) }))));
    await synchronise(state);
    await expect(setMemberRole(state, state.unlocked.bundle!.memberships[0]!.member, "reader"))
      .rejects.toMatchObject({ code: "integrity", key: "register.incomplete" });
    browser.intercept(null);
    await synchronise(state);
  }, 300_000);

  it("pins by the digits of a note verbale, and by no others", async () => {
    const digits = (await listParties(state)).find(({ code }) => code === "X-OTP")!;
    expect(digits).toMatchObject({ pinned: "", problem: "" });
    const wrong = digits.fingerprint.replace(/^./, (c) => (c === "0" ? "1" : "0"));
    await expect(pinByFingerprint(state, "X-OTP", wrong)).rejects.toMatchObject({ code: "integrity", key: "pin.digits_differ" });
    // A directory that names another register for the code is found out by the register itself.
    browser.intercept(altering(/\/api\/v1\/parties$/, text((page) => {
      const own = page.items.find((row: { code: string }) => row.code === "X-REG");
      page.items = page.items.map((row: { code: string }) => (row.code === "X-OTP" ? { ...row, register: own.register, founded_id: own.founded_id } : row));
      return page;
    })));
    expect((await listParties(state)).find(({ code }) => code === "X-OTP")).toMatchObject({ problem: "party.directory_differs" });
    browser.intercept(null);
    await pinByFingerprint(state, "X-OTP", digits.fingerprint.replaceAll(" ", "-"));
    expect((await listParties(state)).find(({ code }) => code === "X-OTP")).toMatchObject({ pinned: "note_verbale", problem: "" });
  }, 300_000);

  it("cannot take an append and deny it, nor answer with a proof of something else", async () => {
    browser.intercept((next) => async (url, init) => {
      const reply = await next(url, init);
      if (!url.endsWith("/api/v1/statements")) return reply;
      return new Response(JSON.stringify({ type: "urn:rogatory:problem:void.not_custodian", title: "", status: 403, arguments: {}, request_id: "1" }),
        { status: 403, headers: { "content-type": "application/problem+json" } });
    });
    await expect(unpin(state, "X-OTP")).rejects.toMatchObject({ key: "void.not_custodian" });
    browser.intercept(null);
    await expect(synchronise(state)).rejects.toMatchObject({ code: "integrity", key: "append.lying_refusal" });
    await synchronise(state);
  }, 300_000);

  it("cannot bring back an old bundle, nor another one", async () => {
    let old: { body: Uint8Array; tag: string } | undefined;
    browser.intercept(altering(/\/me\/bundle$/, (body, headers) => {
      old ??= { body, tag: headers.get("etag") ?? "" };
      return body;
    }));
    state = await enter();
    await rewriteBundle(browser.environment, state.unlocked, facts.passphrase, copyBundle(state.unlocked.bundle!));
    browser.intercept(altering(/\/me\/bundle$/, (_, headers) => {
      headers.set("etag", old!.tag);
      return old!.body;
    }));
    await expect(enter()).rejects.toMatchObject({ code: "integrity", key: "bundle.rolled_back" });
    browser.intercept(altering(/\/me\/bundle$/, (body) => body.fill(0x41, body.length - 40, body.length - 20)));
    await expect(enter()).rejects.toMatchObject({ key: "sign_in.refused", detail: "bundle.not_for_this_key" });
    browser.intercept(null);
    state = await enter();
  }, 300_000);

  it("cannot freeze the log for a day", async () => {
    const { clock } = browser.environment;
    const wall = clock.wall;
    clock.wall = () => wall() + 25 * hour;
    await expect(setMemberRole(state, state.unlocked.bundle!.memberships[0]!.member, "reader"))
      .rejects.toMatchObject({ code: "unavailable", key: "log.not_fresh" });
    clock.wall = wall;
  }, 300_000);

  it("locks: what is asked afterwards is refused, and the passphrase alone opens what the session still knows", async () => {
    const told: string[] = [];
    const host = makeHost({
      world: browser.environment,
      tell: (event, ...values) => void told.push([event, ...values.filter((value) => typeof value === "string")].join(" ")),
    });
    await host.api.unlock(facts.passphrase);
    expect(await host.api.memberships()).toMatchObject([{ partyCode: "SEN", role: "custodian" }]);
    expect(await host.api.parties()).toHaveLength(3);
    await host.api.lock();
    expect(told).toContain("locked asked");
    await expect(host.api.memberships()).rejects.toMatchObject({ code: "unauthenticated", key: "session.none" });
    await expect(host.api.unlock(`${facts.passphrase}!`)).rejects.toMatchObject({ code: "unauthenticated", key: "sign_in.refused" });
    await host.api.unlock(facts.passphrase);
    await host.api.endSession((await host.api.sessions()).find(({ current }) => current)!.id);
    await expect(host.api.sessions()).rejects.toMatchObject({ code: "unauthenticated" });
    expect(told).toContain("locked session_ended");
    await expect(host.api.unlock(facts.passphrase)).rejects.toMatchObject({ key: "unlock.second_factor_needed" });
    host.stop();
  }, 300_000);
});
