// Internal to src/agent: a draft whose dossier has begun another epoch since its files were sealed (seal_again of
// platform/agent/send.cpp).
import { attempt, ensure, fail } from "../base/failure.ts";
import { hexEncode } from "../crypto/bytes.ts";
import { parseRecipient } from "../crypto/age/hybrid.ts";
import { systemRandom } from "../crypto/random.ts";
import { randomId } from "../record/chains.ts";
import { resealBetween } from "./bulk.ts";
import type { KnownDossier } from "./dossier_book.ts";
import { savePlan, type DraftPlan } from "./draft_plan.ts";
import { openEpoch } from "./epoch.ts";
import { stageName, type OutgoingFile } from "./seal.ts";
import type { AgentState } from "./state.ts";

/**
 * To another epoch: other ciphertext, so another attachment. What was uploaded of the old one is of no use; a server
 * that cannot be told so sweeps it away by itself. A file whose page went away is read from the ciphertext that was
 * staged for the old epoch, which its author may open.
 */
export async function sealAgain(state: AgentState, known: KnownDossier, plan: DraftPlan): Promise<void> {
  const { carriage, profile, server } = state.environment;
  const old: string[] = [];
  for (const file of plan.files) {
    await carriage.withdraw(file.file.id);
    const ticket = file.ticket;
    if (ticket !== undefined) await attempt(() => server.abandonUpload(ticket));
    delete file.ticket;
    file.uploaded = false;
    const from = stageName(file);
    old.push(from);
    file.file = { ...file.file, id: randomId(systemRandom, 16) };
    if (file.sealed && file.source === undefined) await sealFromStage(state, known, plan, file, from);
    else file.sealed = false;
  }
  // The new places are named in the plan before the old ones go.
  plan.epoch = known.replayed.epoch.number;
  await savePlan(state, plan);
  for (const name of old) await profile.removePlace(name);
}

async function sealFromStage(
  state: AgentState, known: KnownDossier, plan: DraftPlan, file: OutgoingFile, from: string,
): Promise<void> {
  const { environment } = state;
  const identity = await openEpoch(state, known, plan.epoch);
  const recipient = parseRecipient(known.replayed.epoch.recipient);
  const source = await environment.profile.place(from);
  const target = await environment.profile.place(stageName(file));
  try {
    const { opened, sealed } = await resealBetween(environment, identity, source, recipient, target, file.file);
    const same =
      opened.fileSha256 === file.sealedSha256 && opened.plaintextSha256 === file.file.sha256 &&
      opened.plaintextBytes === file.file.size;
    if (!same) fail("invalid_input", "draft.damaged");
    ensure(sealed.plaintextBytes === opened.plaintextBytes, "what was opened was sealed");
    file.file = { ...file.file, salt: hexEncode(systemRandom(32)) };
    file.sealedSize = sealed.fileBytes;
    file.sealedSha256 = sealed.fileSha256;
  } finally {
    source.close();
    target.close();
  }
}
