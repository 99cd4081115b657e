// A State or body on the administrator's board: what it waits for, else how far it is.

import type { AdminPartyRow } from "../../../agent/api";
import { t } from "../../i18n/index.svelte";

export function kindOf(row: AdminPartyRow): "good" | "warning" | "bad" | "plain" {
  if (row.state === "suspended") return "bad";
  if (row.waitsFor !== "") return "warning";
  return row.stage === "live" ? "good" : "plain";
}

export const standsText = (row: AdminPartyRow): string =>
  t(row.waitsFor === "" ? `word.board_stage.${row.stage}` : `word.board_wait.${row.waitsFor}`);
