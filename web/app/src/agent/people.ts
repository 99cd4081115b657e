// The members of one's own authority (platform/agent/people.cpp).
import { fail } from "../base/failure.ts";
import { generateIdentity } from "../crypto/age/hybrid.ts";
import { systemRandom } from "../crypto/random.ts";
import { signingKeyFromSeed } from "../crypto/sign.ts";
import type { MemberId } from "../model/ids.ts";
import { signRecord } from "../record/enrolment_record.ts";
import { maxMemberships } from "../record/user_bundle.ts";
import { verifyKeyOf } from "../record/keys.ts";
import type { Kind } from "../record/kinds.ts";
import { isEffective, refusalOf } from "../record/outcome.ts";
import type { BodyOf } from "../record/statement.ts";
import {
  composeNext, membership, own, ownKnown, refreshOwn, requireRole, self as selfOf, sign,
} from "./acting.ts";
import type { EpochOutcome, KitAttempt, MemberView, StolenDevice } from "./api.ts";
import { appendSettled } from "./append.ts";
import { copyBundle } from "./bundle.ts";
import { inviteMember, roleOf } from "./invite.ts";
import { beginRotation, keyringAudience, nextGeneration, resealKeyring, startEpochs } from "./rotate.ts";
import { addFile, newPackage, type AgentState, type SealedFile } from "./state.ts";
import { synchronise } from "./synchronise.ts";
import { rewriteBundle } from "./unlock.ts";

/** One statement in one's own register. */
export async function appendToRegister<K extends Kind>(
  state: AgentState, kind: K, make: () => { body: BodyOf<K>; files?: SealedFile[] } | Promise<{ body: BodyOf<K>; files?: SealedFile[] }>,
): Promise<void> {
  await appendSettled(state, async () => {
    const { replayed } = await refreshOwn(state);
    const { body, files = [] } = await make();
    const built = newPackage();
    const signed = await sign(state, composeNext(state, replayed.head, replayed.chain, kind, body));
    // What would have no effect is not sent: the same judge says so here, in words.
    const outcome = replayed.judge(signed, state.log.size);
    if (!isEffective(outcome)) throw refusalOf(outcome);
    built.statements.push(signed);
    for (const file of files) addFile(built, file);
    return built;
  });
}

/** Members of one's own authority who wait to come in by their recovery sheet alone or lately did, as the server says. To custodians. */
export async function kitAttempts(state: AgentState): Promise<KitAttempt[]> {
  const mine = membership(state);
  const known = own(state).members(mine.authority);
  return (await state.environment.server.kitAttempts(mine.authority)).flatMap(({ member, ...when }) => {
    // Whom the register does not name gets in nowhere.
    const found = known.find((one) => one.id === member);
    return found === undefined ? [] : [{ member, displayName: found.displayName, self: member === mine.member, ...when }];
  });
}

export async function members(state: AgentState): Promise<MemberView[]> {
  await synchronise(state);
  // A removal that is held back would leave its member in this list.
  if (ownKnown(state).copy.incomplete) state.environment.observer.onNotice({ key: "register.incomplete", arguments: {} });
  const mine = membership(state);
  return own(state).members(mine.authority).map(({ id, displayName, role, service }) => ({
    member: id, displayName, role, self: id === mine.member, ...(service ? { service } : {}),
  }));
}

export async function removeMember(state: AgentState, leaver: MemberId): Promise<EpochOutcome> {
  await synchronise(state);
  requireRole(state, "custodian");
  const { authority, member } = membership(state);
  if (own(state).member(leaver)?.authority !== authority) return fail("not_found", "member.unknown", { name: leaver });
  if (leaver === member) return fail("invalid_input", "member.oneself");
  await beginRotation(state);
  await appendToRegister(state, "member_removed", async () => {
    const rotated = await nextGeneration(state, keyringAudience(state, authority, { without: leaver }));
    return {
      body: { authority, member: leaver, next: rotated.next, keyring: rotated.keyring.sha256 },
      files: [rotated.keyring],
    };
  });
  return startEpochs(state);
}

/** A stolen device: its access ends at once, and its owner comes back as a new member. */
export async function replaceMember(state: AgentState, member: MemberId, hours: number): Promise<StolenDevice> {
  await synchronise(state);
  const known = own(state).member(member);
  if (known?.authority !== membership(state).authority) return fail("not_found", "member.unknown", { name: member });
  const { role, service } = known;
  const epochs = await removeMember(state, member);
  return { epochs, invitation: await inviteMember(state, role, hours, service) };
}

export async function setMemberRole(state: AgentState, member: MemberId, role: string): Promise<void> {
  await synchronise(state);
  requireRole(state, "custodian");
  const { authority } = membership(state);
  const wanted = roleOf(role);
  await appendToRegister(state, "role_changed", () => ({ body: { authority, member, role: wanted } }));
}

/** New generation of one's own authority, and epochs where it takes part. */
export async function rekeyAuthority(state: AgentState): Promise<EpochOutcome> {
  await synchronise(state);
  requireRole(state, "custodian");
  const { authority } = membership(state);
  await beginRotation(state);
  await appendToRegister(state, "authority_rekeyed", async () => {
    const rotated = await nextGeneration(state, keyringAudience(state, authority));
    return { body: { authority, next: rotated.next, keyring: rotated.keyring.sha256 }, files: [rotated.keyring] };
  });
  return startEpochs(state);
}

/** New own keys (reason rotated), signed by the old one. */
export async function rekeySelf(state: AgentState, passphrase: string): Promise<void> {
  const { environment, unlocked } = state;
  await synchronise(state);
  const person = selfOf(state);
  const { bundle } = unlocked;
  if (bundle === undefined) return fail("forbidden", "account.no_membership");
  if (bundle.memberships.length >= maxMemberships) return fail("too_large", "bundle.full");
  // The new keys must be safe before the register names them, and the old ones usable until it does: write a bundle that
  // holds both, append, then write one with the new ones alone.
  const signingSeed = systemRandom(32);
  const identity = generateIdentity();
  const { acting } = state;
  const mine = membership(state);
  const both = copyBundle(bundle);
  both.memberships.push({ ...mine, signingSeed, identity });
  const onlyNew = copyBundle(bundle);
  onlyNew.memberships[acting] = { ...mine, signingSeed, identity };
  await rewriteBundle(environment, unlocked, passphrase, both);

  const key = signingKeyFromSeed(signingSeed);
  const record = signRecord({
    party: own(state).party, authority: person.authority, member: person.id, role: person.role,
    service: person.service, displayName: person.displayName, key: verifyKeyOf(key), recipient: identity.recipient.text,
  }, key);
  await appendToRegister(state, "member_rekeyed", async () => {
    const keyring = await resealKeyring(state, keyringAudience(
      state, person.authority, { without: person.id, with: identity.recipient.text }));
    return { body: { reason: "rotated", record, keyring: keyring.sha256 }, files: [keyring] };
  });
  state.keyrings.clear();
  await rewriteBundle(environment, unlocked, passphrase, onlyNew);
}
