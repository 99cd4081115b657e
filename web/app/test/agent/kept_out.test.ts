// A server that says of an act that the rules of its author's State keep him out, on a real one: the act waits, nothing is
// signed at its place, and nobody is accused of what an honest server does.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeDossier, reopenDossier } from "../../src/agent/acts.ts";
import type { Fetch } from "../../src/agent/calls.ts";
import { drafts, dropDraft, resumeDraft } from "../../src/agent/drafts.ts";
import { showDossier } from "../../src/agent/inbox.ts";
import { addEntry, send } from "../../src/agent/send.ts";
import { parseSigned } from "../../src/record/statement.ts";
import { ownParty, reload, signInHere, sourceOf, bytesOf, type WebPerson } from "./support/people.ts";
import { hasBinaries, openWorld, type World } from "./support/world.ts";

const rejected = async (run: Promise<unknown>): Promise<string> =>
  run.then(() => "nothing failed", (error: { key?: string }) => error.key ?? String(error));
const noLine = (): never => {
  throw new TypeError("the line is cut");
};
const refusedFor = (key: string): Response => new Response(JSON.stringify({
  type: `urn:rogatory:problem:${key}`, title: "", status: 403, arguments: {}, request_id: "1",
}), {
  status: 403, headers: { "Content-Type": "application/problem+json" },
});
const keptOut = (): Response => refusedFor("access.address");

