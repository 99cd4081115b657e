// A State's row of an organ's report: where it stands, and the lines that are shown of it.
import type { Membership, RowFigures, RowView } from "../../agent/api";
import { figures } from "../../casework/figures.ts";
import { reportingYear } from "../../casework/report.ts";
import { dayAt } from "../../casework/date.ts";
import { isState } from "../../model/party.ts";
import { isCourt, organOf } from "../../model/request.ts";
import { sentence, type Sentence } from "./sentence";
import type { ReportLine } from "./report";

type Language = "en" | "fr";

/** In the order of the figures; what is zero on both sides only when asked for, but for the first, the requests. */
export const rowLines = (row: RowFigures, language: Language, all: boolean): ReportLine[] =>
  figures.map(({ name, partOf, title }, place): ReportLine => ({
    key: name, title: title[language], part: partOf !== "", received: row.received[place] ?? null, sent: row.sent[place] ?? null,
  })).filter(({ received, sent }, place) => all || place === 0 || received !== 0 || sent !== 0);

export const figureTitle = (name: string, language: Language): string =>
  figures.find((one) => one.name === name)?.title[language] ?? name;

/** Of the published table: the requests of each State, and the longest bar. */
export const requestsOf = (row: RowFigures, side: "received" | "sent"): number | null => row[side][0] ?? null;

export function rowState(view: RowView): Sentence {
  if (view.published !== undefined) return sentence(view.publishedDiffers.length > 0 ? "report_row.published_otherwise" : "report_row.published");
  if (view.answer !== undefined) return sentence(`report_row.answer.${view.answer.said}`);
  return sentence(view.unread ? "report_row.unread" : "report_row.no_answer");
}

/** Only a body of the Court tells States of their rows. */
export const isReportingOrgan = (membership: Membership | undefined): boolean =>
  membership !== undefined && !isState(membership.partyCode) &&
  (isCourt(membership.partyCode) || organOf(membership.partyCode) === "trust_fund");

/** The last reporting year that is over on a day. */
export function lastYear(today: string): { from: string; to: string } {
  const { from } = reportingYear(today);
  return reportingYear(dayAt(Date.parse(`${from}T00:00:00Z`) / 1000 - 1, 0));
}
