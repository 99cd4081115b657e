// Internal to src/agent: invitations that stand although nobody has seen their code yet, because the answer to them was
// lost (platform/agent/invited.hpp). The code lies on the device as the server has it: sealed to its inviter.
import { attempt } from "../base/failure.ts";
import { hexEncode } from "../crypto/bytes.ts";
import { codeEncode } from "../crypto/crockford.ts";
import { deriveInvitation } from "../crypto/invitation.ts";
import type { Hex } from "../model/ids.ts";
import type { Invited } from "../record/register_bodies.ts";
import { bodyOf } from "../record/statement.ts";
import { latestNow, own } from "./acting.ts";
import type { InvitationMade } from "./api.ts";
import { decodeDraft, encodeDraft } from "./draft_file.ts";
import { openKeptCode, type KeptCode } from "./invitation_code.ts";
import type { ProfileStore } from "./ports.ts";
import type { AgentState, Package } from "./state.ts";

const folder = "drafts/invited";
const nameOf = (invitation: Hex): string => `${folder}/${invitation}`;

const invitedOf = ({ statements }: Package): Invited | undefined =>
  statements.map((statement) => bodyOf(statement, "invited")).find((body) => body !== undefined);

/** With whichever of the person's keys it was sealed to; the statement says which code it was. */
async function codeOf({ unlocked }: AgentState, made: Package, invited: Invited): Promise<KeptCode | undefined> {
  const { invitation } = made;
  if (invitation === undefined) return undefined;
  for (const { identity } of unlocked.bundle?.memberships ?? []) {
    const kept = await attempt(() => openKeptCode(invitation.keptCode, identity));
    if ("value" in kept && hexEncode(deriveInvitation(kept.value.code).commit) === invited.commit) return kept.value;
  }
  return undefined;
}

/**
 * Of a draft that was sent again and stands; nothing where it is no invitation. The person is told that it stands, or,
 * where the code opens with none of his keys any more, that he has to cancel it and invite again.
 */
export async function keepInvited(state: AgentState, made: Package): Promise<void> {
  const { profile, observer } = state.environment;
  const invited = invitedOf(made);
  if (made.invitation === undefined || invited === undefined) return;
  if (await codeOf(state, made, invited) === undefined) {
    observer.onNotice({ key: "draft.invitation_code_lost", arguments: {} });
    return;
  }
  await profile.save(nameOf(invited.invitation), encodeDraft(made));
  observer.onNotice({ key: "draft.invitation_stands", arguments: {} });
}

/** The first of them that may still be answered and that `wanted` takes, with its code; it is not kept any longer. */
export async function takeInvited(
  state: AgentState, wanted: (invited: Invited, kept: KeptCode) => boolean,
): Promise<InvitationMade | undefined> {
  const { profile } = state.environment;
  for (const name of await profile.list(folder)) {
    const stored = await profile.load(name);
    const made = stored === null ? undefined : await attempt(() => decodeDraft(stored));
    const invited = made === undefined || "failure" in made ? undefined : invitedOf(made.value);
    const stands = invited === undefined ? undefined : own(state).invitation(invited.invitation);
    const over = stands !== undefined && (stands.spent || stands.body.notAfter < latestNow(state));
    if (made === undefined || "failure" in made || invited === undefined || over) {
      await profile.remove(name);
      continue;
    }
    if (stands === undefined) continue; // of another register
    const kept = await codeOf(state, made.value, invited);
    if (kept === undefined || !wanted(invited, kept)) continue;
    await profile.remove(name);
    return { invitation: invited.invitation, code: codeEncode(kept.code), notAfter: invited.notAfter };
  }
  return undefined;
}

/** Of an invitation that was cancelled. */
export const forgetInvited = (profile: ProfileStore, invitation: Hex): Promise<void> =>
  profile.remove(nameOf(invitation));
