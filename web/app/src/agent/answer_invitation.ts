// Internal to src/agent: new keys for the invited membership, and the record that the inviter will approve
// (platform/agent/enrol.cpp).
import { generateIdentity } from "../crypto/age/hybrid.ts";
import { utf8 } from "../crypto/bytes.ts";
import { macOfRecord, type InvitationSecrets } from "../crypto/invitation.ts";
import { systemRandom } from "../crypto/random.ts";
import { signingKeyFromSeed } from "../crypto/sign.ts";
import { parseDisplayName } from "../model/party.ts";
import {
  comparisonDigits, encodeSignedRecord, signRecord, type EnrolmentRecord,
} from "../record/enrolment_record.ts";
import { fingerprintDigits } from "../record/fingerprint.ts";
import { verifyKeyOf } from "../record/keys.ts";
import type { BundleMembership } from "../record/user_bundle.ts";
import type { EnrolmentOutcome } from "./api.ts";
import type { CheckedInvitation } from "./check_invitation.ts";
import { sealKeyring } from "./keyring.ts";
import { normalised } from "./normalise.ts";
import type { Enrolment } from "./ports.ts";

export interface Answer {
  /** Record, MAC, and the keyring of an authority's first custodian. */
  request: Pick<Enrolment, "record" | "mac" | "append">;
  membership: BundleMembership;
  outcome: EnrolmentOutcome;
}

export function answerInvitation(
  displayName: string, { card, invited, logHead }: CheckedInvitation, secrets: InvitationSecrets,
): Answer {
  const signingSeed = systemRandom(32);
  const signing = signingKeyFromSeed(signingSeed);
  const identity = generateIdentity();
  const record: EnrolmentRecord = {
    invitation: invited?.invitation, party: card.party, authority: card.authority, member: card.member, role: card.role,
    service: card.service, displayName: parseDisplayName(normalised(displayName)), key: verifyKeyOf(signing),
    recipient: identity.recipient.text,
  };
  const request: Answer["request"] = {};
  if (invited?.purpose === "authority") {
    // Generation 1 is made here, by the authority's own first custodian: whoever signs `authority_added` around this
    // record never holds it (protocol §3).
    const generation = generateIdentity();
    const file = sealKeyring({ authority: card.authority, generations: [generation] }, [identity.recipient.text]);
    record.firstGeneration = { recipient: generation.recipient.text, keyring: file.sha256 };
    request.append = { envelopes: [], blobs: [{ sha256: file.sha256, data: file.bytes }] };
  }
  const signed = signRecord(record, signing);
  const encoded = encodeSignedRecord(signed);
  request.record = utf8(encoded);
  request.mac = macOfRecord(secrets.mac, encoded);
  return {
    request,
    membership: {
      registerChain: card.registerChain, authority: card.authority, member: card.member, party: card.party,
      checkpointSize: logHead.size, checkpointRoot: logHead.root, signingSeed, identity,
    },
    outcome: {
      state: "answered", comparisonDigits: comparisonDigits(signed.record), partyDigits: fingerprintDigits(card.party),
      foundAuthority: card.authority,
    },
  };
}
