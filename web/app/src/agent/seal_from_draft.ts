// Internal to src/agent: a file of a kept draft, sealed anew for those it is sent to. It comes from the server as it was
// sealed for one's own authority, with the receipt and the checks of anything that is opened; plain bytes only pass
// through.
import { parseRecipient } from "../crypto/age/hybrid.ts";
import { hexEncode } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/random.ts";
import type { Recipient } from "../model/ids.ts";
import { resealBetween } from "./bulk.ts";
import { begin, opening, requireAsSigned, withReady } from "./get.ts";
import { stageName, type OutgoingFile } from "./seal.ts";
import type { AgentState } from "./state.ts";
import { keepForNow } from "./sweep.ts";

export async function sealFromDraft(
  state: AgentState, recipient: Recipient, out: OutgoingFile, from: NonNullable<OutgoingFile["from"]>,
): Promise<void> {
  const { environment } = state;
  const reading = await begin(state, from.chain, from.seq);
  await withReady(reading, from.attachment, async (ready) => {
    const target = await environment.profile.place(stageName(out));
    try {
      const { opened, sealed } = await opening(ready, (stage) =>
        resealBetween(environment, ready.identity, stage, parseRecipient(recipient), target, ready.file));
      requireAsSigned(opened, ready.line, ready.file);
      out.file = {
        ...out.file, size: opened.plaintextBytes, sha256: opened.plaintextSha256, salt: hexEncode(systemRandom(32)),
      };
      out.sealedSize = sealed.fileBytes;
      out.sealedSha256 = sealed.fileSha256;
      out.sealed = true;
    } finally {
      target.close();
      if (!out.sealed) await environment.profile.removePlace(stageName(out));
    }
    // Sent separately it is wanted once more.
    await keepForNow(state, ready.place);
  });
}
