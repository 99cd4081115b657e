// What the maker of a bundle says, and signs: who he is, when, which chains up to where, which files, and every member of
// the archive in its order. Mirror of platform/custody/manifest.hpp.
import { fail } from "../base/failure.ts";
import { fromUtf8, labelled, type Bytes } from "../crypto/bytes.ts";
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import type { ChainId, StatementId, UnixSeconds } from "../model/ids.ts";
import type { Caveats } from "../model/policy.ts";
import {
  bytes16, bytes32, list, number, object, oneOf, optional, seconds, strictlyRising, text, type TypeOf,
} from "../record/codec.ts";
import { canonicalJson } from "../record/keys.ts";
import { caveatsOfText, caveatsText, fileLine, textOfCaveats, type BodyFile } from "../record/sealed_body.ts";
import { author, type Author } from "../record/statement.ts";

/**
 * `full`: all of a dossier that its maker's authority may open, as ciphertext. `selective`: chosen files as plain files,
 * and no key of anything.
 */
export const bundleForms = ["full", "selective"] as const;
export type BundleForm = (typeof bundleForms)[number];

/** A statement that the bundle names and does not show: its place in the log is proved, its content is not told. */
const leftOut = object({ seq: number, id: bytes32 });
export type LeftOut = TypeOf<typeof leftOut>;

/** One chain, from its beginning to where it stood when the bundle was made. */
const chainLine = object(
  {
    chain: bytes32,
    use: oneOf(["register", "dossier", "receipts"]),
    length: number,
    /** Receipts: whose; absent for the others. */
    party: optional(bytes32),
    authority: optional(bytes16),
    /** Rising; none in a register. */
    leftOut: list(leftOut, 0, 100_000),
  },
  (line) => {
    const receipts = line.use === "receipts";
    return line.length > 0 && (line.party !== undefined) === receipts && (line.authority !== undefined) === receipts &&
      (line.leftOut.length === 0 || line.use !== "register") && strictlyRising(line.leftOut, (one) => one.seq) &&
      (line.leftOut.length === 0 || line.leftOut.at(-1)!.seq < line.length);
  },
);
export type ChainLine = TypeOf<typeof chainLine>;

const disclosed = object({ entry: bytes32, file: fileLine });
/** A file of the dossier that the bundle tells of: with its salt, which opens the `commit` of the entry's statement. */
export interface DisclosedFile {
  entry: StatementId;
  file: BodyFile;
}

const stated = object({ entry: bytes32, caveats: caveatsText });
/**
 * The sealed half of the restrictions of an entry as the maker's client opened it. The maker's word: nothing but the key
 * of the dossier could prove it.
 */
export interface StatedCaveats {
  entry: StatementId;
  caveats: Caveats;
}

const memberLine = object({ name: text(1, 100), size: number, sha256: bytes32 });
export type MemberLine = TypeOf<typeof memberLine>;

export const maxManifestBytes = 32 * 1024 * 1024;
export const maxMembers = 200_000;

const manifestText = object(
  {
    v: number,
    form: oneOf(bundleForms),
    dossier: bytes32,
    author,
    at: seconds,
    /** Of the newest checkpoint in the bundle. */
    logSize: number,
    chains: list(chainLine, 1, 10_000),
    files: list(disclosed, 0, 100_000),
    caveats: list(stated, 0, 100_000),
    members: list(memberLine, 1, maxMembers),
  },
  (value) =>
    value.v === 1 && strictlyRising(value.chains, (line) => line.chain) &&
    strictlyRising(value.files, (line) => line.file.id) && strictlyRising(value.caveats, (line) => line.entry) &&
    strictlyRising(value.members, (line) => line.name),
);

export interface Manifest {
  form: BundleForm;
  dossier: ChainId;
  author: Author;
  at: UnixSeconds;
  logSize: number;
  chains: ChainLine[];
  files: DisclosedFile[];
  caveats: StatedCaveats[];
  members: MemberLine[];
}

/** Canonical JSON. */
export function encodeManifest(manifest: Manifest): string {
  const caveats = manifest.caveats.map(({ entry, caveats: one }) => ({ entry, caveats: textOfCaveats(one) }));
  return encodeCanonicalJson(manifestText.write({ v: 1, ...manifest, caveats }));
}

/** encodeManifest(parseManifest(text)) is the text. integrity "custody.malformed" {where}. */
export function parseManifest(bytes: string | Bytes): Manifest {
  const json = canonicalJson(bytes, maxManifestBytes);
  const read = json === undefined ? undefined : manifestText.read(json);
  if (read === undefined) return fail("integrity", "custody.malformed", { where: "manifest" });
  const { v: _, caveats, ...rest } = read;
  return { ...rest, caveats: caveats.map(({ entry, caveats: one }) => ({ entry, caveats: caveatsOfText(one) })) };
}

/** What the maker's statement key signs: the manifest's text in the context rogatory/v1/custody. */
export const manifestSignedText = (manifestJson: Bytes): Bytes =>
  labelled("rogatory/v1/custody", { variable: manifestJson });

/** For what has been parsed as one of our texts. */
export const textOf = (bytes: Bytes): string | undefined => fromUtf8(bytes) ?? undefined;
