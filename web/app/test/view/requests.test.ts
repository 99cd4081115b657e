import { describe, expect, it } from "vitest";
import type { ChronologyRow, RequestView } from "../../src/agent/api.ts";
import { requestMoves } from "../../src/model/request.ts";
import { allMessages } from "../../tooling/catalogue.ts";
import { emptyContent } from "../../src/model/request_content.ts";
import { inboxGroups } from "../../src/ui/view/inbox.ts";
import { contentRows } from "../../src/ui/view/request_content.ts";
import { daysBetween, dueSentence, requestActSentence, requestActWords, requestSteps, statusSentence } from "../../src/ui/view/requests.ts";
import { timeline } from "../../src/ui/view/timeline.ts";
import { day, dossier, membership, names, now, prosecutor, senegal } from "./scenes.ts";

function view(change: Partial<RequestView> = {}): RequestView {
  return {
    chain: "ab".repeat(32), title: "Comptes", side: "requested", requesting: prosecutor, requested: senegal, requestedCode: "", confidential: false,
    withheldKnown: false, seq: 1, status: "sent", statusAt: now - day, sentAt: now - day, overdue: false, over: false, refusedInPart: false,
    obstacles: [], reminders: 0, offPlatform: 0, toConfirm: [], texts: [], refusedVersions: [], translationAnswered: false, measures: [], statusCounting: true, warnings: [], next: [], mayName: ["translation"], mayRecord: ["sent"], state: "open", unread: 0, ...change,
  };
}
const recorded = { seq: 3, id: "c3".repeat(32), act: "sent" as const, medium: "post" as const, date: now - day, words: "" };
const next = (status: RequestView["status"], side: "requesting" | "requested"): RequestView["next"] =>
  requestMoves.filter((move) => move.from === status && move.by.includes(side)).map(({ to, needs }) => ({ to, needs: [...needs] }));
const keys = (request: RequestView): string[] => requestSteps(request).map(({ key }) => key);

function row(change: Partial<ChronologyRow>): ChronologyRow {
  return {
    seq: 2, id: "c1".repeat(32), at: now, counting: true, author: senegal, authorName: "", side: "requested", kind: "status", from: "", to: "", act: "",
    medium: "", obstacles: [], remark: "", words: "", inPart: false, void: false, voidReason: "", confirmed: false, number: 0, files: 0, ...change,
  };
}

describe("when a request is due", () => {
  it("says the date and how many days are left, or since when it is overdue", () => {
    expect(dueSentence(view(), now)).toBeNull();
    expect(dueSentence(view({ due: now + 12 * day }), now)).toMatchObject({ key: "request.due.left", values: { days: 12 } });
    expect(dueSentence(view({ due: now - 3 * day, overdue: true }), now)).toMatchObject({ key: "request.due.over", values: { days: 3 } });
    expect(dueSentence(view({ due: now - 3 * day, over: true }), now)?.key).toBe("request.due.was");
  });
  it("counts days as a calendar does, not by 24 hours", () => {
    const evening = new Date(2026, 10, 28, 23, 0).getTime() / 1000;
    expect(daysBetween(evening, evening + 2 * 3600)).toBe(1);
    expect(daysBetween(evening, evening + 1800)).toBe(0);
  });
});

