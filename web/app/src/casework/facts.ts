// Mirror of platform/casework/facts.hpp: what the report counts of one request, dates and codes, nothing that is sealed.
import { fail } from "../base/failure.ts";
import { isPartyCode, type PartyCode } from "../model/party.ts";
import { isDay, type Day } from "./date.ts";
import { figureIndex } from "./figures.ts";

export const outcomes = ["executed", "refused", "withdrawn", "closed_otherwise"] as const;
export type Outcome = (typeof outcomes)[number];

export interface RequestFacts {
  reference: string;
  requesting: PartyCode;
  requested: PartyCode;
  organ: string;
  nature: string;
  kinds: string[];
  /** Or, where the State takes the platform for an advance copy only, the recorded formal transmission. */
  sent: Day;
  first_due?: Day;
  agreed_due?: Day;
  acknowledged?: Day;
  replied?: Day;
  partly_executed?: Day;
  referred?: Day;
  outcome?: Outcome;
  /** With the outcome, never without. */
  ended?: Day;
  /** When each was first named. */
  obstacles: Record<string, Day>;
  off_platform: boolean;
  /** Routing sealed and not lifted by the sender: in no statistics. */
  confidential: boolean;
}

/** The organ whose requests are counted in one line of their own. */
export const defenceVictims = "defence_and_victims";

const dates = ["first_due", "agreed_due", "acknowledged", "replied", "partly_executed", "referred", "ended"] as const;
const known = new Set<string>(["reference", "requesting", "requested", "organ", "nature", "kinds", "sent", "outcome", "obstacles",
  "off_platform", "confidential", ...dates]);

/** Failures: "facts.shape", "facts.word" {reference, word}, "facts.dates" {reference} (an answer before the question). */
export function parseFacts(json: unknown): RequestFacts {
  const shape = (): never => fail("invalid_input", "facts.shape");
  if (typeof json !== "object" || json === null || Array.isArray(json)) return shape();
  const object = json as Record<string, unknown>;
  const text = (name: string): string => (typeof object[name] === "string" ? (object[name] as string) : shape());
  const flag = (name: string): boolean => (object[name] === undefined ? false : typeof object[name] === "boolean" ? (object[name] as boolean) : shape());
  const date = (name: string): Day => (isDay(text(name)) ? text(name) : shape());
  if (!Object.keys(object).every((name) => known.has(name))) shape();

  const out: RequestFacts = {
    reference: text("reference"), requesting: text("requesting"), requested: text("requested"), organ: text("organ"),
    nature: text("nature"), kinds: [], sent: date("sent"), obstacles: {}, off_platform: flag("off_platform"),
    confidential: flag("confidential"),
  };
  if (!isPartyCode(out.requesting) || !isPartyCode(out.requested)) shape();
  for (const name of dates) if (object[name] !== undefined) out[name] = date(name);
  if (object["outcome"] !== undefined) out.outcome = outcomes.find((word) => word === object["outcome"]) ?? shape();
  if (object["kinds"] !== undefined) {
    const kinds = object["kinds"];
    if (!Array.isArray(kinds) || !kinds.every((kind) => typeof kind === "string")) return shape();
    out.kinds = [...new Set(kinds as string[])].sort();
  }
  if (object["obstacles"] !== undefined) {
    const obstacles = object["obstacles"];
    if (typeof obstacles !== "object" || obstacles === null || Array.isArray(obstacles)) return shape();
    for (const [code, at] of Object.entries(obstacles)) out.obstacles[code] = typeof at === "string" && isDay(at) ? at : shape();
  }
  checkWords(out);
  checkDates(out);
  return out;
}

function checkWords(facts: RequestFacts): void {
  const check = (prefix: string, word: string): void => {
    if (figureIndex(`${prefix}.${word}`) === undefined) fail("invalid_input", "facts.word", { reference: facts.reference, word });
  };
  if (facts.organ !== defenceVictims) check("organ", facts.organ);
  check("nature", facts.nature);
  for (const kind of facts.kinds) check("kind", kind);
  for (const obstacle of Object.keys(facts.obstacles).sort()) check("obstacle", obstacle);
}

function checkDates(facts: RequestFacts): void {
  const acts = [facts.acknowledged, facts.replied, facts.partly_executed, facts.referred, facts.ended];
  const held = (facts.outcome === undefined) === (facts.ended === undefined) && acts.every((act) => act === undefined || act >= facts.sent);
  if (!held) fail("invalid_input", "facts.dates", { reference: facts.reference });
}
