// Invitations: drawn, sealed and appended by the inviter's client (platform/agent/invite.cpp).
import { fail, isFailure } from "../base/failure.ts";
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
import { maxInvitation } from "../record/register.ts";
import type { InvitationPurpose, Invited } from "../record/register_bodies.ts";
import { encodeSigned } from "../record/statement.ts";
import { composeNext, membership, now, own, ownKnown, refresh, refreshOwn, requireRole, sign } from "./acting.ts";
import { checkAnswers, keepToPromises } from "./answer_check.ts";
import type { FounderInvitation, InvitationMade } from "./api.ts";
import { askAboutRefused, isUnsettled, rememberRefused, settleDrafts } from "./append.ts";
import { onceCounted } from "./counting.ts";
import { day, hour, type Environment } from "./environment.ts";
import { alarm } from "./evidence.ts";
import { sealKeptCode } from "./invitation_code.ts";
import { normalised } from "./normalise.ts";
import { authorityKindOf } from "./texts.ts";
import type { Appended, InvitationOrder } from "./ports.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";

interface Plan {
  purpose: InvitationPurpose;
  authority: AuthorityId;
  authorityName: DisplayName;
  authorityKind: AuthorityKind;
  member: MemberId;
  role: Role;
  hours: number;
}

/** No answer: the same bytes again; an append is idempotent by id. Undefined: the place is taken. */
async function post(state: AgentState, order: InvitationOrder): Promise<Appended[] | undefined> {
  for (let attempt = 0; ; ++attempt) {
    try {
      return await state.environment.server.invite(order);
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (error.code === "conflict") return undefined;
      if (attempt < 2 && error.key === "session.step_up" && await state.environment.observer.stepUp?.() === true) continue;
      if (error.code !== "unavailable" || attempt === 2) throw error;
    }
  }
}

async function invite(state: AgentState, plan: Plan): Promise<InvitationMade> {
  if (!Number.isInteger(plan.hours) || plan.hours < 1 || plan.hours * hour > maxInvitation) {
    return fail("invalid_input", "invitation.hours");
  }
  await settleDrafts(state);
  for (let round = 0; round < 4; ++round) {
    const { replayed: register } = await refreshOwn(state);
    const code = generateInvitationCode();
    const secrets = deriveInvitation(code);
    const invitation = randomId(systemRandom, 16);
    const notAfter = now(state) + plan.hours * hour;
    const invited: Invited = {
      invitation, purpose: plan.purpose, authority: plan.authority, member: plan.member, role: plan.role,
      service: false, notAfter, commit: hexEncode(secrets.commit),
    };
    const content = () => composeNext(state, register.head, register.chain, "invited", invited);
    await askAboutRefused(state, content());
    const statement = await onceCounted(state, () => sign(state, content()));
    // The card names the register as it will be with this statement: what the invitee reads contains his invitation.
    const card = sealCard({
      party: register.party, code: register.code, registerChain: register.chain,
      registerLength: register.head.length + 1, registerHead: statement.id, authority: plan.authority,
      authorityName: plan.authorityName, member: plan.member, role: plan.role, service: false,
      logPolicy: register.logPolicy().text,
    }, secrets.card, invitation);
    let answers: Appended[] | undefined;
    try {
      answers = await post(state, {
        append: { envelopes: [encodeSigned(statement)], blobs: [] },
        invitationId: invitation,
        redeemSha256: hexEncode(secrets.redeemDigest),
        card,
        keptCode: sealKeptCode({ ...plan, code }, membership(state).identity.recipient.text),
      });
    } catch (error) {
      // Refused for what it is: kept, so that nobody signs at its place unasked, and a lie is found out.
      if (isFailure(error) && !isUnsettled(error.code) && error.key !== "session.step_up") await rememberRefused(state, statement);
      throw error;
    }
    if (answers !== undefined) await checkAnswers(state, [statement], answers);
    await refresh(state, register.chain);
    await keepToPromises(state);
    if (own(state).invitation(invitation) !== undefined) return { invitation, code: codeEncode(code), notAfter };
    // A conflict that shows nothing at this place would have two statements signed for it [rebase].
    if (answers !== undefined || ownKnown(state).copy.items.length <= statement.statement.seq) {
      await alarm(state.environment, answers === undefined ? "append.lying_conflict" : "append.not_logged",
        { envelope: encodeSigned(statement) });
    }
    // Somebody else's statement took the place: refresh() has verified it, so this one may be signed anew.
  }
  return fail("unavailable", "append.busy");
}

export const roleOf = (text: string): Role =>
  roles.find((each) => each === text) ?? fail("invalid_input", "role.unknown", { role: text });

const descriptionOf = (state: AgentState) => {
  const found = own(state).authority(membership(state).authority);
  return found?.description ?? fail("not_found", "authority.unknown");
};

export async function inviteMember(state: AgentState, role: string, hours: number): Promise<InvitationMade> {
  await synchronise(state);
  requireRole(state, "custodian");
  const { id, name, kind } = descriptionOf(state);
  return invite(state, {
    purpose: "member", authority: id, authorityName: name, authorityKind: kind, member: randomId(systemRandom, 16),
    role: roleOf(role), hours,
  });
}

/** For a member who lost everything: spends into member_rekeyed (lost), a new generation. */
export async function inviteAgain(state: AgentState, member: MemberId, hours: number): Promise<InvitationMade> {
  await synchronise(state);
  requireRole(state, "custodian");
  const known = own(state).member(member);
  if (known?.authority !== membership(state).authority) return fail("not_found", "member.unknown", { name: member });
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

export const cancelInvitation = (state: AgentState, invitation: Hex): Promise<void> =>
  state.environment.server.cancelInvitation(invitation);

/** The administrator's client draws the code of a Party's very first invitation; the server gets SHA-256(redeem) only. */
export async function inviteFounder({ server }: Environment, party: string, days: number): Promise<FounderInvitation> {
  if (!Number.isInteger(days) || days < 1 || days > 60) return fail("invalid_input", "invitation.days");
  const code = parsePartyCode(party);
  const { time } = await server.about();
  const secret = generateInvitationCode();
  const secrets = deriveInvitation(secret);
  const invitation = randomId(systemRandom, 16);
  const member = randomId(systemRandom, 16);
  const notAfter = time + days * day;
  await server.inviteFounder(code, {
    invitationId: invitation, redeemSha256: hexEncode(secrets.redeemDigest),
    card: sealFounderCard({ code, member }, secrets.card, invitation), notAfter, memberId: member,
  });
  return { invitation, member, code: codeEncode(secret), notAfter };
}
