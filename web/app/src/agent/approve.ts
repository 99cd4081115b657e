// The inviter's half of an enrolment (platform/agent/approve.cpp).
import { fail, isFailure } from "../base/failure.ts";
import { fromUtf8, hexEncode } from "../crypto/bytes.ts";
import { deriveInvitation } from "../crypto/invitation.ts";
import type { AuthorityId, Hex } from "../model/ids.ts";
import { comparisonDigits, type SignedRecord } from "../record/enrolment_record.ts";
import { checkAnswer } from "../record/invitation.ts";
import type { Kind } from "../record/kinds.ts";
import type { Invitation } from "../record/register.ts";
import type { BodyOf } from "../record/statement.ts";
import { composeNext, latestNow, membership, own, refreshOwn, requireRole, sign } from "./acting.ts";
import type { EpochOutcome, PendingInvitation } from "./api.ts";
import { appendSettled } from "./append.ts";
import { hour } from "./environment.ts";
import { openKeptCode, type KeptCode } from "./invitation_code.ts";
import type { InvitationRow } from "./ports.ts";
import { keyringAudience, nextGeneration, resealKeyring, startEpochs } from "./rotate.ts";
import { addFile, newPackage, type AgentState, type Package } from "./state.ts";
import { synchronise } from "./synchronise.ts";

const comparisonAbove = 72 * hour;

interface CheckedAnswer { record: SignedRecord; kept: KeptCode }

/** An answer that the server brought, checked against code, register and clock (protocol §6). */
function checkRow(state: AgentState, row: InvitationRow, { body }: Invitation): CheckedAnswer {
  if (row.record === undefined || row.mac === undefined) return fail("not_found", "invitation.not_answered");
  if (row.keptCode === undefined) return fail("forbidden", "invitation.not_ours");
  const kept = openKeptCode(row.keptCode, membership(state).identity);
  const secrets = deriveInvitation(kept.code);
  // The server keeps the file and anybody can make one to this recipient: the register says which code it was.
  if (hexEncode(secrets.commit) !== body.commit) return fail("integrity", "invitation.kept_code");
  const text = fromUtf8(row.record) ?? fail("integrity", "invitation.answer_mac");
  return { record: checkAnswer(text, row.mac, secrets.mac, body, own(state).party), kept };
}

const comparisonRequired = ({ body, madeAt }: Invitation): boolean =>
  body.role === "custodian" || body.notAfter - madeAt > comparisonAbove;

const digitsAlone = (text: string): string => text.replace(/[^0-9]/g, "");

function viewOf(state: AgentState, row: InvitationRow, invitation: Invitation): PendingInvitation {
  const { body, spent } = invitation;
  const view: PendingInvitation = {
    invitation: row.invitationId, kind: body.purpose, role: body.role,
    state: spent ? "spent" : (row.state as PendingInvitation["state"]), notAfter: body.notAfter, displayName: "",
    comparisonDigits: "", comparisonRequired: comparisonRequired(invitation), problem: "",
    ...(body.service ? { service: true } : {}),
  };
  if (!spent && row.record !== undefined) {
    view.state = "answered";
    try {
      const { record } = checkRow(state, row, invitation).record;
      view.displayName = record.displayName;
      view.comparisonDigits = comparisonDigits(record);
    } catch (error) {
      if (!isFailure(error)) throw error;
      view.problem = error.key;
    }
  }
  if (view.state !== "spent" && view.state !== "cancelled" && view.notAfter < latestNow(state)) view.state = "expired";
  return view;
}

export async function pendingInvitations(state: AgentState): Promise<PendingInvitation[]> {
  await synchronise(state);
  requireRole(state, "custodian");
  // Of this authority, and of those that do not exist yet and that this authority, being the root, invited for.
  const authorities: AuthorityId[] = [membership(state).authority];
  for (const { body, spent } of own(state).invitations()) {
    if (body.purpose === "authority" && !spent && membership(state).authority === own(state).root) {
      authorities.push(body.authority);
    }
  }
  const pending: PendingInvitation[] = [];
  for (const authority of authorities) {
    for (const row of await state.environment.server.invitations(authority)) {
      const invitation = own(state).invitation(row.invitationId);
      // What no statement lists does not exist.
      if (invitation?.body.authority === authority) pending.push(viewOf(state, row, invitation));
    }
  }
  return pending;
}

/** `digits` as read out by the invitee, or empty where no comparison is required ("invitation.digits_needed" else). */
export async function approveInvitation(state: AgentState, id: Hex, digits: string): Promise<EpochOutcome> {
  await synchronise(state);
  requireRole(state, "custodian");
  const invitation = own(state).invitation(id);
  if (invitation === undefined) return fail("not_found", "invitation.unknown", { name: id });
  if (invitation.spent) return fail("conflict", "invitation.spent");
  if (invitation.body.notAfter < latestNow(state)) return fail("expired", "invitation.expired");
  const { body } = invitation;

  const rows = await state.environment.server.invitations(body.authority);
  const row = rows.find(({ invitationId }) => invitationId === id);
  if (row === undefined) return fail("not_found", "invitation.unknown", { name: id });
  const answer = checkRow(state, row, invitation);
  const answered = answer.record.record;
  const typed = digitsAlone(digits);
  if (digits === "" && comparisonRequired(invitation)) return fail("invalid_input", "invitation.digits_needed");
  if (digits !== "" && typed !== digitsAlone(comparisonDigits(answered))) {
    return fail("integrity", "invitation.digits_differ");
  }

  await appendSettled(state, async (): Promise<Package> => {
    const { replayed } = await refreshOwn(state);
    const stands = replayed.invitation(id);
    if (stands === undefined || stands.spent) return fail("conflict", "invitation.spent");
    const built = newPackage();
    const add = async <K extends Kind>(kind: K, content: BodyOf<K>): Promise<void> => {
      built.statements.push(await sign(state, composeNext(state, replayed.head, replayed.chain, kind, content)));
    };
    if (body.purpose === "member") {
      const keyring = await resealKeyring(state, keyringAudience(state, body.authority, { with: answered.recipient }));
      await add("member_added", { record: answer.record, keyring: keyring.sha256 });
      addFile(built, keyring);
    } else if (body.purpose === "rekey") {
      const rotated = await nextGeneration(
        state, keyringAudience(state, body.authority, { without: body.member, with: answered.recipient }));
      await add("member_rekeyed", {
        reason: "lost", record: answer.record, next: rotated.next, keyring: rotated.keyring.sha256,
      });
      addFile(built, rotated.keyring);
    } else {
      // The keyring came with the answer, made by the authority's own first custodian.
      await add("authority_added", {
        authority: { id: body.authority, kind: answer.kept.authorityKind, name: answer.kept.authorityName },
        record: answer.record,
      });
    }
    return built;
  });
  // `lost` is no removal, but what a finder of the old keys could open must end too.
  return body.purpose === "rekey" ? startEpochs(state) : { started: [], notStarted: [] };
}
