// Why an age file did not open (crypto/age/failure.hpp). The classes are those of the CCTV age vectors, which every
// implementation is held to, and one of ours: a file that is good age but not what the protocol allows here.
//
// They tell a person who holds the file and the identity what is wrong. They are never sent to the network, where all
// of them look alike (protocol §8).
import { Failure } from "../../base/failure.ts";

export type AgeFailure =
  | "header" // the header is malformed or over its limit, or a stanza meant for us is
  | "no_match" // no identity opens any stanza
  | "hmac" // the header MAC does not hold: somebody changed the header
  | "payload" // a chunk does not open, the last chunk is missing, or something follows it
  | "armor" // the ASCII armor is not the strict form (nothing in src reads armor; tests do)
  | "refused"; // age, but not as protocol §1 allows it here; nothing was decapsulated

/** Code integrity and key "age.header", "age.no_match", "age.hmac", "age.payload", "age.armor" or "age.refused". */
export const ageFailure = (failure: AgeFailure): Failure => new Failure("integrity", `age.${failure}`);

const classes: readonly string[] = ["header", "no_match", "hmac", "payload", "armor", "refused"];

/** The class of what was thrown, or null if it is none of these. */
export function ageFailureOf(error: unknown): AgeFailure | null {
  const name = error instanceof Failure && error.key.startsWith("age.") ? error.key.slice(4) : "";
  return classes.includes(name) ? (name as AgeFailure) : null;
}
