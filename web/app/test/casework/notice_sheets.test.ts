// The cases of tests/unit/casework/notices_test.cpp: rows of notice boards as sheets.
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/casework/finding.ts";
import { importNotices, noticeFaultKeys } from "../../src/casework/notice_sheets.ts";
import { exportNotices, joinedCell, noticeSheets, partsOf, type NoticeSheet } from "../../src/casework/notice_values.ts";
import { wordCodes } from "../../src/casework/sheet_words.ts";
import { focalLevels, focalRoles, focalThemes, freezeRenewals, holderNotices, lawAnswers, lawChannels, profileAnswers, profileTopics,
  recommendationStates } from "../../src/model/notices.ts";
import { assistanceKinds } from "../../src/model/request.ts";
import { sameNotice, type Notice } from "../../src/record/notice_bodies.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const places = (findings: readonly Finding[]): string[] => findings.map(({ key, arguments: args }) =>
  `${key.slice(7)} ${args["row"] === undefined ? "" : `${args["row"]}${args["column"]}`}`);

const rows: Notice[] = [
  { kind: "focal_point_set", row: {
    authority: "=Autorité; centrale", role: "fiu", theme: "general", level: "national", languages: ["en", "fr"], telephone: "+221 33",
    deputies: ["B, C", "D"], note: "two\nlines", validFrom: "2026-03-04", confirmed: "2026-05-06",
  } as never },
  { kind: "law_entry_set", row: {
    article: "93(1)(k)", source: "Code, art. 93(1)(k)", answer: "provision", kinds: ["freezing", "service"], channel: "advance_copy", requestLanguages: ["fr"],
    authenticOnly: true, elements: ["a", "b"], holderNotice: "deferrable", deferralDays: 90, freezeDays: 730, freezeRenewal: "not_renewable",
    urgentDays: 30, validFrom: "2026-03-04", validTo: "2027-03-04",
  } as never },
  { kind: "profile_set", row: { topic: "apic", answer: "partly", dated: "2020-01-31", source: "s", note: "n" } as never },
  { kind: "recommendation_set", row: {
    number: "R149", round: "2026-11-04", state: "done", due: "2027-H1", clusters: ["rfa", "un"], rowWith: "R152",
    text: { en: "t", fr: "u" }, note: { en: "v", fr: "w" },
  } as never },
];

