// An authority that loses its only access manager: recovery keys made and used by the page and by the native client, in
// both directions. Real server, real co-signers, real command line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isFailure } from "../../src/base/failure.ts";
import { membership, own, ownKnown } from "../../src/agent/acting.ts";
import { openKeyring } from "../../src/agent/keyring.ts";
import { rekeyAuthority } from "../../src/agent/people.ts";
import { approveRecovery, beginRecovery, finishRecovery, refuseRecovery } from "../../src/agent/recover.ts";
import { combineParts, ownShare, readEnvelope } from "../../src/agent/recovery_parts.ts";
import {
  drillRecovery, prepareRecovery, proveShare, recoveryKeepers, recoveryShares, setRecovery,
} from "../../src/agent/recovery_set.ts";
import { recoveryStatus } from "../../src/agent/recovery_view.ts";
import { synchronise } from "../../src/agent/synchronise.ts";
import { signIn } from "../../src/agent/unlock.ts";
import type { RecoveryCandidate, RecoveryView } from "../../src/agent/api.ts";
import type { HybridIdentity } from "../../src/crypto/age/hybrid.ts";
import { signInHere, type WebPerson } from "./support/people.ts";
import {
  hasBinaries, items, openBrowser, openWorld, totpCode, totpUsedElsewhere, type Browser, type Started, type World,
} from "./support/world.ts";

const rejected = async (run: Promise<unknown>): Promise<string> =>
  run.then(() => "nothing failed", (error) => error.key ?? String(error));

