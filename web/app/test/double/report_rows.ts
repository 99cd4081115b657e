// Rows of the yearly report in the scripted world: one that Senegal is asked about, and what two bodies published.
import type { AgentApi, AuthorityLabel, RowFigures, RowView } from "../../src/agent/api";
import { figures } from "../../src/casework/figures.ts";
import type { ReportRow } from "../../src/record/report_row.ts";

const hex = (seed: number): string => seed.toString(16).padStart(2, "0").repeat(32);
const told = 1_792_454_400;
const chain = hex(60);
const row = (party: string, organ: string): ReportRow => ({
  party, organ, from: "2025-09-16", to: "2026-09-15", asOf: "2026-10-01", hideBelow: 5,
  received: [{ figure: "executed", count: undefined }, { figure: "open", count: 6 }, { figure: "requests", count: 12 }], sent: [],
});
const shown: RowFigures = {
  received: figures.map(({ name }) => ({ requests: 12, open: 6, executed: null } as Record<string, number | null>)[name] ?? (name === "executed" ? null : 0)),
  sent: figures.map(() => 0),
};
const published = (party: string, organ: string) => ({
  id: hex(organ.length + party.charCodeAt(0)).slice(0, 32), organ, authority: "Report", at: told + 40 * 86_400, counting: true, figures: shown, differs: [],
  row: { reportRow: row(party, organ), proposedAt: told, answer: "confirmed" as const, confirmedAt: told + 86_400 },
});

export function reportRowAnswers(fiu: AuthorityLabel, prosecutor: AuthorityLabel):
  Pick<AgentApi, "reportRows" | "reportRow" | "answerReportRow" | "publishedRows"> {
  let view: RowView = {
    chain, seq: 1, told: hex(62), withdrawn: false, row: row("SEN", "X-OTP"), figures: shown, organ: prosecutor, side: "state", proposedAt: told, publishFrom: told + 30 * 86_400,
    counting: true, answers: [], unread: false, publishedDiffers: [],
  };
  return {
    reportRows: async () => [view],
    reportRow: async () => ({ view, counted: true, unreadable: 0, unknown: [], differences: [{ figure: "open", received: true, told: 6, own: 7 }] }),
    answerReportRow: async (_chain, _told, said, words) => {
      view = { ...view, answer: { said, at: told + 86_400, by: fiu.authorityName, words }, answers: [{ said, index: 9, at: told + 86_400, withdrawn: false }] };
      return { chain, seq: 2, entry: hex(61), index: 9, to: [], files: [], counting: true };
    },
    publishedRows: async ({ language }) => ({
      period: { from: "2025-09-16", to: "2026-09-15" }, periods: [{ from: "2025-09-16", to: "2026-09-15" }, { from: "2024-09-16", to: "2025-09-15" }],
      figures: figures.map(({ name, partOf, title }) => ({ name, part: partOf !== "", title: title[language] })),
      rows: [published("FRA", "X-OTP"), { ...published("SEN", "X-REG"), differs: ["not_told"] }],
      pending: [{ ...published("MLI", "X-OTP"), counting: false }],
      sums: { received: shown.received.map((count) => (count === null ? null : 2 * count)), sent: shown.sent },
      missing: [{ organ: "X-OTP", states: ["SEN"] }, { organ: "X-REG", states: ["FRA", "MLI"] }], unread: [], csv: "\ufeffx\r\n", json: "{}",
    }),
  };
}
