// The cases of tests/unit/casework/notices_test.cpp: provisions of one board as one answer of a day.
import { describe, expect, it } from "vitest";
import { checkLaw, type RequestDraft } from "../../src/casework/law_check.ts";
import { groundOf, lawOn } from "../../src/casework/law_in_force.ts";
import type { LawEntry } from "../../src/record/notice_bodies.ts";

const row = (article: string, validFrom: string, more: Partial<LawEntry> = {}): LawEntry => ({
  article, answer: "provision", source: `Code, art. ${article}`, kinds: [], requestLanguages: [], authenticOnly: false, elements: [],
  validFrom, ...more,
} as LawEntry);
const draft = (today: string): RequestDraft => ({
  kinds: ["freezing"], versions: [{ language: "en", delivered: true, authentic: true }], blocks: ["assistance", "location", "facts"],
  elements: [], urgent: false, doNotNotify: true, today,
});
const languages = row("87(2)", "2020-01-01", { requestLanguages: ["fr"], channel: "platform" });
const freeze = row("93(1)(k)", "2020-01-01", {
  validTo: "2026-12-31", kinds: ["freezing"], freezeDays: 730, elements: ["date of the order"], confirmed: "2026-06-01",
});
const later = row("93(1)(k)", "2027-01-01", { kinds: ["freezing"], answer: "no_provision", holderNotice: "must" });

const told = (rows: LawEntry[], today: string): Map<string, string> => {
  const law = lawOn(rows, today);
  return new Map(checkLaw(draft(today), law.entries).map(({ finding }) => [finding.key, groundOf(law, finding)]));
};

describe("provisions in force on a day", () => {
  it("make one answer, each part with its ground", () => {
    const rows = [languages, freeze, later];
    let now = told(rows, "2026-07-01");
    expect(now.get("law.language")).toBe("87(2): Code, art. 87(2)");
    expect(now.get("law.element_missing")).toBe("93(1)(k): Code, art. 93(1)(k)");
    expect(now.get("law.freeze_lapses")).toBe("93(1)(k): Code, art. 93(1)(k)");
    expect(now.get("law.notice_unknown")).toBe("");
    expect(now.get("law.unconfirmed")).toBe(""); // the oldest of them was never confirmed
    now = told(rows, "2027-07-01");
    expect(now.get("law.no_provision")).toBe("93(1)(k): Code, art. 93(1)(k)");
    expect(now.get("law.notice_must")).toBe("93(1)(k): Code, art. 93(1)(k)");
    expect(now.has("law.freeze_lapses")).toBe(false);
    expect(told(rows, "2019-01-01").has("law.none_in_force")).toBe(true);
    expect([...told([], "2026-07-01").keys()]).toEqual(["law.none"]);
  });

  it("add up languages, elements and kinds; of channel, notice and freeze the row that began last holds, in whatever order", () => {
    const first = row("1", "2020-01-01", {
      keyword: "gel", channel: "other", requestLanguages: ["fr"], elements: ["a"], kinds: ["freezing", "tracing"], freezeDays: 30, freezeRenewal: "renewable",
      holderNotice: "deferrable", deferralDays: 10,
    });
    const second = row("2", "2021-01-01", {
      channel: "platform", requestLanguages: ["en"], elements: ["a", "b"], kinds: ["freezing"], answer: "no_provision", freezeDays: 60, urgentDays: 5, source: undefined,
    });
    for (const rows of [[first, second], [second, first]]) {
      const law = lawOn(rows, "2022-01-01");
      expect(law.entries).toHaveLength(1);
      expect(law.entries[0]).toMatchObject({
        channel: "platform", languages: ["fr", "en"], requiredElements: ["a", "b"], provisions: { freezing: false, tracing: true }, freezeDays: 60,
        holderNotice: "deferrable", deferralDays: 10, urgentConfirmationDays: 5, lastConfirmed: "2020-01-01",
      });
      expect(law.entries[0]!.freezeRenewable).toBeUndefined();
      expect(law.grounds.get("element a")).toBe("2");
      expect(law.grounds.get("kind tracing")).toBe("1, gel: Code, art. 1");
      expect(law.grounds.get("freeze")).toBe("2");
    }
  });
});
