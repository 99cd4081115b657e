// One unlocked person at one device, acting for one authority: opened, and brought up to the log
// (platform/agent/agent.cpp).
import { fail, isFailure } from "../base/failure.ts";
import { utf8 } from "../crypto/bytes.ts";
import { signingKeyFromSeed } from "../crypto/sign.ts";
import { verifyKeyOf } from "../record/keys.ts";
import { policyThreshold } from "../tlog/policy.ts";
import { noteKeyText, sameNoteKey } from "../tlog/note.ts";
import { bodyOf, parseSigned } from "../record/statement.ts";
import { envelopeVerifies } from "../record/envelope.ts";
import { isEffective } from "../record/outcome.ts";
import type { BundleMembership } from "../record/user_bundle.ts";
import { own, ownKnown, self, takeWitnessedTime } from "./acting.ts";
import { requireNoStandingAlarm } from "./alarms.ts";
import type { LogStatus, Membership } from "./api.ts";
import { mostLooks } from "./counting.ts";
import { DossierBook } from "./dossier_book.ts";
import { CasebookBook } from "./casebook_book.ts";
import { NoticeBook } from "./notice_book.ts";
import { minute, type Environment } from "./environment.ts";
import { alarm } from "./evidence.ts";
import { LogView } from "./log_view.ts";
import { tellRegisterNews } from "./monitor.ts";
import { requireOneLog } from "./one_log.ts";
import { tellRecovery } from "./recovery_parts.ts";
import { RegisterBook } from "./register_book.ts";
import type { Unlocked } from "./secrets.ts";
import { tellRotation } from "./rotate.ts";
import type { AgentState } from "./state.ts";
import { exchangeStateFile } from "./state_file.ts";

const clockNotice = 2 * minute;

/**
 * The log policy of a device that knows nothing yet: from the register that the bundle's fingerprint names, whose first
 * statement has that very id (protocol §5, Policy). Never from the server's word.
 */
async function foundingPolicy(environment: Environment, { registerChain, party }: BundleMembership): Promise<string> {
  const [first] = (await environment.server.chain(registerChain, 0, 1)).items;
  if (first === undefined) return fail("integrity", "register.incomplete");
  try {
    const statement = parseSigned(first.envelope);
    const founded = bodyOf(statement, "founded");
    if (founded !== undefined && statement.id === party && envelopeVerifies(statement.envelope, founded.key)) {
      return founded.logPolicy;
    }
  } catch (error) {
    if (!isFailure(error)) throw error;
  }
  return alarm(environment, "register.not_the_founded", { envelope: first.envelope });
}

/**
 * Witnesses change by `log_policy_set` alone, which the own register says; the log itself stays. A new policy is in force
 * once the statement that sets it counts: under the policy before it, or, since those witnesses may have gone by the time
 * this device looks, under the new one itself. To have no witnesses any more needs the word of the old ones.
 */
async function adoptPolicy(state: AgentState): Promise<void> {
  const { copy, outcomes } = ownKnown(state);
  const register = own(state);
  if (state.policiesOf !== register.chain) state.policiesJudged = 0;
  state.policiesOf = register.chain;
  for (; state.policiesJudged < copy.items.length; ++state.policiesJudged) {
    const i = state.policiesJudged;
    const item = copy.items[i];
    const outcome = outcomes[i];
    // The first statement is the one that the bundle's fingerprint names.
    if (item === undefined || (i > 0 && item.statement.kind !== "log_policy_set") || outcome === undefined ||
        !isEffective(outcome)) continue;
    const { text } = register.logPolicy(item.index + 1);
    if (text === state.log.policyText) continue;
    const changed = new LogView(text);
    if (changed.origin !== state.log.origin) fail("unsupported", "log.moved");
    if (!sameNoteKey(changed.policy.logs[0]!.key, state.log.policy.logs[0]!.key)) {
      await alarm(state.environment, "log.successor_differs", { adopted: utf8(changed.policyText) },
        "another key than the own register names");
    }
    let counts = i === 0 || item.index < state.log.countingSize;
    if (!counts && changed.witnessed) {
      counts = await state.log.wouldCount(state.environment, changed, item.index + 1);
    }
    if (!counts) return; // awaits co-signature: looked at again the next time
    await state.log.changePolicy(state.environment, changed);
  }
}

