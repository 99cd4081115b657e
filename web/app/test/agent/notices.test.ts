// Notice boards on a real server: what one Party publishes another reads as fact, and what may not be written is not sent.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NoticeChange, RequestOrder } from "../../src/agent/api.ts";
import { own } from "../../src/agent/acting.ts";
import { allPlans } from "../../src/agent/draft_plan.ts";
import { resumeDraft } from "../../src/agent/drafts.ts";
import { openEntry } from "../../src/agent/get.ts";
import { confirmNotices, listNotices, publishNotices, setPublisher } from "../../src/agent/notices.ts";
import { noticeConflicts, readNotices } from "../../src/agent/notice_import.ts";
import { listParties } from "../../src/agent/parties.ts";
import { checkRequestLaw } from "../../src/agent/request_law.ts";
import { sendRequest } from "../../src/agent/request_send.ts";
import { exportNotices } from "../../src/casework/notice_values.ts";
import { showRequest } from "../../src/agent/request_view.ts";
import { emptyContent } from "../../src/model/request_content.ts";
import { bytesOf, ownParty, signInHere, sourceOf, type WebPerson } from "./support/people.ts";
import { hasBinaries, openWorld, type Started, type World } from "./support/world.ts";

const rejected = async (run: Promise<unknown>): Promise<string> =>
  run.then(() => "nothing failed", (error: { key?: string }) => error.key ?? String(error));

/** That many days before today. */
const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

