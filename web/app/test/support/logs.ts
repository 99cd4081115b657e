// A log and its witnesses, for tests: they sign what a real one would (crypto/tlog/checkpoint.hpp, LogSigner and
// WitnessSigner; the client itself never signs a checkpoint).
import { bigEndian, concat, utf8 } from "../../src/crypto/bytes.ts";
import { sign, type SigningKey } from "../../src/crypto/sign.ts";
import {
  checkpointText, cosignedText, parseSignedCheckpoint, type Checkpoint, type SignedCheckpoint,
} from "../../src/tlog/checkpoint.ts";
import type { TreeHead } from "../../src/tlog/merkle.ts";
import { formatNote, makeNoteKey, signatureType, type NoteKey, type NoteSignature } from "../../src/tlog/note.ts";

export interface LogSigner {
  readonly key: NoteKey;
  sign(head: TreeHead, extensions?: string[]): SignedCheckpoint;
}

export function logSigner(origin: string, key: SigningKey): LogSigner {
  const noteKey = makeNoteKey(origin, signatureType.ed25519, key.verifyKey);
  return {
    key: noteKey,
    sign(head, extensions = []) {
      const text = checkpointText({ origin, head, extensions });
      const signature = { name: origin, keyId: noteKey.id, signature: sign(key, utf8(text)) };
      return parseSignedCheckpoint(formatNote({ text, signatures: [signature] }));
    },
  };
}

export interface WitnessSigner {
  readonly key: NoteKey;
  cosign(checkpoint: Checkpoint, at: number): NoteSignature;
}

export function witnessSigner(name: string, key: SigningKey): WitnessSigner {
  const noteKey = makeNoteKey(name, signatureType.cosignature, key.verifyKey);
  return {
    key: noteKey,
    cosign: (checkpoint, at) => ({
      name,
      keyId: noteKey.id,
      signature: concat(bigEndian(at), sign(key, utf8(cosignedText(BigInt(at), checkpointText(checkpoint))))),
    }),
  };
}

export const withSignatures = (signed: SignedCheckpoint, ...more: NoteSignature[]): SignedCheckpoint => ({
  checkpoint: signed.checkpoint,
  note: { text: signed.note.text, signatures: [...signed.note.signatures, ...more] },
});
