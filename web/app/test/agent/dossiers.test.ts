// The web client's trusted end beside the command line, on one real server: what one seals the other opens.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as acts from "../../src/agent/acts.ts";
import { exportEverything } from "../../src/agent/export.ts";
import { openEntry, previewAttachment, saveAttachment } from "../../src/agent/get.ts";
import { dossiers, showDossier } from "../../src/agent/inbox.ts";
import { removeMember } from "../../src/agent/people.ts";
import { receipts } from "../../src/agent/receipts.ts";
import { search } from "../../src/agent/search.ts";
import { addEntry, send } from "../../src/agent/send.ts";
import { verifyDossier } from "../../src/agent/verify.ts";
import type { SendOrder } from "../../src/agent/api.ts";
import { bytesOf, ownParty, place, reload, signInHere, sourceOf, type WebPerson } from "./support/people.ts";
import { hasBinaries, openWorld, type Started, type World } from "./support/world.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const rejected = async (run: Promise<unknown>): Promise<{ code: string; key: string }> =>
  run.then(() => ({ code: "", key: "nothing failed" }), (error) => ({ code: error.code, key: error.key ?? String(error) }));

describe.skipIf(!hasBinaries)("one file, two clients", () => {
  let world: World;
  let started: Started;
  let folder: string;
  let sen: WebPerson;
  let fra: WebPerson;
  const small = bytesOf(3000, 1);
  const large = bytesOf(5 * 1024 * 1024 + 17, 2);
  const order = (more: Partial<SendOrder>): SendOrder => ({
    files: [], to: ["X-OTP"], title: "", message: "Voir l’annexe A.", policy: ownParty, together: false, ...more,
  });
  /** What a command printed, whatever its exit code. */
  const ran = (person: string, ...args: string[]) => world.do({ do: "run", person, arguments: args, expect: null });
  const onDisk = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rogatory-web-files-"));
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "whole_cast" });
    sen = await signInHere(world, started, "SEN2");
    fra = await signInHere(world, started, "FRA2");
  }, 600_000);
  afterAll(async () => {
    await world?.end();
    rmSync(folder, { recursive: true, force: true });
  }, 300_000);

  describe("sent by the command line", () => {
    let chain: string;
    beforeAll(async () => {
      const restrictions = ["--caveat", "93-8-b", "--onward", "source_consent", "--handling", "H1", "--restriction-words", "Pour le procureur seul."];
      const sent = await world.run("FRA1", "send", onDisk("comptes é.pdf", small), onDisk("relevés.bin", large), "--to", "SEN/CRF",
        "--title", "Comptes de la société Baobab", "--message", "Œuvre d'art et virements.", ...restrictions, "--yes");
      chain = (sent.json.items ?? [sent.json])[0].dossier;
    }, 300_000);

    it("is listed without being opened", async () => {
      const listed = (await dossiers(sen.state)).find((each) => each.chain === chain);
      expect(listed).toMatchObject({
        kind: "share", title: "", state: "open", epoch: 1, unread: 1, warnings: [],
        opener: { partyCode: "FRA", authorityName: "CRF" }, own: { partyCode: "SEN", authorityName: "CRF" },
        policy: { onward: "source_consent", sealedHalfKnown: false },
      });
      expect(listed?.entries).toMatchObject([{
        seq: 1, opened: false, title: "", message: "", unread: true, own: false, outcome: "ok", authorName: "fra.crf.1",
        attachments: [{ name: "", state: "available" }, { name: "", state: "available" }],
      }]);
      // Nothing was opened, so nothing was said.
      expect((await world.run("FRA1", "receipts", chain)).json.items).toEqual([]);
    });

    it("opens, and its receipts reach the sender", async () => {
      const entry = await openEntry(sen.state, chain, 1);
      expect(entry).toMatchObject({
        opened: true, title: "Comptes de la société Baobab", message: "Œuvre d'art et virements.", unread: false,
        attachments: [{ name: "comptes é.pdf", size: small.length }, { name: "relevés.bin", size: large.length }],
        policy: {
          onward: "source_consent", caveats: ["93-8-b"], handling: ["H1"], words: "Pour le procureur seul.", sealedHalfKnown: true,
        },
      });
      const items = (await world.run("FRA1", "receipts", chain)).json.items;
      expect(items).toMatchObject([{ party: "SEN", kind: "fetched", entry: 1, member_name: "sen.crf.2" }]);
    });

    it("gives its files byte for byte, with the sheet of restrictions that the command line writes", async () => {
      const [first, second] = (await openEntry(sen.state, chain, 1)).attachments;
      const target = place();
      const saved = await saveAttachment(sen.state, chain, 1, first!.attachment, target.to);
      expect(target.state()).toBe("closed");
      expect(Buffer.from(target.bytes()).equals(small)).toBe(true);
      expect(saved).toMatchObject({ name: "comptes é.pdf", size: small.length, sha256: sha256(small), seq: 1 });

      const got = (await world.run("SEN1", "get", chain, "--out", join(folder, "native"), "--yes")).json;
      const sheet = got.files.find((file: { name: string }) => file.name === "comptes é.pdf").restriction_sheet;
      expect(saved.restrictionSheet?.text).toBe(readFileSync(sheet, "utf8"));
      expect(saved.restrictionSheet?.name).toBe("comptes é.pdf.restrictions.txt");

      // Not everything of the entry has been opened yet.
      const before = (await receipts(sen.state, chain)).filter((row) => row.memberName === "sen.crf.2");
      expect(before.map((row) => row.kind)).toEqual(["fetched"]);
      const shown = await previewAttachment(sen.state, chain, 1, second!.attachment);
      expect(Buffer.from(shown.bytes).equals(large)).toBe(true);
      const after = (await world.run("FRA1", "receipts", chain)).json.items
        .filter((row: { member_name: string }) => row.member_name === "sen.crf.2");
      expect(after.map((row: { kind: string }) => row.kind)).toEqual(["fetched", "opened_receipt"]);
    }, 300_000);

    it("leaves nothing but ciphertext in the browser", async () => {
      for (const name of await sen.browser.profile.placed("incoming")) {
        const file = await sen.browser.profile.place(name);
        const start = new Uint8Array(21);
        file.readAt(0, start);
        expect(Buffer.from(start).toString()).toBe("age-encryption.org/v1");
      }
    });

    it("is found again by words, and only by whoever opened it", async () => {
      expect(await search(sen.state, "societe baob")).toMatchObject([{ chain, seq: 1, title: "Comptes de la société Baobab" }]);
      expect((await search(sen.state, "OEUVRE"))[0]?.excerpt).toContain("Œuvre d'art");
      expect(await search(sen.state, "comptes.pdf releves")).toHaveLength(1);
      expect(await search(sen.state, "baobab nonsense")).toEqual([]);
      expect(await search(fra.state, "baobab")).toEqual([]);
    });

    it("verifies", async () => {
      const native = (await world.run("SEN1", "verify", chain)).json;
      expect(await verifyDossier(sen.state, chain)).toMatchObject({
        statements: native.statements, voidStatements: 0, grants: native.grants, entries: 1, problems: [],
      });
    });

    it("may be passed on with the source's consent alone", async () => {
      const refused = await rejected(acts.grant(sen.state, chain, "X-OTP"));
      expect(refused).toEqual({ code: "forbidden", key: "grant.consent_needed" });
      await world.run("FRA1", "consent", chain, "--to", "X-OTP", "--purpose", "Saisie à Lyon", "--yes");
      await acts.grant(sen.state, chain, "X-OTP");
      await world.run("OTP1", "get", chain, "1", "--out", join(folder, "granted"), "--yes");
      expect(sha256(readFileSync(join(folder, "granted", "relevés.bin")))).toBe(sha256(large));
      expect(await rejected(acts.grant(sen.state, chain, "X-OTP"))).toEqual({ code: "conflict", key: "grant.already" });
      // The consent was for that authority alone.
      expect(await rejected(acts.grant(sen.state, chain, "X-REG"))).toEqual({ code: "forbidden", key: "grant.consent_needed" });
    }, 300_000);

    it("is gone where its source withdraws it", async () => {
      const [first] = (await openEntry(sen.state, chain, 1)).attachments;
      await world.run("FRA1", "withdraw", chain, "1", "--reason", "Envoyé deux fois.", "--yes");
      const target = place();
      expect(await rejected(saveAttachment(sen.state, chain, 1, first!.attachment, target.to)))
        .toEqual({ code: "expired", key: "attachment.withdrawn" });
      expect([target.state(), target.bytes().length]).toEqual(["aborted", 0]);
      const view = await showDossier(sen.state, chain);
      expect(view.entries[0]).toMatchObject({ warnings: ["withdrawn"], attachments: [{ state: "withdrawn" }, { state: "withdrawn" }] });
      expect(await search(sen.state, "baobab")).toEqual([]);
    });
  });

  describe("sent by the page", () => {
    let toProsecutor: string;
    let toFrance: string;

    it("goes to several authorities separately", async () => {
      const sent = await send(sen.state, order({
        files: [sourceOf("annexe A.pdf", small, "application/pdf"), sourceOf("relevés complets.bin", large)],
        to: ["X-OTP", "FRA/fiu", "X-OTP"], title: "Comptes", policy: { ...ownParty, caveats: ["73"] },
      }));
      expect(sent.map((each) => each.to)).toEqual([["X-OTP/Office of the Prosecutor"], ["FRA/CRF"]]);
      expect(sent[0]).toMatchObject({ seq: 1, counting: true, files: [{ name: "annexe A.pdf", sha256: sha256(small) }, {}] });
      [toProsecutor, toFrance] = sent.map((each) => each.chain) as [string, string];
      expect(toProsecutor).not.toBe(toFrance);
      expect(await sen.browser.profile.list("drafts/plan")).toEqual([]);
      expect(await sen.browser.profile.placed("outgoing")).toEqual([]);

      const got = (await world.run("OTP1", "get", toProsecutor, "--out", join(folder, "otp"), "--yes")).json;
      expect(got.entries).toMatchObject([{ title: "Comptes", message: "Voir l’annexe A." }]);
      expect(got.missing).toEqual([]);
      expect(sha256(readFileSync(join(folder, "otp", "annexe A.pdf")))).toBe(sha256(small));
      expect(sha256(readFileSync(join(folder, "otp", "relevés complets.bin")))).toBe(sha256(large));
      expect((await world.run("OTP1", "verify", toProsecutor)).json.problems).toEqual([]);
      // Neither sees the other.
      const other = await ran("OTP1", "dossier", "show", toFrance);
      expect(other.code).not.toBe(0);
    }, 300_000);

    it("shows the sender its receipts, and its own text without opening", async () => {
      const rows = await receipts(sen.state, toProsecutor);
      expect(rows.map((row) => [row.authority.partyCode, row.kind, row.entrySeq]))
        .toEqual([["X-OTP", "fetched", 1], ["X-OTP", "opened_receipt", 1]]);
      const view = await showDossier(sen.state, toProsecutor);
      expect(view).toMatchObject({ title: "Comptes", unread: 0, policy: { caveats: ["73"], sealedHalfKnown: true } });
      expect(view.entries[0]).toMatchObject({ own: true, opened: true, unread: false, counting: true });
    });

    it("goes to several together, who see one another", async () => {
      const [sent] = await send(sen.state, order({ to: ["X-OTP", "FRA/CRF"], together: true, message: "À tous." }));
      const view = await showDossier(fra.state, sent!.chain);
      expect(view.participants.map((each) => each.partyCode).sort()).toEqual(["FRA", "SEN", "X-OTP"]);
      expect(await openEntry(fra.state, sent!.chain, 1)).toMatchObject({ message: "À tous.", unread: false });
      expect((await receipts(fra.state, sent!.chain)).map((row) => row.kind)).toEqual(["fetched", "opened_receipt"]);
    });

    it("is answered from the other side", async () => {
      const sent = await addEntry(fra.state, { chain: toFrance, files: [sourceOf("réponse.txt", small)], title: "Réponse", message: "" });
      expect(sent).toMatchObject({ seq: 2, chain: toFrance });
      await world.run("SEN1", "get", toFrance, "2", "--out", join(folder, "answer"), "--yes");
      expect(sha256(readFileSync(join(folder, "answer", "réponse.txt")))).toBe(sha256(small));
      const here = await openEntry(sen.state, toFrance, 2);
      expect(here).toMatchObject({ title: "Réponse", author: { partyCode: "FRA" }, policy: { onward: "own_party", caveats: ["73"] } });
    });

    it("opens with stock age from what is exported", async () => {
      const target = place();
      const exported = await exportEverything(sen.state, target.to);
      expect(target.state()).toBe("closed");
      expect(exported.files).toBeGreaterThan(6);
      const out = mkdtempSync(join(folder, "export-"));
      execFileSync("tar", ["-xf", "-", "-C", out], { input: target.bytes() });
      const dossier = join(out, toProsecutor.slice(0, 16));
      const opened = execFileSync("age", ["-d", "-i", join(dossier, "identities.txt"), join(dossier, "entry-1-2.age")],
        { maxBuffer: 64 * 1024 * 1024 });
      expect(sha256(opened)).toBe(sha256(large));
      const grantIdentity = execFileSync("age", ["-d", "-i", join(out, "user.txt"), join(out, "keyring.age")]).toString();
      expect(grantIdentity).toContain("# rogatory/v1/keyring");
      for (const name of ["user.txt", "authority.txt"]) expect(statSync(join(out, name)).mode & 0o077).toBe(0);
      expect(readdirSync(dossier)).toContain("entry-1.json.age");
    }, 300_000);

    it("is passed on within one's own State without asking, and taken back", async () => {
      await acts.grant(sen.state, toProsecutor, "SEN/aro");
      await world.run("SENA", "get", toProsecutor, "1", "--out", join(folder, "bra"), "--yes");
      expect(sha256(readFileSync(join(folder, "bra", "annexe A.pdf")))).toBe(sha256(small));
      await acts.revoke(sen.state, toProsecutor, "SEN/aro");
      const view = await showDossier(sen.state, toProsecutor);
      expect(view).toMatchObject({ epoch: 2, warnings: [] });
      expect(view.participants.map((each) => each.partyCode).sort()).toEqual(["SEN", "X-OTP"]);
      expect(view.acts.map((act) => [act.kind, act.about])).toEqual(
        expect.arrayContaining([["granted", "SEN/BRA"], ["revoked", "SEN/BRA"]]));
      const later = await addEntry(sen.state, { chain: toProsecutor, files: [], title: "", message: "Après." });
      const refused = await ran("SENA", "get", toProsecutor, String(later.seq), "--out", join(folder, "bra-2"), "--yes");
      expect(refused.code).not.toBe(0);
      await world.run("OTP2", "get", toProsecutor, String(later.seq), "--out", join(folder, "otp-2"), "--yes");
    }, 300_000);

    it("begins a new epoch before it seals to an authority that somebody has left", async () => {
      const before = (await showDossier(sen.state, toProsecutor)).epoch;
      // The Prosecutor's own client begins it at once; here its line is cut before it can.
      const otp = await signInHere(world, started, "OTP1");
      const leaver = otp.state.book.byChain(otp.state.unlocked.bundle!.memberships[0]!.registerChain)!
        .members(otp.state.unlocked.bundle!.memberships[0]!.authority).find((member) => member.displayName === "otp.3")!;
      let appends = 0;
      otp.browser.intercept((next) => async (url, init) => {
        if (init.method === "POST" && String(url).endsWith("/api/v1/statements") && ++appends > 1) throw new TypeError("the line is cut");
        return next(url, init);
      });
      expect((await removeMember(otp.state, leaver.id)).started).toEqual([]);
      expect((await showDossier(sen.state, toProsecutor)).warnings).toContain("epoch_stale");
      const sent = await addEntry(sen.state, { chain: toProsecutor, files: [sourceOf("après le départ.txt", small)], title: "", message: "Suite." });
      const view = await showDossier(sen.state, toProsecutor);
      expect(view).toMatchObject({ epoch: before + 1, warnings: [] });
      expect(view.entries.at(-1)).toMatchObject({ seq: sent.seq, epoch: before + 1 });
      await world.run("OTP2", "get", toProsecutor, String(sent.seq), "--out", join(folder, "left"), "--yes");
      expect(sha256(readFileSync(join(folder, "left", "après le départ.txt")))).toBe(sha256(small));
    }, 300_000);

    it("is consented to here and passed on there", async () => {
      const [sent] = await send(sen.state, order({ files: [sourceOf("c.bin", small)], policy: { ...ownParty, onward: "source_consent" } }));
      const { chain } = sent!;
      expect((await ran("OTP1", "grant", chain, "--to", "FRA/aro", "--yes")).code).not.toBe(0);
      await acts.consent(sen.state, { chain, to: "FRA/BRA", purpose: "Saisie d’un immeuble", entries: [], grantBefore: 0 });
      await world.run("OTP1", "grant", chain, "--to", "FRA/aro", "--yes");
      await world.run("FRAA", "get", chain, "1", "--out", join(folder, "consented"), "--yes");
      expect(sha256(readFileSync(join(folder, "consented", "c.bin")))).toBe(sha256(small));
    }, 300_000);

    it("is restricted, released, closed and reopened", async () => {
      await acts.setPolicy(sen.state, toFrance, { onward: "participants_only", caveats: ["72"], handling: [], words: "Strict." });
      let native = (await world.run("FRA1", "dossier", "show", toFrance)).json;
      expect(native).toMatchObject({ policy: { onward: "participants_only" }, epoch: 2 });
      await acts.release(sen.state, toFrance, [1], { onward: "free", caveats: [], handling: [], words: "" });
      const opened = await openEntry(fra.state, toFrance, 1);
      expect(opened.policy).toEqual({ onward: "free", caveats: [], handling: [], words: "", sealedHalfKnown: true });
      expect(await rejected(acts.release(fra.state, toFrance, [1], ownParty))).toEqual({ code: "forbidden", key: "entry.not_ours" });
      await acts.closeDossier(sen.state, toFrance);
      expect(await rejected(addEntry(sen.state, { chain: toFrance, files: [], title: "", message: "x" })))
        .toEqual({ code: "forbidden", key: "dossier.closed" });
      native = (await world.run("FRA1", "dossier", "show", toFrance)).json;
      expect(native.state).toBe("closed");
      await acts.reopenDossier(sen.state, toFrance);
      expect((await showDossier(fra.state, toFrance)).state).toBe("open");
      // Only its opener closes it.
      expect((await rejected(acts.closeDossier(fra.state, toFrance))).code).toBe("forbidden");
    }, 300_000);

    it("is withdrawn, and the other side is told", async () => {
      await acts.withdraw(sen.state, toFrance, 1, "Envoyé deux fois.");
      const got = await ran("FRA1", "get", toFrance, "1", "--out", join(folder, "withdrawn"), "--yes");
      expect(got.json.missing.map((row: { problem: string }) => row.problem)).toContain("attachment.withdrawn");
    });

    it("survives a reload with all that was read", async () => {
      const before = await showDossier(sen.state, toProsecutor);
      await reload(sen);
      expect(await showDossier(sen.state, toProsecutor)).toEqual(before);
    });
  });

  describe("refused before anything is sealed", () => {
    const sending = (more: Partial<SendOrder>, who = sen) => rejected(send(who.state, order(more)));
    it("nobody, nothing, oneself, unknown", async () => {
      expect(await sending({ to: [] })).toEqual({ code: "invalid_input", key: "send.to_nobody" });
      expect(await sending({ message: "" })).toEqual({ code: "invalid_input", key: "send.nothing" });
      expect(await sending({ to: ["SEN/CRF"] })).toEqual({ code: "invalid_input", key: "send.to_oneself" });
      expect(await sending({ to: ["XYZ"] })).toEqual({ code: "not_found", key: "party.unknown" });
      expect(await sending({ to: ["FRA/police"] })).toEqual({ code: "not_found", key: "authority.unknown" });
      expect(await sending({ files: [sourceOf("a\u202Efdp.exe", small)] })).toEqual({ code: "invalid_input", key: "file.name" });
      expect(await sending({ title: "t".repeat(20_000) })).toEqual({ code: "invalid_input", key: "body.malformed" });
      expect(await sen.browser.profile.list("drafts/signed")).toEqual([]);
    }, 300_000);

    it("by an authority that one person could lose, and with a warning to one", async () => {
      const bra = await signInHere(world, started, "SENA");
      expect(await sending({}, bra)).toEqual({ code: "forbidden", key: "authority.not_live" });
      sen.browser.notices.length = 0;
      await send(sen.state, order({ to: ["FRA/aro"] }));
      expect(sen.browser.notices).toContainEqual({ key: "recipient.not_live", arguments: { name: "FRA/BRA" } });
    }, 300_000);

    it("to a Party that is not pinned any more", async () => {
      await world.run("SEN1", "party", "unpin", "FRA", "--yes");
      // The Registry's list still vouches for it where this Party accepts the list; here it does not.
      const refused = await sending({ to: ["FRA/CRF"] });
      expect(refused).toEqual({ code: "forbidden", key: "party.not_pinned" });
    }, 300_000);
  });
});