describe.skipIf(!hasBinaries)("a recovery key", () => {
  const folder = mkdtempSync(join(tmpdir(), "rogatory-web-recovery-"));
  let world: World;
  let started: Started;
  let first: WebPerson;
  let second: WebPerson;
  let envelope: string;
  const fileOf = (name: string): string => join(folder, name);

  beforeAll(async () => {
    world = openWorld();
    started = await world.start({ witnesses: 3, quorum: 2 });
    await world.do({ do: "cast", cast: "two_parties" });
    await world.do({
      do: "call", of: "cast", name: "second_authority", arguments: ["SENA", "sen.bra.1", { person: "SEN1" }, "BRA", "aro"],
    });
    first = await signInHere(world, started, "SEN1");
    second = await signInHere(world, started, "SEN2");
  }, 400_000);
  afterAll(async () => {
    await world?.end();
    rmSync(folder, { recursive: true, force: true });
  }, 300_000);

  const ownView = async (person: WebPerson): Promise<RecoveryView> => (await recoveryStatus(person.state))[0]!;
  /** As k holders would: one part from its holder, one from the sheet. */
  const combined = async (): Promise<HybridIdentity> => {
    await synchronise(first.state);
    const { authority } = membership(first.state);
    const set = own(first.state).recovery(authority)!;
    return combineParts(set, [await ownShare(first.state, authority), readEnvelope(own(first.state), authority, envelope)]);
  };
  const generationsOpened = async (identity: HybridIdentity): Promise<number> => {
    const { authority } = membership(first.state);
    const { keyring, culprit } = await openKeyring(first.browser.environment, ownKnown(first.state), authority, identity);
    expect(culprit).toBeUndefined();
    return keyring.generations.length;
  };

  it("is made in the page, two of three, once its envelope is printed; the native client opens its part", async () => {
    const keepers = await recoveryKeepers(first.state);
    const mine = keepers.filter(({ authorityName }) => authorityName === "CRF");
    expect(mine.map(({ self }) => self).sort()).toEqual([false, true]);
    for (const [holders, threshold, withEnvelope] of [[mine, 2, false], [mine, 3, true], [[mine[0]!], 2, true]] as const) {
      expect(await rejected(prepareRecovery(first.state, { threshold, holders: [...holders], envelope: withEnvelope })))
        .toBe("void.recovery_shares");
    }
    expect(await rejected(prepareRecovery(first.state, { threshold: 2, holders: [...mine, mine[0]!], envelope: false })))
      .toBe("recovery.holder_twice");
    const prepared = await prepareRecovery(first.state, { threshold: 2, holders: mine, envelope: true });
    ({ envelope } = prepared);
    expect((await ownView(first)).set).toBe(false);
    await setRecovery(first.state, prepared);
    expect(await ownView(first)).toMatchObject({ set: true, threshold: 2, drilled: false, outdated: false, own: true, holder: true });
    expect(await recoveryShares(second.state)).toMatchObject([{ authorityName: "CRF", threshold: 2, parts: 3, opens: true }]);
    expect(items(await world.run("SEN2", "recovery", "shares"))).toMatchObject([{ authority_name: "CRF", opens: true }]);
  }, 200_000);

  it("opens every keyring that page or native client writes from then on", async () => {
    const identity = await combined();
    expect(await generationsOpened(identity)).toBe(1);
    await rekeyAuthority(first.state);
    expect(await generationsOpened(identity)).toBe(2);
    await world.run("SEN2", "authority", "rekey", "--yes");
    await synchronise(first.state);
    expect(await generationsOpened(identity)).toBe(3);
    // The native client reads what the page wrote: it would say so if a recipient were missing.
    expect(items(await world.run("SEN2", "recovery", "shares"))).toMatchObject([{ opens: true }]);
  }, 200_000);

  it("is drilled with a native proof, and not before every holder's part is there", async () => {
    expect(await rejected(drillRecovery(first.state, { proofs: [], envelopes: [envelope] }))).toBe("recovery.drill_incomplete");
    expect(await rejected(drillRecovery(first.state, { proofs: [new Uint8Array(300)], envelopes: [] }))).toBe("recovery.proof_wrong");
    await world.run("SEN2", "recovery", "drill", "--out", fileOf("proof-2.age"));
    await drillRecovery(first.state, { proofs: [new Uint8Array(readFileSync(fileOf("proof-2.age")))], envelopes: [envelope] });
    expect((await ownView(first)).drilled).toBe(true);
    const [native] = items(await world.run("SEN2", "recovery", "status"));
    expect(native).toMatchObject({ authority_name: "CRF", drilled: true, threshold: 2 });
  }, 200_000);

  it("of the native client is proven by the page, and is drilled there", async () => {
    await world.run("SENA", "recovery", "set", "--threshold", "2", "--holder", "CRF/sen.crf.1", "--holder", "CRF/sen.crf.2",
      "--envelope-out", fileOf("envelope.txt"));
    const lost = (await recoveryStatus(first.state)).find(({ authorityName }) => authorityName === "BRA")!;
    expect(lost).toMatchObject({ own: false, holder: true, set: true, custodians: 1, live: false });
    for (const [name, person] of [["a", first], ["b", second]] as const) {
      writeFileSync(fileOf(name), await proveShare(person.state, lost.authority));
    }
    await world.run("SENA", "recovery", "drill", fileOf("a"), fileOf("b"));
    expect((await recoveryStatus(first.state)).find(({ authorityName }) => authorityName === "BRA"))
      .toMatchObject({ drilled: true, live: true });
  }, 200_000);

  describe("of an authority whose access manager is lost", () => {
    let authority: string;
    let candidate: Browser;
    let digits: string;
    const candidates = async (person: WebPerson): Promise<RecoveryCandidate[]> =>
      (await recoveryStatus(person.state)).find((view) => view.authority === authority)!.candidates;
    const finish = async (): Promise<string> => {
      const facts = await world.facts("NEW");
      const kept = await candidate.environment.profile.load("account.json");
      for (let attempt = 1; ; ++attempt) {
        try {
          const unlocked = await signIn(candidate.environment, {
            passphrase: facts.passphrase, factor: { totp: await totpCode(facts.totp) }, ...(kept === null ? { kit: facts.kit } : {}),
          });
          return await rejected(finishRecovery(candidate.environment, unlocked, []));
        } catch (error) {
          if (!isFailure(error, "sign_in.refused") || attempt === 3) throw error;
        }
      }
    };

    it("is begun by a holder in the page, for somebody who enrols with the native client", async () => {
      ({ authority } = (await recoveryStatus(first.state)).find(({ authorityName }) => authorityName === "BRA")!);
      const made = await beginRecovery(first.state, authority, 72);
      expect(await candidates(second)).toMatchObject([{ invitation: made.invitation, state: "open", approvals: [] }]);
      await world.do({ do: "person", name: "NEW", user: "sen.bra.9" });
      ({ comparison_digits: digits } = (await world.do({ do: "enrol", person: "NEW", code: made.code })).json);
      totpUsedElsewhere((await world.facts("NEW")).totp);
      candidate = await openBrowser(started);
      const [answered] = await candidates(first);
      expect(answered).toMatchObject({ state: "answered", comparisonDigits: digits, displayName: "sen.bra.9", problem: "" });
      expect(await finish()).toBe("recovery.not_enough");
    }, 200_000);

    it("is approved in the page only with the candidate's own digits, once by each holder; the native client sees it", async () => {
      const [{ invitation }] = await candidates(first) as [RecoveryCandidate];
      expect(await rejected(approveRecovery(first.state, authority, invitation, ""))).toBe("invitation.digits_needed");
      expect(await rejected(approveRecovery(first.state, authority, invitation, "00000 00000 00000 00000"))).toBe("invitation.digits_differ");
      await approveRecovery(first.state, authority, invitation, digits);
      expect(await rejected(approveRecovery(first.state, authority, invitation, digits))).toBe("void.nothing_changed");
      const seen = items(await world.run("SEN2", "recovery", "status")).find((view) => view.authority_name === "BRA");
      expect(seen.candidates[0].approvals).toHaveLength(1);
      await world.run("SEN2", "recovery", "approve", "sen.bra.9", "--authority", "BRA", "--digits", digits);
      await expect.poll(async () => (await candidates(first))[0]!.notBefore, { timeout: 60_000 }).toBeGreaterThan(0);
      expect((await candidates(first))[0]!.approvals).toHaveLength(2);
      expect(await finish()).toBe("recovery.too_early");
    }, 300_000);

    it("is refused for good by an access manager who is still there", async () => {
      const there = await signInHere(world, started, "SENA");
      expect(there.browser.notices.some(({ key }) => key === "recovery.under_way")).toBe(true);
      const [{ record, invitation }] = (await recoveryStatus(there.state))[0]!.candidates as [RecoveryCandidate];
      await refuseRecovery(there.state, { record, invitation });
      expect((await candidates(first))[0]!.state).toBe("refused");
      expect(await finish()).toBe("recovery.refused");
    }, 200_000);
  });
});
