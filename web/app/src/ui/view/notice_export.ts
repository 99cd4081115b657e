// What a page of the directory shows, as a spreadsheet opens it.
import type { NoticeView } from "../../agent/api";
import { lineOf, textCell } from "../../casework/cells.ts";
import { noticeSheets, valuesOf } from "../../casework/notice_values.ts";
import { exportSheet, type Values } from "../../casework/spreadsheet.ts";
import { isState } from "../../model/party.ts";
import type { NoticeKind } from "./notices";

type Language = "en" | "fr";

function valuesShown({ party, notice, ended, to }: NoticeView): Values {
  const values = valuesOf(notice, isState(party) ? party : "");
  if (ended && to !== undefined && values["valid_from"] !== undefined) values["valid_to"] = to;
  return values;
}

/**
 * Rows of one State or body are a sheet that can be read in again. Of several there is one column more in front, whose they are:
 * nobody publishes that.
 */
export function exportShown(kind: NoticeKind, rows: readonly NoticeView[], language: Language): { name: string; csv: string } {
  const sheet = noticeSheets[kind];
  const parties = [...new Set(rows.map(({ party }) => party))];
  if (parties.length < 2) {
    return { name: [sheet, ...parties].join("-") + ".csv", csv: exportSheet(sheet, rows.map(valuesShown), language) };
  }
  const separator = language === "fr" ? ";" : ",";
  const titles = exportSheet(sheet, [], language);
  const title = language === "fr" ? "État ou organe" : "State or body";
  const first = (text: string): string => lineOf([textCell(text, separator), ""], separator).replace(/\r\n$/, "");
  const lines = rows.map((row) => first(row.party) + exportSheet(sheet, [valuesShown(row)], language).slice(titles.length));
  return { name: `${sheet}.csv`, csv: `\ufeff${first(title)}${titles.slice(1)}${lines.join("")}` };
}
