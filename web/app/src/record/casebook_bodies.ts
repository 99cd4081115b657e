// A casebook's statements, and what is sealed in them. All a note says is sealed: not even which dossiers it is about
// stands beside it in the clear. Mirror of platform/model/casebook.hpp, casebook_bodies.hpp and schema_casebook.hpp.
import { linkRelations } from "../model/casebook.ts";
import { isDay } from "../model/request_content.ts";
import { bytes16, bytes32, number, object, oneOf, optional, text, type TypeOf } from "./codec.ts";
import { maxNote } from "./request_content.ts";

/** `generation`: the authority's current one, to whose recipient the body is sealed. */
export const note = object({ generation: number, sealed: bytes32 }, (body) => body.generation > 0);

/** Who deals with a dossier from here on; without a member nobody. A deputy is never the member himself. */
const assigned = object(
  { dossier: bytes32, member: optional(bytes16), deputy: optional(bytes16) },
  (body) => body.deputy === undefined || (body.member !== undefined && body.deputy !== body.member),
);
/**
 * Who acts for a member on these days, both counted; without a deputy nobody. It replaces what was said for that member
 * of any of these days.
 */
const deputised = object(
  { member: bytes16, deputy: optional(bytes16), from: text(10, 10), until: text(10, 10) },
  (body) => isDay(body.from) && isDay(body.until) && body.from <= body.until && body.deputy !== body.member,
);
/** Two dossiers have one relation at most; without one they are no longer linked. */
const linked = object(
  { dossier: bytes32, other: bytes32, relation: optional(oneOf(linkRelations)) },
  (body) => body.dossier !== body.other,
);
const remarked = object({ dossier: bytes32, text: text(1, maxNote) });
/** All that is assigned to one member, as deputy too, is another's from here on; without another, nobody's. */
const handedOver = object({ from: bytes16, to: optional(bytes16) }, (body) => body.to !== body.from);

const countOf = (body: object): number => Object.values(body).filter((one) => one !== undefined).length;

/** Exactly one of them. */
export const casebookNote = object(
  {
    assigned: optional(assigned),
    deputy: optional(deputised),
    link: optional(linked),
    remark: optional(remarked),
    handOver: optional(handedOver),
  },
  (body) => countOf(body) === 1,
);
export type CasebookNote = TypeOf<typeof casebookNote>;
export type Assigned = TypeOf<typeof assigned>;
export type Deputised = TypeOf<typeof deputised>;
export type Linked = TypeOf<typeof linked>;
export type Remarked = TypeOf<typeof remarked>;
export type HandedOver = TypeOf<typeof handedOver>;
