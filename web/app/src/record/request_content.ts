// The typed content of a request in sealed bodies: the six blocks of Art. 96(2), subjects, assets and measures. Every
// text has a bound, every list too; unknown fields are refused. Mirror of platform/model/request_content.hpp and
// schema_content.hpp.
import { obstacles } from "../model/request.ts";
import {
  assetKinds, assetRoles, isAmount, isContentKey, isDay, isDayOrLess, isThreeLetters, measureActs, measureKinds,
} from "../model/request_content.ts";
import type { Json } from "../crypto/canonicalJson.ts";
import { bytes32, list, number, object, oneOf, optional, text, type TypeOf } from "./codec.ts";
import { requestRouting } from "./request_bodies.ts";

export const maxLine = 300; // a name, a number, a place
export const maxNote = 4096; // a few sentences
const maxBlock = 64 * 1024; // a block of Art. 96(2)
const maxRows = 500; // of one kind
const maxLines = 100; // aliases, signatories

const line = text(1, maxLine);
const note = text(1, maxNote);
const block = text(1, maxBlock);
const key = text(1, 32);
const three = text(3, 3);
const day = text(10, 10);
export const dayOrNone = (value: string | undefined): boolean => value === undefined || isDay(value);
export const lettersOrNone = (value: string | undefined): boolean => value === undefined || isThreeLetters(value);

/** Art. 96(2)(a) to (f), in its order. */
export const requestBlocks = object({
  /** (a) purpose, assistance sought, legal basis and grounds */
  assistance: optional(block),
  /** (b) location or identification of persons, places, things */
  location: optional(block),
  /** (c) the essential facts */
  facts: optional(block),
  /** (d) reasons for and details of a procedure */
  procedure: optional(block),
  /** (e) what the requested State's law requires */
  nationalLaw: optional(block),
  /** (f) */
  other: optional(block),
});
export type RequestBlocks = TypeOf<typeof requestBlocks>;

/** An amount as written: "1250000.50", a currency (ISO 4217), and of which day. */
export const money = object({ amount: text(1, 40), currency: three, date: optional(day) }, (body) =>
  isAmount(body.amount) && isThreeLetters(body.currency) && dayOrNone(body.date));
export type Money = TypeOf<typeof money>;

/** `key` names a row for the others of the same content: "p1", "acc-2". */
export const person = object(
  {
    key,
    name: line,
    aliases: list(line, 0, maxLines),
    /** A day, a month or a year. */
    born: optional(text(4, 10)),
    nationalities: list(line, 0, 20),
    /** Passport, national number, as its document says it. */
    identifier: optional(line),
    address: optional(note),
    note: optional(note),
  },
  (body) =>
    isContentKey(body.key) && (body.born === undefined || isDayOrLess(body.born)) &&
    body.nationalities.every(isThreeLetters),
);
export type Person = TypeOf<typeof person>;

export const entity = object(
  {
    key,
    name: line,
    aliases: list(line, 0, maxLines),
    /** Of its register. */
    country: optional(three),
    /** There. */
    number: optional(line),
    lei: optional(line),
    address: optional(note),
    note: optional(note),
  },
  (body) => isContentKey(body.key) && lettersOrNone(body.country),
);
export type Entity = TypeOf<typeof entity>;

export const account = object(
  {
    key,
    institution: optional(line),
    bic: optional(line),
    iban: optional(line),
    number: optional(line),
    country: optional(three),
    currency: optional(three),
    holder: optional(line),
    signatories: list(line, 0, maxLines),
    note: optional(note),
  },
  (body) =>
    isContentKey(body.key) && lettersOrNone(body.country) && lettersOrNone(body.currency) &&
    (body.iban !== undefined || body.number !== undefined || body.institution !== undefined),
);
export type Account = TypeOf<typeof account>;

export const transaction = object(
  {
    key,
    date: optional(day),
    amount: optional(money),
    from: optional(line),
    to: optional(line),
    reference: optional(line),
    note: optional(note),
  },
  (body) => isContentKey(body.key) && dayOrNone(body.date),
);
export type Transaction = TypeOf<typeof transaction>;

