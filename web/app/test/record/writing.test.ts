// The other direction: what this code builds from the same inputs is, byte for byte, what the vectors hold.
import { beforeAll, expect, it } from "vitest";
import { equal, fromUtf8 } from "../../src/crypto/bytes.ts";
import { deriveInvitation } from "../../src/crypto/invitation.ts";
import { generateSigningKey, signingKeyFromSeed } from "../../src/crypto/sign.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { hexDecode } from "../../src/crypto/bytes.ts";
import { encodeEnvelope } from "../../src/record/envelope.ts";
import { keyDigest, verifyKeyOf } from "../../src/record/keys.ts";
import { kindOf, kindTable, payloadType, rowOf, type Kind } from "../../src/record/kinds.ts";
import { registerChain } from "../../src/record/chains.ts";
import { Register } from "../../src/record/register.ts";
import { openState, signState } from "../../src/record/state_file.ts";
import {
  encodeStatement, parseSigned, sign, type Statement,
} from "../../src/record/statement.ts";
import { haveVectors, refusal, vectors, type Judged } from "./vectors.ts";

beforeAll(() => cryptoReady);

const boards = "notices_history.json";

function* everyEnvelope(): Generator<string> {
  for (const name of ["register_abuse", "dossier_abuse"]) {
    yield* vectors<{ history: Judged[] }>(`${name}_history.json`).history.map(({ envelope }) => envelope);
    for (let number = 1; haveVectors(`${name}_cells_${number}.json`); ++number) {
      yield* vectors<{ cells: Judged[] }>(`${name}_cells_${number}.json`).cells.map(({ envelope }) => envelope);
    }
  }
  for (let number = 1; haveVectors(`requests_cells_${number}.json`); ++number) {
    yield* vectors<{ cells: Judged[] }>(`requests_cells_${number}.json`).cells.map(({ envelope }) => envelope);
  }
  if (haveVectors(boards)) yield* vectors<{ history: Judged[] }>(boards).history.map(({ envelope }) => envelope);
  yield* vectors<{ history: Judged[] }>("casebooks_history.json").history.map(({ envelope }) => envelope);
  yield* vectors<{ history: Judged[] }>("dossier_life.json").history.map(({ envelope }) => envelope);
}

/** The same content with its properties in another order, and with absent ones said to be undefined. */
function shuffled<T>(value: T): T {
  if (Array.isArray(value)) return value.map(shuffled) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, shuffled(inner)])) as T;
}

it("statements are written as the same bytes, whatever the order of the properties", () => {
  const kinds = new Map<Kind, number>();
  for (const envelope of everyEnvelope()) {
    const signed = parseSigned(envelope);
    const again = shuffled(signed.statement);
    expect(fromUtf8(encodeStatement(again))).toBe(fromUtf8(signed.envelope.payload));
    expect(encodeEnvelope({
      payloadType: payloadType(signed.kind), payload: encodeStatement(again), signature: signed.envelope.signature,
    })).toBe(envelope);
    kinds.set(signed.kind, (kinds.get(signed.kind) ?? 0) + 1);
  }
  const total = [...kinds.values()].reduce((sum, n) => sum + n, 0);
  console.log(`written again: ${total} statements of ${kinds.size} kinds`);
  // The receipt that could not be read stands in no history of the vectors.
  const written = kindTable.filter(({ chain }) => chain !== "notices" || haveVectors(boards));
  expect(written.map(({ kind }) => kind).filter((kind) => !kinds.has(kind))).toEqual(["unreadable"]);
});

it("what is signed here is read here, and differs from another's by key, id and signature alone", () => {
  const key = generateSigningKey();
  const { statement } = parseSigned(vectors<{ good: string }>("statements.json").good);
  const mine: Statement = { ...statement, author: { ...statement.author, key: keyDigest(verifyKeyOf(key)) } };
  const signed = sign(mine, key);
  const read = parseSigned(encodeEnvelope(signed.envelope));
  expect(read).toEqual(signed);
  expect(read.statement).toEqual(mine);
  // Ed25519 is deterministic: the same statement has the same envelope.
  expect(encodeEnvelope(sign(mine, key).envelope)).toBe(encodeEnvelope(signed.envelope));
});

