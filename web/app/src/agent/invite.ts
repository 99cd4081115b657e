// Invitations: drawn, sealed and appended by the inviter's client (platform/agent/invite.cpp).
import { fail } from "../base/failure.ts";
import { hexEncode } from "../crypto/bytes.ts";
import { codeEncode } from "../crypto/crockford.ts";
import { deriveInvitation, generateInvitationCode } from "../crypto/invitation.ts";
import { systemRandom } from "../crypto/random.ts";
import type { AuthorityId, Hex, MemberId } from "../model/ids.ts";
import {
  parseDisplayName, parsePartyCode, roles, type AuthorityKind, type DisplayName, type Role,
} from "../model/party.ts";
import { randomId } from "../record/chains.ts";
import { sealCard, sealFounderCard } from "../record/invitation.ts";
import { isEffective, refusalOf } from "../record/outcome.ts";
import { maxInvitation } from "../record/register.ts";
import type { InvitationPurpose, Invited } from "../record/register_bodies.ts";
import { composeNext, membership, now, own, refreshOwn, requireRole, sign } from "./acting.ts";
import type { FounderInvitation, InvitationMade } from "./api.ts";
import { appendSettled, settleDrafts } from "./append.ts";
import { day, hour, type Environment } from "./environment.ts";
import { sealKeptCode, type KeptCode } from "./invitation_code.ts";
import { forgetInvited, takeInvited } from "./invited.ts";
import { normalised } from "./normalise.ts";
import { newPackage, type AgentState, type Package } from "./state.ts";
import { synchronise } from "./synchronise.ts";
import { authorityKindOf } from "./texts.ts";

interface Plan {
  purpose: InvitationPurpose;
  authority: AuthorityId;
  authorityName: DisplayName;
  authorityKind: AuthorityKind;
  member: MemberId;
  role: Role;
  hours: number;
  service?: boolean;
}

/** What the same person asked for before, and whose answer was lost: the invitation stands, so this is its code. */
function isSame(plan: Plan, invited: Invited, kept: KeptCode): boolean {
  if (invited.purpose !== plan.purpose || invited.role !== plan.role || invited.service !== (plan.service ?? false)) return false;
  switch (plan.purpose) {
    case "member": return invited.authority === plan.authority;
    case "rekey": return invited.authority === plan.authority && invited.member === plan.member;
    case "authority": return kept.authorityName === plan.authorityName && kept.authorityKind === plan.authorityKind;
  }
}

async function invite(state: AgentState, plan: Plan): Promise<InvitationMade> {
  if (!Number.isInteger(plan.hours) || plan.hours < 1 || plan.hours * hour > maxInvitation) {
    return fail("invalid_input", "invitation.hours");
  }
  await settleDrafts(state);
  const before = await takeInvited(state, (invited, kept) => isSame(plan, invited, kept));
  if (before !== undefined) return before;
  let made: InvitationMade | undefined;
  await appendSettled(state, async (): Promise<Package> => {
    const { replayed: register } = await refreshOwn(state);
    const code = generateInvitationCode();
    const secrets = deriveInvitation(code);
    const invitation = randomId(systemRandom, 16);
    const notAfter = now(state) + plan.hours * hour;
    const invited: Invited = {
      invitation, purpose: plan.purpose, authority: plan.authority, member: plan.member, role: plan.role,
      service: plan.service ?? false, notAfter, commit: hexEncode(secrets.commit),
    };
    const statement = await sign(state, composeNext(state, register.head, register.chain, "invited", invited));
    // What would have no effect is not sent: the same judge says so here, in words.
    const outcome = register.judge(statement, state.log.size);
    if (!isEffective(outcome)) throw refusalOf(outcome);
    // The card names the register as it will be with this statement: what the invitee reads contains his invitation.
    const card = sealCard({
      party: register.party, code: register.code, registerChain: register.chain,
      registerLength: register.head.length + 1, registerHead: statement.id, authority: plan.authority,
      authorityName: plan.authorityName, member: plan.member, role: plan.role, service: plan.service ?? false,
      logPolicy: register.logPolicy().text,
    }, secrets.card, invitation);
    const built = newPackage();
    built.statements.push(statement);
    built.invitation = {
      invitationId: invitation,
      redeemSha256: hexEncode(secrets.redeemDigest),
      card,
      keptCode: sealKeptCode({ ...plan, code }, membership(state).identity.recipient.text),
    };
    made = { invitation, code: codeEncode(code), notAfter };
    return built;
  });
  return made ?? fail("unavailable", "append.busy");
}