describe.skipIf(!hasBinaries)("notice boards", () => {
  let world: World;
  let started: Started;
  let sen: WebPerson;
  let otp: WebPerson;
  const focal = {
    authority: "Cellule de renseignement financier", name: "A. Diop", role: "fiu" as const,
    theme: "financial_investigations" as const, level: "national" as const, languages: ["fr", "en"], deputies: [],
    telephone: "+221 33 000 00 00", validFrom: ago(500), confirmed: ago(400),
  };
  const law: NoticeChange["row"] = {
    article: "93(1)(k)", keyword: "gel", answer: "provision", kinds: ["freezing"], requestLanguages: ["fr"],
    authenticOnly: false, elements: ["date of the order"], freezeDays: 730, freezeRenewal: "renewable", validFrom: ago(500),
  };
  let id = "";

  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
    sen = await signInHere(world, started, "SEN1");
    otp = await signInHere(world, started, "OTP1");
  }, 600_000);
  afterAll(async () => {
    await world?.end();
  }, 300_000);

  it("only an authority that may publish writes", async () => {
    expect(await rejected(publishNotices(sen.state, "focal_point_set", [{ row: focal }]))).toBe("void.not_publisher");
    const publishes = async () => (await listParties(sen.state)).filter(({ code }) => ["SEN", "X-OTP"].includes(code)).map(({ code, authorities }) => `${code} ${String(authorities[0]?.publisher)}`).sort();
    expect(await publishes()).toEqual(["SEN false", "X-OTP undefined"]);
    await setPublisher(sen.state, own(sen.state).root, true);
    expect(await publishes()).toEqual(["SEN true", "X-OTP undefined"]);
    [id] = (await publishNotices(sen.state, "focal_point_set", [{ row: focal }])) as [string];
    await publishNotices(sen.state, "law_entry_set", [{ row: law }]);
  }, 300_000);

  it("another Party reads it as fact, finds it by words, languages and articles, and sees who said so", async () => {
    const { rows } = await listNotices(otp.state, { kind: "focal_point_set" });
    expect(rows).toMatchObject([{
      id, party: "SEN", own: false, inForce: true, ended: false, toConfirm: true,
      notice: { row: { name: "A. Diop", languages: ["en", "fr"] } },
    }]);
    expect(rows[0]!.authority).not.toBe("");
    const found = async (query: object) =>
      (await listNotices(otp.state, { kind: "focal_point_set", ...query })).rows.length;
    expect(await found({ words: "cellule DIOP" })).toBe(1);
    expect(await found({ words: "cellule nobody" })).toBe(0);
    expect(await found({ language: "de" })).toBe(0);
    expect(await found({ party: "X-OTP" })).toBe(0);
    expect((await listNotices(otp.state, { kind: "law_entry_set", article: "93(1)" })).rows).toHaveLength(1);
    expect((await listNotices(otp.state, { kind: "law_entry_set", article: "96" })).rows).toHaveLength(0);
  }, 300_000);

  it("is confirmed, is not said twice of one day, and ends for good", async () => {
    expect(await confirmNotices(sen.state, "focal_point_set", [])).toBe(1);
    expect(await confirmNotices(sen.state, "focal_point_set", [])).toBe(0);
    expect((await listNotices(otp.state, { kind: "focal_point_set" })).rows[0]).toMatchObject({ id, toConfirm: false });
    expect(await rejected(publishNotices(sen.state, "focal_point_set", [{ row: focal }]))).toBe("void.notice_overlap");
    expect(await rejected(publishNotices(sen.state, "focal_point_set", [{ row: { ...focal, name: "" } }]))).toBe("notice.malformed");
    expect(await rejected(publishNotices(otp.state, "focal_point_set", [{ row: focal }]))).toBe("void.not_publisher");
    // Its end and its successor in one statement.
    const [, after] = await publishNotices(sen.state, "focal_point_set", [
      { id, ended: ago(20) }, { row: { ...focal, name: "B. Ndiaye", validFrom: ago(19), confirmed: undefined } },
    ]);
    expect(await rejected(publishNotices(sen.state, "focal_point_set", [{ id, ended: ago(3) }]))).toBe("void.notice_ended");
    expect((await listNotices(otp.state, { kind: "focal_point_set" })).rows.map((row) => row.id)).toEqual([after]);
    expect((await listNotices(otp.state, { kind: "focal_point_set", on: ago(20) })).rows.map((row) => row.id)).toEqual([id]);
    expect((await listNotices(otp.state, { kind: "focal_point_set", all: true })).rows).toHaveLength(2);
  }, 300_000);

  it("a request is held against the requested State's law before it leaves, also one that is taken up again", async () => {
    const order = (content: Partial<RequestOrder["form"]["content"]>, more: Partial<RequestOrder> = {}): RequestOrder => ({
      form: {
        title: "Freeze", unconfirmed: false,
        routing: { reference: "OTP/1", nature: "judicial_assistance", kinds: ["freezing"], urgency: "ordinary", language: "en" },
        content: { ...emptyContent(), blocks: { assistance: "Freeze it.", location: "Dakar", facts: "Sold." }, ...content },
      },
      to: "SEN", with: [], offPlatform: false, confidential: false, message: "", files: [], policy: ownParty, ...more,
    });
    const said = async (one: RequestOrder) => (await checkRequestLaw(otp.state, one)).filter((each) => each.needsReason)
      .map(({ key, ground }) => `${key} ${ground}`);
    expect(await said(order({}))).toEqual(["law.language 93(1)(k), gel", "law.element_missing 93(1)(k), gel"]);
    // Persons and accounts in rows identify as well as a text does (Art. 96(2)(b)).
    const parts = async (content: Partial<RequestOrder["form"]["content"]>) => (await checkRequestLaw(otp.state, order({ blocks: { assistance: "Freeze it.", facts: "Sold." }, ...content })))
      .filter(({ key }) => key === "law.block_missing").map(({ arguments: { block } }) => block);
    expect(await parts({})).toEqual(["location"]);
    expect(await parts({ persons: [{ key: "p1", name: "A. Person", aliases: [], nationalities: [] }] })).toEqual([]);
    expect(await said(order({}, { lawElements: ["date of the order"] }))).toEqual(["law.language 93(1)(k), gel"]);
    // Known to nobody here: nothing rests on a provision.
    expect(await said(order({}, { to: "MLI", offPlatform: true }))).toEqual([]);
    expect(await rejected(sendRequest(otp.state, order({}, { lawElements: ["date of the order"] })))).toBe("request.law_reason");

    // Its upload breaks off; meanwhile the State publishes more.
    const french = order({}, { lawElements: ["date of the order"], files: [sourceOf("a.bin", bytesOf(900, 3))] });
    french.form.routing.language = "fr";
    let fresh = "";
    otp.browser.intercept((next) => (url, init) =>
      String(url).includes("/api/v1/uploads") ? Promise.reject(new TypeError("no line")) : next(url, init));
    expect(await rejected(sendRequest(otp.state, french))).not.toBe("nothing failed");
    otp.browser.intercept(null);
    const plans = await allPlans(otp.state);
    expect(plans).toHaveLength(1);
    expect(plans[0]!.lawElements).toEqual(["date of the order"]);
    [fresh] = (await publishNotices(sen.state, "law_entry_set", [{ row: { ...law, article: "93(1)(b)", keyword: undefined, elements: ["statement of facts under oath"] } }])) as [string];
    expect(await rejected(resumeDraft(otp.state, plans[0]!.name))).toBe("request.law_reason");
    await publishNotices(sen.state, "law_entry_set", [{ id: fresh, ended: ago(1) }]);
    const first = await resumeDraft(otp.state, plans[0]!.name);
    expect((await showRequest(otp.state, first.chain)).content?.lawReason).toBeUndefined();

    const { chain } = await sendRequest(otp.state, order({ lawReason: "Urgent; the French text follows." }));
    expect((await showRequest(otp.state, chain)).content?.lawReason).toBe("Urgent; the French text follows.");
    const received = await showRequest(sen.state, chain);
    await openEntry(sen.state, chain, received.seq);
    expect((await showRequest(sen.state, chain)).content?.lawReason).toBe("Urgent; the French text follows.");
  }, 300_000);

  it("a spreadsheet is held against what stands there, and what one client writes the other reads as the same", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rogatory-notices-"));
    const there = async () => (await listNotices(sen.state, { kind: "law_entry_set", party: "SEN", all: true })).rows.filter(({ ended }) => !ended);
    await publishNotices(sen.state, "law_entry_set", [{ row: { ...law, article: "96", keyword: undefined, elements: ['say "yes"', "two"], note: "=1+1" } as NoticeChange["row"] }]);
    expect((await world.run("SEN1", "law", "export", "--out", join(folder, "law.csv"))).code).toBe(0);
    const read = await readNotices(sen.state, "law_entry_set", readFileSync(join(folder, "law.csv")), {});
    expect([read.faults, read.fresh, read.replaced, read.unchanged]).toEqual([[], 0, 0, 2]);
    for (const language of ["en", "fr"] as const) {
      const csv = exportNotices("law_entry", (await there()).map(({ notice }) => notice), language, "SEN");
      writeFileSync(join(folder, `${language}.csv`), csv);
      expect((await world.run("SEN1", "law", "import", join(folder, `${language}.csv`), "--yes")).json).toMatchObject({ new: 0, replaced: 0, unchanged: 2 });
    }
    rmSync(folder, { recursive: true });

    const sheet = (text: string) => readNotices(sen.state, "law_entry_set", new TextEncoder().encode(`article,keyword,answer,valid_from\r\n${text}`), {});
    const changed = await sheet(`93(1)(k),gel,no provision,${ago(500)}\r\n72,,provision,2026-01-01\r\n`);
    expect([changed.fresh, changed.replaced, changed.conflicts]).toEqual([1, 1, []]);
    const taken = await sheet(`93(1)(k),gel,no provision,${ago(100)}\r\n`);
    expect(taken.conflicts).toMatchObject([{ change: 0, with: { notice: { row: { keyword: "gel" } } } }]);
    expect(await rejected(publishNotices(sen.state, "law_entry_set", taken.changes))).toBe("void.notice_overlap");
    // With its end in the same statement there is room, and both say so.
    const { id: old } = taken.conflicts[0]!.with;
    const both = [{ id: old, ended: ago(101) }, ...taken.changes];
    expect(await noticeConflicts(sen.state, "law_entry_set", both)).toEqual([]);
    expect(await noticeConflicts(sen.state, "law_entry_set", [{ id: old, ended: ago(100) }, ...taken.changes])).toMatchObject([{ change: 1 }]);
    await publishNotices(sen.state, "law_entry_set", both);
    const broken = await sheet("1,,perhaps,2026-01-01\r\n2,,provision,2026-02-30\r\n");
    expect([broken.faults.length, broken.changes]).toEqual([2, []]);
    expect((await there()).length).toBe(2);
  }, 300_000);

  it("a Party that the server leaves out is told, not taken for one that publishes nothing", async () => {
    otp.browser.intercept((next) => async (url, init) => {
      const reply = await next(url, init);
      if (!String(url).endsWith("/api/v1/parties")) return reply;
      const page = await reply.json() as { items: { code: string }[] };
      return Response.json({ ...page, items: page.items.filter(({ code }) => code !== "SEN") });
    });
    const { rows, unread } = await listNotices(otp.state, { kind: "focal_point_set" });
    expect(rows).toEqual([]);
    expect(unread).toEqual([{ party: "SEN", why: "party.directory_differs", statements: 0 }]);
    expect((await listNotices(otp.state, { kind: "focal_point_set", party: "X-REG" })).unread).toEqual([]);
    otp.browser.intercept(null);
    expect((await listNotices(otp.state, { kind: "focal_point_set" })).unread).toEqual([]);
  }, 300_000);

  it("what was said later of one matter holds, whatever is asked for", async () => {
    const said = (round: string, state: "under_way" | "done"): NoticeChange => ({ row: { number: "R149", round, state, clusters: [] } });
    await publishNotices(sen.state, "recommendation_set", [said(ago(30), "under_way"), said(ago(2), "done")]);
    const found = async (query: object) =>
      (await listNotices(otp.state, { kind: "recommendation_set", ...query })).rows.map(({ notice, inForce }) => [(notice.row as { state: string }).state, inForce]);
    expect(await found({})).toEqual([["done", true]]);
    expect(await found({ state: "under_way" })).toEqual([]);
    expect(await found({ state: "under_way", all: true })).toEqual([["under_way", false]]);
  }, 300_000);
});
