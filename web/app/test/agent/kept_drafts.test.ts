// Drafts on one real server: kept by one person, found by a colleague and on another device, sent when it can be.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as acts from "../../src/agent/acts.ts";
import type { DraftOrder, RequestOrder } from "../../src/agent/api.ts";
import { drafts, dropDraft, resumeDraft } from "../../src/agent/drafts.ts";
import { dossiers, showDossier } from "../../src/agent/inbox.ts";
import { approveKeptDraft, discardKeptDraft, keepDraft, keepRequest, keptDrafts, keptRequest, sendDraft } from "../../src/agent/kept_drafts.ts";
import { listParties } from "../../src/agent/parties.ts";
import { pinByFingerprint } from "../../src/agent/pin.ts";
import { receipts } from "../../src/agent/receipts.ts";
import { resolveAuthority } from "../../src/agent/recipients.ts";
import { own } from "../../src/agent/acting.ts";
import { sendRequest } from "../../src/agent/request_send.ts";
import { addEntry, send } from "../../src/agent/send.ts";
import { synchronise } from "../../src/agent/synchronise.ts";
import { setVisa, visaRule } from "../../src/agent/visa.ts";
import { emptyContent } from "../../src/model/request_content.ts";
import { bytesOf, ownParty, signInHere, sourceOf, type WebPerson } from "./support/people.ts";
import { hasBinaries, openWorld, type Started, type World } from "./support/world.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const rejected = async (run: Promise<unknown>): Promise<string> =>
  run.then(() => "nothing failed", (error) => error.key ?? String(error));

