// What a client has verified (protocol, section 5): log size and root, and for each chain it follows the length and the id
// of its head. Canonical JSON, signed by the member's statement key, sealed to the user. Mirror of state_file.hpp.
import { fail } from "../base/failure.ts";
import { labelled, type Bytes } from "../crypto/bytes.ts";
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import type { SigningKey } from "../crypto/sign.ts";
import type { ChainId, Digest, StatementId, VerifyKey } from "../model/ids.ts";
import { bytes32, list, number, object, signature, strictlyRising, text, type TypeOf } from "./codec.ts";
import { canonicalJson, signText, verifyText } from "./keys.ts";

export const maxStateBytes = 4 * 1024 * 1024;

export interface StateFile {
  origin: string;
  logSize: number;
  logRoot: Digest;
  chains: Map<ChainId, { length: number; head: StatementId }>;
}

const chainLine = object({ chain: bytes32, length: number, head: bytes32 });
const stateText = object(
  { origin: text(1, 255), logSize: number, logRoot: bytes32, chains: list(chainLine, 0, 30_000) },
  (state) => strictlyRising(state.chains, (line) => line.chain) && state.chains.every((line) => line.length > 0),
);
const signedState = object({ state: stateText, signature });

const signedText = (state: TypeOf<typeof stateText>): Bytes =>
  labelled("rogatory/v1/state", { variable: encodeCanonicalJson(stateText.write(state)) });

/** {"signature":…,"state":{…}}: the signature is over "rogatory/v1/state" ‖ 0x00 ‖ length ‖ canonical state. */
export function signState({ origin, logSize, logRoot, chains }: StateFile, key: SigningKey): string {
  const lines = [...chains].map(([chain, known]) => ({ chain, ...known })).sort((a, b) => (a.chain < b.chain ? -1 : 1));
  const state = { origin, logSize, logRoot, chains: lines };
  return encodeCanonicalJson(signedState.write({ state, signature: signText(key, signedText(state)) }));
}

/** integrity "state.malformed" | "state.signature" */
export function openState(signedJson: string | Bytes, key: VerifyKey): StateFile {
  const json = canonicalJson(signedJson, maxStateBytes);
  const read = json === undefined ? undefined : signedState.read(json);
  if (read === undefined) return fail("integrity", "state.malformed");
  const { state } = read;
  if (!verifyText(key, signedText(state), read.signature)) return fail("integrity", "state.signature");
  const chains = new Map(state.chains.map(({ chain, length, head }) => [chain, { length, head }]));
  return { origin: state.origin, logSize: state.logSize, logRoot: state.logRoot, chains };
}
