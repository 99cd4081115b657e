// Whose key it is, in one mark: checked by whom, not checked, not there yet, or failed.
import type { PartyView } from "../../../agent/api";

export interface PinBadge { kind: "good" | "warning" | "bad" | "plain"; text: string }

export function pinBadge(party: PartyView): PinBadge {
  if (party.problem !== "") return { kind: "bad", text: "states.state.problem" };
  if (party.fingerprint === "") return { kind: "plain", text: "states.state.not_founded" };
  if (party.succeededBy !== undefined) return { kind: "warning", text: "states.state.succeeded" };
  if (party.pinned === "own") return { kind: "good", text: "states.state.own" };
  if (party.pinned === "note_verbale") return { kind: "good", text: "states.state.note_verbale" };
  if (party.pinned === "vouched") return { kind: "good", text: "states.state.vouched" };
  return { kind: "warning", text: "states.state.not_checked" };
}
