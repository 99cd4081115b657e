// Whole age files as protocol §1 uses them: binary, every stanza mlkem768x25519 (crypto/age/file.hpp). For what is
// large see stream.ts and ../bulk.
import { concat, type Bytes } from "../bytes.ts";
import { aeadTagBytes } from "../chacha20poly1305.ts";
import { systemRandom, type Random } from "../random.ts";
import { xwingCiphertextBytes } from "../xwing.ts";
import { ageFailure } from "./failure.ts";
import { fileKeyBytes, payloadNonceBytes } from "./fileKey.ts";
import { keyringHeaderBytes, parseHeader, smallHeaderBytes, versionLine, type Header } from "./header.ts";
import { hybridStanza, isHybrid, type HybridIdentity, type HybridRecipient, type Profile } from "./hybrid.ts";
import { plaintextSize, sealedPayloadSize } from "./payload.ts";
import { createOpener, createSealer, startFile } from "./stream.ts";

export type { Profile } from "./hybrid.ts";

/** Attachment, sealed body, grant, share, kept code, state file: exactly one recipient, header up to 4 KiB. */
export const singleProfile: Profile = { stanzas: 1, headerBytes: smallHeaderBytes };
/** Keyring or user bundle: one stanza for each recipient that the register (or the bundle) lists; up to 1 MiB. */
export const keyringProfile = (recipients: number): Profile =>
  ({ stanzas: recipients, headerBytes: keyringHeaderBytes });

/** The age file of a short plaintext, in memory. At least one recipient (ensured). */
export function sealFile(recipients: readonly HybridRecipient[], plaintext: Bytes, random: Random = systemRandom):
  Bytes {
  const sealer = createSealer(startFile(recipients, random));
  return concat(sealer.update(plaintext), sealer.finish());
}

/**
 * The plaintext of a whole file. The profile is checked first, then the header MAC, then every chunk; on any failure
 * nothing is returned. Callers compare SHA-256 of the same bytes with a signed statement: an age file proves nothing
 * about who made it. Failures: integrity, one key a class (failure.ts).
 */
export function openFile(identity: HybridIdentity, file: Bytes, profile: Profile): Bytes {
  const header = parseHeader(file, profile.headerBytes);
  if (!header || file.length < header.size + payloadNonceBytes) throw ageFailure("header");
  const opener = createOpener(identity, profile);
  const first = opener.update(file);
  // Before the last chunk is held to be the last: a size that no plaintext has says so by itself.
  plaintextSize(file.length - header.size - payloadNonceBytes);
  return concat(first, opener.finish());
}

/** What anybody can see of a file; it needs no key and proves nothing. */
export interface Inspection { stanzaTypes: string[]; headerBytes: number; hybridOnly: boolean }

export const inspectHeader = (header: Header): Inspection => ({
  stanzaTypes: header.stanzas.map((stanza) => stanza.args[0]!),
  headerBytes: header.size,
  hybridOnly: header.stanzas.every(isHybrid),
});

/** From the first bytes of a file; null: the header is not complete in them. Failure "age.header" otherwise. */
export function inspectFile(start: Bytes, limitBytes: number): Inspection | null {
  const header = parseHeader(start, limitBytes);
  return header && inspectHeader(header);
}

export const fits = (seen: Inspection, profile: Profile): boolean =>
  seen.hybridOnly && seen.stanzaTypes.length === profile.stanzas && seen.headerBytes <= profile.headerBytes;

const base64 = (bytes: number): number => Math.ceil((bytes * 4) / 3);
const stanzaBytes =
  `-> ${hybridStanza} `.length + base64(xwingCiphertextBytes) + 1 + base64(fileKeyBytes + aeadTagBytes) + 1;

/** The length of the age file of so many bytes for so many recipients: what an upload announces beforehand. */
export const sealedSize = (plaintextBytes: number, recipients: number): number =>
  versionLine.length + recipients * stanzaBytes + "--- ".length + base64(32) + 1 + payloadNonceBytes +
  sealedPayloadSize(plaintextBytes);
