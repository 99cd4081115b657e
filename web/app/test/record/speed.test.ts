// Replay costs little more than the signatures that it verifies.
import { beforeAll, expect, it } from "vitest";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { randomId } from "../../src/record/chains.ts";
import { Dossier } from "../../src/record/dossier.ts";
import { envelopeVerifies } from "../../src/record/envelope.ts";
import { verifyKeyOf } from "../../src/record/keys.ts";
import { encodeSigned, parseSigned } from "../../src/record/statement.ts";
import { utf8 } from "../../src/crypto/bytes.ts";
import { Scene } from "./scene.ts";

beforeAll(() => cryptoReady);

const many = Number(process.env["REPLAYED_STATEMENTS"] ?? 500);

it(`replays ${many} statements`, () => {
  const scene = new Scene(1);
  expect(scene.found(0)).toMatchObject({ verdict: "effective" });
  const opened = scene.open(scene.seen(1));
  const envelopes = [utf8(encodeSigned(opened))];
  let prev = opened.id;
  for (let seq = 1; seq < many; ++seq) {
    // Everybody has seen another state of the log: two signatures a statement.
    const entry = scene.say(opened.statement.chain, seq, prev, scene.seen(seq), "entry", {
      epoch: 1, basis: opened.id, sealed: randomId(scene.random, 32),
      attachments: [{
        id: randomId(scene.random, 16), size: 100, sha256: randomId(scene.random, 32), commit: randomId(scene.random, 32),
      }],
    });
    envelopes.push(utf8(encodeSigned(entry)));
    prev = entry.id;
  }
  const registers = {
    byChain: (chain: string) => (chain === scene.register.chain ? scene.register : undefined),
    byParty: (party: string) => (party === scene.register.party ? scene.register : undefined),
  };

  const start = performance.now();
  const statements = envelopes.map((envelope) => parseSigned(envelope));
  const parsed = performance.now();
  const dossier = new Dossier(opened.statement.chain);
  for (const [i, statement] of statements.entries()) {
    expect(dossier.apply(statement, i + 1, registers).reason).toBe("");
  }
  const replayed = performance.now();
  for (const { envelope } of statements) envelopeVerifies(envelope, verifyKeyOf(scene.key));
  const verified = performance.now();

  const milliseconds = (from: number, to: number): string => `${((to - from) / many).toFixed(3)} ms`;
  console.log(`a statement: parse ${milliseconds(start, parsed)}, replay ${milliseconds(parsed, replayed)}, ` +
    `of which two Ed25519 verifications are ${milliseconds(0, 2 * (verified - replayed))}`);
  expect(dossier.items).toHaveLength(many - 1);
}, 300_000);
