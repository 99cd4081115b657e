// The notice boards of the scripted world: whom to call, what the law asks, what a State has done, what became of a list.
import type { AgentApi, NoticeView } from "../../src/agent/api";
import { columnLetters } from "../../src/casework/cells.ts";
import { finding } from "../../src/casework/finding.ts";
import { noticeOf } from "../../src/casework/notice_reader.ts";
import { noticeSheets } from "../../src/casework/notice_values.ts";
import { importSheet } from "../../src/casework/spreadsheet.ts";

const id = (seed: number): string => seed.toString(16).padStart(2, "0").repeat(16);
const row = (seed: number, party: string, authority: string, notice: NoticeView["notice"], change: Partial<NoticeView> = {}): NoticeView => ({
  id: id(seed), party, authority, own: party === "SEN", notice, from: "2026-01-01", ended: false, inForce: true, toConfirm: false,
  counting: true, index: 7, at: 1_767_600_000, ...change,
});

export function noticeAnswers(): Pick<AgentApi, "noticeBoards" | "confirmNotices" | "publishNotices" | "noticeConflicts" | "readNotices"> {
  let rows: NoticeView[] = [
    row(1, "SEN", "FIU", { kind: "focal_point_set", row: {
      authority: "FIU", name: "A. Diop", role: "fiu", theme: "financial_investigations", level: "national", languages: ["en", "fr"],
      telephone: "+221 33 000 00 00", email: "focal@fiu.example", timeZone: "Africa/Dakar", deputies: [], validFrom: "2024-01-01", confirmed: "2024-02-01",
    } }, { toConfirm: true }),
    row(2, "X-OTP", "Investigations", { kind: "focal_point_set", row: {
      authority: "Investigations", role: "prosecutor", theme: "general", level: "court", languages: ["en", "fr"], deputies: [], validFrom: "2026-01-01",
    } }),
    row(3, "FRA", "FIU", { kind: "law_entry_set", row: {
      article: "93(1)(k)", keyword: "freezing", answer: "provision", source: "CPP 706-153", kinds: [], requestLanguages: ["fr"], authenticOnly: false,
      elements: [], validFrom: "2026-01-01",
    } }, { inForce: false, counting: false }),
    row(5, "FRA", "FIU", { kind: "profile_set", row: { topic: "apic", answer: "partly", dated: "2004-02-17", source: "JO 2004", note: "Being extended." } }),
    row(6, "X-ASP", "Secretariat", { kind: "recommendation_set", row: {
      number: "R149", round: "2026-06-04", state: "under_way", due: "2026-H1", clusters: ["un"], note: { en: "A first meeting was held.", fr: "Une première réunion a eu lieu." },
    } }),
    row(4, "SEN", "FIU", { kind: "profile_set", row: { topic: "apic", answer: "yes", dated: "2014-09-25", source: "XVIII.13" } }),
  ];
  return {
    noticeBoards: async ({ kind, party = "", words = "", all = false }) => ({
      rows: rows.filter((one) => one.notice.kind === kind && (party === "" || one.party === party) && (all || one.inForce) &&
        JSON.stringify(one.notice.row).toLowerCase().includes(words.toLowerCase())),
      unread: party === "" ? [{ party: "CIV", why: "not_pinned", statements: 3 }] : [],
    }),
    publishNotices: async (kind, changes) => {
      for (const { id: of, row: content, ended } of changes) {
        if (of !== undefined) rows = rows.filter((one) => one.id !== of || content === undefined);
        if (of !== undefined && ended !== undefined) rows = rows.map((one) => (one.id === of ? { ...one, ended: true, to: ended } : one));
        if (content !== undefined) rows = [...rows, row(rows.length + 1, "SEN", "FIU", { kind, row: content } as NoticeView["notice"])];
      }
      return changes.map(({ id: of }, at) => of ?? id(100 + at));
    },
    noticeConflicts: async (kind, changes) => changes.flatMap((one, change) => {
      const authority = (one.row as { authority?: string }).authority;
      const found = one.id === undefined ? rows.find(({ own, notice }) => own && notice.kind === kind && (notice.row as { authority?: string }).authority === authority) : undefined;
      return found === undefined ? [] : [{ change, with: found }];
    }),
    readNotices: async (kind, file, options) => {
      // As casework/notice_sheets.ts does, but for what it needs of the record, whose cryptography a page does not have.
      const sheet = importSheet(noticeSheets[kind], file, options);
      const read = sheet.rows.map(({ number, values }) => noticeOf(noticeSheets[kind], values, "SEN", (key, column, value) =>
        sheet.faults.push(finding(key, { row: String(number), column: columnLetters(sheet.columns.indexOf(column)), value }))));
      const broken = sheet.faults.length > 0 || sheet.questions.length > 0;
      return {
        ...sheet, changes: broken ? [] : read.map((one) => ({ row: one.row })), numbers: sheet.rows.map(({ number }) => number),
        fresh: read.length, replaced: 0, unchanged: 0, conflicts: [],
      };
    },
    confirmNotices: async (_kind, ids) => {
      rows = rows.map((one) => (ids.includes(one.id) ? { ...one, toConfirm: false } : one));
      return ids.length;
    },
  };
}
