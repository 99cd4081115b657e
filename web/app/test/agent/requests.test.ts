// Requests for assistance between the page and the command line, on one real server: what one asks the other answers.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEntry, restrictionsBeside } from "../../src/agent/get.ts";
import { closeDossier } from "../../src/agent/acts.ts";
import { showDossier } from "../../src/agent/inbox.ts";
import { addEntry } from "../../src/agent/send.ts";
import { synchronise } from "../../src/agent/synchronise.ts";
import { contentOfRows, emptyEvent, emptyRow, faultsOf, type TypedRow } from "../../src/casework/content_rows.ts";
import {
  agreeDue, confirmOffPlatform, discloseRouting, proposeDue, recordOffPlatform, remind, setRequestStatus,
} from "../../src/agent/request_acts.ts";
import { sendRequest } from "../../src/agent/request_send.ts";
import { chronology, listRequests, showRequest } from "../../src/agent/request_view.ts";
import { ownReport } from "../../src/agent/report.ts";
import type { RequestOrder, StatusOrder } from "../../src/agent/api.ts";
import { emptyContent } from "../../src/model/request_content.ts";
import { bytesOf, ownParty, signInHere, sourceOf, type WebPerson } from "./support/people.ts";
import { hasBinaries, openWorld, type Started, type World } from "./support/world.ts";

const rejected = async (run: Promise<unknown>): Promise<string> =>
  run.then(() => "nothing failed", (error: { key?: string }) => error.key ?? String(error));
const day = 86_400;
const soon = (days: number): number => Math.floor(Date.now() / 1000) + days * day;