describe.skipIf(!hasBinaries)("drafts kept for the authority", () => {
  let world: World;
  let started: Started;
  let folder: string;
  let first: WebPerson; // sen.crf.1
  let second: WebPerson; // sen.crf.2, a custodian of the same authority
  let chain: string;
  const small = bytesOf(3000, 1);
  const large = bytesOf(5 * 1024 * 1024 + 17, 2);
  const order = (more: Partial<DraftOrder>): DraftOrder => ({
    files: [], kept: [], to: [], title: "", message: "", policy: ownParty, together: false, ...more,
  });
  const open = { kind: "share", state: "open" };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rogatory-web-drafts-"));
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "whole_cast" });
    first = await signInHere(world, started, "SEN1");
    second = await signInHere(world, started, "SEN2");
  }, 600_000);
  afterAll(async () => {
    await world?.end();
    rmSync(folder, { recursive: true, force: true });
  }, 300_000);

  it("is kept for a State that has no account, and for one that has", async () => {
    ({ chain } = await keepDraft(first.state, order({
      files: [sourceOf("annexe é.pdf", small, "application/pdf"), sourceOf("relevés.bin", large)],
      to: ["MLI", "FRA/CRF"], title: "Comptes de la société Baobab", message: "À compléter.",
      policy: { ...ownParty, onward: "source_consent", caveats: ["73"], handling: ["H1"], words: "Demander d’abord.", reviewAt: 1_900_000_000 },
    })));
    const [draft] = await keptDrafts(first.state, false);
    expect(draft).toMatchObject({
      chain, read: true, title: "Comptes de la société Baobab", message: "À compléter.", together: false, author: "sen.crf.1",
      to: [{ partyCode: "MLI" }, { partyCode: "FRA" }],
      policy: { onward: "source_consent", caveats: ["73"], handling: ["H1"], words: "Demander d’abord.", reviewAt: 1_900_000_000 },
      files: [{ name: "annexe é.pdf", type: "application/pdf", size: small.length }, { name: "relevés.bin", size: large.length }],
    });
    expect(await drafts(first.state)).toEqual([]);
    expect(await first.browser.profile.placed("outgoing")).toEqual([]);
  }, 300_000);

  it("is there on another device and for a colleague, who reads it with a receipt, and for nobody else", async () => {
    expect(await keptDrafts(second.state, false)).toMatchObject([{ chain, read: false, title: "", to: [], files: [] }]);
    expect(await keptDrafts(second.state, true)).toMatchObject([{
      chain, read: true, title: "Comptes de la société Baobab", author: "sen.crf.1", to: [{ partyCode: "MLI" }, { partyCode: "FRA" }],
      files: [{ size: small.length }, { size: large.length }],
    }]);
    expect((await receipts(first.state, chain)).map((row) => [row.memberName, row.kind])).toEqual([["sen.crf.2", "fetched"]]);
    expect((await showDossier(second.state, chain))).toMatchObject({ kind: "internal", unread: 0, participants: [{ partyCode: "SEN" }] });
    for (const other of ["FRA1", "OTP1", "SENA"]) {
      const listed = await world.do({ do: "run", person: other, arguments: ["dossier", "show", chain], expect: null });
      expect(listed.code, other).not.toBe(0);
    }
  }, 300_000);

  it("is not sent while one of its recipients cannot receive, and stays as it is", async () => {
    expect(await rejected(sendDraft(second.state, { chain, seq: 1 }))).toBe("party.unknown");
    expect(await keptDrafts(second.state, false)).toHaveLength(1);
    expect((await dossiers(second.state)).filter(({ kind }) => kind === "share")).toEqual([]);
  }, 300_000);

  it("is written anew by a colleague, who keeps one file of two", async () => {
    const [draft] = await keptDrafts(second.state, true);
    const kept = draft!.files[1]!.attachment;
    expect(await keepDraft(second.state, order({
      of: draft!, kept: [kept], files: [sourceOf("annexe B.txt", small)], to: ["MLI", "FRA/CRF"], title: "Comptes, version 2",
      message: "Complet.", policy: draft!.policy,
    }))).toEqual({ chain, seq: 2 });
    // What was read here before still says for whom it is; the new version is read where one looks at it.
    expect((await keptDrafts(first.state, false))[0]).toMatchObject({ seq: 1, title: "Comptes de la société Baobab", read: true });
    // Nobody sends, or writes over, a version he has not read.
    expect(await rejected(sendDraft(first.state, { chain, seq: 1 }))).toBe("draft.changed");
    expect(await rejected(keepDraft(first.state, order({ of: { chain, seq: 1 }, title: "Comptes, ma version", message: "x" })))).toBe("draft.changed");
    expect((await keptDrafts(first.state, true))[0]).toMatchObject({
      title: "Comptes, version 2", author: "sen.crf.2",
      files: [{ name: "relevés.bin", size: large.length, seq: 1 }, { name: "annexe B.txt", size: small.length, seq: 2 }],
    });
  }, 300_000);

  it("carries a second officer's approval of the version that he read", async () => {
    expect(await rejected(approveKeptDraft(second.state, { chain, seq: 2 }))).toBe("void.not_second_officer");
    expect(await rejected(approveKeptDraft(first.state, { chain, seq: 1 }))).toBe("draft.changed");
    expect((await keptDrafts(first.state, true))[0]).toMatchObject({ approvedBy: [], mayApprove: true });
    await approveKeptDraft(first.state, { chain, seq: 2 });
    expect(await rejected(approveKeptDraft(first.state, { chain, seq: 2 }))).toBe("void.nothing_changed");
    expect((await keptDrafts(second.state, true))[0]).toMatchObject({ seq: 2, approvedBy: ["sen.crf.1"], mayApprove: false });
    expect((await keptDrafts(first.state, true))[0]).toMatchObject({ seq: 2, approvedBy: ["sen.crf.1"], mayApprove: false });
  }, 300_000);

  it("is sent to each separately once both can receive, then it is gone from the server", async () => {
    await world.do({ do: "call", of: "cast", name: "parties_found", arguments: [[["MLI1", "mli.crf.1", "MLI", "Mali", "fiu", "CENTIF"]]] });
    expect(await rejected(sendDraft(first.state, { chain, seq: 2 }))).toBe("party.not_pinned");
    const mali = (await listParties(first.state)).find(({ code }) => code === "MLI")!;
    await pinByFingerprint(first.state, "MLI", mali.fingerprint);
    const sent = await sendDraft(first.state, { chain, seq: 2 });
    expect(sent.map(({ to }) => to)).toEqual([["MLI/CENTIF"], ["FRA/CRF"]]);
    const toFrance = sent[1]!.chain;
    expect(sent[0]!.chain).not.toBe(toFrance);
    const got = (await world.run("FRA1", "get", toFrance, "--out", join(folder, "fra"), "--yes")).json;
    expect(got.entries).toMatchObject([{ title: "Comptes, version 2", message: "Complet." }]);
    expect(sha256(readFileSync(join(folder, "fra", "relevés.bin")))).toBe(sha256(large));
    expect(sha256(readFileSync(join(folder, "fra", "annexe B.txt")))).toBe(sha256(small));
    expect(readFileSync(join(folder, "fra", "relevés.bin.restrictions.txt"), "utf8")).toContain("Demander d’abord.");
    expect(await showDossier(first.state, toFrance)).toMatchObject({ ...open, policy: { onward: "source_consent", caveats: ["73"], handling: ["H1"] } });
    expect((await world.run("FRA1", "verify", toFrance)).json.problems).toEqual([]);

    expect(await keptDrafts(first.state, true)).toEqual([]);
    expect(await showDossier(first.state, chain)).toMatchObject({ state: "closed", entries: [{ warnings: ["withdrawn"] }, { warnings: ["withdrawn"] }] });
    expect(await first.browser.profile.list("drafts/plan")).toEqual([]);
    expect(await first.browser.profile.placed("outgoing")).toEqual([]);
    expect(await rejected(sendDraft(second.state, { chain, seq: 2 }))).toBe("draft.unknown");
    expect(await keptDrafts(second.state, true)).toEqual([]);
  }, 300_000);

  it("goes on where it was cut, and is sent once", async () => {
    const cut = await keepDraft(first.state, order({ files: [sourceOf("a.bin", large)], to: ["X-OTP", "FRA"], title: "Coupé", message: "x" }));
    const before = (await dossiers(first.state)).filter(({ kind }) => kind === "share").length;
    let appends = 0;
    first.browser.intercept((next) => async (url, init) => {
      if (init.method === "POST" && String(url).endsWith("/api/v1/statements") && ++appends > 2) throw new TypeError("the line is cut");
      return next(url, init);
    });
    expect(await rejected(sendDraft(first.state, cut))).not.toBe("nothing failed");
    first.browser.intercept((next) => next);
    expect((await keptDrafts(first.state, false)).map((draft) => draft.chain)).toEqual([cut.chain]);
    await sendDraft(first.state, cut);
    expect((await dossiers(first.state)).filter(({ kind }) => kind === "share").length).toBe(before + 2);
    expect(await keptDrafts(first.state, false)).toEqual([]);
    expect(await drafts(first.state)).toEqual([]);
  }, 300_000);

  it("stays until its last recipient has it, in whatever order they are gone on with", async () => {
    const cut = await keepDraft(first.state, order({ files: [sourceOf("a.bin", small)], to: ["X-OTP", "FRA"], title: "À deux", message: "x" }));
    first.browser.intercept((next) => async (url, init) => {
      if (init.method === "POST" && String(url).endsWith("/api/v1/statements")) throw new TypeError("the line is cut");
      return next(url, init);
    });
    expect(await rejected(sendDraft(first.state, cut))).not.toBe("nothing failed");
    first.browser.intercept((next) => next);
    const begun = await drafts(first.state);
    expect(begun.map(({ to }) => to[0]!.split("/")[0]).sort()).toEqual(["FRA", "X-OTP"]);
    // One recipient would get the old version and the other the new one.
    expect(await rejected(discardKeptDraft(first.state, cut.chain))).toBe("draft.being_sent");
    expect(await rejected(keepDraft(first.state, order({ of: cut, title: "Autre", message: "y" })))).toBe("draft.being_sent");
    const to = (code: string) => begun.find((one) => one.to[0]!.startsWith(code))!.name;
    await resumeDraft(first.state, to("X-OTP"));
    expect((await keptDrafts(first.state, false)).map((draft) => draft.chain)).toEqual([cut.chain]);
    await resumeDraft(first.state, to("FRA"));
    expect(await keptDrafts(first.state, false)).toEqual([]);
    expect(await drafts(first.state)).toEqual([]);
  }, 300_000);

  it("of which one transmission is given up stays for that recipient, and for nobody who has it", async () => {
    const { profile } = first.browser;
    // The line is cut before anybody has it, or once one of the two does.
    const begin = async (title: string, have: 0 | 1): Promise<{ chain: string; seq: number }> => {
      const kept = await keepDraft(first.state, order({ files: [sourceOf("a.bin", small)], to: ["X-OTP", "FRA"], title, message: "x" }));
      first.browser.intercept((next) => async (url, init) => {
        const cut = have === 0 || (await profile.list("drafts/plan")).length < 2;
        // Before it is signed: what is signed is settled first, and not given up.
        if (cut && String(url).includes("/uploads")) throw new TypeError("the line is cut");
        return next(url, init);
      });
      expect(await rejected(sendDraft(first.state, kept))).not.toBe("nothing failed");
      first.browser.intercept(null);
      return kept;
    };
    // France has it, and the last one left is given up.
    const kept = await begin("Abandonné", 1);
    const [left] = await drafts(first.state);
    expect(left!.to[0]!.split("/")[0]).toBe("X-OTP");
    await dropDraft(first.state, left!.name);
    expect(await drafts(first.state)).toEqual([]);
    for (const { state } of [first, second]) {
      expect(await keptDrafts(state, true)).toMatchObject([
        { chain: kept.chain, seq: kept.seq + 1, title: "Abandonné", message: "x", to: [{ partyCode: "X-OTP" }], files: [{ name: "a.bin", size: small.length }] }]);
    }
    expect((await sendDraft(second.state, { chain: kept.chain, seq: kept.seq + 1 })).map(({ to }) => to.length)).toEqual([1]);
    expect(await keptDrafts(first.state, true)).toEqual([]);
    // Both are left, one is given up, and the other one goes on.
    const again = await begin("L’un des deux", 0);
    const [one, other] = await drafts(first.state);
    await dropDraft(first.state, one!.name);
    expect((await keptDrafts(first.state, true))[0]).toMatchObject({ seq: again.seq, to: [{}, {}] });
    await resumeDraft(first.state, other!.name);
    const staying = (await keptDrafts(first.state, true))[0]!;
    expect(staying).toMatchObject({ chain: again.chain, title: "L’un des deux", to: [{ partyCode: one!.to[0]!.split("/")[0] }] });
    expect(await profile.list("drafts/sent")).toEqual([]);
    await discardKeptDraft(first.state, again.chain);
    // Given up before anybody has it, it stays as it was.
    const whole = await begin("Personne", 0);
    for (const { name } of await drafts(first.state)) await dropDraft(first.state, name);
    expect(await keptDrafts(first.state, true)).toMatchObject([{ chain: whole.chain, seq: whole.seq, to: [{}, {}] }]);
    await discardKeptDraft(first.state, whole.chain);
  }, 300_000);

  it("that stands although its answer was lost is told apart, not given up, and taken off the list", async () => {
    let gone = false;
    first.browser.intercept((next) => async (url, init) => {
      if (gone) throw new TypeError("the line is cut");
      const reply = await next(url, init);
      if (init.method === "POST" && String(url).endsWith("/api/v1/statements")) {
        gone = true;
        throw new TypeError("the line is cut");
      }
      return reply;
    });
    const failed = await rejected(send(first.state, { files: [sourceOf("b.bin", small)], to: ["FRA"], title: "Sans réponse", message: "", policy: ownParty, together: false }));
    expect(failed).not.toBe("nothing failed");
    first.browser.intercept((next) => next);
    await synchronise(first.state);
    const [left] = await drafts(first.state);
    expect(left).toMatchObject({ stage: "stands", missing: [] });
    expect(await rejected(dropDraft(first.state, left!.name))).toBe("draft.already_stands");
    const before = (await dossiers(first.state)).length;
    expect((await resumeDraft(first.state, left!.name)).chain).toBe(left!.chain);
    expect((await dossiers(first.state)).length).toBe(before);
    expect(await drafts(first.state)).toEqual([]);
  }, 300_000);

  it("is the command line's as well: what one keeps the other lists, changes and sends", async () => {
    const files = (draft: { files: { name: string; size: number }[] }) => draft.files.map(({ name, size }) => [name, size]);
    const ours = await keepDraft(first.state, order({
      files: [sourceOf("annexe é.pdf", small, "application/pdf"), sourceOf("relevés.bin", large)], to: ["KEN", "FRA/CRF"],
      title: "De la page", message: "Lignes\nà lire.", policy: { ...ownParty, onward: "source_consent", caveats: ["73"], words: "Demander d’abord." },
    }));
    const listed = (await world.run("SEN2", "draft", "list")).json.items;
    expect(listed).toMatchObject([{ dossier: ours.chain, stage: "kept", read: false }]);
    const shown = (await world.run("SEN2", "draft", "show", ours.chain)).json;
    expect(shown).toMatchObject({
      title: "De la page", message: "Lignes\nà lire.", author_name: "sen.crf.1", to: [{ party: "KEN" }, { party: "FRA", authority: "CRF" }],
      policy: { onward: "source_consent", caveats: ["73"], words: "Demander d’abord." },
    });
    expect(files(shown)).toEqual([["annexe é.pdf", small.length], ["relevés.bin", large.length]]);
    await world.run("SEN2", "draft", "keep", "--of", ours.chain, "--title", "De la ligne de commande", "--without", "annexe é.pdf", "--to", "FRA/CRF");
    const [changed] = await keptDrafts(first.state, true);
    expect(changed).toMatchObject({
      chain: ours.chain, seq: 2, title: "De la ligne de commande", message: "Lignes\nà lire.", author: "sen.crf.2", to: [{ partyCode: "FRA" }],
      policy: { onward: "source_consent", caveats: ["73"], words: "Demander d’abord." },
    });
    expect(files(changed!)).toEqual([["relevés.bin", large.length]]);
    const [fromPage] = await sendDraft(first.state, changed!);
    await world.run("FRA1", "get", fromPage!.chain, "--out", join(folder, "from-page"), "--yes");
    expect(sha256(readFileSync(join(folder, "from-page", "relevés.bin")))).toBe(sha256(large));
    expect((await world.run("SEN2", "draft", "list")).json.items).toEqual([]);

    const path = join(folder, "pièce.bin");
    writeFileSync(path, large);
    const theirs = (await world.run("SEN2", "draft", "keep", path, "--to", "KEN", "--title", "Une autre", "--message", "x", "--onward", "free")).json;
    const [seen] = await keptDrafts(first.state, true);
    expect(seen).toMatchObject({ chain: theirs.dossier, title: "Une autre", to: [{ partyCode: "KEN" }], policy: { onward: "free" } });
    expect(files(seen!)).toEqual([["pièce.bin", large.length]]);
    await keepDraft(first.state, order({
      of: seen!, kept: [seen!.files[0]!.attachment], to: ["FRA/CRF"], title: "Une autre, relue", message: "x", policy: seen!.policy,
    }));
    const early = await world.do({ do: "run", person: "SEN2", arguments: ["draft", "send", theirs.dossier], expect: null });
    expect(early.code).toBe(5);
    await world.run("SEN2", "draft", "show", theirs.dossier);
    const [fromLine] = (await world.run("SEN2", "draft", "send", theirs.dossier)).json.items;
    const got = (await world.run("FRA1", "get", fromLine.dossier, "--out", join(folder, "from-line"), "--yes")).json;
    expect(got.entries).toMatchObject([{ title: "Une autre, relue" }]);
    expect(sha256(readFileSync(join(folder, "from-line", "pièce.bin")))).toBe(sha256(large));
    expect(await keptDrafts(first.state, true)).toEqual([]);
    expect(await showDossier(first.state, theirs.dossier)).toMatchObject({ state: "closed", draft: true });
  }, 300_000);

  it("is discarded, and takes nothing more", async () => {
    const unwanted = await keepDraft(second.state, order({ to: ["KEN"], title: "Non", message: "Rien." }));
    await discardKeptDraft(second.state, unwanted.chain);
    expect(await keptDrafts(second.state, true)).toEqual([]);
    expect(await rejected(keepDraft(second.state, order({ of: unwanted, title: "Encore", message: "x" })))).toBe("draft.unknown");
    expect(await rejected(discardKeptDraft(second.state, unwanted.chain))).toBe("draft.unknown");
  }, 300_000);

  it("lets nobody else in, and keeps nothing that says nothing", async () => {
    const inside = await keepDraft(second.state, order({ to: [], title: "Pour nous", message: "x" }));
    expect(await rejected(acts.grant(second.state, inside.chain, "FRA/CRF"))).toBe("void.internal");
    expect(await rejected(sendDraft(second.state, inside))).toBe("send.to_nobody");
    expect(await rejected(keepDraft(second.state, order({ to: ["MLI"] })))).toBe("send.nothing");
    expect(await rejected(keepDraft(second.state, order({ to: ["mali"], title: "x" })))).toBe("party.code");
    await discardKeptDraft(second.state, inside.chain);
  }, 300_000);

  it("is one's own alone: what another authority of the Party was let in to is a file like any other", async () => {
    const ours = await keepDraft(second.state, order({ to: ["FRA/CRF"], title: "À nous", message: "x" }));
    expect((await showDossier(second.state, ours.chain)).draft).toBe(true);
    await acts.grant(second.state, ours.chain, "SEN/BRA");
    const sister = await signInHere(world, started, "SENA");
    for (const { state } of [second, sister]) {
      expect(await keptDrafts(state, true)).toEqual([]);
      expect((await dossiers(state)).find(({ chain }) => chain === ours.chain)).toMatchObject({ kind: "internal", draft: false });
      expect(await rejected(discardKeptDraft(state, ours.chain))).toBe("draft.unknown");
    }
    expect(await rejected(sendDraft(second.state, ours))).toBe("draft.unknown");
    expect((await receipts(second.state, ours.chain)).filter((row) => row.authority.authorityName === "BRA")).toEqual([]);
    // Not even when it is out again.
    await acts.revoke(second.state, ours.chain, "SEN/BRA");
    expect(await keptDrafts(second.state, true)).toEqual([]);
    expect((await showDossier(second.state, ours.chain))).toMatchObject({ draft: false, state: "open" });
  }, 300_000);

  it("goes to the authority of that id, whatever another calls itself", async () => {
    const crf = (await showDossier(second.state, (await dossiers(second.state))[0]!.chain)).own.authority;
    await world.do({ do: "call", of: "cast", name: "second_authority", arguments: ["SENX", "sen.x.1", { person: "SEN1" }, crf, "other"] });
    await synchronise(second.state);
    const named = own(second.state).authorities().find(({ description }) => description.name === crf)!.description.id;
    expect((await resolveAuthority(second.state, `SEN/${named}`)).authority).toBe(named);
    expect(named).not.toBe(crf);
    expect((await resolveAuthority(second.state, `SEN/${crf}`)).authority).toBe(crf);
    expect((await resolveAuthority(second.state, "SEN/CRF")).authority).toBe(crf);
    expect(await rejected(resolveAuthority(second.state, `SEN/${"0".repeat(32)}`))).toBe("authority.unknown");
  }, 300_000);

  it("is all that leaves once the authority requires a visa; a change voids it, and what is lifted asks nothing", async () => {
    const message = (text: string) => order({ to: ["FRA/CRF"], title: "Note", message: text });
    const sending = () => send(first.state, { files: [], to: ["FRA/CRF"], title: "Seul", message: "Sans visa.", policy: ownParty, together: false });
    expect(await visaRule(first.state)).toEqual({ acts: [], awaits: false });
    await setVisa(first.state, ["share", "request"]);
    expect(await rejected(setVisa(second.state, ["request", "share"]))).toBe("void.nothing_changed");
    expect((await visaRule(second.state)).acts).toEqual(["request", "share"]);
    expect(await rejected(sending())).toBe("visa.needed");
    expect(await drafts(first.state)).toEqual([]); // nothing is left of it
    const kept = await keepDraft(first.state, message("Un."));
    expect(await rejected(sendDraft(first.state, kept))).toBe("visa.not_given");
    await keptDrafts(second.state, true);
    await approveKeptDraft(second.state, kept);
    const changed = await keepDraft(first.state, { ...message("Un!"), of: kept });
    expect(await rejected(sendDraft(first.state, changed))).toBe("visa.not_given");
    await keptDrafts(second.state, true);
    await approveKeptDraft(second.state, changed);
    const [file] = await sendDraft(first.state, changed);

    // A further item, into the file of exactly its recipients.
    expect(await rejected(addEntry(first.state, { chain: file!.chain, files: [], title: "", message: "Encore." }))).toBe("visa.needed");
    const more = await keepDraft(first.state, message("La suite."));
    await keptDrafts(second.state, true);
    await approveKeptDraft(second.state, more);
    const [item] = await sendDraft(first.state, more, file!.chain);
    expect(item).toMatchObject({ chain: file!.chain });
    expect(item!.seq).toBeGreaterThan(file!.seq);

    // A request, kept whole, approved, and sent from there.
    const request: RequestOrder = {
      form: {
        title: "Navire", unconfirmed: false, content: { ...emptyContent(), blocks: { facts: "Du bois." } as never, lawReason: "Urgent." },
        routing: { reference: "SEN/1", nature: "judicial_assistance", kinds: ["tracing"], urgency: "ordinary", language: "fr" } as never,
      },
      to: "FRA/CRF", with: [], offPlatform: false, confidential: false, message: "", files: [sourceOf("annexe.pdf", small, "application/pdf")], policy: ownParty,
    };
    expect(await rejected(sendRequest(first.state, request))).toBe("visa.needed");
    const asking = await keepRequest(first.state, request);
    expect(await rejected(sendDraft(first.state, asking))).toBe("visa.not_given");
    await keptDrafts(second.state, true);
    expect((await keptRequest(second.state, asking))?.form).toMatchObject({ title: "Navire", routing: { reference: "SEN/1" }, content: { blocks: { facts: "Du bois." } } });
    await approveKeptDraft(second.state, asking);
    const [asked] = await sendDraft(first.state, asking);
    const got = (await world.run("FRA1", "get", asked!.chain, "--out", join(folder, "asked"), "--yes")).json;
    expect(got.files.map(({ name }: { name: string }) => name)).toEqual(["annexe.pdf"]);
    expect((await world.run("FRA1", "request", "show", asked!.chain)).json).toMatchObject({ status: "sent", routing: { reference: "SEN/1" } });
    // The command line knows the rule, and lifts it.
    expect((await world.run("SEN2", "authority", "visa", "lift")).json).toEqual({ acts: [], awaits: false });
    await sending();
  }, 300_000);
});
