// What a quorum has not co-signed is shown, and nobody seals, opens or receipts on it. Real server, real co-signers.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEntry } from "../../src/agent/get.ts";
import { showDossier } from "../../src/agent/inbox.ts";
import { receipts } from "../../src/agent/receipts.ts";
import { addEntry, send } from "../../src/agent/send.ts";
import { mostLooks } from "../../src/agent/counting.ts";
import { synchronise } from "../../src/agent/synchronise.ts";
import type { SendOrder } from "../../src/agent/api.ts";
import { bytesOf, ownParty, signInHere, sourceOf, type WebPerson } from "./support/people.ts";
import { hasBinaries, openWorld, type Started, type World } from "./support/world.ts";

const rejected = async (run: Promise<unknown>): Promise<{ code: string; key: string }> =>
  run.then(() => ({ code: "", key: "nothing failed" }), (error) => ({ code: error.code, key: error.key ?? String(error) }));

describe.skipIf(!hasBinaries)("with two of three co-signers away", () => {
  let world: World;
  let started: Started;
  let sen: WebPerson;
  let otp: WebPerson;
  let chain: string;
  let late: string;
  const order: SendOrder = {
    files: [sourceOf("rapport.bin", bytesOf(1000, 5))], to: ["X-OTP"], title: "Titre", message: "Texte", policy: ownParty,
    together: false,
  };
  const witnesses = async (runs: boolean): Promise<void> => {
    for (const number of [1, 2]) await world.do({ do: "witness", number, runs });
  };

  beforeAll(async () => {
    world = openWorld();
    started = await world.start({ witnesses: 3, quorum: 2 });
    await world.do({ do: "cast", cast: "two_parties" });
    sen = await signInHere(world, started, "SEN2");
    otp = await signInHere(world, started, "OTP2");
  }, 400_000);
  afterAll(() => world?.end(), 60_000);

  it("before that, what is sent counts within seconds", async () => {
    const [sent] = await send(sen.state, order);
    chain = sent!.chain;
    expect(sent!.counting).toBe(true);
    expect(await openEntry(otp.state, chain, 1)).toMatchObject({ counting: true, warnings: [], message: "Texte" });
  }, 300_000);

  it("what is sent stands, and says that it does not count yet", async () => {
    await witnesses(false);
    const [sent] = await send(sen.state, order);
    late = sent!.chain;
    expect(sent).toMatchObject({ seq: 1, counting: false });
    expect(sent!.index).toBeGreaterThanOrEqual(sen.state.log.countingSize);
  }, 300_000);

  it("it is listed at the other end, and not opened", async () => {
    expect((await showDossier(otp.state, late)).entries).toMatchObject([{ counting: false, warnings: ["not_yet_witnessed"], opened: false }]);
    expect(await rejected(openEntry(otp.state, late, 1))).toEqual({ code: "unavailable", key: "log.not_yet_witnessed" });
    expect(await receipts(sen.state, late)).toEqual([]);
  }, 300_000);

  it("nothing is sealed to a key that does not count", async () => {
    const rekeyed = await world.do({ do: "run", person: "OTP1", arguments: ["authority", "rekey", "--yes"], expect: null });
    expect(rekeyed.out + rekeyed.err).not.toContain("usage");
    sen.state.looksLeft = mostLooks;
    expect(await rejected(addEntry(sen.state, { chain, files: [], title: "", message: "Suite" })))
      .toEqual({ code: "unavailable", key: "log.not_yet_witnessed" });
    sen.state.looksLeft = mostLooks;
    expect(await rejected(send(sen.state, { ...order, title: "Autre" }))).toEqual({ code: "unavailable", key: "log.not_yet_witnessed" });
    expect(await sen.browser.profile.list("drafts/signed")).toEqual([]);
  }, 300_000);

  it("and when one is back, all of it goes on", async () => {
    await world.do({ do: "witness", number: 1, runs: true });
    const deadline = Date.now() + 90_000;
    for (;;) {
      await synchronise(otp.state);
      if (otp.state.log.countingSize === otp.state.log.size || Date.now() > deadline) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    otp.state.looksLeft = sen.state.looksLeft = mostLooks;
    expect(await openEntry(otp.state, late, 1)).toMatchObject({ counting: true, warnings: [], message: "Texte" });
    const sent = await addEntry(sen.state, { chain, files: [], title: "", message: "Suite" });
    expect(await openEntry(otp.state, chain, sent.seq)).toMatchObject({ message: "Suite", epoch: 2 });
  }, 180_000);
});
