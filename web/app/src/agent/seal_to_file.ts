// Internal to src/agent: for somebody who cannot receive yet, an age file to a key he gave on paper. No statement is
// signed and nothing goes to the server: who seals like this keeps the record himself. Inside is an archive that stock
// `age -d` and `tar` open: message, documents, and the sheet of restrictions, in both languages.
import { fail } from "../base/failure.ts";
import { hexEncode, utf8, type Bytes } from "../crypto/bytes.ts";
import { createSha256 } from "../crypto/sha256.ts";
import { isFileName } from "../record/sealed_body.ts";
import { now, requireRole } from "./acting.ts";
import type { SealedToFile, SealToFileOrder } from "./api.ts";
import { piecesOf, sealPieces } from "./bulk.ts";
import { aside } from "./environment.ts";
import { normalised } from "./normalise.ts";
import { harmless } from "./open.ts";
import { readPaperKey, startFileFor } from "./paper_key.ts";
import { policyOf, viewOfPolicy } from "./policy_text.ts";
import { ownLabel, textOf } from "./recipients.ts";
import { sealedFileSheet, sheetSuffix } from "./restriction_sheet.ts";
import { outgoingFiles } from "./seal.ts";
import type { AgentState } from "./state.ts";
import { tarEnd, tarMember, tarMemberSize, tarPadding } from "./tar_stream.ts";

const suffix = ".tar.age";

/** `to` is closed at the end, or aborted. invalid_input "age.recipient", "file.name", "send.nothing". */
export async function sealToFile(
  state: AgentState, order: SealToFileOrder, to: WritableStream<Uint8Array>,
): Promise<SealedToFile> {
  const writer = to.getWriter();
  try {
    requireRole(state, "officer");
    const key = readPaperKey(order.key);
    const name = normalised(order.name);
    if (!isFileName(name) || !name.endsWith(suffix)) fail("invalid_input", "file.name", { file: name });
    const title = normalised(order.title);
    const message = normalised(order.message);
    if (order.files.length === 0 && message === "") fail("invalid_input", "send.nothing");
    const halves = policyOf(order.policy);
    const facts = {
      owner: textOf(ownLabel(state)), sealedAt: now(state), policy: viewOfPolicy(halves.clear, halves.sealed),
    };
    const folder = name.slice(0, -suffix.length);
    const files = outgoingFiles(order.files).map(({ file, source }) =>
      ({ name: harmless(file.name), source: source!, size: file.size, sha256: "" }));
    const text = utf8([title, message].filter((part) => part !== "").join("\n\n") + "\n");
    const sheet = (): Bytes => utf8(sealedFileSheet({
      ...facts, files: files.map((file) => ({ fileName: file.name, sha256: file.sha256 })),
    }));

    async function* archive(): AsyncGenerator<Bytes> {
      yield* tarMember(`${folder}/message.txt`, text);
      for (const file of files) {
        const hash = createSha256();
        let given = 0;
        try {
          yield tarMemberSize(`${folder}/documents/${file.name}`, file.size);
          for await (const piece of piecesOf(file.source, file.name)) {
            given += piece.length;
            if (given > file.size) break;
            hash.update(piece);
            yield piece;
          }
          if (given !== file.size) fail("invalid_input", "file.changed", { file: file.name });
          file.sha256 = hexEncode(hash.finish());
        } finally {
          hash.free();
        }
        yield tarPadding(file.size);
      }
      yield* tarMember(`${folder}/restrictions.txt`, sheet());
      yield tarEnd;
    }
    const { environment } = state;
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const totals = await aside(environment, () =>
      sealPieces(environment, startFileFor(key), archive(), (bytes) => writer.write(bytes.slice()), { name, total }));
    await writer.close();
    return {
      name, size: totals.fileBytes, sha256: totals.fileSha256, kind: key.kind,
      sheet: {
        name: name + sheetSuffix,
        text: sealedFileSheet({ ...facts, files: [{ fileName: name, sha256: totals.fileSha256 }] }),
      },
    };
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    throw error;
  }
}