it("what no reader would take is not signed", () => {
  const key = generateSigningKey();
  const { statement } = parseSigned(vectors<{ good: string }>("statements.json").good);
  const refused = (changed: Partial<Statement>): string | undefined =>
    refusal(() => sign({ ...statement, ...changed } as Statement, key));
  expect(refused({ seq: 0 })).toBe("statement.malformed");
  expect(refused({ chain: "AB".repeat(32) })).toBe("statement.malformed");
  expect(refused({ nonce: "00" })).toBe("statement.malformed");
  expect(refused({ kind: "vouches_set", body: {
    vouches: [{ code: "SEN", party: "00".repeat(32) }, { code: "FRA", party: "00".repeat(32) }],
  } } as Partial<Statement>)).toBe("statement.malformed");
  expect(refused({ kind: "fetched", body: { dossier: "00".repeat(32), entries: [] } } as Partial<Statement>))
    .toBe("statement.malformed");
  const many = Array.from({ length: 1000 }, (_, i) => i.toString(16).padStart(64, "0"));
  expect(refused({ kind: "released", body: { entries: many, policy: { onward: "free" } } } as Partial<Statement>))
    .toBeUndefined();
});

it("a founding signed here takes effect here", () => {
  const { history } = vectors<{ history: Judged[] }>("register_abuse_history.json");
  const first = parseSigned(history[0]!.envelope);
  const key = signingKeyFromSeed(new Uint8Array(32).fill(7));
  const body = { ...(first.statement.body as Extract<Statement, { kind: "founded" }>["body"]), key: verifyKeyOf(key) };
  const chain = registerChain(body.key);
  const statement = {
    ...first.statement, chain, author: { ...first.statement.author, registerChain: chain, key: keyDigest(body.key) }, body,
  } as Statement;
  const register = new Register(chain);
  expect(register.apply(sign(statement, key), 0)).toMatchObject({ verdict: "effective" });
  expect(register.code).toBe(body.code);
  // One bit in the signature: the chain is broken and stands still.
  const other = new Register(chain);
  const signed = sign(statement, key);
  const forged = { ...signed, envelope: { ...signed.envelope, signature: first.envelope.signature } };
  expect(other.apply(forged, 0)).toMatchObject({ verdict: "broken", reason: "broken.signature" });
  expect(other.apply(signed, 0)).toMatchObject({ verdict: "broken", reason: "broken.stopped" });
});

it("a state file signed here is read here", () => {
  const key = generateSigningKey();
  const state = {
    origin: "log.example/log/1", logSize: 12, logRoot: "ab".repeat(32),
    chains: new Map([["cd".repeat(32), { length: 3, head: "ef".repeat(32) }], ["01".repeat(32), { length: 1, head: "23".repeat(32) }]]),
  };
  const text = signState(state, key);
  expect(openState(text, verifyKeyOf(key))).toEqual({ ...state, chains: new Map([...state.chains].sort()) });
  expect(refusal(() => openState(text, verifyKeyOf(generateSigningKey())))).toBe("state.signature");
});

it("kinds and payload types are one another's", () => {
  for (const { kind } of kindTable) {
    expect(kindOf(payloadType(kind))).toBe(kind);
    expect(rowOf(kind).kind).toBe(kind);
  }
  for (const bad of ["", "application/vnd.rogatory.founded.v2+json", "application/vnd.rogatory.v1+json", "application/vnd.rogatory.x.v1+json"]) {
    expect(kindOf(bad)).toBeUndefined();
  }
});

it("the commitment of an invitation is of its MAC key", () => {
  const secrets = deriveInvitation(hexDecode("5f880f052d15bf88239e079976494727") ?? new Uint8Array());
  expect(equal(secrets.mac, secrets.card)).toBe(false);
});
