// What a statement of a dossier says to those who hold its epoch, or one of a casebook to its authority (protocol, section
// 4): canonical JSON, then spaces up to Padmé(length), at least 4,096 bytes; sealed as one age file whose SHA-256 is the statement's `sealed`. Mirror of
// sealed_body.hpp and schema_sealed.hpp.
import { fail } from "../base/failure.ts";
import { fromUtf8, isWellFormed, utf8, type Bytes } from "../crypto/bytes.ts";
import { canonicalJsonBytes, type Json } from "../crypto/canonicalJson.ts";
import { padmeLength } from "../crypto/padme.ts";
import type { AttachmentId, AuthorityId, ChainId, Digest, Nonce } from "../model/ids.ts";
import { isCaveatArticle, isEvaluation, isHandlingCode, type Caveats } from "../model/policy.ts";
import { enquiryKinds, enquiryReplies } from "../model/enquiry.ts";
import { versionStates } from "../model/language_version.ts";
import { workKinds } from "../model/library.ts";
import { rowAnswers } from "../model/notices.ts";
import { isLanguage, obstacles } from "../model/request.ts";
import { isDay } from "../model/request_content.ts";
import { utf8Length } from "../model/text.ts";
import { casebookNote, type CasebookNote } from "./casebook_bodies.ts";
import {
  bytes16, bytes32, flag, idsRise, list, number, object, oneOf, optional, partyCode, text, type Fields, type TypeOf,
} from "./codec.ts";
import { handlingPolicy } from "./dossier_bodies.ts";
import { bytesOf, canonicalJson, sha256Hex } from "./keys.ts";
import { namesRise, routingCommit } from "./request_bodies.ts";
import { reportRow, type ReportRow } from "./report_row.ts";
import {
  contentOfText, contentText, obstacleWords, sealedRouting, textOfContent, type ObstacleWords, type RequestContent,
  type SealedRouting,
} from "./request_content.ts";
import { author as authorSchema, sameAuthor, type Author, type Statement } from "./statement.ts";

export const minBodyBytes = 4096;
/** As an age file it fits into one blob of an append. */
export const maxBodyBytes = 900 * 1024;
export const maxMessageBytes = 64 * 1024;

/** `salt` with the committed fields proves one file of a statement without any key. */
export const fileLine = object(
  {
    id: bytes16,
    /** A file name, no path: 1 to 255 bytes. */
    name: text(1, 255),
    /** Media type, or empty. */
    type: text(0, 127),
    /** Of the plain file. */
    size: number,
    /** Of the plain file. */
    sha256: bytes32,
    salt: bytes32,
  },
  (file) => isFileName(file.name) && /^[!-~]*$/.test(file.type),
);
export type BodyFile = TypeOf<typeof fileLine>;

const committed = object({ name: text(1, 255), sha256: bytes32, size: number, type: text(0, 127) });

/** SHA-256(salt ‖ canonical {"name","sha256","size","type"}): what the statement lists. */
export const commitOf = (file: Omit<BodyFile, "id">): Digest =>
  sha256Hex(bytesOf(file.salt), canonicalJsonBytes(committed.write(file)));

/** The sealed half of a policy in JSON; `words` absent where there are none. */
export const caveatsText = object(
  {
    articles: list(text(1, 64), 0, 32),
    handling: list(text(1, 64), 0, 4),
    evaluation: optional(text(2, 2)),
    words: optional(text(1, 16 * 1024)),
  },
  (body) =>
    idsRise(body.articles) && idsRise(body.handling) && body.articles.every(isCaveatArticle) &&
    body.handling.every(isHandlingCode) && (body.evaluation === undefined || isEvaluation(body.evaluation)),
);
export const textOfCaveats = (caveats: Caveats): TypeOf<typeof caveatsText> => ({
  articles: [...new Set(caveats.articles)].sort(), handling: [...new Set(caveats.handling)].sort(),
  evaluation: caveats.evaluation, words: caveats.words === "" ? undefined : caveats.words,
});
export const caveatsOfText = ({ articles, handling, evaluation, words }: TypeOf<typeof caveatsText>): Caveats =>
  ({ articles, handling, evaluation, words: words ?? "" });

const draftText = object(
  {
    to: list(object({ code: partyCode, authority: optional(bytes16) }), 0, 200),
    together: flag,
    policy: handlingPolicy,
    caveats: optional(caveatsText),
    kept: list(bytes16, 0, 1000),
  },
  (body) => idsRise(body.kept),
);