describe("what may be done with a request now", () => {
  it("is what the table allows to this side, the likely first", () => {
    expect(keys(view({ next: next("sent", "requested") }))).toEqual(["acknowledged", "refused", "obstacle", "remind", "due", "record"]);
    expect(keys(view({ side: "requesting", next: next("sent", "requesting"), mayName: [] }))).toEqual(["withdrawn", "remind", "due", "record"]);
    expect(keys(view({ status: "executed", side: "requesting", next: next("executed", "requesting") })))
      .toEqual(["closed", "consultation", "remark", "remind", "due", "record"]);
  });
  it("nothing but a remark once it is over, and no clear words about a confidential one", () => {
    const closed = view({ status: "closed", over: true, mayRecord: [], next: next("closed", "requested") });
    expect(keys(closed)).toEqual(["remark"]);
    expect(keys({ ...closed, confidential: true })).toEqual([]);
  });
  it("nothing for those who are of neither side", () => {
    expect(keys(view({ side: "none", mayRecord: [], toConfirm: [recorded], proposal: { id: "", mine: false, due: now + day } }))).toEqual([]);
  });
  it("the other side's proposal is agreed to, one's own is not", () => {
    expect(keys(view({ proposal: { id: "", mine: false, due: now + day } }))[0]).toBe("agree");
    expect(keys(view({ proposal: { id: "", mine: true, due: now + day } }))).not.toContain("agree");
  });
  it("a status that one side alone tells says so, until the other confirms it", () => {
    expect(statusSentence(view()).key).toBe("word.status.sent");
    expect(statusSentence(view({ statusRecorded: { by: "requesting", confirmed: false } })).key).toBe("request.status_told");
    expect(statusSentence(view({ statusRecorded: { by: "requesting", confirmed: true } })).key).toBe("word.status.sent");
  });
  it("only who asked lifts the confidentiality, and only knowing what it withholds", () => {
    const secret = view({ confidential: true, withheldKnown: true, side: "requesting" });
    expect(keys(secret)).toContain("disclose");
    expect(keys({ ...secret, side: "requested" })).not.toContain("disclose");
    expect(keys({ ...secret, withheldKnown: false })).not.toContain("disclose");
  });
  it("every step has its words", () => {
    const known = allMessages("en");
    const steps = new Set(["agree", "confirm", "disclose", "obstacle", "remark", "remind", "due", "record"]);
    for (const move of requestMoves) if (move.from !== move.to) steps.add(move.to);
    for (const step of steps) {
      expect(known[`request.step.${step}`], step).toBeDefined();
      expect(known[`request.about.${step}`] ?? undefined, step).toBeDefined();
    }
  });
});

describe("the timeline of a request", () => {
  it("has a sentence for every act, with its words beside it", () => {
    const known = allMessages("fr");
    const rows = [
      row({ from: "sent", to: "acknowledged" }), row({ from: "sent", to: "sent", obstacles: [{ code: "translation", text: "a", help: "b" }] }),
      row({ from: "closed", to: "closed", remark: "It worked." }), row({ from: "sent", to: "refused", inPart: true }),
      row({ kind: "reminded", number: 2, words: "Please." }), row({ kind: "due_proposed", date: now }), row({ kind: "due_agreed", date: now }),
      row({ kind: "off_platform", act: "sent", medium: "post", date: now }), row({ kind: "off_platform", act: "sent", medium: "post", date: now, confirmed: true }),
      row({ kind: "off_platform_confirmed", act: "sent" }), row({ kind: "routing_disclosed" }),
    ];
    const said = rows.map((one) => requestActSentence(one, names)!.key);
    expect(new Set(said).size).toBe(rows.length);
    for (const key of said) expect(known[key], key).toBeDefined();
    expect(requestActWords(rows[1]!)).toEqual(["a", "b"]);
    expect(requestActSentence(row({ kind: "granted" }), names)).toBeNull();
  });
  it("an act without effect says so and repeats no words of it", () => {
    const act = { seq: 2, id: "c1".repeat(32), kind: "status", author: senegal, at: now, void: true, about: "void.status_side" };
    const events = timeline(dossier({ kind: "request", acts: [act] }), [], names, [row({ void: true, words: "secret" })]);
    expect(events.at(-1)).toMatchObject({ what: { key: "timeline.void" }, words: [] });
  });
});

it("the inbox lists requests by their due dates", () => {
  const chains = ["01", "02", "03", "04"].map((one) => one.repeat(32));
  const files = chains.map((chain, i) => dossier({ chain, kind: i === 3 ? "share" : "request" }));
  const requests = [view({ chain: chains[0]! }), view({ chain: chains[1]!, due: now + 9 * day }), view({ chain: chains[2]!, due: now - day, overdue: true })];
  const [group] = inboxGroups(files, [membership()], names, "requests", requests);
  expect(group!.rows.map(({ chain }) => chain)).toEqual([chains[2], chains[1], chains[0]]);
});

it("what a request names is shown row by row, every field of it", () => {
  const content = {
    ...emptyContent(),
    accounts: [{ key: "a1", iban: "SN08", holder: "p1", signatories: ["x", "y"], note: "n\u202e" }],
    measures: [{ key: "m1", kind: "freeze" as const, items: ["a1"], events: [{ act: "executed" as const, date: "2026-03-02" }] }],
  };
  const groups = contentRows(content);
  expect(groups.map(({ kind }) => kind)).toEqual(["accounts", "measures"]);
  expect(groups[0]!.rows[0]!.fields).toEqual([
    { name: "iban", value: "SN08" }, { name: "holder", value: "p1" }, { name: "signatories", value: "x · y" }, { name: "note", value: "n\ufffd" },
  ]);
  expect(groups[1]!.rows[0]!.fields.at(-1)!.name).toBe("event");
});
