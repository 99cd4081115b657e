// Who may write on the notice board of his State or body.
import type { Membership, PartyView } from "../../agent/api";
import { isState } from "../../model/party.ts";
import { mayWrite } from "./badge";
import { sentence, type Sentence } from "./sentence";

/** The State whose board it is; "" of a body, whose rows name the State they are about. */
export const ownState = (membership: Membership | undefined): string =>
  membership !== undefined && isState(membership.partyCode) ? membership.partyCode : "";

/** null: he may. */
export function whyNotPublish(membership: Membership | undefined, parties: readonly PartyView[]): Sentence | null {
  if (membership === undefined || !mayWrite(membership.role)) return sentence("publish.not_officer");
  const authority = parties.filter(({ code }) => code === membership.partyCode).flatMap((party) => party.authorities)
    .find((one) => one.authority === membership.authority);
  return authority?.publisher === true ? null : sentence("publish.not_publisher");
}
