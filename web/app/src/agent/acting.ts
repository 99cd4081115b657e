// Internal to src/agent: who acts, and what he signs (platform/agent/state.cpp).
import { attempt, ensure, fail } from "../base/failure.ts";
import { systemRandom } from "../crypto/random.ts";
import { signingKeyFromSeed, type SigningKey } from "../crypto/sign.ts";
import { refOfKey, type AuthorityRef, type ChainId, type StatementId, type UnixSeconds } from "../model/ids.ts";
import { includesRole, type Role } from "../model/party.ts";
import { casebookChain, noticesChain, randomId } from "../record/chains.ts";
import { keyDigest, verifyKeyOf } from "../record/keys.ts";
import type { KeyringFile } from "../record/key_files.ts";
import type { BundleMembership } from "../record/user_bundle.ts";
import type { Kind } from "../record/kinds.ts";
import type { Head } from "../record/outcome.ts";
import type { Member, Register } from "../record/register.ts";
import * as record from "../record/statement.ts";
import { requireNoStandingAlarm } from "./alarms.ts";
import { requireTurn } from "./counting.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { day } from "./environment.ts";
import { openKeyring } from "./keyring.ts";
import { rememberSigned } from "./monitor.ts";
import type { KnownRegister } from "./register_book.ts";
import type { AgentState } from "./state.ts";
import { readSuccessors } from "./successor.ts";

// --- who acts ------------------------------------------------------------------------------------------------------

export function membership(state: AgentState): BundleMembership {
  const found = state.unlocked.bundle?.memberships[state.acting];
  ensure(found !== undefined, "an agent has a bundle");
  return found;
}

/** The register of the membership acted in. */
export function own(state: AgentState): Register {
  const found = state.book.byChain(membership(state).registerChain);
  ensure(found !== undefined, "one's own register is read when the agent is opened");
  return found;
}

export function ownKnown(state: AgentState): KnownRegister {
  const found = state.book.known(membership(state).registerChain);
  ensure(found !== undefined, "one's own register is read when the agent is opened");
  return found;
}

export function authorityOf(state: AgentState): AuthorityRef {
  const { party, authority } = membership(state);
  return { party, authority };
}

export const signingKey = (state: AgentState): SigningKey => signingKeyFromSeed(membership(state).signingSeed);

/** forbidden "member.removed" when the register has him no more. */
export function self(state: AgentState): Member {
  const mine = membership(state);
  const member = own(state).member(mine.member);
  if (member?.authority !== mine.authority) return fail("forbidden", "member.removed");
  // The keys of the bundle are the member's current keys, or the bundle is an old one (protocol §1).
  if (member.key !== verifyKeyOf(signingKey(state)) || member.recipient !== mine.identity.recipient.text) {
    return fail("integrity", "bundle.keys_not_current");
  }
  return member;
}

export function requireRole(state: AgentState, role: Role): void {
  if (!includesRole(self(state).role, role)) fail("forbidden", "role.needed", { role });
}

// --- time ----------------------------------------------------------------------------------------------------------

/** What a statement bears. */
export function now(state: AgentState): UnixSeconds {
  const monotonic = state.environment.clock.monotonicSeconds();
  const said = state.logTime + (monotonic - state.logTimeTaken);
  if (state.witnessedTime === undefined) return said;
  // Not before the newest cosignature, nor a day after it: between the two the server, which refuses what is off, says
  // how late it is. Should it lie, the next cosignature says so (decision 1102).
  const reckoned = state.witnessedTime + (monotonic - state.witnessedTimeTaken);
  return said >= reckoned && said - reckoned <= day ? said : reckoned;
}

/** The later of that and this device's clock: for what has expired, whoever turns a clock back. */
export const latestNow = (state: AgentState): UnixSeconds => Math.max(now(state), state.environment.clock.wall());

/** From the newest cosignature, where there are witnesses: the server's own word alone is no clock then. */
export function takeWitnessedTime(state: AgentState): void {
  const at = state.log.witnessed ? state.log.quorumTime : undefined;
  const monotonic = state.environment.clock.monotonicSeconds();
  if (at === undefined) return;
  // Cosigned time never goes back.
  if (state.witnessedTime !== undefined && at <= state.witnessedTime + (monotonic - state.witnessedTimeTaken)) return;
  state.witnessedTime = at;
  state.witnessedTimeTaken = monotonic;
}

// --- may he act ----------------------------------------------------------------------------------------------------

/** May something be sealed, granted or signed now: no fork alarm stands, own register complete, log fresh (§5). */
export async function requireMaySign(state: AgentState): Promise<void> {
  const known = state.book.known(membership(state).registerChain);
  if (known === undefined || known.copy.incomplete) fail("integrity", "register.incomplete");
  await requireNoStandingAlarm(state.environment.profile);
  state.log.requireFresh(state.environment.clock);
}

