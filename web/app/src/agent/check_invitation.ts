// Internal to src/agent: everything an invitee can know before he makes a key (protocol §6, Invitation): the card under
// the code's seal, the log under the card's policy, the register under both, and the sheet if there is one.
import { fail } from "../base/failure.ts";
import { hexEncode } from "../crypto/bytes.ts";
import { codeDecode } from "../crypto/crockford.ts";
import { deriveInvitation, type InvitationSecrets } from "../crypto/invitation.ts";
import { parseSheet } from "../record/founding_sheet.ts";
import { openCard, type WelcomeCard } from "../record/invitation.ts";
import { fingerprintDigits } from "../record/fingerprint.ts";
import { parseLogPolicy } from "../record/log_policy.ts";
import type { Invited } from "../record/register_bodies.ts";
import { sameNoteKey } from "../tlog/note.ts";
import type { Welcome } from "./api.ts";
import type { Environment } from "./environment.ts";
import { LogView, type Head } from "./log_view.ts";
import { requireOneLog } from "./one_log.ts";
import type { Redeemed } from "./ports.ts";
import { RegisterBook } from "./register_book.ts";

export function secretsOf(codeText: string): InvitationSecrets {
  const code = codeDecode(codeText);
  return code === null ? fail("invalid_input", "invitation.code_malformed") : deriveInvitation(code);
}

export interface CheckedInvitation {
  card: WelcomeCard;
  /** Absent: of an authority that is to be recovered. */
  invited?: Invited;
  logHead: Head;
  inviter: string;
}

const differs = (what: string): never => fail("integrity", "invitation.differs", { what });

/** `knownHere`: what this device has verified binds here, too; a profile without an account may hold another server's. */
export async function checkInvitation(
  environment: Environment, sheetText: string, redeemed: Redeemed, secrets: InvitationSecrets, knownHere: boolean,
): Promise<CheckedInvitation> {
  const card = openCard(redeemed.card, secrets.card, redeemed.invitationId);
  if (sheetText !== "") {
    const sheet = parseSheet(sheetText);
    if (sheet.server !== environment.server.origin) {
      return fail("integrity", "sheet.another_server", { server: sheet.server });
    }
    // Witnesses may have changed since the sheet was printed; the log and its key may not.
    if (!sameNoteKey(parseLogPolicy(sheet.logPolicy).log, parseLogPolicy(card.logPolicy).log)) return differs("log");
    if (sheet.parties.some(({ code, party }) => code === card.code && party !== card.party)) return differs("party");
  }
  const log = new LogView(card.logPolicy);
  if (knownHere) await log.restore(environment.profile);
  await requireOneLog(environment, log, (await environment.server.about()).logOrigin);
  await log.advance(environment);
  log.requireFresh(environment.clock);
  const { copy, replayed: register } = await new RegisterBook().update(environment, log, card.registerChain);
  if (copy.incomplete) return fail("integrity", "register.incomplete");
  if (!register.founded || register.party !== card.party || register.code !== card.code) return differs("party");
  const atCard = copy.items[card.registerLength - 1];
  if (atCard === undefined || atCard.statement.id !== card.registerHead) return differs("register");
  if (register.logPolicy(atCard.index + 1).text !== card.logPolicy) return differs("log");
  if (redeemed.kind === "recovery") {
    // No statement stands behind it: the authority it is for must have holders who can decide.
    const lost = register.authority(card.authority);
    const recoverable = lost !== undefined && register.recovery(card.authority) !== undefined &&
      lost.description.name === card.authorityName && card.role === "custodian" && !card.service &&
      register.member(card.member) === undefined;
    return recoverable ? { card, logHead: log.head(), inviter: "" } : differs("authority");
  }
  const stands = register.invitation(redeemed.invitationId);
  if (stands === undefined) return differs("invitation");
  const { body: invited, spent, inviter } = stands;
  if (spent) return fail("conflict", "invitation.spent");
  if (invited.authority !== card.authority || invited.member !== card.member || invited.role !== card.role ||
      invited.service !== card.service || invited.commit !== hexEncode(secrets.commit)) {
    return differs("invitation");
  }
  const purpose = redeemed.kind === "authority" || redeemed.kind === "rekey" ? redeemed.kind : "member";
  if (invited.purpose !== purpose) return differs("purpose");
  const authority = register.authority(card.authority);
  if ((authority === undefined) !== (purpose === "authority")) return differs("authority");
  if (authority !== undefined && authority.description.name !== card.authorityName) return differs("authority");
  return { card, invited, logHead: log.head(), inviter: register.member(inviter)?.displayName ?? inviter };
}

export const welcomeOf = ({ card, invited, inviter }: CheckedInvitation): Welcome => ({
  kind: invited?.purpose ?? "recovery",
  partyCode: card.code,
  partyDigits: fingerprintDigits(card.party),
  authorityName: card.authorityName,
  role: card.role,
  logOrigin: parseLogPolicy(card.logPolicy).origin,
  policy: card.logPolicy,
  inviter,
});