/**
 * Of an entry of an internal dossier: it is a draft, not sent yet, with these recipients and restrictions; its title,
 * message and files are the entry's own. The newest such entry is the draft as it stands.
 */
export interface BodyDraft extends Omit<TypeOf<typeof draftText>, "caveats" | "to"> {
  /** A Party may have no account yet; without an authority its only one, or its root. */
  to: { code: string; authority?: AuthorityId | undefined }[];
  caveats?: Caveats | undefined;
}
const textOfDraft = ({ caveats, ...rest }: BodyDraft): TypeOf<typeof draftText> =>
  ({ ...rest, caveats: caveats === undefined ? undefined : textOfCaveats(caveats) });
const draftOfText = ({ caveats, ...rest }: TypeOf<typeof draftText>): BodyDraft =>
  caveats === undefined ? rest : { ...rest, caveats: caveatsOfText(caveats) };

/** As it stands in a body, and in a plan on the device. */
export const draftJson = (draft: BodyDraft): Json => draftText.write(textOfDraft(draft));
/** undefined: it is none. */
export const draftOfJson = (json: Json): BodyDraft | undefined => {
  const read = draftText.read(json);
  return read === undefined ? undefined : draftOfText(read);
};

const besideNote = new Set(["v", "chain", "author", "nonce", "note"]);
/** A note says itself and nothing else. */
const standsAlone = (body: object): boolean => Object.entries(body).every(([name, value]) =>
  besideNote.has(name) || value === undefined || (Array.isArray(value) && value.length === 0));
/**
 * One version of a work of the library, as its entry says it to whoever holds the key. At least one of the titles is
 * there; who reads the other language sees the one there is.
 */
export const libraryVersion = object(
  {
    kind: oneOf(workKinds),
    titleEn: optional(text(1, 1024)),
    titleFr: optional(text(1, 1024)),
    version: text(1, 64),
    /** Of the text, not of its publication. */
    date: text(10, 10),
    /** Of each file of the entry, in their order. */
    languages: list(text(1, 64), 1, 1000),
    /** The entry of the version that was current before. */
    replaces: optional(bytes32),
    summaryEn: optional(text(1, 4096)),
    summaryFr: optional(text(1, 4096)),
  },
  (body) =>
    (body.titleEn !== undefined || body.titleFr !== undefined) && isDay(body.date) && body.languages.every(isLanguage),
);
export type LibraryVersion = TypeOf<typeof libraryVersion>;

/** What a State says of a row of the report, by the statement that told of it: of no other. */
const rowAnswered = object({ answer: oneOf(rowAnswers), row: bytes32 });
export type RowAnswered = TypeOf<typeof rowAnswered>;

/** Of an entry of a request: it is another entry in another language, or asks for it. */
export const languageVersion = object(
  {
    of: bytes32,
    language: text(2, 3),
    /** A service or a person, as the sender names it. */
    translator: optional(text(1, 300)),
    /** Of one that is asked for: a day. */
    due: optional(text(10, 10)),
    state: oneOf(versionStates),
    /** This one, and not the entry it translates. */
    authentic: flag,
  },
  // What is not there yet is nobody's authentic text, and what is there is awaited no more.
  (body) => isLanguage(body.language) && (body.state === "asked" ? !body.authentic : body.due === undefined) &&
    (body.due === undefined || isDay(body.due)),
);
export type LanguageVersion = TypeOf<typeof languageVersion>;

/** Of the first entry of a share; of whom or what it asks stands in the rows beside it. */
export const enquiry = object(
  { kinds: list(oneOf(enquiryKinds), 1, 5), answerBy: optional(text(10, 10)) },
  (body) => namesRise(enquiryKinds, body.kinds) && (body.answerBy === undefined || isDay(body.answerBy)),
);
export type Enquiry = TypeOf<typeof enquiry>;

/** Of a later entry of the same dossier, by the other side. */
export const enquiryAnswer = object({ answer: oneOf(enquiryReplies) });
export type EnquiryAnswer = TypeOf<typeof enquiryAnswer>;

/** As they stand in a body, for a plan on the device. */
export const languageVersionJson = (version: LanguageVersion): Json => languageVersion.write(version);
export const languageVersionOfJson = (json: Json): LanguageVersion | undefined => languageVersion.read(json);
export const enquiryJson = (value: Enquiry): Json => enquiry.write(value);
export const enquiryOfJson = (json: Json): Enquiry | undefined => enquiry.read(json);
export const enquiryAnswerJson = (value: EnquiryAnswer): Json => enquiryAnswer.write(value);
export const enquiryAnswerOfJson = (json: Json): EnquiryAnswer | undefined => enquiryAnswer.read(json);

