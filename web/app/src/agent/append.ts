// Internal to src/agent: the discipline of protocol §2, Appending (platform/agent/append.cpp).
import { attempt, ensure, fail, Failure, isFailure, type ErrorCode } from "../base/failure.ts";
import { utf8, type Bytes } from "../crypto/bytes.ts";
import type { StatementId } from "../model/ids.ts";
import { encodeSigned, parseSigned, type SignedStatement, type Statement } from "../record/statement.ts";
import { own, refresh } from "./acting.ts";
import { checkAnswers, keepToPromises } from "./answer_check.ts";
import { refusedName } from "./chain_copy.ts";
import { copyOf, onceCounted } from "./counting.ts";
import { decodeDraft, encodeDraft } from "./draft_file.ts";
import { alarm } from "./evidence.ts";
import { keepInvited } from "./invited.ts";
import type { Appended } from "./ports.ts";
import type { AgentState, Package } from "./state.ts";

const signedFolder = "drafts/signed";
const refusedFolder = "drafts/refused";
const resends = 3;
const rebases = 8;

/** Named after its first statement. */
const draftName = ({ statements }: Package): string => `${signedFolder}/${statements[0]?.id ?? ""}`;

const ofTheMoment: readonly ErrorCode[] =
  ["unavailable", "unauthenticated", "too_many", "storage_full", "precondition_failed"];
/** An answer about the moment, not about the statement. */
export const isUnsettled = (code: ErrorCode): boolean => ofTheMoment.includes(code);
/** The own Party's rules keep one out as one comes now: no answer about what was sent, only about the moment. */
const isKeptOut = ({ key }: Failure): boolean => ["access.address", "access.certificate", "access.native_only"].includes(key);

/**
 * What this device wrote stays on it, as ciphertext: should the server be put back to an older copy, its statements come
 * back from whoever has them, and so must the age files that they list (resubmit.ts).
 */
async function keepBlobs({ environment: { profile } }: AgentState, { blobs }: Package): Promise<void> {
  for (const { sha256, data } of blobs) await profile.save(`blobs/${sha256}`, data);
}

// --- refused -------------------------------------------------------------------------------------------------------

/** Kept: should it stand some day all the same, ChainCopy alarms. */
export const rememberRefused = (state: AgentState, statement: SignedStatement): Promise<void> =>
  state.environment.profile.save(refusedName(statement.id), utf8(encodeSigned(statement)));

/** Of those: given up by the person, who is asked in other words than of what a server refused. */
const givenUpName = (id: StatementId): string => `drafts/given_up/${id}`;

/** Before anything else is signed at the place of such a one, the person is asked. conflict "append.refused_before". */
export async function askAboutRefused({ environment }: AgentState, next: Statement): Promise<void> {
  for (const name of await environment.profile.list(refusedFolder)) {
    const stored = await environment.profile.load(name);
    const refused = stored === null ? undefined : readable(stored);
    if (refused === undefined || refused.statement.chain !== next.chain || refused.statement.seq !== next.seq) continue;
    const given = await environment.profile.load(givenUpName(refused.id)) !== null;
    const yes = await environment.observer.confirm([{
      key: given ? "notice.draft.given_up_before" : "notice.draft.refused_before", arguments: { kind: refused.kind },
    }]);
    if (!yes) fail("conflict", "append.refused_before");
  }
}

