// Each Party's clients watch its own register and tell of everything they did not sign themselves
// (platform/agent/monitor.hpp).
import { hexEncode, utf8, fromUtf8 } from "../crypto/bytes.ts";
import type { ChainId, StatementId } from "../model/ids.ts";
import { includesRole } from "../model/party.ts";
import { isEffective } from "../record/outcome.ts";
import { bytesOf } from "../record/keys.ts";
import { membership, own, ownKnown } from "./acting.ts";
import type { RegisterNews } from "./api.ts";
import type { ProfileStore } from "./ports.ts";
import type { AgentState } from "./state.ts";

const signedFile = "monitor/signed";
const mostNotices = 5;

const markOf = (what: string, chain: ChainId): string => `monitor/${what}-${chain.slice(0, 16)}`;

async function loadMark(profile: ProfileStore, name: string): Promise<number | undefined> {
  const stored = await profile.load(name);
  const text = stored === null ? null : fromUtf8(stored);
  return text !== null && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

const saveMark = (profile: ProfileStore, name: string, length: number): Promise<void> =>
  profile.save(name, utf8(String(length)));

async function signedHere(profile: ProfileStore): Promise<Set<StatementId>> {
  const stored = await profile.load(signedFile);
  const ids = new Set<StatementId>();
  for (let at = 0; stored !== null && at + 32 <= stored.length; at += 32) ids.add(hexEncode(stored.subarray(at, at + 32)));
  return ids;
}

async function newsSince(state: AgentState, from: number): Promise<RegisterNews[]> {
  const mine = await signedHere(state.environment.profile);
  const { copy, outcomes } = ownKnown(state);
  const rows: RegisterNews[] = [];
  for (const [i, { statement, index }] of copy.items.entries()) {
    const outcome = outcomes[i];
    if (i < from || outcome === undefined || mine.has(statement.id)) continue;
    const { author, at } = statement.statement;
    rows.push({
      seq: i,
      id: statement.id,
      index,
      kind: statement.kind,
      // As of the statement: who signed it may have left since.
      memberName: own(state).member(author.member, index + 1)?.displayName ?? "",
      at,
      signedBy: author.member === membership(state).member ? "own_key_elsewhere" : "colleague",
      void: !isEffective(outcome),
      counting: index < state.log.countingSize,
      disputed: state.log.disputed(index, at),
    });
  }
  return rows;
}

/**
 * The statements of one's own Party's register since the last acknowledged one, that this device did not sign. Before
 * the first acknowledgement: all of them. The caller has synchronised.
 */
export async function registerNews(state: AgentState): Promise<RegisterNews[]> {
  return newsSince(state, (await loadMark(state.environment.profile, markOf("acknowledged", own(state).chain))) ?? 0);
}

/** All that the register holds now was looked at. */
export const acknowledgeRegister = (state: AgentState): Promise<void> =>
  saveMark(state.environment.profile, markOf("acknowledged", own(state).chain), ownKnown(state).copy.items.length);

/**
 * Each synchronisation calls it: a custodian is told, once a device, of every new statement he did not sign here (notice
 * "register.news"). The first time on a device only says from where on.
 */
export async function tellRegisterNews(state: AgentState): Promise<void> {
  const { profile, observer } = state.environment;
  const person = own(state).member(membership(state).member);
  if (person === undefined || !includesRole(person.role, "custodian")) return;
  const name = markOf("told", own(state).chain);
  const told = await loadMark(profile, name);
  const { length } = ownKnown(state).copy.items;
  if (told === length) return;
  if (told !== undefined) {
    const rows = await newsSince(state, told);
    for (const { signedBy, kind, memberName, seq } of rows.slice(0, mostNotices)) {
      observer.onNotice({
        key: signedBy === "colleague" ? "register.news" : "register.own_key",
        arguments: { kind, member: memberName, seq: String(seq) },
      });
    }
    if (rows.length > mostNotices) {
      observer.onNotice({ key: "register.more_news", arguments: { count: String(rows.length - mostNotices) } });
    }
  }
  await saveMark(profile, name, length);
}

/** In the profile: what was signed on this device, so that a statement with one's own key from elsewhere is seen. */
export const rememberSigned = (profile: ProfileStore, statement: StatementId): Promise<void> =>
  profile.appendTo(signedFile, bytesOf(statement));