export const asset = object(
  {
    key,
    kind: oneOf(assetKinds),
    role: optional(oneOf(assetRoles)),
    description: note,
    country: optional(three),
    /** Plate, IMO number, land register, wallet. */
    identifier: optional(line),
    holder: optional(line),
    value: optional(money),
    note: optional(note),
  },
  (body) => isContentKey(body.key) && lettersOrNone(body.country),
);
export type Asset = TypeOf<typeof asset>;

export const measureEvent = object(
  {
    act: oneOf(measureActs),
    date: day,
    /** The new expiry of an extension, the end of a deferral. */
    until: optional(day),
    amount: optional(money),
    askedBy: optional(line),
    note: optional(note),
  },
  (body) => isDay(body.date) && dayOrNone(body.until),
);
export type MeasureEvent = TypeOf<typeof measureEvent>;

export const measure = object(
  {
    key,
    kind: oneOf(measureKinds),
    /** Its number. */
    order: optional(line),
    orderedBy: optional(line),
    date: optional(day),
    legalBasis: optional(note),
    /** Keys of assets and accounts. */
    items: list(line, 0, maxRows),
    value: optional(money),
    start: optional(day),
    expiry: optional(day),
    managedBy: optional(line),
    events: list(measureEvent, 0, maxLines),
  },
  (body) => isContentKey(body.key) && dayOrNone(body.date) && dayOrNone(body.start) && dayOrNone(body.expiry),
);
export type Measure = TypeOf<typeof measure>;

/** The enquiry that a request follows: the dossier in which it was asked, and the entry. */
export const followedEnquiry = object({ dossier: bytes32, entry: bytes32 });
export type FollowedEnquiry = TypeOf<typeof followedEnquiry>;

/** With its version in front: a reader of another version says so instead of guessing. */
export const contentText = object(
  {
    v: number,
    blocks: optional(requestBlocks),
    persons: list(person, 0, maxRows),
    entities: list(entity, 0, maxRows),
    accounts: list(account, 0, maxRows),
    transactions: list(transaction, 0, maxRows),
    assets: list(asset, 0, maxRows),
    measures: list(measure, 0, maxRows),
    /** A day: do not notify the holder before. */
    noNoticeBefore: optional(day),
    noContact: list(line, 0, maxLines),
    /** Number of the Chamber's decision the request rests on. */
    order: optional(line),
    /** For whom a team's request is forwarded. */
    transmittedBy: optional(line),
    /** Why it is sent although the law check says it may come back. */
    lawReason: optional(note),
    enquiry: optional(followedEnquiry),
  },
  (body) => {
    // A key names one row, of whatever kind.
    const rows = [
      ...body.persons, ...body.entities, ...body.accounts, ...body.transactions, ...body.assets, ...body.measures,
    ];
    return body.v === 1 && new Set(rows.map((row) => row.key)).size === rows.length && dayOrNone(body.noNoticeBefore);
  },
);
export type RequestContent = Omit<TypeOf<typeof contentText>, "v">;

export const textOfContent = (content: RequestContent): TypeOf<typeof contentText> => ({ ...content, v: 1 });
export const contentOfText = ({ v: _, ...content }: TypeOf<typeof contentText>): RequestContent => content;

/** As it stands in a body, for whoever keeps it elsewhere (a plan on the device). Mirror of request_texts.hpp. */
export const contentJson = (content: RequestContent): Json => contentText.write(textOfContent(content));
/** undefined: it is none. */
export const contentOfJson = (json: Json): RequestContent | undefined => {
  const read = contentText.read(json);
  return read === undefined ? undefined : contentOfText(read);
};

/** An obstacle in words: what is in the way, and what would help. */
export const obstacleWords = object({ code: oneOf(obstacles), text: optional(note), help: optional(note) });
export type ObstacleWords = TypeOf<typeof obstacleWords>;

/** Of the first entry of a request with confidential routing: what it commits to. */
export const sealedRouting = object({ routing: requestRouting, salt: bytes32 });
export type SealedRouting = TypeOf<typeof sealedRouting>;
