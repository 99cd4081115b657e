// Internal to src/agent: the versions of a kept draft, and the files of one (domain.md §4).
import type { ChainId } from "../model/ids.ts";
import type { DossierItem } from "../record/dossier.ts";
import type { BodyDraft, BodyFile, SealedBody } from "../record/sealed_body.ts";
import { authorityOf } from "./acting.ts";
import { loadCache } from "./content_cache.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { isOwnDraft } from "./draft_dossier.ts";
import { openEntry } from "./get.ts";
import type { AgentState } from "./state.ts";

/** The newest first. */
export const entriesOf = ({ replayed }: KnownDossier): DossierItem[] =>
  replayed.items.filter((item) => item.kind === "entry" && !item.withdrawn).reverse();

export const isDraftDossier = (state: AgentState, { replayed }: KnownDossier): boolean =>
  isOwnDraft(state, replayed) && replayed.open && replayed.standing(authorityOf(state)) === "participant";

export interface Version {
  item: DossierItem;
  body: SealedBody;
  draft: BodyDraft;
}

async function bodyOf(
  state: AgentState, chain: ChainId, item: DossierItem, open: boolean,
): Promise<SealedBody | undefined> {
  const cached = (await loadCache(state, chain)).bodies.get(item.id);
  if (cached !== undefined || !open) return cached;
  await openEntry(state, chain, item.seq);
  return (await loadCache(state, chain)).bodies.get(item.id);
}

/**
 * The newest entry that says it is one. Without `open` the newest that was read on this device, be there another one since;
 * "unread": none was, or the newest does not open.
 */
export async function newest(state: AgentState, known: KnownDossier, open: boolean): Promise<Version | "unread" | undefined> {
  let unread = false;
  for (const item of entriesOf(known)) {
    const body = await bodyOf(state, known.copy.chain, item, open);
    if (body?.draft !== undefined) return { item, body, draft: body.draft };
    if (body !== undefined) continue;
    if (open) return "unread";
    unread = true;
  }
  return unread ? "unread" : undefined;
}

export interface KeptFile {
  seq: number;
  file: BodyFile;
}

/** Its own, and those of earlier entries that it still names. */
export async function filesOf(
  state: AgentState, known: KnownDossier, { item, body, draft }: Version, open: boolean,
): Promise<KeptFile[]> {
  const files: KeptFile[] = [];
  for (const kept of draft.kept) {
    const holder = entriesOf(known).find((each) => each.attachments.some((line) => line.id === kept));
    if (holder === undefined) continue; // withdrawn since
    const file = (await bodyOf(state, known.copy.chain, holder, open))?.files.find((each) => each.id === kept);
    if (file !== undefined) files.push({ seq: holder.seq, file });
  }
  return [...files, ...body.files.map((file) => ({ seq: item.seq, file }))];
}
