// A State's row of the report on one real server, from the page's trusted end: told by the Prosecutor, answered by Senegal,
// published, and added up; beside the command line, which says the same. (Thirty days: tests/unit/agent/report_rows_test.cpp.)
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addEntry } from "../../src/agent/send.ts";
import { publishNotices, setPublisher } from "../../src/agent/notices.ts";
import { answerRow, listRows, proposeRow, publishedTable, publishRow, showRow } from "../../src/agent/report_rows.ts";
import { authorityOf } from "../../src/agent/acting.ts";
import { signInHere, type WebPerson } from "./support/people.ts";
import { hasBinaries, openWorld, type Started, type World } from "./support/world.ts";

const rejected = async (run: Promise<unknown>): Promise<string> =>
  run.then(() => "nothing failed", (error) => error.key ?? String(error));
const answers = { confirmed: "confirmed", commented: "commented on", none: "no answer" };
const period = { from: "2024-09-16", toDay: "2025-09-15", asOf: "2025-09-15" };

describe.skipIf(!hasBinaries)("a State's row of the report", () => {
  let world: World;
  let started: Started;
  let court: WebPerson;
  let senegal: WebPerson;
  let chain: string;
  const told = async ({ state }: WebPerson): Promise<string> => (await showRow(state, chain)).view.told;
  const order = (hideBelow = 5, to = "SEN") => ({ to, ...period, hideBelow, title: "Row", message: "" });
  const table = ({ state }: WebPerson) => publishedTable(state, { language: "en", answers });

  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "whole_cast" });
    court = await signInHere(world, started, "OTP1");
    senegal = await signInHere(world, started, "SEN1");
    await setPublisher(court.state, authorityOf(court.state).authority, true);
  }, 600_000);
  afterAll(async () => world?.end(), 300_000);

  it("is told by a body of the Court alone, of a period that is over", async () => {
    expect(await rejected(proposeRow(senegal.state, order()))).toBe("report_row.not_organ");
    expect(await rejected(proposeRow(court.state, { ...order(), toDay: "2099-01-01" }))).toBe("report_row.period");
    expect(await rejected(proposeRow(court.state, order(5, "X-REG")))).toBe("report_row.not_state");
    ({ sent: { chain } } = await proposeRow(court.state, order()));
    expect(await rejected(proposeRow(court.state, order()))).toBe("report_row.told_already");
    expect(await listRows(senegal.state)).toEqual([]); // it was not opened yet
  }, 300_000);

  it("is read beside one's own count, and answered by the State alone", async () => {
    expect(await showRow(senegal.state, chain)).toMatchObject({ counted: true, differences: [], view: { side: "state", row: { party: "SEN", organ: "X-OTP" } } });
    expect(await listRows(senegal.state)).toHaveLength(1);
    expect(await rejected(publishRow(court.state, chain))).toBe("report_row.too_early");
    expect(await rejected(answerRow(court.state, chain, await told(court), "confirmed", ""))).toBe("report_row.not_state_of_row");
    expect(await rejected(answerRow(senegal.state, chain, await told(senegal), "commented", " "))).toBe("report_row.no_words");
    await answerRow(senegal.state, chain, await told(senegal), "commented", "One is missing.");
    expect((await showRow(court.state, chain)).view.answer).toMatchObject({ said: "commented", words: "One is missing." });
    expect(await rejected(publishRow(court.state, chain))).toBe("report_row.too_early");
    // A sentence in the same file is no answer.
    await addEntry(senegal.state, { chain, files: [], title: "", message: "We look again." });
    expect((await showRow(court.state, chain)).view.answer).toMatchObject({ said: "commented" });
    const listed = (await world.run("SEN1", "report", "row", "show", chain.slice(0, 12))).json;
    expect(listed).toMatchObject({ side: "state", answer: "commented", words: "One is missing.", differences: [] });
  }, 300_000);

  it("told anew it has no answer yet; confirmed, it is published, and everybody adds up the same", async () => {
    const before = await told(senegal);
    expect((await proposeRow(court.state, order(0))).sent.chain).toBe(chain);
    expect(await rejected(answerRow(senegal.state, chain, before, "confirmed", ""))).toBe("report_row.told_anew");
    expect((await showRow(court.state, chain)).view.answer).toBeUndefined();
    await showRow(senegal.state, chain);
    // By a clock that runs ahead of the Court's: it came before the publication all the same.
    const { clock } = senegal.browser.environment;
    const { monotonicSeconds } = clock;
    let ahead = 0;
    clock.monotonicSeconds = () => monotonicSeconds() + (ahead += 3);
    await answerRow(senegal.state, chain, await told(senegal), "confirmed", "");
    clock.monotonicSeconds = () => monotonicSeconds() + ahead;
    const { answer, published } = await publishRow(court.state, chain);
    expect(answer!.at).toBeGreaterThan(published!.at);
    expect(await rejected(publishRow(court.state, chain))).toBe("void.nothing_changed");
    const here = await table(senegal);
    expect(here.rows).toMatchObject([{ organ: "X-OTP", row: { answer: "confirmed", reportRow: { party: "SEN", hideBelow: 0 } }, differs: [] }]);
    expect(here.missing).toEqual([{ organ: "X-OTP", states: ["FRA"] }]);
    const there = (await world.run("FRA1", "report", "published")).json;
    expect(there.rows).toMatchObject([{ organ: "X-OTP", answer: "confirmed", row: { party: "SEN" } }]);
    expect(JSON.parse(here.json).sums).toEqual(there.sums);
  }, 300_000);

  it("published otherwise than it was told, that is said to the State", async () => {
    const { view } = await showRow(court.state, chain);
    // Other figures under the day of those that stand: the board's judge lets nobody write that.
    const other = { ...view.row, received: [{ figure: "requests", count: 900 }] };
    const id = view.published!.id;
    expect(await rejected(publishNotices(court.state, "row_published", [{ id, row: { ...view.published!.row, reportRow: other } }])))
      .toBe("void.row_correction");
    const at = view.proposedAt + 1;
    await new Promise((resolve) => setTimeout(resolve, 2_000)); // the judge compares whole seconds
    const wrong = { reportRow: other, proposedAt: at, answer: "confirmed" as const, confirmedAt: Math.max(at, view.published!.row.confirmedAt!) };
    await publishNotices(court.state, "row_published", [{ id, row: wrong }]);
    const differs = (await showRow(senegal.state, chain)).view.publishedDiffers;
    expect(differs.slice(0, 2)).toEqual(["figures", "date"]);
    expect((await table(senegal)).rows[0]!.differs).toEqual(differs);
    const listed = await world.do({ do: "run", person: "SEN1", arguments: ["report", "row", "list"], expect: null });
    expect(listed.code).not.toBe(0);
  }, 300_000);
});