describe("rows of notice boards and sheets", () => {
  it("have the same words", () => {
    const lists = { focal_role: focalRoles, theme: focalThemes, level: focalLevels, law_answer: lawAnswers, law_channel: lawChannels,
      holder_notice: holderNotices, freeze_renewal: freezeRenewals, state_topic: profileTopics, state_answer: profileAnswers,
      recommendation_state: recommendationStates, assistance: assistanceKinds };
    for (const [list, words] of Object.entries(lists)) expect(wordCodes(list), list).toEqual([...words]);
  });

  it("are exported and read back equal, in both languages", () => {
    for (const language of ["en", "fr"] as const) {
      for (const notice of rows) {
        if (notice.kind === "row_published") continue; // never in a spreadsheet of a board
        const sheet = noticeSheets[notice.kind];
        const csv = exportNotices(sheet, [notice], language, "SEN");
        const back = importNotices(sheet, bytes(csv), {}, "SEN");
        expect(places(back.sheet.faults), csv).toEqual([]);
        expect(back.rows).toHaveLength(1);
        expect(sameNotice(back.rows[0]!.notice, notice), csv).toBe(true);
      }
    }
  });

  it("lose no part of a list that holds a semicolon, a quotation mark or a space at its end", () => {
    const elements = ['"quoted" word', "date; place", " space", "\u00a0no break", 'a "b"; c', "end "].sort();
    for (const language of ["en", "fr"] as const) {
      const notice = { ...rows[1]!, row: { ...rows[1]!.row, elements } } as Notice;
      const back = importNotices("law_entry", bytes(exportNotices("law_entry", [notice], language, "SEN")), {}, "SEN");
      expect(back.sheet.faults).toEqual([]);
      expect((back.rows[0]!.notice.row as { elements: string[] }).elements).toEqual(elements);
    }
    expect(joinedCell(["a", "b; c"])).toBe('a; "b; c"');
    expect(partsOf('a; "b; c" ; d;; ')).toEqual(["a", "b; c", "d"]);
    // Not closed, or more behind it: marks like any other.
    expect(partsOf('"a; b')).toEqual(['"a', "b"]);
    expect(partsOf('"a" b; c')).toEqual(['"a" b', "c"]);
    expect(partsOf('say "x"; ""')).toEqual(['say "x"']);
  });

  it("tell what a row must hold beyond its cells, with row and column", () => {
    const told = (sheet: NoticeSheet, csv: string, own = "SEN"): string[] => {
      const read = importNotices(sheet, bytes(csv), {}, own);
      expect([read.rows, read.sheet.rows]).toEqual([[], []]);
      return places(read.sheet.faults);
    };
    expect(told("law_entry", "article,answer,valid_from,kinds,deferral_days,freeze_days,freeze_renewal\r\n" +
      "1,provision,2026-01-01,tracing; spying,,,\r\n2,provision,2026-01-01,,90,,\r\n3,provision,2026-01-01,,,many,\r\n" +
      "4,provision,2026-01-01,,,,renewable\r\n")).toEqual(["list 2D", "without 3E", "days 4F", "without 5G"]);
    // What is wrong with the cells themselves hides nothing of this, and of one cell one thing is told.
    expect(told("law_entry", "article,answer,valid_from,kinds,deferral_days\r\n1,perhaps,2026-01-01,spying,\r\n2,provision,,,90\r\n"))
      .toEqual(["word 2B", "required 3C", "list 2D", "without 3E"]);
    expect(told("state_profile", "state,topic,answer,dated,source\r\nFRA,apic,yes,2026-01-01,s\r\n")).toEqual(["state 2A"]);
    expect(told("state_profile", "state,topic,answer,dated,source\r\nSEN,apic,yes,2026-01-01,s\r\nSEN,apic,no,2026-01-01,s\r\n"))
      .toEqual(["overlap 3D"]);
    expect(told("recommendation", "number,round,state,due,note_en\r\nR 1,2026-01-01,done,2026-H3,x\r\n"))
      .toEqual(["number 2A", "half_year 2D", "without 2E"]);
    const titles = "article,answer,valid_from,valid_to,kinds,language,request_languages,elements,holder_notice,deferral_days,freeze_days,authentic_only\r\n";
    expect(told("law_entry", titles + [
      ",provision,2026-01-01,,,,,,,,,", "2,perhaps,2026-01-01,,,,,,,,,", "3,provision,2026-02-30,,,,,,,,,", "4,provision,2026-01-01,2025-12-31,,,,,,,,",
      "5,provision,2026-01-01,,tracing; spying,,,,,,,", "6,provision,2026-01-01,,,french,,,,,,", "7,provision,2026-01-01,,,,fr; englisch,,,,,",
      `8,provision,2026-01-01,,,,,${"x".repeat(301)},,,,`, "9,provision,2026-01-01,,,,,,must,90,,", "10,provision,2026-01-01,,,,,,,,36501,",
      "11,provision,2026-01-01,,,,,,,,,yes", "12,provision,2026-01-01,,,,,,,,", "13,provision,2026-01-01,,,,,,,,,,more", "14,provision,2026-01-01,,,,,a\u0007b,,,,",
      "15,provision,2026-01-01,,,,,,,,,", "15,provision,2026-06-01,,,,,,,,,",
    ].join("\r\n")).sort()).toEqual([
      "required 2A", "word 3B", "date 4C", "order 5D", "list 6E", "language 7F", "language 8G", "too_long 9H", "without 10J", "days 11K", "without 12L",
      "cells_too_few 13L", "cells_too_many 14M", "control 15H", "overlap 17C",
    ].sort());
    const body = importNotices("state_profile", bytes("state,topic,answer,dated,source\r\nMLI,apic,yes,2026-01-01,s\r\n"), {}, "");
    expect(body.rows[0]!.notice.row).toMatchObject({ state: "MLI" });
    expect(new Set(noticeFaultKeys).size).toBe(noticeFaultKeys.length);
  });
});
