// One item and what is known around it, for the pages about it.
import type { AttachmentView, EntryView } from "../../../agent/api";
import type { DossierKnowledge } from "../../knowledge.svelte";

export interface ItemKnowledge extends DossierKnowledge { entry: EntryView }

export function entryOf(known: DossierKnowledge, seq: string): EntryView | undefined {
  return known.dossier.entries.find((one) => String(one.seq) === seq);
}

export function attachmentOf(entry: EntryView | undefined, attachment: string): AttachmentView | undefined {
  return entry?.attachments.find((one) => one.attachment === attachment);
}

/** Shown, verified, counting and not withdrawn: it may be opened. */
export function openable(entry: EntryView): boolean {
  return !entry.void && entry.outcome === "ok" && entry.counting && !entry.warnings.includes("withdrawn");
}