type Read = Fields<typeof bodyFields>;
const isSaid = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);
const anyOf = (body: Read, names: readonly (keyof Read)[]): boolean => names.some((name) => isSaid(body[name]));

/** One that is asked for has no text yet; one that is there has some. Neither is anything else. */
function versionStands(body: Read): boolean {
  if (body.language !== undefined && !isLanguage(body.language)) return false;
  if (body.languageVersion === undefined) return true;
  const written = anyOf(body, ["files", "message", "request"]);
  return (body.languageVersion.state === "asked" ? !written && body.title === undefined : written) &&
    !anyOf(body, ["draft", "routing", "library", "reportRow", "rowAnswer", "language", "obstacles", "decision", "enquiry", "enquiryAnswer"]);
}

/** A question about persons, entities, accounts and assets, and nothing that would be a request. */
function enquiryStands(body: Read): boolean {
  if (body.enquiry === undefined && body.enquiryAnswer === undefined) return true;
  if (body.enquiry !== undefined && body.enquiryAnswer !== undefined) return false;
  if (anyOf(body, ["draft", "routing", "library", "reportRow", "rowAnswer", "obstacles", "decision"])) return false;
  if (body.enquiry === undefined || body.request === undefined) return true;
  const { v: _, persons: _p, entities: _e, accounts: _a, assets: _s, ...rest } = body.request;
  return !Object.values(rest).some(isSaid);
}

const bodyFields = {
  v: number,
  chain: bytes32,
  author: authorSchema,
  nonce: bytes16,
  files: list(fileLine, 0, 1000),
  title: optional(text(1, 1024)),
  message: optional(text(1, maxMessageBytes)),
  legalBasis: optional(text(1, 4096)),
  purpose: optional(text(1, 4096)),
  reason: optional(text(1, 4096)),
  caveats: optional(caveatsText),
  draft: optional(draftText),
  routing: optional(sealedRouting),
  request: optional(contentText),
  obstacles: list(obstacleWords, 0, 17),
  decision: optional(text(1, 200)),
  note: optional(casebookNote),
  library: optional(libraryVersion),
  reportRow: optional(reportRow),
  rowAnswer: optional(rowAnswered),
  language: optional(text(2, 3)),
  languageVersion: optional(languageVersion),
  enquiry: optional(enquiry),
  enquiryAnswer: optional(enquiryAnswer),
};

const bodyText = object(
  bodyFields,
  // Each document of a work says its language.
  (body) => body.v === 1 && versionStands(body) && enquiryStands(body) && (body.note === undefined || standsAlone(body)) &&
    (body.library === undefined || body.library.languages.length === body.files.length) &&
    (body.reportRow === undefined || body.rowAnswer === undefined) &&
    namesRise(obstacles, body.obstacles.map(({ code }) => code)),
);

export interface SealedBody {
  chain: ChainId;
  author: Author;
  nonce: Nonce;
  files: BodyFile[];
  title?: string | undefined;
  message?: string | undefined;
  legalBasis?: string | undefined;
  /** Of a consent, a grant. */
  purpose?: string | undefined;
  /** Of a withdrawal, a revocation, a refusal. */
  reason?: string | undefined;
  /** The sealed half of the policy that the statement sets. */
  caveats?: Caveats | undefined;
  draft?: BodyDraft | undefined;
  // Of a request and its answers.
  routing?: SealedRouting | undefined;
  request?: RequestContent | undefined;
  /** In the order of the table. */
  obstacles?: ObstacleWords[] | undefined;
  /** Number of the Chamber's finding (Art. 87(7)). */
  decision?: string | undefined;
  /** Of a casebook's statement, which says this and nothing else. */
  note?: CasebookNote | undefined;
  /** Of an entry of a library dossier. */
  library?: LibraryVersion | undefined;
  /** Of a transmission between an organ and a State, before the State's row is published: the row, and what the State says of it. */
  reportRow?: ReportRow | undefined;
  rowAnswer?: RowAnswered | undefined;
  /** Of an entry of a request: its own language, where it is no version, … */
  language?: string | undefined;
  /** … or which entry it is a version of. */
  languageVersion?: LanguageVersion | undefined;
  /** Of the first entry of a share. */
  enquiry?: Enquiry | undefined;
  enquiryAnswer?: EnquiryAnswer | undefined;
}

const paddedLength = (length: number): number => Math.max(minBodyBytes, padmeLength(length));

// What has no bytes of its own would come back as another text.
const textsOf = (value: unknown): string[] =>
  typeof value === "string" ? [value]
  : typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