export const roleOf = (text: string): Role =>
  roles.find((each) => each === text) ?? fail("invalid_input", "role.unknown", { role: text });

const descriptionOf = (state: AgentState) => {
  const found = own(state).authority(membership(state).authority);
  return found?.description ?? fail("not_found", "authority.unknown");
};

export async function inviteMember(
  state: AgentState, role: string, hours: number, service = false,
): Promise<InvitationMade> {
  await synchronise(state);
  requireRole(state, "custodian");
  const { id, name, kind } = descriptionOf(state);
  return invite(state, {
    purpose: "member", authority: id, authorityName: name, authorityKind: kind, member: randomId(systemRandom, 16),
    role: roleOf(role), hours, service,
  });
}

/**
 * For a member who lost everything: spends into member_rekeyed (lost), a new generation. A service is replaced instead:
 * what opens its account lies on a machine.
 */
export async function inviteAgain(state: AgentState, member: MemberId, hours: number): Promise<InvitationMade> {
  await synchronise(state);
  requireRole(state, "custodian");
  const known = own(state).member(member);
  if (known?.authority !== membership(state).authority) return fail("not_found", "member.unknown", { name: member });
  if (known.service) return fail("invalid_input", "member.service_rekey");
  const { id, name, kind } = descriptionOf(state);
  return invite(state, {
    purpose: "rekey", authority: id, authorityName: name, authorityKind: kind, member, role: known.role, hours,
  });
}

/** A custodian of the root authority invites the first custodian of an authority that does not exist yet. */
export async function addAuthority(
  state: AgentState, name: string, kind: string, hours: number,
): Promise<InvitationMade> {
  await synchronise(state);
  requireRole(state, "custodian");
  if (membership(state).authority !== own(state).root) return fail("forbidden", "authority.root_only");
  return invite(state, {
    purpose: "authority", authority: randomId(systemRandom, 16), authorityName: parseDisplayName(normalised(name)),
    authorityKind: authorityKindOf(kind), member: randomId(systemRandom, 16), role: "custodian", hours,
  });
}

export async function cancelInvitation({ environment }: AgentState, invitation: Hex): Promise<void> {
  await environment.server.cancelInvitation(invitation);
  await forgetInvited(environment.profile, invitation);
}

/** The administrator's client draws the code of a Party's very first invitation; the server gets SHA-256(redeem) only. */
export async function inviteFounder(
  { server }: Environment, party: string, days: number, anew = false,
): Promise<FounderInvitation> {
  if (!Number.isInteger(days) || days < 1 || days > 60) return fail("invalid_input", "invitation.days");
  const code = parsePartyCode(party);
  const { time } = await server.about();
  const secret = generateInvitationCode();
  const secrets = deriveInvitation(secret);
  const invitation = randomId(systemRandom, 16);
  const member = randomId(systemRandom, 16);
  const notAfter = time + days * day;
  const succeeds = anew
    ? (await server.adminParties()).find((row) => row.code === code && row.state !== "succeeded")?.foundedId : undefined;
  if (anew && succeeds === undefined) fail("not_found", "party.nothing_to_follow", { party: code });
  await server.inviteFounder(code, {
    invitationId: invitation, redeemSha256: hexEncode(secrets.redeemDigest),
    card: sealFounderCard({ code, member }, secrets.card, invitation), notAfter, memberId: member,
    ...(succeeds === undefined ? {} : { succeeds }),
  });
  return { invitation, member, code: codeEncode(secret), notAfter };
}
