// A member who signs what he may, and seals what he should not: for tests of the other end.
import { sealFile } from "../../../src/crypto/age/file.ts";
import { generateIdentity } from "../../../src/crypto/age/hybrid.ts";
import { systemRandom } from "../../../src/crypto/random.ts";
import { sha256Hex } from "../../../src/crypto/sha256.ts";
import { zeroId, type AuthorityRef, type ChainId } from "../../../src/model/ids.ts";
import { dossierChain, randomId } from "../../../src/record/chains.ts";
import type { AttachmentLine, Entry, Opened } from "../../../src/record/dossier_bodies.ts";
import { encodeGrant, type GrantFile } from "../../../src/record/key_files.ts";
import { commitOf, type BodyFile, type SealedBody } from "../../../src/record/sealed_body.ts";
import { authorityOf, compose, membership, sign } from "../../../src/agent/acting.ts";
import { appendSettled } from "../../../src/agent/append.ts";
import { sortedRefs } from "../../../src/agent/epoch.ts";
import { sealSecret } from "../../../src/agent/keyring.ts";
import { sealBody, type Draft } from "../../../src/agent/seal.ts";
import { addFile, newPackage, type AgentState } from "../../../src/agent/state.ts";

export interface Forgery {
  to: AuthorityRef;
  grant?: (honest: GrantFile) => GrantFile;
  body?: (honest: SealedBody) => SealedBody;
  /** The ciphertext that is uploaded and signed, made of the honest one. */
  ciphertext?: (honest: Uint8Array) => Uint8Array;
  file?: (honest: BodyFile) => BodyFile;
  plaintext?: Uint8Array;
}

/** Opens a dossier with one entry, as asked. */
export async function forge(state: AgentState, forgery: Forgery): Promise<{ chain: ChainId; attachment: string }> {
  const identity = generateIdentity();
  const recipient = identity.recipient.text;
  const chain = dossierChain(authorityOf(state).authority, recipient);
  const attachment = randomId(systemRandom, 16);
  const files: BodyFile[] = [];
  const lines: AttachmentLine[] = [];
  if (forgery.plaintext !== undefined) {
    const honest = sealFile([identity.recipient], forgery.plaintext);
    const sealed = forgery.ciphertext?.(honest) ?? honest;
    const said: BodyFile = {
      id: attachment, name: "pièce.bin", type: "", size: forgery.plaintext.length, sha256: sha256Hex(forgery.plaintext),
      salt: randomId(systemRandom, 32),
    };
    const file = forgery.file?.(said) ?? said;
    const server = state.environment.server;
    const ticket = await server.beginUpload(chain, attachment, membership(state).authority, sealed.length);
    await server.upload(ticket, 0, sealed);
    files.push(file);
    lines.push({ id: attachment, size: sealed.length, sha256: sha256Hex(sealed), commit: commitOf(file) });
  }
  await appendSettled(state, async () => {
    const built = newPackage();
    const content: Draft<Opened> = {
      kind: "share", policy: { onward: "free" }, epoch: { epoch: 1, recipient, grants: [] },
    };
    for (const to of sortedRefs([forgery.to, authorityOf(state)])) {
      const generation = state.book.byParty(to.party)!.generation(to.authority)!;
      const honest: GrantFile = {
        chain, epoch: 1, authority: to.authority, generation: generation.number, policy: zeroId, identity,
      };
      const file = sealSecret([generation.recipient], encodeGrant(forgery.grant?.(honest) ?? honest));
      content.epoch.grants.push({ ...to, generation: generation.number, grant: file.sha256 });
      addFile(built, file);
    }
    const opened = await sign(state, compose(state, chain, 0, undefined, "opened", content));
    const entryContent: Draft<Entry> = { epoch: 1, basis: opened.id, sealed: zeroId, attachments: lines };
    const entry = compose(state, chain, 1, opened.id, "entry", entryContent);
    const honest: SealedBody = { chain, author: entry.author, nonce: entry.nonce, files, message: "Texte" };
    const body = sealBody(forgery.body?.(honest) ?? honest, recipient);
    entryContent.sealed = body.sha256;
    addFile(built, body);
    built.statements.push(opened, await sign(state, entry));
    return built;
  });
  return { chain, attachment };
}

/** Sealed chunks of an age file behind its header and nonce, in another order, or fewer. */
export function withChunks(file: Uint8Array, change: (chunks: Uint8Array[]) => Uint8Array[]): Uint8Array {
  const text = Buffer.from(file).toString("latin1");
  const payload = text.indexOf("\n", text.indexOf("\n--- ") + 1) + 1 + 16;
  const chunks: Uint8Array[] = [];
  for (let at = payload; at < file.length; at += 65536 + 16) chunks.push(file.subarray(at, at + 65536 + 16));
  return Buffer.concat([file.subarray(0, payload), ...change(chunks)]);
}