const wellFormed = (body: SealedBody): boolean =>
  textsOf([body.routing, body.request, body.obstacles, body.decision, body.note, body.library, body.language, body.languageVersion, body.enquiry]).every(isWellFormed) &&
  [body.title, body.message, body.legalBasis, body.purpose, body.reason, body.caveats?.words,
    body.draft?.caveats?.words, ...body.files.flatMap((file) => [file.name, file.type])].every((words) => words === undefined || isWellFormed(words));

/** With its padding. Failures: too_large "body.too_large", invalid_input "body.malformed". */
export function encodeBody(body: SealedBody): Bytes {
  const { caveats, draft, request, ...rest } = body;
  const json = bodyText.write({
    v: 1, ...rest, obstacles: body.obstacles ?? [], request: request === undefined ? undefined : textOfContent(request),
    caveats: caveats === undefined ? undefined : textOfCaveats(caveats),
    draft: draft === undefined ? undefined : textOfDraft(draft),
  });
  if (bodyText.read(json) === undefined || !wellFormed(body)) return fail("invalid_input", "body.malformed");
  const bytes = canonicalJsonBytes(json);
  const padded = paddedLength(bytes.length);
  if (padded > maxBodyBytes) return fail("too_large", "body.too_large");
  const out = new Uint8Array(padded).fill(0x20);
  out.set(bytes);
  return out;
}

/** integrity "body.malformed" */
export function parseBody(plaintext: Bytes): SealedBody {
  const malformed = (): never => fail("integrity", "body.malformed");
  let length = plaintext.length;
  while (length > 0 && plaintext[length - 1] === 0x20) --length;
  // The padding is exactly what a writer adds: no other length can carry a hidden word.
  if (plaintext.length > maxBodyBytes || plaintext.length !== paddedLength(length)) return malformed();
  const json = canonicalJson(plaintext.subarray(0, length), maxBodyBytes);
  const read = json === undefined ? undefined : bodyText.read(json);
  if (read === undefined) return malformed();
  const { v: _, caveats, draft, request, obstacles: words, ...rest } = read;
  const body: SealedBody = rest;
  if (words.length > 0) body.obstacles = words;
  if (request !== undefined) body.request = contentOfText(request);
  if (caveats !== undefined) body.caveats = caveatsOfText(caveats);
  if (draft !== undefined) body.draft = draftOfText(draft);
  return body;
}

/**
 * Chain, author, nonce, and for an entry the ids and commits of its files, in order, and of its routing, are the
 * statement's; it has a note exactly if the statement is one. Sizes and digests of the plain files are checked while they
 * are opened, against `files`. integrity "body.mismatch".
 */
export function checkBody(body: SealedBody, statement: Statement): void {
  const lines = statement.kind === "entry" ? statement.body.attachments : [];
  // What is withheld from the server is told to the readers, and it is what was committed to.
  const committedRouting = statement.kind === "entry" ? statement.body.routing?.commit : undefined;
  const equal = body.chain === statement.chain && sameAuthor(body.author, statement.author) &&
    body.nonce === statement.nonce && (body.note !== undefined) === (statement.kind === "note") &&
    body.files.length === lines.length &&
    body.files.every((file, i) => file.id === lines[i]!.id && commitOf(file) === lines[i]!.commit) &&
    (body.routing === undefined ? undefined : routingCommit(body.routing.routing, body.routing.salt)) === committedRouting;
  if (!equal) fail("integrity", "body.mismatch");
}

/** The file an attachment is, by the body's own list. */
export const fileOf = (body: SealedBody, attachment: AttachmentId): BodyFile | undefined =>
  body.files.find((file) => file.id === attachment);

// Controls; then characters that are not seen and change how the others read: writing direction, line and paragraph
// separators, the byte order mark. With U+202E "rapport<>fdp.exe" reads "rapportexe.pdf".
const notInFileNames =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f/\\\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/**
 * Whether a text may be a file's name on every system: not empty, no path separator, no control character, neither "."
 * nor "..", at most 255 bytes of UTF-8.
 */
export const isFileName = (name: string): boolean =>
  name !== "" && name !== "." && name !== ".." && !notInFileNames.test(name) && utf8Length(name) <= 255 &&
  isWellFormed(name);

/** The text of a stored body, for caches that hold it as text. */
export const bodyAsText = (body: SealedBody): string => fromUtf8(encodeBody(body)) as string;
export const bodyOfText = (stored: string): SealedBody => parseBody(utf8(stored));