describe.skipIf(!hasBinaries)("a request, two clients", () => {
  let world: World;
  let started: Started;
  let sen: WebPerson;
  let fra: WebPerson;
  let chain: string;
  const order = (more: Partial<RequestOrder> = {}): RequestOrder => ({
    form: {
      title: "Comptes de la société Baobab", unconfirmed: false, due: soon(30),
      routing: { reference: "CRF 12/26", nature: "judicial_assistance", kinds: ["tracing", "bank_records"], urgency: "ordinary", language: "fr" },
      content: {
        ...emptyContent(), blocks: { assistance: "Les relevés depuis 2019.", facts: "Le bois a été vendu par cette société." },
        accounts: [{ key: "a1", number: "4711", country: "FRA", signatories: [] }],
      },
    },
    to: "FRA/CRF", with: [], offPlatform: false, confidential: false, message: "", files: [sourceOf("a.bin", bytesOf(900, 3))], policy: ownParty, ...more,
  });
  const step = (of: string, to: StatusOrder["to"], more: Partial<StatusOrder> = {}): StatusOrder => ({
    chain: of, to, reason: "", obstacles: [], inPart: false, remark: "", remarkNamed: false, decision: "", refs: [], ...more,
  });

  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "whole_cast" });
    sen = await signInHere(world, started, "SEN2");
    fra = await signInHere(world, started, "FRA2");
  }, 600_000);
  afterAll(async () => {
    await world?.end();
  }, 300_000);

  it("sent from the page, it is a request to the command line, with every row of it", async () => {
    ({ chain } = await sendRequest(sen.state, order()));
    const folder = mkdtempSync(join(tmpdir(), "rogatory-requests-"));
    await world.run("FRA1", "get", chain, "--out", folder, "--yes");
    rmSync(folder, { recursive: true });
    const { json } = await world.run("FRA1", "request", "show", chain);
    expect(json).toMatchObject({
      status: "sent", side: "requested", confidential: false, overdue: false, title: "Comptes de la société Baobab",
      routing: { reference: "CRF 12/26", kinds: ["tracing", "bank_records"] },
      content: { blocks: { facts: "Le bois a été vendu par cette société." }, accounts: [{ number: "4711" }] },
    });
    expect((await listRequests(sen.state)).map((one) => [one.chain, one.side, one.status])).toEqual([[chain, "requesting", "sent"]]);
  });

  it("what is asked is known here once it is opened", async () => {
    expect(await showRequest(fra.state, chain)).toMatchObject({ side: "requested", status: "sent", routing: { reference: "CRF 12/26" } });
    expect((await showRequest(fra.state, chain)).content).toBeUndefined();
    await openEntry(fra.state, chain, 1);
    expect((await showRequest(fra.state, chain)).content?.blocks?.assistance).toBe("Les relevés depuis 2019.");
  });

  it("an answer in rows is one to both clients, whichever signed it", async () => {
    const rows: TypedRow[] = [
      { ...emptyRow("account", "ra1"), values: { institution: "Banque du Nord", iban: "FR14 2004 1010 0505 0001 3M02 606" } },
      { ...emptyRow("measure", "rm1"), values: { kind: "freeze", order: "12/2026", expiry: "2028-03-01", value: "1250000,50", currency: "EUR" }, items: ["ra1", "a1"], events: [{ ...emptyEvent(), date: "2026-03-01" }] },
    ];
    expect(rows.flatMap(faultsOf)).toEqual([]);
    await addEntry(fra.state, { chain, files: [], title: "Gel", message: "", content: { ...emptyContent(), ...contentOfRows(rows) } });
    const folder = mkdtempSync(join(tmpdir(), "rogatory-requests-"));
    await world.run("SEN1", "get", chain, "--out", folder, "--yes");
    const { json } = await world.run("SEN1", "request", "show", chain) as { json: { replies: { content: { accounts: { iban: string }[]; measures: object[] } }[] } };
    expect(json.replies.map(({ content }) => [content.accounts[0]!.iban, content.measures[0]])).toMatchObject([
      ["FR1420041010050500013M02606", { items: ["ra1", "a1"], expiry: "2028-03-01", value: { amount: "1250000.50", currency: "EUR" } }],
    ]);
    const form = join(folder, "rows.txt");
    writeFileSync(form, "[asset s1]\nkind: vehicle\ndescription: A lorry\n");
    await world.run("FRA1", "request", "reply", chain, "--form", form, "--message", "Le camion.");
    rmSync(folder, { recursive: true });
    await synchronise(sen.state);
    const answered = (await showDossier(sen.state, chain)).entries.at(-1)!;
    expect(answered.content).toBeUndefined();
    await openEntry(sen.state, chain, answered.seq);
    expect((await showDossier(sen.state, chain)).entries.at(-1)!.content?.assets[0]).toMatchObject({ kind: "vehicle", description: "A lorry" });
    // Rows that the page saves as a sheet are no less restricted than a document.
    const beside = await restrictionsBeside(sen.state, chain, answered.seq, { name: "asset.csv", sha256: "ab".repeat(32) });
    expect(beside?.name).toBe("asset.csv.restrictions.txt");
    for (const words of ["asset.csv", "ab".repeat(32), "FRA/CRF", "same State or body", "même État"]) expect(beside?.text).toContain(words);
    await expect(addEntry(fra.state, { chain, files: [], title: "Rien", message: "" })).rejects.toMatchObject({ key: "send.nothing" });
  });

  it("each side takes the steps that are its own, and no other", async () => {
    expect(await rejected(setRequestStatus(sen.state, step(chain, "acknowledged")))).toBe("void.status_side");
    expect(await rejected(setRequestStatus(fra.state, step(chain, "executed")))).toBe("void.status_move");
    await setRequestStatus(fra.state, step(chain, "acknowledged"));
    expect(await rejected(setRequestStatus(fra.state, step(chain, "information_requested")))).toBe("void.status_reason");
    expect(await rejected(setRequestStatus(fra.state, step(chain, "", { obstacles: [{ code: "no_reply", text: "", help: "" }] }))))
      .toBe("void.obstacle_side");
    const stuck = { code: "bank_secrecy", text: "Un juge doit le lever.", help: "Une copie certifiée." };
    await setRequestStatus(fra.state, step(chain, "information_requested", { reason: "Quelle agence ?", obstacles: [stuck] }));
    expect((await world.run("SEN1", "request", "show", chain)).json)
      .toMatchObject({ status: "information_requested", obstacles: ["bank_secrecy"] });
    const rows = await chronology(sen.state, chain);
    expect(rows.find(({ to }) => to === "information_requested")).toMatchObject({ words: "Quelle agence ?", obstacles: [stuck], side: "requested" });
  });

  it("reminders are numbered, a due date is proposed by one side and agreed by the other", async () => {
    expect([await remind(sen.state, chain, "L’audience est proche."), await remind(sen.state, chain, "")]).toEqual([1, 2]);
    const due = soon(90);
    expect(await rejected(proposeDue(fra.state, chain, soon(-1), ""))).toBe("void.due");
    await proposeDue(fra.state, chain, due, "Le juge siège en mars.");
    const proposed = (await showRequest(sen.state, chain)).proposal!;
    expect(proposed).toMatchObject({ mine: false, due });
    expect(await rejected(agreeDue(fra.state, chain, proposed.id))).toBe("void.due_own");
    // The date that the person saw is the one agreed to: a newer proposal is looked at first.
    expect(await rejected(agreeDue(sen.state, chain, "00".repeat(32)))).toBe("void.due_proposal");
    await world.run("SEN1", "request", "due", chain, "--agree");
    const view = await showRequest(fra.state, chain);
    expect(view).toMatchObject({ due, proposal: undefined, reminders: 2 });
    expect(view.firstDue).toBeLessThan(due);
    expect(await rejected(agreeDue(sen.state, chain, proposed.id))).toBe("request.no_proposal");
  });

  it("what happened by other means is recorded by one side and confirmed by the other", async () => {
    const record = { chain, act: "information_given" as const, medium: "note_verbale" as const, date: soon(0), note: "NV 12/26" };
    expect(await rejected(recordOffPlatform(sen.state, { ...record, date: soon(3) }))).toBe("void.off_platform_date");
    await recordOffPlatform(sen.state, record);
    expect((await showRequest(sen.state, chain)).toConfirm).toEqual([]);
    expect(await rejected(confirmOffPlatform(sen.state, chain, "00".repeat(32)))).toBe("request.nothing_to_confirm");
    const told = await showRequest(fra.state, chain);
    expect(told).toMatchObject({ status: "information_given", statusRecorded: { by: "requesting", confirmed: false } });
    expect(told.toConfirm).toMatchObject([{ act: "information_given", medium: "note_verbale", words: "NV 12/26" }]);
    await confirmOffPlatform(fra.state, chain, told.toConfirm[0]!.id);
    expect(await showRequest(fra.state, chain)).toMatchObject({ toConfirm: [], statusRecorded: { confirmed: true } });
    expect(await rejected(confirmOffPlatform(fra.state, chain, told.toConfirm[0]!.id))).toBe("void.nothing_changed");
    expect((await chronology(sen.state, chain)).find(({ kind }) => kind === "off_platform")).toMatchObject({ confirmed: true, words: "NV 12/26" });
  });

  it("its file closes after it, and after that nothing is added", async () => {
    expect(await rejected(closeDossier(sen.state, chain))).toBe("void.request_not_over");
    await setRequestStatus(fra.state, step(chain, "executed"));
    await setRequestStatus(sen.state, step(chain, "closed"));
    expect((await showRequest(sen.state, chain)).over).toBe(true);
    expect(await rejected(remind(sen.state, chain, ""))).toBe("void.request_over");
    await closeDossier(sen.state, chain);
    expect(await rejected(setRequestStatus(fra.state, step(chain, "", { remark: "Bien." })))).toBe("void.closed");
  });

  it("a confidential routing is withheld, told to its readers, and disclosed exactly as it was", async () => {
    const secret = await sendRequest(sen.state, order({ confidential: true, files: [] }));
    const shown = await showRequest(fra.state, secret.chain);
    expect(shown).toMatchObject({ confidential: true, withheldKnown: false, status: "sent" });
    expect(shown.routing).toBeUndefined();
    expect(await rejected(discloseRouting(fra.state, secret.chain))).toBe("request.routing_unopened");
    await openEntry(fra.state, secret.chain, 1);
    expect(await showRequest(fra.state, secret.chain)).toMatchObject({ withheldKnown: true, routing: { reference: "CRF 12/26" } });
    expect(await rejected(discloseRouting(fra.state, secret.chain))).toBe("void.status_side");
    expect(await rejected(setRequestStatus(fra.state, step(secret.chain, "", { remark: "Bien." })))).toBe("void.confidential");
    await discloseRouting(sen.state, secret.chain);
    expect((await world.run("FRA1", "request", "show", secret.chain)).json).toMatchObject({ confidential: false, routing: { reference: "CRF 12/26" } });
  });

  it("its figures are those of the command line, of the same statements", async () => {
    const period = { from: "2020-01-01", to: "2098-12-31", asOf: "2098-12-31" };
    const words = ["report", "--from", period.from, "--to", period.to, "--as-of", period.asOf];
    for (const [state, person] of [[sen.state, "SEN1"], [fra.state, "FRA1"]] as const) {
      const page = await ownReport(state, { ...period, hideBelow: 0, language: "fr" });
      const { json } = await world.run(person, ...words);
      expect(JSON.parse(page.json)).toEqual(json.report);
      expect([page.confidential, page.unreadable]).toEqual([json.confidential, json.unreadable]);
    }
    const of = await ownReport(fra.state, { ...period, hideBelow: 0, language: "en" });
    const executed = of.figures.findIndex(({ name }) => name === "executed");
    expect(of.rows.map(({ party, received }) => [party, received.counts[executed]])).toEqual([["FRA", 1]]);
    const hidden = await ownReport(fra.state, { ...period, hideBelow: 5, language: "en" });
    expect(hidden.rows[0]!.received.counts[executed]).toBeNull();
    expect(await rejected(ownReport(sen.state, { from: "2026-02-01", to: "2026-01-01", hideBelow: 0, language: "en" }))).toBe("report.period");
  });

  it("nobody asks his own State, or for yesterday", async () => {
    expect(await rejected(sendRequest(sen.state, order({ to: "SEN" })))).toBe("void.requested");
    const past = order();
    past.form.due = soon(-1);
    expect(await rejected(sendRequest(sen.state, past))).toBe("void.due");
  });
});
