// After somebody left: what cannot be taken back is told as the command line tells it, and new keys that did not reach every
// file are found and finished, on this device or on another. Real server, real command line.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { members, removeMember, replaceMember } from "../../src/agent/people.ts";
import { formerMembers, keptBy, resumeRotation, rotationStatus } from "../../src/agent/rotation.ts";
import { openAgent, synchronise } from "../../src/agent/synchronise.ts";
import type { KeptReport, Progress } from "../../src/agent/api.ts";
import { reload, signInHere, type WebPerson } from "./support/people.ts";
import { hasBinaries, items, openWorld, type Started, type World } from "./support/world.ts";

describe.skipIf(!hasBinaries)("a member who left", () => {
  let world: World;
  let started: Started;
  let custodian: WebPerson;
  let member: string;
  const chains: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), "rogatory-web-rotation-"));
  const progress: Progress[] = [];

  const send = async (title: string): Promise<string> => {
    const { profile } = await world.facts("OTP1");
    const sent = await world.run("OTP1", "send", `${profile}/account.json`, "--to", "SEN/CRF", "--title", title, "--yes");
    return items(sent)[0].dossier;
  };
  const idOf = async (name: string): Promise<string> =>
    (await members(custodian.state)).find(({ displayName }) => displayName === name)!.member;

  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
    await world.do({ do: "call", of: "cast", name: "join", arguments: ["SEN3", "sen.crf.3", { person: "SEN1" }, "officer"] });
    custodian = await signInHere(world, started, "SEN1");
    custodian.browser.environment.observer.onProgress = (one) => void progress.push(one);
    for (const title of ["Un", "Deux", "Trois"]) chains.push(await send(title));
    await world.run("SEN3", "get", chains[0]!, "--out", folder, "--yes");
    member = await idOf("sen.crf.3");
  }, 400_000);
  afterAll(async () => {
    await world?.end();
    rmSync(folder, { recursive: true, force: true });
  }, 300_000);

  /** As the command line says it, in its words. */
  const native = async (): Promise<unknown> => (await world.run("SEN2", "member", "kept", member)).json;
  const inItsWords = (report: KeptReport): unknown => ({
    member: report.member, display_name: report.displayName, authority_name: report.authorityName, since: report.since,
    ...(report.until === undefined ? {} : { until: report.until }), generations: report.generations,
    entries: report.entries, fetched: report.fetched,
    items: report.dossiers.map(({ chain, title, epochs, fetched, entries }) => ({
      dossier: chain, title, epochs: epochs.map(String), fetched,
      entries: entries.map(({ seq, at, fetchedAt, openedAt }) => ({
        seq, at, ...(fetchedAt === undefined ? {} : { fetched_at: fetchedAt }), ...(openedAt === undefined ? {} : { opened_at: openedAt }),
      })),
    })),
  });
  const sorted = (value: any): unknown => // eslint-disable-line @typescript-eslint/no-explicit-any
    ({ ...value, items: [...value.items].sort((a: any, b: any) => (a.dossier < b.dossier ? -1 : 1)).map((one: any) => ({ ...one, title: "" })) }); // eslint-disable-line @typescript-eslint/no-explicit-any

  it("may have kept, while still there, what the authority can read", async () => {
    const report = await keptBy(custodian.state, "sen.crf.3");
    expect(report).toMatchObject({ displayName: "sen.crf.3", entries: 3, fetched: 1, generations: 1 });
    expect(report.until).toBeUndefined();
    expect(sorted(inItsWords(report))).toEqual(sorted(await native()));
    await expect(keptBy(custodian.state, "nobody")).rejects.toMatchObject({ key: "member.unknown" });
    await expect(keptBy(custodian.state, "sen.crf")).rejects.toMatchObject({ code: expect.stringMatching(/not_found|invalid_input/) });
  }, 300_000);

  it("is removed, and a run that is stopped half way says what is left", async () => {
    const { observer } = custodian.browser.environment;
    let asked = 0;
    observer.cancelled = () => ++asked > 1;
    progress.length = 0;
    const outcome = await removeMember(custodian.state, member);
    observer.cancelled = () => false;
    expect(outcome.started).toHaveLength(1);
    expect(outcome.notStarted.map(({ key }) => key)).toEqual(["rotation.interrupted", "rotation.interrupted"]);
    expect(progress.filter(({ of }) => of === "rotation")).toEqual([0, 1, 2, 3].map((done) => ({ of: "rotation", done, total: 3 })));
    const status = await rotationStatus(custodian.state);
    expect(status).toMatchObject({ unfinished: true, generation: 2, dossiers: 3 });
    expect([...status.stale].sort()).toEqual(outcome.notStarted.map(({ chain }) => chain).sort());
    // The command line of a colleague finds the same, without having begun it.
    const there = await world.do({ do: "run", person: "SEN2", arguments: ["rotation", "status"], expect: 10 });
    expect([...there.json.stale].sort()).toEqual([...status.stale].sort());
  }, 300_000);

  it("tells whoever comes back to this device, and goes on where it ended", async () => {
    custodian.browser.notices.length = 0;
    await reload(custodian);
    expect(custodian.browser.notices.map(({ key }) => key)).toContain("rotation.unfinished");
    const outcome = await resumeRotation(custodian.state);
    expect(outcome).toMatchObject({ notStarted: [] });
    expect(outcome.started).toHaveLength(2);
    expect(await rotationStatus(custodian.state)).toMatchObject({ unfinished: false, stale: [] });
    expect(await resumeRotation(custodian.state)).toEqual({ started: [], notStarted: [] });
    custodian.browser.notices.length = 0;
    await reload(custodian);
    expect(custodian.browser.notices.map(({ key }) => key)).not.toContain("rotation.unfinished");
  }, 300_000);

  it("kept what was readable till then, and nothing of what followed", async () => {
    chains.push(await send("Après"));
    await synchronise(custodian.state);
    const report = await keptBy(custodian.state, member);
    expect(report).toMatchObject({ entries: 3, fetched: 1, generations: 1 });
    expect(report.until).toBeGreaterThan(report.since);
    expect(report.dossiers.map(({ chain }) => chain).sort()).toEqual(chains.slice(0, 3).sort());
    expect(sorted(inItsWords(report))).toEqual(sorted(await native()));
    expect(await formerMembers(custodian.state)).toMatchObject([{ member, displayName: "sen.crf.3", until: report.until }]);
  }, 300_000);

  it("whose device was stolen is out at once and invited as a new member, in one act", async () => {
    await world.do({ do: "call", of: "cast", name: "join", arguments: ["SEN4", "sen.crf.4", { person: "SEN1" }, "reader"] });
    await synchronise(custodian.state);
    const stolen = await idOf("sen.crf.4");
    const done = await replaceMember(custodian.state, stolen, 72);
    expect(done.epochs.notStarted).toEqual([]);
    expect(done.invitation.code.replace(/[^0-9A-Z]/g, "")).toHaveLength(28);
    expect((await members(custodian.state)).map(({ member: id }) => id)).not.toContain(stolen);
    await world.do({ do: "person", name: "SEN5", user: "sen.crf.5" });
    const answered = await world.do({ do: "enrol", person: "SEN5", code: done.invitation.code });
    expect(answered.json.comparison_digits).toMatch(/^(\d{5} ){3}\d{5}$/);
    await expect(replaceMember(custodian.state, stolen, 72)).rejects.toMatchObject({ key: "member.unknown" });
  }, 180_000);

  it("is told to access managers alone", async () => {
    const second = await signInHere(world, started, "SEN2");
    await world.run("SEN1", "member", "role", "sen.crf.2", "officer").catch(() => undefined);
    second.state = await openAgent(second.browser.environment, second.state.unlocked);
    const role = (await members(second.state)).find(({ self }) => self)!.role;
    expect(role).toBe("officer");
    await expect(keptBy(second.state, member)).rejects.toMatchObject({ code: "forbidden" });
    expect(await rotationStatus(second.state)).toMatchObject({ stale: [] });
  }, 300_000);
});