/**
 * Reads what is new: checkpoint, log entries, own and followed registers. Alarms are failures of code `integrity`. Every
 * use case calls it; calling it twice costs one checkpoint.
 */
export async function synchronise(state: AgentState): Promise<void> {
  const { environment, log, book } = state;
  state.looksLeft = mostLooks;
  await log.advance(environment);
  for (const mine of state.unlocked.bundle?.memberships ?? []) {
    await log.requireConsistentHead(environment, { size: mine.checkpointSize, root: mine.checkpointRoot },
      "the lowest checkpoint of the user bundle");
    const { replayed } = await book.update(environment, log, mine.registerChain);
    if (!replayed.founded || replayed.party !== mine.party) fail("integrity", "register.not_the_founded");
  }
  await adoptPolicy(state);
  await book.updateAll(environment, log);
  takeWitnessedTime(state);
  if (!state.told) {
    state.told = true;
    try {
      await requireNoStandingAlarm(environment.profile);
    } catch (error) {
      if (!isFailure(error)) throw error;
      environment.observer.onNotice({ key: error.key, arguments: error.arguments });
    }
    if (!log.isFresh(environment.clock)) environment.observer.onNotice({ key: "log.not_fresh", arguments: {} });
    tellRecovery(state);
    await tellRotation(state);
  }
  await tellRegisterNews(state);
  await exchangeStateFile(state);
}

const names = (row: Membership, text: string): boolean => {
  const [party, authority] = text.split("/", 2);
  if (party !== row.partyCode) return false;
  return authority === undefined || authority === row.authorityName || authority === row.authorityKind ||
    (authority.length >= 6 && row.authority.startsWith(authority));
};

export interface OpenOptions {
  /** "PARTY/authority" (name, kind or id prefix), or the id of an authority; absent: the first membership there is. */
  actingAs?: string | undefined;
  onReading?: ((done: number, total: number) => void) | undefined;
}

function keysAreCurrent(state: AgentState, i: number): boolean {
  const mine = state.unlocked.bundle?.memberships[i];
  const member = mine === undefined ? undefined : state.book.byChain(mine.registerChain)?.member(mine.member);
  return mine !== undefined && member?.recipient === mine.identity.recipient.text &&
    member.key === verifyKeyOf(signingKeyFromSeed(mine.signingSeed));
}

/** Opens and synchronises; for whom one acts is open. */
async function readAgent(
  environment: Environment, unlocked: Unlocked, onReading: OpenOptions["onReading"],
): Promise<AgentState> {
  const first = unlocked.bundle?.memberships[0];
  if (first === undefined) return fail("forbidden", "account.no_membership");
  const log = new LogView(await foundingPolicy(environment, first));
  log.onReading = onReading;
  await log.restore(environment.profile);
  const state: AgentState = {
    environment, unlocked, acting: 0, log, book: new RegisterBook(), dossiers: new DossierBook(), notices: new NoticeBook(),
    casebooks: new CasebookBook(), logTime: 0, logTimeTaken: 0, witnessedTimeTaken: 0, stateTag: "", stateSavedSize: 0, keyrings: new Map(), promised: [],
    looksLeft: mostLooks, policiesOf: "", policiesJudged: 0, told: false,
  };
  const { time, logOrigin } = await environment.server.about();
  await requireOneLog(environment, log, logOrigin);
  state.logTime = time;
  state.logTimeTaken = environment.clock.monotonicSeconds();
  const off = environment.clock.wall() - time;
  if (Math.abs(off) > clockNotice) {
    environment.observer.onNotice({ key: "clock.differs", arguments: { seconds: String(off) } });
  }
  await synchronise(state);
  return state;
}

