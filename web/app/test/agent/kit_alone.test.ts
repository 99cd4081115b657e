// Somebody has the printed recovery sheet and nothing else: he waits 72 hours, and then sets everything anew. Real server,
// whose clock goes on; accounts of the command line.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kitAttempts } from "../../src/agent/people.ts";
import { openAgent } from "../../src/agent/synchronise.ts";
import { signIn, signInWithKit, signInWithKitAlone, type KitAlone } from "../../src/agent/unlock.ts";
import { systemClock } from "../../src/agent/environment.ts";
import type { AgentState } from "../../src/agent/state.ts";
import { codeAt, usedElsewhere } from "../support/second_factor.ts";
import { hasBinaries, openBrowser, openWorld, totpCode, type Browser, type Facts, type Started, type World } from "./support/world.ts";

const rejected = async (run: Promise<unknown>): Promise<string> =>
  run.then(() => "nothing failed", (error) => error.key ?? String(error));
const passphrase = "douze hérons traversent la brume lente";
const hour = 3600;

describe.skipIf(!hasBinaries)("the recovery sheet alone", () => {
  let world: World;
  let started: Started;
  const papers: string[] = [];
  let sheetOfAdministrator = "";
  const keep = async (text: string): Promise<void> => void papers.push(text);
  const alone = (browser: Browser, kit: string): Promise<KitAlone> => signInWithKitAlone(browser.environment, kit, keep);
  /** The code that an authenticator shows when so many hours have gone by. */
  const codeAfter = (secret: string, hours: number, steps = 0): string => codeAt(secret, Math.floor((Date.now() / 1000 + hours * hour) / 30) + steps);
  /** Whose authenticator the command line has used until now. */
  const factsOf = async (name: string): Promise<Facts> => {
    const facts = await world.facts(name);
    usedElsewhere(facts.totp, join(facts.profile, "..", "totp-secret.txt"));
    return facts;
  };
  let manager: AgentState;
  const now = (): number => Math.floor(Date.now() / 1000);

  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
  }, 240_000);
  afterAll(() => world?.end(), 60_000);

  it("gives an administrator a new passphrase at once, where the second factor is still there", async () => {
    const { kit, totp } = await factsOf("ADMIN");
    const browser = await openBrowser(started);
    const made = await signInWithKit(browser.environment, { kit, newPassphrase: passphrase, factor: { totp: await totpCode(totp) } }, keep);
    expect(made.kit).toBe(papers.pop());
    sheetOfAdministrator = made.kit!;
    expect(await rejected(alone(await openBrowser(started), kit))).toBe("sign_in.refused");
    const unlocked = await signIn(browser.environment, { passphrase, factor: { totp: await totpCode(totp) } });
    expect(unlocked.bundle).toBeUndefined();
    expect(unlocked.account.kind).toBe("administrator");
  }, 300_000);

  it("is stopped by whoever signs in with everything, who is told until he has read it", async () => {
    const { kit, totp, passphrase: known } = await factsOf("SEN1");
    const { availableAt } = await alone(await openBrowser(started), kit);
    expect(availableAt - now()).toBeGreaterThan(71.9 * hour);
    const { environment } = await openBrowser(started);
    manager = await openAgent(environment, await signIn(environment, { passphrase: known, factor: { totp: await totpCode(totp) }, kit }));
    const { server } = environment;
    const { kitTriedAt } = await server.me();
    expect(kitTriedAt).toBe(availableAt - 72 * hour);
    expect(await kitAttempts(manager)).toEqual([]);
    await server.endKitAttempt();
    expect((await server.me()).kitTriedAt).toBeUndefined();
    expect(await rejected(server.endKitAttempt())).toBe("access.not_found");
  }, 300_000);

  it("waits 72 hours, is shown to the access managers, and then sets everything anew", async () => {
    const { kit, totp, passphrase: old } = await world.facts("SEN2");
    const browser = await openBrowser(started);
    const first = await alone(browser, kit);
    expect(first.setup).toBeUndefined();
    expect(first.finish).toBeUndefined();
    expect((await alone(browser, kit)).availableAt).toBe(first.availableAt);
    const since = first.availableAt - 72 * hour;
    expect(await kitAttempts(manager)).toMatchObject([{ self: false, since, availableAt: first.availableAt }]);

    const desk = await openBrowser(started);
    expect((await alone(desk, sheetOfAdministrator)).availableAt).toBeGreaterThan(now());

    const hours = 73;
    const { done } = await world.do({ do: "later", hours });
    if (!done) {
      console.warn("SKIPPED: faketime is not installed; nobody waits 72 hours");
      return;
    }
    const clock = { ...systemClock, wall: () => systemClock.wall() + hours * hour };
    const later = { ...browser.environment, clock };
    const { setup, finish, availableAt } = await signInWithKitAlone(later, kit, keep);
    expect(availableAt).toBe(0);
    const { secret } = setup!;
    expect(await rejected(finish!("trop court", codeAfter(secret, hours)))).toBe("passphrase.weak");
    expect(await rejected(finish!(passphrase, codeAfter(totp, hours)))).toBe("enrolment.totp");
    // Nothing has changed so far: neither for the person nor on this computer.
    expect((await browser.environment.server.bundle()).version).toBe(1);
    const fresh = await finish!(passphrase, codeAfter(secret, hours));
    expect(fresh).toBe(papers.at(-1));
    expect(fresh).not.toBe(kit);

    expect(await rejected(signInWithKitAlone(later, kit, keep))).toBe("sign_in.refused");
    expect(await rejected(signIn(later, { passphrase, factor: { totp: codeAfter(totp, hours) } }))).toBe("sign_in.refused");
    expect(await rejected(signIn(later, { passphrase: old, factor: { totp: codeAfter(secret, hours, 1) } }))).toBe("sign_in.refused");
    const unlocked = await signIn(later, { passphrase, factor: { totp: codeAfter(secret, hours, 1) } });
    const state = await openAgent(later, unlocked);
    // An access manager himself, he sees of himself what the others see of him.
    const [shown, ...others] = await kitAttempts(state);
    expect(others).toEqual([]);
    expect(shown).toMatchObject({ self: true });
    expect(Math.abs(shown!.usedAt! - (now() + hours * hour))).toBeLessThan(120);
    expect(shown!.since).toBeUndefined();

    // An administrator, who keeps no bundle: the answer is lost, he presses again, and is not locked out.
    const there = { ...desk.environment, clock };
    const waited = await signInWithKitAlone(there, sheetOfAdministrator, keep);
    desk.intercept((next) => async (url, init) => {
      const answer = await next(url, init);
      if (init?.method === "PUT" && String(url).endsWith("/me/bundle")) throw new TypeError("the answer is lost");
      return answer;
    });
    const code = codeAfter(waited.setup!.secret, hours);
    expect(await rejected(waited.finish!(passphrase, code))).not.toMatch(/^(nothing failed|enrolment|sign_in|kit)/);
    desk.intercept(null);
    expect(await rejected(waited.finish!(passphrase, code))).toBe("kit.perhaps_set");
    expect(await rejected(waited.finish!(passphrase, code))).toBe("kit.perhaps_set");
    const back = await signIn(there, { userName: (await world.facts("ADMIN")).user, passphrase, factor: { totp: codeAfter(waited.setup!.secret, hours, 1) } });
    expect(back.account.kind).toBe("administrator");
  }, 240_000);
});