function readable(envelope: Bytes): SignedStatement | undefined {
  try {
    return parseSigned(envelope);
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

/**
 * Refused for what it is, says the server. The act is kept: should it stand some day all the same, that was a lie
 * (ChainCopy finds it), and whoever signs at its place again is told that there is an earlier signature.
 */
async function keepRefused(state: AgentState, name: string, { statements }: Package): Promise<void> {
  for (const statement of statements) await rememberRefused(state, statement);
  await state.environment.profile.remove(name);
}

// --- waiting -------------------------------------------------------------------------------------------------------

const needsFactor = "append.needs_factor";

/** It may have arrived: it stays on this device, and goes out again from where its author is let in. */
function itWaits({ environment: { observer } }: AgentState, { statements }: Package, why: string): never {
  observer.onNotice({ key: "draft.waits", arguments: { kind: statements[0]?.kind ?? "" } });
  throw new Failure("unavailable", "append.unsettled", {}, why);
}

/** Nothing was signed: what waits goes first. */
function earlierWaits({ environment: { observer } }: AgentState, { statements }: Package, notice: string): never {
  observer.onNotice({ key: notice, arguments: { kind: statements[0]?.kind ?? "" } });
  return fail("unavailable", "append.earlier_waits");
}

async function* waiting({ environment: { profile } }: AgentState): AsyncGenerator<Package> {
  for (const name of await profile.list(signedFolder)) {
    const stored = await profile.load(name);
    if (stored !== null) yield decodeDraft(stored);
  }
}

/**
 * Nothing that was signed still waits for an answer: what it may have done is not undone, and not signed again.
 * unavailable "append.earlier_waits", with a notice of what waits.
 */
export async function requireNothingWaits(state: AgentState): Promise<void> {
  for await (const earlier of waiting(state)) earlierWaits(state, earlier, "draft.waits");
}

/**
 * In a chain where an earlier statement waits nothing else is signed: the server may have that one, and would have two
 * signatures for one place to choose from.
 */
async function requirePlace(state: AgentState, next: Package): Promise<void> {
  const chains = new Set(next.statements.map(({ statement }) => statement.chain));
  for await (const earlier of waiting(state)) {
    if (earlier.statements.some(({ statement }) => chains.has(statement.chain))) earlierWaits(state, earlier, "draft.waits");
  }
}

/**
 * Whether the verified register says what became of a package that concerns nothing else: whoever is kept out may read no
 * other chain.
 */
async function registerTells(state: AgentState, { statements }: Package): Promise<boolean> {
  const { chain } = own(state);
  const [first] = statements;
  if (first === undefined || statements.some(({ statement }) => statement.chain !== chain)) return false;
  await refresh(state, chain);
  return first.statement.seq < (copyOf(state, chain)?.items.length ?? 0);
}

// --- sending -------------------------------------------------------------------------------------------------------

function post({ environment: { server } }: AgentState, { statements, blobs, invitation }: Package): Promise<Appended[]> {
  const append = { envelopes: statements.map(encodeSigned), blobs };
  return invitation === undefined ? server.append(append) : server.invite({ ...invitation, append });
}

/** The same bytes, a few times: an append is idempotent by id. The failure, or undefined when it was taken. */
async function send(state: AgentState, made: Package): Promise<Failure | undefined> {
  const { statements } = made;
  let unanswered = false;
  for (let attempt = 1; ; ++attempt) {
    try {
      const answers = await post(state, made);
      await checkAnswers(state, statements, answers);
      return undefined;
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (error.code === "unavailable" && attempt < resends) {
        unanswered = true;
        continue;
      }
      // Not an answer about the statement: the same bytes go once more when the person has shown his second factor.
      if (error.key === "session.step_up" && attempt < resends && await state.environment.observer.stepUp?.() === true) {
        continue;
      }
      if (error.key === "session.step_up") return new Failure("unavailable", needsFactor, {}, error.key);
      // Why nothing is taken now is told in the server's words; the draft stays all the same.
      if (error.code === "unavailable" && /^(log|server)\./u.test(error.key)) return error;
      // Neither yes nor no: an earlier sending may have arrived all the same.
      const mayHaveArrived = unanswered && error.code !== "conflict" && error.code !== "integrity" && !isKeptOut(error);
      return isUnsettled(error.code) || mayHaveArrived ? new Failure("unavailable", "append.unsettled", {}, error.key) : error;
    }
  }
}

type Settled = "stands" | "superseded";

/**
 * What the verified chains say became of a package. integrity when they say neither: a conflict that is none, or a 201
 * for what the log does not have.
 */
async function lookUp(state: AgentState, { statements }: Package, ifNeither: string): Promise<Settled> {
  for (const { statement } of statements) await refresh(state, statement.chain);
  await keepToPromises(state);
  // They were appended together: the first decides, and what follows it stands where it stands.
  for (const [i, signed] of statements.entries()) {
    const there = copyOf(state, signed.statement.chain)?.items[signed.statement.seq];
    if (there?.statement.id === signed.id) continue;
    if (there !== undefined && i === 0) return "superseded";
    return alarm(state.environment, ifNeither, { envelope: encodeSigned(signed) });
  }
  return "stands";
}

/** Who is not let into a chain now reads nothing of it. */
const isClosedToHim = ({ code }: Failure): boolean => code === "forbidden" || code === "not_found";

type Logged = "no" | "in_part" | "whole";

/**
 * Whether what is refused now stands all the same: an earlier sending may have arrived, and what became of its author
 * since is no reason to call that a lie. The log, which he reads whatever is closed to him, has the entry or has not.
 */
async function logged({ environment, log }: AgentState, { statements }: Package): Promise<Logged> {
  await log.advance(environment);
  const standing = statements.filter(({ id, statement: { chain, seq } }) => {
    const places = log.places(chain, seq);
    return places.length === 1 && places[0]?.id === id;
  }).length;
  if (standing === statements.length) return "whole";
  return standing > 0 ? "in_part" : "no";
}

/** Sends again what an earlier session left. Called by appendSettled before it signs anything. */
export async function settleDrafts(state: AgentState): Promise<void> {
  const { profile, observer } = state.environment;
  for (const name of await profile.list(signedFolder)) {
    const stored = await profile.load(name);
    if (stored === null) continue;
    const draft = decodeDraft(stored);
    let failed = await send(state, draft);
    if (failed !== undefined && isKeptOut(failed)) {
      // No answer about what was sent: it stays for when he is let in again, and nothing is signed at its place.
      if (!await registerTells(state, draft)) continue;
      failed = undefined;
    }
    if (failed?.key === needsFactor) return earlierWaits(state, draft, "draft.waits_for_factor");
    // No answer, or one that does not hold: the bytes may stand in the log, so they stay here.
    if (failed?.code === "unavailable" || failed?.code === "integrity") throw failed;
    let found: Logged = "no";
    if (failed !== undefined && failed.code !== "conflict") {
      found = await logged(state, draft);
      if (found === "no") {
        await keepRefused(state, name, draft);
        observer.onNotice({ key: "draft.refused", arguments: { key: failed.key } });
        continue;
      }
      failed = undefined;
    }
    const taken = failed === undefined;
    const outcome = await attempt(async (): Promise<Settled> =>
      found === "whole" ? "stands" : lookUp(state, draft, taken ? "append.not_logged" : "append.lying_conflict"));
    if ("failure" in outcome) {
      // It stands, says the server, in what he may not read now: he looks when he may.
      if (taken && isClosedToHim(outcome.failure)) continue;
      throw outcome.failure;
    }
    if (outcome.value === "superseded") observer.onNotice({ key: "draft.superseded", arguments: {} });
    if (outcome.value === "stands") {
      await keepInvited(state, draft);
      await keepBlobs(state, draft);
    }
    await profile.remove(name);
  }
}

/**
 * Appends what `build` makes of the verified state: the same bytes after a time-out, drafts in the profile until
 * settled, signed anew (by calling `build` again) only after another statement was verified at the place. When it
 * resolves, the statements stand in the verified log.
 *   unavailable "append.unsettled": sent, no answer; the draft stays and is sent again before anything else is signed;
 *   unavailable "append.needs_factor": the same, and the person did not show his second factor once more;
 *   unavailable "append.earlier_waits": nothing was signed, because an earlier one goes first;
 *   integrity "append.lying_conflict", "append.not_logged".
 */
export async function appendSettled(state: AgentState, build: () => Package | Promise<Package>): Promise<Package> {
  const { profile } = state.environment;
  await settleDrafts(state);
  for (let round = 0; round < rebases; ++round) {
    const made = await onceCounted(state, build);
    const [first] = made.statements;
    ensure(first !== undefined, "something is appended");
    await askAboutRefused(state, first.statement);
    await requirePlace(state, made);
    const name = draftName(made);
    await profile.save(name, encodeDraft(made));
    const failed = await send(state, made);
    // An earlier sending of the same bytes may have arrived, from where his Party's rules let him in.
    if (failed !== undefined && isKeptOut(failed)) return itWaits(state, made, failed.key);
    if (failed !== undefined && failed.code !== "conflict") {
      if (failed.code !== "unavailable" && failed.code !== "integrity") await keepRefused(state, name, made);
      throw failed;
    }
    const outcome = await lookUp(state, made, failed === undefined ? "append.not_logged" : "append.lying_conflict");
    if (outcome === "stands") await keepBlobs(state, made);
    await profile.remove(name);
    if (outcome === "stands") return made;
  }
  return fail("unavailable", "append.busy");
}
