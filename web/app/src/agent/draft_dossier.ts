// Internal to src/agent: which dossier is a draft of one's own authority (domain.md §4).
import { sameRef } from "../model/ids.ts";
import type { Dossier } from "../record/dossier.ts";
import { authorityOf } from "./acting.ts";
import type { AgentState } from "./state.ts";

/**
 * Kept by the authority acted for, and by nobody else: it opened the dossier, and nobody else was ever let in, be it out
 * again. What another authority of the Party opened, or was let in to, is a file like any other: it is shown in the inbox,
 * and nothing in it is opened, sent or withdrawn as a draft.
 */
export const isOwnDraft = (state: AgentState, replayed: Dossier): boolean =>
  replayed.opened && replayed.kind === "internal" && sameRef(replayed.opener, authorityOf(state)) &&
  replayed.everLetIn().every((ref) => sameRef(ref, authorityOf(state)));
