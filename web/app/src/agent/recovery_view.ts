// Recovery identities as the screens show them (platform/agent/recovery_view.cpp).
import type { MemberId, StatementId, UnixSeconds } from "../model/ids.ts";
import type { Recovery } from "../record/register.ts";
import { bodyOf } from "../record/statement.ts";
import { latestNow, membership, own, ownKnown } from "./acting.ts";
import type { RecoveryHolderView, RecoveryView } from "./api.ts";
import { day } from "./environment.ts";
import { candidatesOf } from "./recovery_candidates.ts";
import { isHolder, sameHolder, selfAsHolder } from "./recovery_parts.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";

const longUnseen = 180 * day;

/** When somebody last signed something that everybody can see: a sign of life that no server can make up. */
function seenAt(state: AgentState, member: MemberId): UnixSeconds {
  let at = 0;
  for (const { statement } of ownKnown(state).copy.items) {
    const said = statement.statement;
    // Who was let in was there to ask for it.
    const added = bodyOf(statement, "member_added") ?? bodyOf(statement, "authority_added");
    if (said.author.member === member || added?.record.record.member === member) at = Math.max(at, said.at);
  }
  return at;
}

const saidAt = (state: AgentState, id: StatementId): UnixSeconds =>
  ownKnown(state).copy.items.find(({ statement }) => statement.id === id)?.statement.statement.at ?? 0;

function holdersOf(state: AgentState, { shares }: Recovery): RecoveryHolderView[] {
  const register = own(state);
  const me = selfAsHolder(state);
  return shares.map(({ holder }) => {
    if (holder === undefined) {
      return {
        printed: true, authority: "", member: "", authorityName: "", displayName: "", self: false, custodian: true,
        seenAt: 0, longUnseen: false,
      };
    }
    const member = register.member(holder.member);
    const seen = seenAt(state, holder.member);
    return {
      printed: false,
      authority: holder.authority,
      member: holder.member,
      authorityName: register.authority(holder.authority)?.description.name ?? holder.authority.slice(0, 8),
      displayName: member?.displayName ?? holder.member.slice(0, 8),
      self: sameHolder(holder, me),
      custodian: member?.authority === holder.authority && member.role === "custodian",
      seenAt: seen,
      longUnseen: latestNow(state) - seen > longUnseen,
    };
  });
}

/** One's own authority first, then those of one's Party of whose recovery identity one holds a part. */
export async function recoveryStatus(state: AgentState): Promise<RecoveryView[]> {
  await synchronise(state);
  const register = own(state);
  const me = selfAsHolder(state);
  const views: RecoveryView[] = [];
  for (const { description } of register.authorities()) {
    const { id } = description;
    const set = register.recovery(id);
    const isOwn = id === membership(state).authority;
    const holder = set !== undefined && isHolder(set, me);
    if (!isOwn && !holder) continue;
    const view: RecoveryView = {
      authority: id, authorityName: description.name, own: isOwn, holder, custodians: register.custodians(id),
      live: register.live(id), witnessed: register.logPolicy().witnessed, set: set !== undefined,
      threshold: set?.threshold ?? 0, setAt: set === undefined ? 0 : saidAt(state, set.statement),
      drilled: set?.drilled === true, outdated: register.recoveryOutdated(id),
      holders: set === undefined ? [] : holdersOf(state, set), candidates: [],
    };
    const maySee = holder || register.member(me.member)?.role === "custodian";
    if (set !== undefined && maySee) view.candidates = await candidatesOf(state, id);
    if (isOwn) views.unshift(view);
    else views.push(view);
  }
  return views;
}
