// Internal to src/agent: what this person has opened of a dossier (platform/agent/content_cache.hpp).
import { openFile, singleProfile } from "../crypto/age/file.ts";
import { attempt } from "../base/failure.ts";
import { fromUtf8, utf8, wipe } from "../crypto/bytes.ts";
import { canonicalJsonBytes, parseCanonicalJson, type Json, type JsonObject } from "../crypto/canonicalJson.ts";
import { isHex, type AttachmentId, type ChainId, type StatementId } from "../model/ids.ts";
import type { Caveats } from "../model/policy.ts";
import * as caveats from "../record/caveats.ts";
import type { DossierItem } from "../record/dossier.ts";
import { isEffective } from "../record/outcome.ts";
import { encodeBody, parseBody, type SealedBody } from "../record/sealed_body.ts";
import { membership } from "./acting.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { sealSecret } from "./keyring.ts";
import type { AgentState } from "./state.ts";

const mostCacheBytes = 64 * 1024 * 1024;
const fileOf = (chain: ChainId): string => `cache/${chain}.age`;

/**
 * Titles, messages and names of files, by statement: one age file to the user in the profile, so that a list need not
 * open anything. Only bodies that were checked against their statement get in. Beside them, which attachments this
 * person has opened here: an entry is said to be opened when all of it is.
 */
export interface ContentCache {
  chain: ChainId;
  bodies: Map<StatementId, SealedBody>;
  opened: Set<AttachmentId>;
}

const isObject = (json: Json | undefined): json is JsonObject => typeof json === "object" && !Array.isArray(json);

function readBodies(cache: ContentCache, rows: Json | undefined): void {
  if (!isObject(rows)) return;
  for (const [id, text] of Object.entries(rows)) {
    if (!isHex(id, 32) || typeof text !== "string") continue;
    try {
      const body = parseBody(utf8(text));
      if (body.chain === cache.chain) cache.bodies.set(id, body);
    } catch {
      continue; // of an earlier form: it can be opened again
    }
  }
}

export async function loadCache(state: AgentState, chain: ChainId): Promise<ContentCache> {
  const cache: ContentCache = { chain, bodies: new Map(), opened: new Set() };
  const stored = await state.environment.profile.load(fileOf(chain));
  if (stored === null) return cache;
  // A cache that does not open (of an old key, damaged) is an empty one: everything can be opened again.
  const read = await attempt(() => {
    const plaintext = openFile(membership(state).identity, stored, singleProfile);
    try {
      return parseCanonicalJson(plaintext, mostCacheBytes);
    } finally {
      wipe(plaintext);
    }
  });
  if ("failure" in read || !isObject(read.value)) return cache;
  readBodies(cache, read.value["bodies"]);
  const opened = read.value["opened"];
  if (Array.isArray(opened)) {
    for (const id of opened) if (typeof id === "string" && isHex(id, 16)) cache.opened.add(id);
  }
  return cache;
}

export async function saveCache(state: AgentState, cache: ContentCache): Promise<void> {
  const bodies: JsonObject = {};
  for (const [id, body] of cache.bodies) bodies[id] = fromUtf8(encodeBody(body)) ?? "";
  const text = canonicalJsonBytes({ bodies, opened: [...cache.opened].sort() });
  const sealed = sealSecret([membership(state).identity.recipient.text], text);
  await state.environment.profile.save(fileOf(cache.chain), sealed.bytes);
  let counted = versions.get(state);
  if (counted === undefined) versions.set(state, (counted = new Map()));
  counted.set(cache.chain, cacheVersion(state, cache.chain) + 1);
}

// Counted in this session, so that whoever made something of a cache knows when to make it anew.
const versions = new WeakMap<AgentState, Map<ChainId, number>>();
export const cacheVersion = (state: AgentState, chain: ChainId): number => versions.get(state)?.get(chain) ?? 0;

/** The items whose sealed halves bind this one. */
export const policyItemsFor = (known: KnownDossier, item: DossierItem): StatementId[] =>
  caveats.policyItemsFor(known.replayed, item);

/**
 * The sealed half in force for an item, as far as it has been opened: the union of the policy statements that bind it
 * and its own; what its owner released it to instead. Absent: some half is not known.
 */
export function caveatsInForce(known: KnownDossier, cache: ContentCache, item: DossierItem): Caveats | undefined {
  const effective = known.copy.items
    .filter((_, i) => known.outcomes[i] !== undefined && isEffective(known.outcomes[i]))
    .map(({ statement }) => statement);
  return caveats.caveatsInForce(known.replayed, effective, item, (id) => cache.bodies.get(id));
}
