import { describe, expect, it } from "vitest";
import type { NoticeView } from "../../src/agent/api";
import { columnsOf } from "../../src/casework/spreadsheet.ts";
import { noticeSheets } from "../../src/casework/notice_values.ts";
import { changeOf, faultsOf, formSteps, typedOf, type Typed } from "../../src/ui/view/notice_form";
import { exportShown } from "../../src/ui/view/notice_export";
import { noticeKinds, noticeLines } from "../../src/ui/view/notices";
import { ownState, whyNotPublish } from "../../src/ui/view/publishing";
import { membership, party } from "./scenes.ts";

const today = "2026-11-28";
const view = (notice: NoticeView["notice"], change: Partial<NoticeView> = {}): NoticeView => ({
  id: "0a", party: "SEN", authority: "FIU", own: true, notice, from: "2026-01-01", ended: false, inForce: true, toConfirm: false, counting: true,
  index: 0, at: 0, ...change,
});
const law = view({ kind: "law_entry_set", row: {
  article: "93(1)(k)", answer: "provision", kinds: ["freezing", "service"], requestLanguages: ["en", "fr"], authenticOnly: true, elements: ["a; b", "c"],
  holderNotice: "deferrable", deferralDays: 90, validFrom: "2026-01-01", confirmed: "2026-02-01",
} } as NoticeView["notice"]);
const columns = (found: { column: string; what: { key: string } }[]): string[] => found.map(({ column, what }) => `${column} ${what.key.slice("publish.fault.".length)}`);

