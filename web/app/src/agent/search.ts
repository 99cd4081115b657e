// Internal to src/agent: search over what this person has opened or sent, on this device alone. The index lies in the
// worker's memory, is made of the sealed cache and goes when the session is locked; nothing of it is ever stored or sent.
import MiniSearch from "minisearch";
import { attempt } from "../base/failure.ts";
import { isHex, type AuthorityRef, type ChainId } from "../model/ids.ts";
import type { DossierItem } from "../record/dossier.ts";
import { authorityOf, dossier, membership } from "./acting.ts";
import type { SearchHit, Seconds } from "./api.ts";
import { cacheVersion, loadCache } from "./content_cache.ts";
import { labelOf } from "./recipients.ts";
import type { AgentState } from "./state.ts";

const mostHits = 500;
const excerptRadius = 60;

interface Entry {
  id: string;
  chain: ChainId;
  seq: number;
  at: Seconds;
  title: string;
  message: string;
  names: string;
  /** Of a request and its answers: blocks and rows. */
  content: string;
  from: AuthorityRef;
  what: SearchHit["what"];
  files: number;
}

interface Index {
  mini: MiniSearch<Entry>;
  entries: Map<string, Entry>;
  /** The version of the cache of each dossier that was read. */
  read: Map<ChainId, number>;
  ids: Map<ChainId, string[]>;
}

/** Without case and accents: who types "societe" means "Société". */
export const folded = (term: string): string =>
  term.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("und").replaceAll("œ", "oe").replaceAll("æ", "ae");

const newIndex = (): Index => ({
  mini: new MiniSearch<Entry>({
    fields: ["title", "names", "message", "content"],
    processTerm: (term) => folded(term) || null,
    searchOptions: {
      boost: { title: 3, names: 2 },
      combineWith: "AND",
      prefix: true,
      // One slip in a long word; names and numbers of accounts are short and meant exactly.
      fuzzy: (term) => (term.length > 5 && !/\d/.test(term) ? 0.2 : false),
    },
  }),
  entries: new Map(),
  read: new Map(),
  ids: new Map(),
});

// By session and membership: what one opened for one authority is not found when acting for another.
const indexes = new WeakMap<AgentState, Map<string, Index>>();

function indexOf(state: AgentState): Index {
  let all = indexes.get(state);
  if (all === undefined) indexes.set(state, (all = new Map()));
  const key = membership(state).member;
  let index = all.get(key);
  if (index === undefined) all.set(key, (index = newIndex()));
  return index;
}

function forget(index: Index, chain: ChainId): void {
  for (const id of index.ids.get(chain) ?? []) {
    index.mini.discard(id);
    index.entries.delete(id);
  }
  index.ids.delete(chain);
}

async function itemsOf(state: AgentState, chain: ChainId): Promise<readonly DossierItem[]> {
  const known = state.dossiers.known(chain) ?? await dossier(state, chain);
  const { replayed } = known;
  // What is in the library is found there.
  if (!replayed.opened || replayed.kind === "library") return [];
  return replayed.standing(authorityOf(state)) !== "none" ? replayed.items : [];
}

/** Every text of a request's blocks and rows, whatever its field is called. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

async function readInto(state: AgentState, index: Index, chain: ChainId): Promise<void> {
  const version = cacheVersion(state, chain);
  if (index.read.get(chain) === version) return;
  const cache = await loadCache(state, chain);
  const items = cache.bodies.size === 0 ? [] : await itemsOf(state, chain);
  const request = state.dossiers.known(chain)?.replayed.request;
  forget(index, chain);
  const ids: string[] = [];
  for (const item of items) {
    const body = item.kind === "entry" ? cache.bodies.get(item.id) : undefined;
    if (body === undefined) continue;
    const entry: Entry = {
      id: `${chain}:${item.seq}`,
      chain,
      seq: item.seq,
      at: item.at,
      title: body.title ?? "",
      message: body.message ?? "",
      names: body.files.map((file) => file.name).join("\n"),
      content: textsOf(body.request).join("\n"),
      from: item.owner,
      what: request === undefined ? "shared" : request.sentBy === item.id ? "request" : "answer",
      files: body.files.length,
    };
    index.mini.add(entry);
    index.entries.set(entry.id, entry);
    ids.push(entry.id);
  }
  index.ids.set(chain, ids);
  index.read.set(chain, version);
}

/** The words around the first of these terms; the beginning of the text where none stands in it. */
export function excerptOf(text: string, terms: readonly string[]): string {
  const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)];
  const hit = words.find(([word]) => terms.some((term) => folded(word).startsWith(term)));
  const at = hit?.index ?? 0;
  let from = Math.max(0, at - excerptRadius);
  let to = Math.min(text.length, at + (hit?.[0].length ?? 0) + excerptRadius);
  // Never through the middle of a word, nor of a character.
  while (from > 0 && /[\p{L}\p{N}\p{M}\uDC00-\uDFFF]/u.test(text[from]!) && at - from < 2 * excerptRadius) --from;
  while (to < text.length && /[\p{L}\p{N}\p{M}\uDC00-\uDFFF]/u.test(text[to]!) && to - at < 3 * excerptRadius) ++to;
  const middle = text.slice(from, to).replace(/\s+/g, " ").replace(/\p{Cs}/gu, "").trim();
  return `${from > 0 ? "… " : ""}${middle}${to < text.length ? " …" : ""}`;
}

export async function search(state: AgentState, words: string): Promise<SearchHit[]> {
  if (words.trim() === "") return [];
  const index = indexOf(state);
  for (const name of await state.environment.profile.list("cache")) {
    const chain = name.slice(name.lastIndexOf("/") + 1).replace(/\.age$/, "");
    // A broken dossier hides no other.
    if (isHex(chain, 32)) await attempt(() => readInto(state, index, chain));
  }
  return index.mini.search(words).slice(0, mostHits).flatMap((result): SearchHit[] => {
    const entry = index.entries.get(String(result.id));
    if (entry === undefined) return [];
    // What was withdrawn is nobody's to find.
    const { chain, seq, title, at, from, what, files } = entry;
    const items = state.dossiers.known(chain)?.replayed.items ?? [];
    if (items.some((item) => item.seq === seq && item.withdrawn)) return [];
    const matched = Object.values(result.match).flat();
    const text = matched.includes("message") ? entry.message : matched.includes("content") ? entry.content
      : matched.includes("names") ? entry.names : entry.message || entry.content;
    return [{ chain, seq, title, at, from: labelOf(state, from), what, files, excerpt: excerptOf(text, result.terms) }];
  });
}
