// A State that lost every key founds anew in the page and says which register it follows; everybody else is told, seals it
// nothing until it is pinned again, and may give it again what the rules allow. Real server, real command line.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grant } from "../../src/agent/acts.ts";
import { enrolmentSteps } from "../../src/agent/enrol.ts";
import { dossiers, showDossier } from "../../src/agent/inbox.ts";
import { openEntry } from "../../src/agent/get.ts";
import { listParties } from "../../src/agent/parties.ts";
import { pinByFingerprint } from "../../src/agent/pin.ts";
import { addEntry, send } from "../../src/agent/send.ts";
import { succession } from "../../src/agent/succession.ts";
import { openAgent } from "../../src/agent/synchronise.ts";
import { signIn } from "../../src/agent/unlock.ts";
import type { PartyView } from "../../src/agent/api.ts";
import type { AgentState } from "../../src/agent/state.ts";
import { ownParty, signInHere, unrestricted, type WebPerson } from "./support/people.ts";
import { hasBinaries, items, openBrowser, openWorld, totpCode, type Browser, type Started, type World } from "./support/world.ts";

const passphrase = "onze moulins chantent sous la neige du port";
const wrongDigits = Array.from({ length: 8 }, () => "11111").join(" ");

describe.skipIf(!hasBinaries)("a State that founds anew", () => {
  let world: World;
  let started: Started;
  let sheet: string;
  let old: string;
  let fresh: string;
  let prosecutor: WebPerson;
  let founder: Browser;
  let anew: AgentState;
  let asked: string; // opened by the Prosecutor
  let given: string; // opened by the State
  let closed: string; // opened by the Prosecutor, kept to its participants
  const view = async (digits: string): Promise<PartyView> =>
    (await listParties(prosecutor.state)).find(({ fingerprint }) => fingerprint === digits)!;

  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    const cast = await world.do({ do: "cast", cast: "two_parties" });
    sheet = cast.sheet;
    old = cast.fingerprints.SEN;
    prosecutor = await signInHere(world, started, "OTP1");
    const order = {
      files: [], to: ["SEN/CRF"], title: "Demande", message: "Voici.", together: false,
    };
    const sent = await send(prosecutor.state, { ...order, policy: unrestricted });
    asked = sent[0]!.chain;
    closed = (await send(prosecutor.state, { ...order, title: "Secret", policy: { ...ownParty, onward: "participants_only" } }))[0]!.chain;
    // What the State sent is its own: nobody can agree to it any more once its keys are lost.
    const profile = (await world.facts("SEN1")).profile;
    const ran = await world.run("SEN1", "send", `${profile}/account.json`, "--to", "X-OTP", "--title", "Avant", "--onward", "source_consent", "--yes");
    given = items(ran)[0].dossier;
  }, 400_000);
  afterAll(() => world?.end(), 60_000);

  it("is founded in the page from an invitation that says so, with the old digits and the note verbale", async () => {
    const code = await world.invite("ADMIN", "admin", "party", "invite", "SEN", "--anew");
    founder = await openBrowser(started);
    const steps = enrolmentSteps(founder.environment);
    // The sheet names the lost register of this very State: that is no hindrance to whoever founds anew.
    expect(await steps.begin({ sheet, code })).toMatchObject({ kind: "founder", partyCode: "SEN", anew: true });
    await expect(steps.checkPredecessor("SEN", wrongDigits, "NV 1/2027")).rejects.toMatchObject({ key: "founding.predecessor_unknown" });
    await expect(steps.checkPredecessor("SEN", old, "")).rejects.toMatchObject({ key: "founding.note_verbale" });
    await expect(steps.checkPredecessor("SEN", old, "é".repeat(101))).rejects.toMatchObject({ key: "founding.note_verbale" });
    await expect(steps.checkPredecessor("SEN", "", "NV 1/2027")).rejects.toMatchObject({ key: "founding.note_without_succeeds" });
    await steps.checkPredecessor("SEN", old, "NV 1/2027");
    const totp = (await steps.prepareTotp("sen.neu")).secret;
    const way = {
      userName: "sen.neu", passphrase, language: "fr" as const, displayName: "", foundCode: "SEN", partyName: "Senegal",
      authorityKind: "fiu", authorityName: "CRF",
    };
    const answer = async (more: object) => {
      const kit = await steps.prepareKit({ ...way, ...more });
      expect(steps.readBackKit(kit)).toBe(true);
      return steps.answer({ totp: await totpCode(totp) });
    };
    // Who does not say which one he follows would be a second State of that name.
    await expect(answer({})).rejects.toMatchObject({ key: "founding.code_on_sheet" });
    const outcome = await answer({ succeeds: old, noteVerbale: "NV 1/2027" });
    expect(outcome.state).toBe("live");
    fresh = outcome.partyDigits;
    expect(fresh).not.toBe(old);
    const unlocked = await signIn(founder.environment, { passphrase, factor: { totp: await totpCode(totp) } });
    anew = await openAgent(founder.environment, unlocked);
    expect((await listParties(anew)).find(({ pinned }) => pinned === "own")).toMatchObject({ fingerprint: fresh, succeeds: old });
  }, 200_000);

  it("is shown as such; nothing is sealed to its old keys nor to the new ones before they are checked", async () => {
    expect(await view(old)).toMatchObject({ succeededBy: fresh, problem: "" });
    expect(await view(fresh)).toMatchObject({ succeeds: old, noteVerbale: "NV 1/2027", pinned: "", problem: "" });
    const order = { files: [], to: ["SEN/CRF"], title: "x", message: "m", policy: unrestricted, together: false };
    await expect(send(prosecutor.state, order)).rejects.toMatchObject({ key: "party.founded_anew" });
    await expect(addEntry(prosecutor.state, { chain: asked, files: [], title: "", message: "noch" }))
      .rejects.toMatchObject({ key: "party.founded_anew" });
    const waiting = await succession(prosecutor.state, "SEN", "");
    expect(waiting).toMatchObject({ oldFingerprint: old, newFingerprint: fresh, noteVerbale: "NV 1/2027", pinned: false, to: "" });
    expect(waiting.dossiers.map(({ problem }) => problem)).toEqual(Array.from({ length: 3 }, () => "party.founded_anew"));
    await expect(succession(prosecutor.state, "X-REG", "")).rejects.toMatchObject({ key: "party.not_succeeded" });
    await expect(pinByFingerprint(prosecutor.state, "SEN", wrongDigits)).rejects.toMatchObject({ key: "pin.digits_differ" });
  }, 300_000);

  it("is readable as before once pinned again, and is given again what its owners may give", async () => {
    await pinByFingerprint(prosecutor.state, "SEN", fresh);
    const { seq } = (await showDossier(prosecutor.state, given)).entries[0]!;
    expect(await openEntry(prosecutor.state, given, seq)).toMatchObject({ title: "Avant", outcome: "ok" });
    const there = await showDossier(prosecutor.state, given);
    expect(there).toMatchObject({ state: "open", opener: { partyCode: "SEN", authorityName: "CRF" } });
    expect(there.warnings).toContain("participant_founded_anew");

    const again = await succession(prosecutor.state, "SEN", "");
    expect(again).toMatchObject({ pinned: true, to: "SEN/CRF" });
    const row = (chain: string) => again.dossiers.find((one) => one.chain === chain);
    expect(row(asked)).toMatchObject({ title: "Demande", entries: 1, epochs: [1], mayGrant: true, consentsOf: [], problem: "", given: false });
    expect(row(asked)!.was).toMatchObject([{ authorityName: "CRF", partyCode: "SEN" }]);
    // The opener's consent would be needed, and its keys are gone.
    expect(row(given)).toMatchObject({ mayGrant: false, problem: "succession.owner_lost" });
    // One's own file is one's own to give, whatever rule it has for others.
    expect(row(closed)).toMatchObject({ mayGrant: true, consentsOf: [] });
    // The command line sees the same.
    const native = (await world.run("OTP2", "party", "succession", "SEN")).json;
    for (const one of native.items) {
      const here = row(one.dossier)!;
      expect({ entries: here.entries, may_grant: here.mayGrant, problem: here.problem })
        .toEqual({ entries: one.entries, may_grant: one.may_grant, problem: one.problem });
    }

    await grant(prosecutor.state, asked, again.to);
    expect((await succession(prosecutor.state, "SEN", "SEN/CRF")).dossiers.find(({ chain }) => chain === asked)).toMatchObject({ given: true });
    await expect(grant(prosecutor.state, given, again.to)).rejects.toMatchObject({ code: "forbidden" });
  }, 300_000);

  it("opens with its new keys what it was given again", async () => {
    await dossiers(anew);
    const { entries } = await showDossier(anew, asked);
    expect(await openEntry(anew, asked, entries[0]!.seq)).toMatchObject({ title: "Demande", outcome: "ok" });
    expect((await dossiers(anew)).map(({ chain }) => chain)).toEqual([asked]);
  }, 300_000);
});
