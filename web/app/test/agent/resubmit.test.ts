// A server that was put back to an older copy, repaired from what lies in browsers alone: nobody's keys are needed, the
// server takes nothing that it had not signed, and everybody goes on in the same history.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEntry } from "../../src/agent/get.ts";
import { showDossier } from "../../src/agent/inbox.ts";
import { receipts } from "../../src/agent/receipts.ts";
import { resubmit } from "../../src/agent/resubmit.ts";
import { send } from "../../src/agent/send.ts";
import { openAgent, synchronise } from "../../src/agent/synchronise.ts";
import type { Progress } from "../../src/agent/api.ts";
import { signInHere, unrestricted, type WebPerson } from "./support/people.ts";
import { hasBinaries, openBrowser, openWorld, type Started, type World } from "./support/world.ts";

const soon = async (holds: () => Promise<boolean>, seconds = 60): Promise<boolean> => {
  for (const until = Date.now() + seconds * 1000; Date.now() < until;) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
};

describe.skipIf(!hasBinaries)("a log that was put back to an older copy", () => {
  let world: World;
  let started: Started;
  let sender: WebPerson;
  let reader: WebPerson;
  let chain: string;
  let lost: number;
  const order = { files: [], to: ["X-OTP"], title: "Après la sauvegarde", message: "m", policy: unrestricted, together: false };

  beforeAll(async () => {
    world = openWorld();
    started = await world.start({ witnesses: 3, quorum: 2 });
    await world.do({ do: "cast", cast: "two_parties" });
    sender = await signInHere(world, started, "SEN1");
    reader = await signInHere(world, started, "OTP1");
    await world.do({ do: "backup" });
    chain = (await send(sender.state, order))[0]!.chain;
    await synchronise(reader.state);
    await openEntry(reader.state, chain, 1);
    // The sender has read what the reader signed, too: any device that has it will do.
    await receipts(sender.state, chain);
    lost = sender.state.log.size;
  }, 400_000);
  afterAll(() => world?.end(), 60_000);

  it("is noticed by whoever has seen more, who shows the server what it had signed", async () => {
    await world.do({ do: "restore" });
    const { server } = sender.browser.environment;
    await expect(synchronise(sender.state)).rejects.toMatchObject({ code: "integrity", key: "log.rolled_back" });
    expect(await server.repairStatus()).toMatchObject({ behind: true, repairable: true, target: lost });
    // Nobody is let in over it, and nothing new is signed.
    await expect(openAgent(sender.browser.environment, sender.state.unlocked)).rejects.toMatchObject({ key: "log.rolled_back" });
  }, 300_000);

  it("takes nothing from a device that has read nothing, or whose copy is damaged, or of another history", async () => {
    const stranger = await openBrowser(started);
    await expect(resubmit(stranger.environment)).rejects.toMatchObject({ key: "resubmit.nothing_here" });
    const { profile, server } = sender.browser.environment;
    const entries = (await profile.load("log/entries"))!;
    const wrong = entries.slice();
    wrong[5] = wrong[5]! ^ 1;
    await profile.save("log/entries", wrong);
    await expect(resubmit(sender.browser.environment)).rejects.toMatchObject({ key: "resubmit.profile_damaged" });
    await profile.save("log/entries", entries);
    const { size } = await server.repairStatus();
    await expect(server.repairEntries(size, new Uint8Array(64 * (lost - size)), new Uint8Array()))
      .rejects.toMatchObject({ key: "repair.other_history" });
    await expect(stranger.environment.server.repairStatements([], [])).rejects.toMatchObject({ code: "unauthenticated" });
  }, 300_000);

  it("is given back what lies in the sender's browser, and what the reader has besides", async () => {
    const seen: Progress[] = [];
    sender.browser.environment.observer.onProgress = (one) => void seen.push(one);
    const first = await resubmit(sender.browser.environment);
    expect(first.before.behind).toBe(true);
    expect(first.entries).toBe(lost - first.before.size);
    expect(first.statements).toBeGreaterThan(0);
    expect(first.blobs).toBeGreaterThan(0);
    expect(seen.at(-1)).toMatchObject({ of: "repair", done: seen.at(-1)!.total });
    if (first.after.behind) {
      const second = await resubmit(reader.browser.environment);
      expect(second.after).toMatchObject({ behind: false, size: lost });
    } else {
      expect(first.after).toMatchObject({ size: lost });
    }
    // Once more brings nothing and is no error.
    expect(await resubmit(sender.browser.environment)).toMatchObject({ statements: 0, blobs: 0 });
  }, 300_000);

  it("goes on in the same history once the co-signers have confirmed it", async () => {
    const again = async (person: WebPerson): Promise<boolean> =>
      openAgent(person.browser.environment, person.state.unlocked).then((state) => { person.state = state; return true; }, () => false);
    expect(await soon(() => again(sender))).toBe(true);
    expect(await soon(() => again(reader))).toBe(true);
    expect(sender.state.log.size).toBe(lost);
    const { entries } = await showDossier(reader.state, chain);
    expect(entries[0]).toMatchObject({ title: "Après la sauvegarde", outcome: "ok" });
    const sent = async (): Promise<boolean> => send(sender.state, { ...order, title: "Et ensuite" }).then(() => true, () => false);
    expect(await soon(sent, 90)).toBe(true);
    expect(sender.state.log.size).toBeGreaterThan(lost);
  }, 200_000);
});