/**
 * For one who would take over an authority that lost its custodians, and whom its register does not name yet. It signs
 * `authority_recovered` and nothing else. not_found "recovery.no_candidacy".
 */
export async function openAsCandidate(environment: Environment, unlocked: Unlocked): Promise<AgentState> {
  const state = await readAgent(environment, unlocked, undefined);
  const at = (unlocked.bundle?.memberships ?? []).findIndex(({ registerChain, member, authority }) => {
    const register = state.book.byChain(registerChain);
    return register !== undefined && register.member(member) === undefined && register.authority(authority) !== undefined &&
      register.recovery(authority) !== undefined;
  });
  if (at < 0) return fail("not_found", "recovery.no_candidacy");
  state.acting = at;
  return state;
}

/** Opens, synchronises, and chooses whom to act for. */
export async function openAgent(
  environment: Environment, unlocked: Unlocked, { actingAs, onReading }: OpenOptions = {},
): Promise<AgentState> {
  const state = await readAgent(environment, unlocked, onReading);
  const rows = membershipsOf(state);
  const fits = rows.flatMap((row, i) =>
    row.role !== "" && (actingAs === undefined || row.authority === actingAs || names(row, actingAs)) ? [i] : []);
  // While one's own keys are changed the bundle has the old ones beside the new: those of the register count.
  const chosen = fits.find((i) => keysAreCurrent(state, i)) ?? fits[0];
  if (chosen === undefined) {
    if (actingAs !== undefined) return fail("not_found", "membership.unknown", { name: actingAs });
    // Removed everywhere, or not let in yet: the register has no current membership for these keys.
    return fail("forbidden", rows.length === 1 ? "member.not_in_register" : "member.removed");
  }
  // With several of them a screen always names the one acted for, and lets one choose another: no need to refuse here.
  state.acting = chosen;
  self(state);
  return state;
}

/** Another of one's own authorities, by its id. */
export function actAs(state: AgentState, authority: string): void {
  const before = state.acting;
  const rows = membershipsOf(state);
  const fits = rows.flatMap((row, i) => (row.authority === authority && row.role !== "" ? [i] : []));
  const at = fits.find((i) => keysAreCurrent(state, i)) ?? fits[0] ?? -1;
  if (at < 0) fail("not_found", "membership.unknown", { name: authority });
  state.acting = at;
  try {
    self(state);
  } catch (error) {
    state.acting = before;
    throw error;
  }
}

export function membershipsOf(state: AgentState): Membership[] {
  return (state.unlocked.bundle?.memberships ?? []).map((mine, i) => {
    const register = state.book.byChain(mine.registerChain);
    const description = register?.authority(mine.authority)?.description;
    return {
      partyCode: register?.code ?? "",
      authorityName: description?.name ?? "",
      authorityKind: description?.kind ?? "",
      registerChain: mine.registerChain,
      authority: mine.authority,
      member: mine.member,
      role: register?.member(mine.member)?.role ?? "", // by the register; empty when removed
      acting: i === state.acting,
    };
  });
}

export function logStatusOf({ log, environment, logTime }: AgentState): LogStatus {
  return {
    origin: log.origin,
    ...log.head(),
    checkpointTime: log.quorumTime ?? logTime,
    witnessed: log.witnessed,
    policy: log.policyText,
    countingSize: log.countingSize,
    fresh: log.isFresh(environment.clock),
    quorum: policyThreshold(log.policy)?.k ?? 0,
    witnesses: log.policy.witnesses.map(({ name, key, url }, i) => ({
      name, key: noteKeyText(key), url, ...(log.cosignedAt[i] === undefined ? {} : { at: log.cosignedAt[i] }),
    })),
    complete: true,
  };
}

