// Internal to src/agent: what became of the transmissions of a kept draft while others of it are still to be sent from this device
// (platform/agent/sent_of_draft.hpp).
import { openFile, singleProfile } from "../crypto/age/file.ts";
import { attempt } from "../base/failure.ts";
import { wipe } from "../crypto/bytes.ts";
import { canonicalJsonBytes, parseCanonicalJson, type Json, type JsonObject } from "../crypto/canonicalJson.ts";
import { isHex, sameRef, type AuthorityRef, type ChainId } from "../model/ids.ts";
import { membership } from "./acting.ts";
import { sealSecret } from "./keyring.ts";
import type { AgentState } from "./state.ts";

const mostBytes = 1024 * 1024;
const fileOf = (draft: ChainId): string => `drafts/sent/${draft}.age`;

export interface SentOfDraft {
  /** Whoever has it. */
  sent: AuthorityRef[];
  /** One of its transmissions was given up. */
  givenUp: boolean;
}

function refsOf(json: Json | undefined): AuthorityRef[] {
  if (!Array.isArray(json)) return [];
  return json.flatMap((row) => {
    const { party, authority } = row as JsonObject;
    return typeof party === "string" && typeof authority === "string" && isHex(party, 32) && isHex(authority, 16) ? [{ party, authority }] : [];
  });
}

/** Another person's, or of keys that are gone: as if nothing were known. */
export async function sentOfDraft(state: AgentState, draft: ChainId): Promise<SentOfDraft> {
  const stored = await state.environment.profile.load(fileOf(draft));
  if (stored === null) return { sent: [], givenUp: false };
  const read = await attempt(() => {
    const text = openFile(membership(state).identity, stored, singleProfile);
    try {
      return parseCanonicalJson(text, mostBytes) as JsonObject;
    } finally {
      wipe(text);
    }
  });
  return "value" in read ? { sent: refsOf(read.value["sent"]), givenUp: read.value["given_up"] === true } : { sent: [], givenUp: false };
}

/** Sealed to the user, as a plan is: whom somebody writes to is nobody else's business. */
export async function noteOfDraft(state: AgentState, draft: ChainId, more: Partial<SentOfDraft>): Promise<void> {
  const known = await sentOfDraft(state, draft);
  const sent = [...known.sent, ...(more.sent ?? []).filter((one) => !known.sent.some((other) => sameRef(one, other)))];
  const text = canonicalJsonBytes({
    given_up: known.givenUp || more.givenUp === true, sent: sent.map(({ party, authority }) => ({ authority, party })),
  });
  await state.environment.profile.save(fileOf(draft), sealSecret([membership(state).identity.recipient.text], text).bytes);
}

export const forgetOfDraft = (state: AgentState, draft: ChainId): Promise<void> => state.environment.profile.remove(fileOf(draft));
