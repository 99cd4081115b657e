// Plain files, ciphertext and keys of a bundle against its statements. Mirror of platform/custody/contents.cpp.
import { isFailure } from "../base/failure.ts";
import { openFile, singleProfile } from "../crypto/age/file.ts";
import { parseIdentity, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { createOpener } from "../crypto/age/stream.ts";
import { hexEncode, wipe } from "../crypto/bytes.ts";
import type { AttachmentId, StatementId } from "../model/ids.ts";
import type { DossierItem } from "../record/dossier.ts";
import type { AttachmentLine } from "../record/dossier_bodies.ts";
import { checkBody, commitOf, maxBodyBytes, parseBody, type BodyFile, type SealedBody } from "../record/sealed_body.ts";
import { bodyOf } from "../record/statement.ts";
import { custodyFailure, type Bundle } from "./bundle.ts";
import type { Evidence } from "./findings.ts";
import { findJudged, type Judgment, type ShownPlace } from "./judge.ts";
import { attachmentName, keyName, plainFileName, sealedName } from "./layout.ts";
import { textOf, type DisclosedFile } from "./manifest.ts";
import { copyRange } from "./source.ts";

export interface Contents {
  evidence: Map<AttachmentId, Evidence>;
  told: Map<AttachmentId, DisclosedFile>;
  /** Opened with keys of the bundle. */
  bodies: Map<StatementId, SealedBody>;
  plainFiles: number;
  ciphertexts: number;
  keys: number;
}

/** What a shown statement lists: nothing else may lie in a bundle. */
interface Listed {
  line: AttachmentLine;
  place: ShownPlace;
}

function listedBy({ statements }: Judgment): Map<AttachmentId, Listed> {
  const out = new Map<AttachmentId, Listed>();
  for (const { place, effective } of statements) {
    if (!effective) continue;
    for (const line of bodyOf(place.statement, "entry")?.attachments ?? []) {
      if (!out.has(line.id)) out.set(line.id, { line, place });
    }
  }
  return new Map([...out].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The value, or undefined where it failed as one expects of foreign bytes. */
function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

const sameFile = (a: BodyFile, b: BodyFile): boolean =>
  a.id === b.id && a.name === b.name && a.type === b.type && a.size === b.size && a.sha256 === b.sha256 &&
  a.salt === b.salt;

/**
 * integrity "custody.file" {name}, "custody.ciphertext" {member}, "custody.key" {epoch}, "custody.content",
 * "custody.form", "custody.missing".
 */
export async function checkContents(
  bundle: Bundle, judgment: Judgment, watch: (bytes: number) => void = () => undefined,
): Promise<Contents> {
  const { manifest } = bundle;
  const { dossier } = judgment;
  const attachments = listedBy(judgment);
  const contents: Contents = {
    evidence: new Map(), told: new Map(), bodies: new Map(), plainFiles: 0, ciphertexts: 0, keys: 0,
  };
  const selective = manifest.form === "selective";
  const secret = ["custody/keys/", "custody/sealed/", "custody/attachments/"];
  if (selective && secret.some((folder) => bundle.hasBelow(folder))) {
    return custodyFailure("custody.form", "form", "selective");
  }
  if (!selective && bundle.hasBelow("custody/files/")) return custodyFailure("custody.form", "form", "full");

  function checkCiphertexts(): void {
    for (const [id, { line }] of attachments) {
      const name = attachmentName(id);
      const member = bundle.find(name);
      if (member === undefined) continue;
      if (member.size !== line.size || member.sha256 !== line.sha256) custodyFailure("custody.ciphertext", "member", name);
      contents.evidence.set(id, "ciphertext");
      ++contents.ciphertexts;
    }
    for (const item of dossier?.items ?? []) {
      const name = sealedName(item.sealed);
      const member = bundle.find(name);
      if (member === undefined) continue;
      if (member.sha256 !== item.sealed) custodyFailure("custody.ciphertext", "member", name);
      ++contents.ciphertexts;
    }
  }

  function checkTold(): void {
    for (const told of manifest.files) {
      const { file } = told;
      const wrong = (): never => custodyFailure("custody.file", "name", file.name);
      const listed = attachments.get(file.id);
      if (listed === undefined || listed.place.id !== told.entry || listed.line.commit !== commitOf(file)) wrong();
      contents.told.set(file.id, told);
      if (!selective) continue;
      const name = plainFileName(file.id);
      const member = bundle.find(name) ?? custodyFailure("custody.missing", "member", name);
      if (member.size !== file.size || member.sha256 !== file.sha256) wrong();
      contents.evidence.set(file.id, "plain_file");
      ++contents.plainFiles;
    }
    for (const { entry } of manifest.caveats) {
      if (findJudged(judgment, entry)?.place.statement.kind !== "entry") {
        custodyFailure("custody.malformed", "where", "caveats");
      }
    }
  }

  async function openAttachment(file: BodyFile, identity: HybridIdentity): Promise<void> {
    const name = attachmentName(file.id);
    const member = bundle.find(name);
    if (member === undefined) return;
    const wrong = (): never => custodyFailure("custody.ciphertext", "member", name);
    const opener = createOpener(identity, singleProfile);
    const whole = await copyRange(bundle.source, member.offset, member.size, (piece) => {
      if (quietly(() => opener.update(piece)) === undefined) wrong();
      watch(piece.length);
    });
    if (!whole || quietly(() => opener.finish()) === undefined) return wrong();
    // Its own digest again: the source may have changed since it was counted.
    const { fileSha256, plaintextSha256, plaintextBytes } = opener.totals();
    const holds = hexEncode(fileSha256) === member.sha256 && hexEncode(plaintextSha256) === file.sha256 &&
      plaintextBytes === file.size;
    if (!holds) return wrong();
    contents.evidence.set(file.id, "opened");
  }

  async function openItem(item: DossierItem, identity: HybridIdentity): Promise<void> {
    const name = sealedName(item.sealed);
    if (bundle.find(name) === undefined) return;
    const wrong = (): never => custodyFailure("custody.content", "seq", String(item.seq));
    const file = await bundle.load(name, 2 * maxBodyBytes);
    const { statement } = judgment.dossierChain.places[item.seq] as ShownPlace;
    const body = quietly(() => {
      const plain = openFile(identity, file, singleProfile);
      const read = parseBody(plain);
      checkBody(read, statement.statement);
      return read;
    }) ?? wrong();
    for (const one of body.files) {
      await openAttachment(one, identity);
      const told = contents.told.get(one.id);
      if (told !== undefined && !sameFile(told.file, one)) wrong();
    }
    contents.bodies.set(item.id, body);
  }

  async function checkKeys(): Promise<void> {
    if (!bundle.hasBelow("custody/keys/")) return;
    if (dossier === undefined) return custodyFailure("custody.form", "form", "keys");
    for (const epoch of dossier.epochs) {
      const name = keyName(epoch.number);
      if (bundle.find(name) === undefined) continue;
      const bytes = await bundle.load(name, 4096);
      const text = textOf(bytes) ?? "";
      const identity = text.endsWith("\n") ? quietly(() => parseIdentity(text.slice(0, -1))) : undefined;
      wipe(bytes);
      if (identity === undefined || identity.recipient.text !== epoch.recipient) {
        return custodyFailure("custody.key", "epoch", String(epoch.number));
      }
      ++contents.keys;
      for (const item of dossier.items) if (item.epoch === epoch.number) await openItem(item, identity);
      wipe(identity.seed);
    }
  }

  checkCiphertexts();
  checkTold();
  await checkKeys();
  return contents;
}