describe.skipIf(!hasBinaries)("whoever his State's rules keep out", () => {
  let world: World;
  let sen: WebPerson;
  let chain: string;
  let places: Map<string, Set<string>>;

  /** What becomes of each append, by how many came before. */
  const appends = (answer: (pass: () => Promise<Response>, nth: number) => Promise<Response> | Response): void => {
    let nth = 0;
    sen.browser.intercept((next): Fetch => async (url, init) => {
      if (init.method !== "POST" || !String(url).endsWith("/api/v1/statements")) return next(url, init);
      const body = await new Response(init.body).text();
      for (const { envelope } of (JSON.parse(body) as { statements: { envelope: string }[] }).statements) {
        const { id, statement } = parseSigned(envelope);
        const place = `${statement.chain} ${statement.seq}`;
        places.set(place, (places.get(place) ?? new Set()).add(id));
      }
      return answer(() => next(url, { ...init, body }), nth++);
    });
  };
  const waiting = async (): Promise<number> => (await sen.browser.profile.list("drafts/signed")).length;
  const refused = async (): Promise<number> => (await sen.browser.profile.list("drafts/refused")).length;
  const twice = (): string[] => [...places].filter(([, ids]) => ids.size > 1).map(([place]) => place);
  const add = (): Promise<unknown> => addEntry(sen.state, { chain, files: [], title: "", message: "Suite" });

  beforeAll(async () => {
    world = openWorld();
    const started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
    sen = await signInHere(world, started, "SEN2");
    sen.browser.environment.clock.pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 20)));
  }, 300_000);
  beforeEach(async () => {
    sen.browser.intercept(null);
    sen.browser.notices.length = 0;
    places = new Map();
    const [sent] = await send(sen.state, {
      files: [sourceOf("a.bin", bytesOf(100, 1))], to: ["X-OTP"], title: "Titre", message: "", policy: ownParty, together: false,
    });
    chain = sent!.chain;
  }, 300_000);
  afterAll(async () => {
    await world?.end();
  }, 300_000);

  it("has signed one act for one place, and gives up and signs nothing until he is let in", async () => {
    appends(noLine);
    expect(await rejected(closeDossier(sen.state, chain))).toBe("append.unsettled");
    appends(keptOut);
    await reload(sen);
    expect(await rejected(add())).toBe("append.earlier_waits");
    expect(sen.browser.notices).toContainEqual({ key: "draft.waits", arguments: { kind: "closed" } });
    const [plan] = await drafts(sen.state);
    expect(await rejected(resumeDraft(sen.state, plan!.name))).toBe("append.earlier_waits");
    expect(await rejected(dropDraft(sen.state, plan!.name))).toBe("append.earlier_waits");
    expect(await drafts(sen.state)).toHaveLength(1);
    expect([await waiting(), await refused(), twice()]).toEqual([1, 0, []]);

    appends((pass) => pass());
    await reload(sen);
    await dropDraft(sen.state, plan!.name);
    expect((await showDossier(sen.state, chain)).state).toBe("closed");
    expect([await waiting(), await refused(), twice()]).toEqual([0, 0, []]);
  }, 300_000);

  it("is not told of a lie where his act had arrived before", async () => {
    appends(async (pass, nth) => {
      if (nth > 0) return keptOut();
      await pass();
      return noLine();
    });
    expect(await rejected(closeDossier(sen.state, chain))).toBe("append.unsettled");
    expect([await waiting(), await refused()]).toEqual([1, 0]);
    sen.browser.intercept(null);
    expect((await showDossier(sen.state, chain)).state).toBe("closed");
    await reopenDossier(sen.state, chain);
    expect(await waiting()).toBe(0);
    expect(await sen.browser.profile.list("evidence")).toEqual([]);
  }, 300_000);

  it("is not told of a lie where his act arrived and he is said to be nobody's since", async () => {
    appends(async (pass, nth) => {
      if (nth === 0) await pass();
      return noLine();
    });
    expect(await rejected(closeDossier(sen.state, chain))).toBe("append.unsettled");
    appends(() => refusedFor("statement.author"));
    await reload(sen);
    expect(await rejected(reopenDossier(sen.state, chain))).toBe("statement.author");
    // The reopening alone was refused.
    expect(await waiting()).toBe(0);
    const kept = await sen.browser.profile.list("drafts/refused");
    expect(kept).toHaveLength(1);
    expect((await showDossier(sen.state, chain)).state).toBe("closed");
    expect(await sen.browser.profile.list("evidence")).toEqual([]);
    for (const name of kept) await sen.browser.profile.remove(name);
  }, 300_000);

  it("is not told of a lie where his act arrived, he is nobody's since, and its file is closed to him", async () => {
    appends(async (pass, nth) => {
      if (nth === 0) await pass();
      if (nth > 1) return refusedFor("statement.author");
      return noLine();
    });
    // Refused in the same run, but after a sending that nobody answered (the connection tries each twice).
    expect(await rejected(closeDossier(sen.state, chain))).toBe("append.unsettled");
    expect([await waiting(), await refused()]).toEqual([1, 0]);
    await reload(sen);
    let sentAgain = 0;
    sen.browser.intercept((next): Fetch => (url, init) => {
      if (new URL(url).pathname.startsWith(`/api/v1/chains/${chain}`)) return Promise.resolve(refusedFor("access.not_found"));
      const first = init.method === "POST" && String(url).endsWith("/api/v1/statements") && sentAgain++ === 0;
      return first ? Promise.resolve(refusedFor("statement.author")) : next(url, init);
    });
    await send(sen.state, {
      files: [sourceOf("b.bin", bytesOf(100, 2))], to: ["X-OTP"], title: "Autre", message: "", policy: ownParty, together: false,
    });
    expect([await waiting(), await refused()]).toEqual([0, 0]);
    // Another of his authorities is let in later.
    sen.browser.intercept(null);
    await reload(sen);
    expect((await showDossier(sen.state, chain)).state).toBe("closed");
    expect(await sen.browser.profile.list("evidence")).toEqual([]);
  }, 300_000);

  it("finds later what stands in a file that he may not read now", async () => {
    appends(noLine);
    expect(await rejected(closeDossier(sen.state, chain))).toBe("append.unsettled");
    await reload(sen);
    sen.browser.intercept((next): Fetch => (url, init) =>
      new URL(url).pathname.startsWith(`/api/v1/chains/${chain}`) ? Promise.resolve(refusedFor("access.not_found")) : next(url, init));
    const [sent] = await send(sen.state, {
      files: [sourceOf("b.bin", bytesOf(100, 2))], to: ["X-OTP"], title: "Autre", message: "", policy: ownParty, together: false,
    });
    expect(sent!.chain).not.toBe(chain);
    expect([await waiting(), await refused()]).toEqual([1, 0]);
    sen.browser.intercept(null);
    await reload(sen);
    await reopenDossier(sen.state, chain);
    expect([await waiting(), await refused()]).toEqual([0, 0]);
    expect(await sen.browser.profile.list("evidence")).toEqual([]);
  }, 300_000);
});
