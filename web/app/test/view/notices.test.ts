import { describe, expect, it } from "vitest";
import type { NoticeView } from "../../src/agent/api";
import { answers } from "../../src/agent/notice_search.ts";
import { noticeLines, noticeTitle, whyUnread } from "../../src/ui/view/notices";

const view = (notice: NoticeView["notice"]): NoticeView => ({
  id: "00", party: "SEN", authority: "FIU", own: true, notice, from: "2026-01-01", ended: false, inForce: true, toConfirm: false,
  counting: true, index: 0, at: 0,
});
const focal = view({ kind: "focal_point_set", row: {
  authority: "Cellule de renseignement financier", name: "A. Diop", role: "fiu", theme: "general", level: "national",
  languages: ["en", "fr"], deputies: [], validFrom: "2026-01-01",
} });
const law = view({ kind: "law_entry_set", row: {
  article: "93(1)(k)", keyword: "gel", answer: "no_provision", kinds: [], requestLanguages: ["fr"], authenticOnly: false,
  elements: [], validFrom: "2026-01-01",
} });

describe("rows of notice boards", () => {
  it("are shown under the titles of the sheets, words and days in the reader's language", () => {
    const lines = noticeLines(focal, "fr", (day) => `le ${day}`);
    expect(lines.find(({ key }) => key === "role")).toEqual({ key: "role", label: "Fonction", text: "cellule de renseignement financier" });
    expect(lines.find(({ key }) => key === "valid_from")).toMatchObject({ text: "le 2026-01-01" });
    expect(lines.find(({ key }) => key === "languages")).toMatchObject({ text: "en; fr" });
    expect(lines.some(({ key }) => key === "telephone" || key === "deputies")).toBe(false);
    expect([noticeTitle(focal, "en"), noticeTitle(law, "en")]).toEqual(["A. Diop", "93(1)(k), gel"]);
    const recommendation = view({ kind: "recommendation_set", row: {
      number: "R149", round: "2026-11-04", state: "under_way", clusters: [], note: { en: "Meetings.", fr: "Des réunions." },
    } });
    expect(noticeTitle(recommendation, "fr")).toBe("R149");
  });

  it("answer by kind, words, role, theme, language and the beginning of an article", () => {
    const found = (query: object): boolean => answers(focal.notice, { kind: "focal_point_set", ...query });
    expect([{}, { words: "DIOP cellule" }, { theme: "arrest" }, { role: "fiu" }, { language: "fr" }].map(found)).toEqual(Array(5).fill(true));
    expect([{ kind: "law_entry_set" }, { words: "diop nobody" }, { role: "aro" }, { language: "de" }].map(found)).toEqual(Array(4).fill(false));
    expect(answers(law.notice, { kind: "law_entry_set", article: "93(1)" })).toBe(true);
    expect(answers(law.notice, { kind: "law_entry_set", article: "96" })).toBe(false);
  });

  it("are not shown of whom nobody has checked, and it says so", () => {
    expect(whyUnread({ party: "CIV", why: "not_pinned", statements: 1 })).toMatchObject({ key: "directory.not_pinned" });
    expect(whyUnread({ party: "CIV", why: "notices.broken", statements: 1 })).toMatchObject({ key: "error.notices.broken" });
  });
});