/** The same for a dossier. */
export function requireComplete({ book }: AgentState, known: KnownDossier): void {
  if (known.copy.incomplete) fail("integrity", "dossier.incomplete");
  const complete = (other: KnownRegister | undefined): boolean => other !== undefined && !other.copy.incomplete;
  const require = (other: KnownRegister | undefined): void => {
    if (!complete(other)) fail("integrity", "register.incomplete");
  };
  for (const { party } of known.replayed.participants()) require(book.knownParty(party));
  // And of everybody who wrote in it, with the lists his pins rest on: all that was judged here was judged by these.
  for (const { statement } of known.copy.items) {
    const author = book.known(statement.statement.author.registerChain);
    if (author === undefined || !author.replayed.founded) continue; // void for everybody
    require(author);
    for (const voucher of author.replayed.vouchersEver) require(book.knownParty(voucher));
  }
}

// --- keys ----------------------------------------------------------------------------------------------------------

/** All generations, or as many as the newest keyring that opens has (see openKeyring). */
export async function keyring(state: AgentState): Promise<KeyringFile> {
  const mine = membership(state);
  const digest = own(state).keyring(mine.authority);
  if (digest === undefined) return fail("not_found", "authority.unknown");
  const kept = state.keyrings.get(mine.authority);
  if (kept?.digest === digest) return kept.keyring;
  self(state);
  const opened = await openKeyring(state.environment, ownKnown(state), mine.authority, mine.identity);
  if (opened.culprit !== undefined) {
    const person = own(state).member(opened.culprit);
    state.environment.observer.onNotice({
      key: "keyring.replaced_by_unreadable", arguments: { member: person?.displayName ?? opened.culprit },
    });
  }
  state.keyrings.set(mine.authority, { digest, keyring: opened.keyring });
  return opened.keyring;
}

// --- statements ----------------------------------------------------------------------------------------------------

export function compose<K extends Kind>(
  state: AgentState, chain: ChainId, seq: number, prev: StatementId | undefined, kind: K, body: record.BodyOf<K>,
): record.Statement {
  const mine = membership(state);
  return {
    chain,
    seq,
    prev,
    author: {
      registerChain: mine.registerChain, authority: mine.authority, member: mine.member,
      key: keyDigest(verifyKeyOf(signingKey(state))),
    },
    at: now(state),
    nonce: randomId(systemRandom, 16),
    seen: state.log.seen(),
    kind,
    body,
  } as record.Statement;
}

/** As the next one of a chain whose head is this. */
export const composeNext = <K extends Kind>(
  state: AgentState, head: Head, chain: ChainId, kind: K, body: record.BodyOf<K>,
): record.Statement => compose(state, chain, head.length, head.last, kind, body);

export async function sign(state: AgentState, statement: record.Statement): Promise<record.SignedStatement> {
  await requireMaySign(state);
  requireTurn(state, statement);
  const made = record.sign(statement, signingKey(state));
  // So that a statement of one's own key from elsewhere is noticed.
  if (statement.chain === membership(state).registerChain) {
    await rememberSigned(state.environment.profile, made.id);
  }
  return made;
}

// --- chains --------------------------------------------------------------------------------------------------------

export async function dossier(state: AgentState, chain: ChainId): Promise<KnownDossier> {
  const known = await state.dossiers.update(state.environment, state.log, state.book, chain);
  if (known.replayed.opened) await readSuccessors(state, known.replayed);
  return known;
}

export const refreshOwn = (state: AgentState): Promise<KnownRegister> =>
  state.book.update(state.environment, state.log, membership(state).registerChain);

/** Of a chain that was not read in this session: whose casebook it is. Nobody but its members can reckon the id of one. */
async function casebookOwner({ environment, unlocked, book, dossiers }: AgentState, chain: ChainId): Promise<AuthorityRef | undefined> {
  if (dossiers.known(chain) !== undefined) return undefined;
  for (const { registerChain, authority, party, identity } of unlocked.bundle?.memberships ?? []) {
    const known = book.known(registerChain);
    if (known === undefined) continue;
    const opened = await attempt(() => openKeyring(environment, known, authority, identity));
    const first = "failure" in opened ? undefined : opened.value.keyring.generations[0];
    if (first !== undefined && casebookChain(authority, first) === chain) return { party, authority };
  }
  return undefined;
}

/** Brings any chain followed up to the log. */
export async function refresh(state: AgentState, chain: ChainId): Promise<void> {
  const { environment, log, book, dossiers } = state;
  await log.advance(environment);
  if (book.known(chain) !== undefined) {
    await book.update(environment, log, chain);
    return;
  }
  if (noticesChain(own(state).party) === chain) {
    await state.notices.update(environment, log, book, own(state).party);
    return;
  }
  // Also in a session that has not read it yet: what an earlier one left is settled all the same.
  const whose = state.casebooks.known(chain)?.replayed.authority ?? await casebookOwner(state, chain);
  if (whose !== undefined) {
    await state.casebooks.update(environment, log, book, chain, whose);
    return;
  }
  for (const [dossierChain, known] of dossiers.all()) {
    for (const [authority, receipts] of known.receipts) {
      if (receipts.copy.chain !== chain) continue;
      await dossier(state, dossierChain);
      await dossiers.updateReceipts(environment, log, book, known, refOfKey(authority));
      return;
    }
  }
  await dossier(state, chain);
}