describe("a row of a notice board as it is filled in", () => {
  it("asks for every field but the confirmation, and not a State for its own name", () => {
    for (const kind of noticeKinds) {
      const asked = formSteps(kind, "").flatMap((step) => step.columns).sort();
      expect(asked).toEqual(columnsOf(noticeSheets[kind]).map(({ code }) => code).filter((code) => code !== "last_confirmed").sort());
    }
    expect(formSteps("profile_set", "SEN").flatMap((step) => step.columns)).not.toContain("state");
  });

  it("is told at its field what is wrong, on its own page only", () => {
    const typed: Typed = { article: "", kinds: "tracing", request_languages: "fr, english", deferral_days: "90", freeze_days: "many", authentic_only: "yes",
      valid_from: "2026-02-01", valid_to: "2026-01-01", elements: Array(51).fill(0).map((_, at) => `e${at}`).join("\n") };
    expect(columns(faultsOf("law_entry_set", typed, "SEN", ["article", "answer"]))).toEqual(["article required", "answer required"]);
    expect(columns(faultsOf("law_entry_set", typed, "SEN")).sort()).toEqual([
      "answer required", "article required", "deferral_days without", "elements too_long", "freeze_days days", "request_languages language", "valid_to order",
    ]);
    expect(columns(faultsOf("focal_point_set", { authority: "x".repeat(301), role: "fiu", valid_from: "2026-01-01" }, "SEN"))).toEqual(["authority too_long"]);
    expect(columns(faultsOf("profile_set", { state: "Mali", topic: "apic", answer: "yes", dated: "2026-01-01", source: "x" }, ""))).toEqual(["state state"]);
    expect(columns(faultsOf("recommendation_set", { number: "149 x", round: "2026-01-01", state: "done", due: "2026", text_en: "t" }, "")))
      .toEqual(["number number", "due half_year", "text_en without"]);
    const calendar = { valid_from: "2026-01-01", valid_to: "2026-12-31", weekend: "friday, saturday" };
    expect(columns(faultsOf("calendar_set", { ...calendar, holidays: "2026-12-25" }, "SEN"))).toEqual([]);
    expect(columns(faultsOf("calendar_set", { ...calendar, holidays: "25 December" }, "SEN"))).toEqual(["holidays date"]);
    expect(columns(faultsOf("calendar_set", { ...calendar, holidays: "2026-12-25\n2027-01-01" }, "SEN"))).toEqual(["holidays outside"]);
    expect(columns(faultsOf("calendar_set", { ...calendar, weekend: "friday, caturday" }, "SEN"))).toEqual(["weekend list"]);
  });

  it("begins with what stands there, says the same when nothing is changed, and is confirmed by whoever signs it", () => {
    const typed = typedOf("law_entry_set", "SEN", today, law);
    expect(typed).toMatchObject({ elements: "a; b\nc", kinds: "freezing, service", request_languages: "en, fr", authentic_only: "yes" });
    expect(faultsOf("law_entry_set", typed, "SEN")).toEqual([]);
    expect(changeOf("law_entry_set", typed, "SEN", today, law)).toMatchObject({ id: "0a", row: { ...law.notice.row, confirmed: today } });
    const later = { ...typed, valid_from: "2027-01-01" };
    expect(changeOf("law_entry_set", later, "SEN", today, law).row).toMatchObject({ confirmed: "2026-02-01" });
    const fresh = changeOf("profile_set", { ...typedOf("profile_set", "SEN", today), dated: "2020-01-31", source: "s" }, "SEN", today);
    expect([fresh.id, fresh.row]).toMatchObject([undefined, { state: undefined, topic: "apic", dated: "2020-01-31" }]);
  });

  it("a calendar begins with the year and the weekend that most have, and shows its days by name", () => {
    const fresh = changeOf("calendar_set", { ...typedOf("calendar_set", "SEN", today), holidays: "2026-12-25\n2026-04-04" }, "SEN", today);
    expect(fresh.row).toMatchObject({ weekend: ["saturday", "sunday"], holidays: ["2026-04-04", "2026-12-25"], validFrom: "2026-01-01", validTo: "2026-12-31" });
    const shown = noticeLines(view({ kind: "calendar_set", row: fresh.row } as never), "fr", (day) => day.slice(5));
    expect(shown.map(({ text }) => text)).toEqual(["samedi; dimanche", "04-04; 12-25", "01-01", "12-31"]);
  });

  it("is shown in both languages where it is written in both", () => {
    const row = view({ kind: "recommendation_set", row: { number: "R149", round: "2026-01-01", state: "done", clusters: [], note: { en: "Yes.", fr: "Oui." } } } as never);
    expect(noticeLines(row, "en", (day) => day, "both").filter(({ key }) => key.startsWith("note")).map(({ text }) => text)).toEqual(["Yes.", "Oui."]);
  });

  it("is published by officers of an authority that may, and by nobody else", () => {
    const own = membership({ partyCode: "SEN", authority: "a1" });
    const may = (publisher: boolean) => [party("SEN", { authorities: [{ ...party("SEN").authorities[0]!, authority: "a1", publisher }] })];
    expect(whyNotPublish(own, may(true))).toBeNull();
    expect(whyNotPublish(own, may(false))).toMatchObject({ key: "publish.not_publisher" });
    expect(whyNotPublish({ ...own, role: "reader" }, may(true))).toMatchObject({ key: "publish.not_officer" });
    expect([ownState(own), ownState(membership({ partyCode: "X-OTP" })), ownState(undefined)]).toEqual(["SEN", "", ""]);
  });
});

describe("what is shown, as a spreadsheet", () => {
  it("of one Party can be read in again; of several it says whose each row is", () => {
    const one = exportShown("law_entry_set", [law], "en");
    expect(one.name).toBe("law_entry-SEN.csv");
    expect(one.csv.startsWith("\ufeffArticle,")).toBe(true);
    const two = exportShown("law_entry_set", [law, { ...law, party: "FRA", ended: true, to: "2026-06-30" }], "fr");
    const lines = two.csv.split("\r\n");
    expect([two.name, lines[0]!.slice(0, 30), lines.length]).toEqual(["law_entry.csv", "\ufeffÉtat ou organe;Article;Mot-clé", 4].map((each) => typeof each === "string" ? each.slice(0, 30) : each));
    expect([lines[1]!.slice(0, 4), lines[2]!.slice(0, 4), lines[2]!.includes("30/06/2026")]).toEqual(["SEN;", "FRA;", true]);
    expect(exportShown("law_entry_set", [], "en").name).toBe("law_entry.csv");
  });
});
