import { beforeAll, describe, expect, it } from "vitest";
import { equal, fromUtf8 } from "../../src/crypto/bytes.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { bodySchemas, encodeSigned, encodeStatement, parseSigned, type SignedStatement } from "../../src/record/statement.ts";
import type { Outcome } from "../../src/record/outcome.ts";
import { Reader, haveVectors, vectors, type Judged } from "./vectors.ts";

beforeAll(() => cryptoReady);

type Step = (statement: SignedStatement, index: number) => Outcome;

/** Every verdict and every reason as committed; envelope and payload again the same bytes. */
function follow(list: readonly Judged[], step: Step): { cases: number; verdicts: Map<string, number>; reasons: Set<string> } {
  const verdicts = new Map<string, number>();
  const reasons = new Set<string>();
  for (const [i, one] of list.entries()) {
    const where = `${i} ${one.kind ?? ""} by ${one.signer ?? ""}`;
    const signed = parseSigned(one.envelope);
    expect(signed.id, where).toBe(one.id);
    expect(encodeSigned(signed), where).toBe(one.envelope);
    expect(equal(encodeStatement(signed.statement), signed.envelope.payload), `${where}: ${fromUtf8(signed.envelope.payload)}`).toBe(true);
    const outcome = step(signed, one.index);
    expect({ verdict: outcome.verdict, reason: outcome.reason }, where)
      .toEqual({ verdict: one.verdict, reason: one.reason ?? "" });
    verdicts.set(outcome.verdict, (verdicts.get(outcome.verdict) ?? 0) + 1);
    if (outcome.reason !== "") reasons.add(outcome.reason);
  }
  return { cases: list.length, verdicts, reasons };
}

const said = ({ cases, verdicts, reasons }: ReturnType<typeof follow>): string =>
  `${cases} cases (${[...verdicts].map(([verdict, n]) => `${n} ${verdict}`).join(", ")}; ${reasons.size} reasons)`;

describe.each(["register_abuse", "dossier_abuse"])("%s", (name) => {
  it("replays the history, then judges every kind by every signer after it", () => {
    const reader = new Reader();
    const { history } = vectors<{ history: Judged[] }>(`${name}_history.json`);
    console.log(`${name} history: ${said(follow(history, (statement, index) => reader.apply(statement, index)))}`);
    let files = 0;
    for (let number = 1; haveVectors(`${name}_cells_${number}.json`); ++number, ++files) {
      const file = vectors<{ after: string; cells: Judged[] }>(`${name}_cells_${number}.json`);
      expect(file.after).toBe(`${name}_history.json`);
      console.log(`${name} cells ${number}: ${said(follow(file.cells, (statement, index) => reader.judge(statement, index)))}`);
    }
    expect(files).toBeGreaterThan(0);
  });
});

describe("the rules, one world after the other", () => {
  type Op = Judged & { op: "apply" | "judge" };
  it("comes to every verdict and reason", () => {
    let [worlds, cases] = [0, 0];
    const reasons = new Set<string>();
    for (let number = 1; haveVectors(`rules_${number}.json`); ++number) {
      for (const world of vectors<{ worlds: Op[][] }>(`rules_${number}.json`).worlds) {
        const reader = new Reader();
        let next = 0;
        const seen = follow(world, (statement, index) => reader[world[next++]!.op](statement, index));
        for (const reason of seen.reasons) reasons.add(reason);
        cases += seen.cases;
        ++worlds;
      }
    }
    console.log(`rules: ${cases} cases in ${worlds} worlds, ${reasons.size} reasons`);
    expect(reasons.size).toBeGreaterThanOrEqual(81);
  }, 60_000);
});

it("a work of the library: who may not say what in it", () => {
  const reader = new Reader();
  const { history } = vectors<{ history: Judged[] }>("library_history.json");
  const seen = follow(history, (statement, index) => reader.apply(statement, index));
  console.log(`library: ${said(seen)}`);
  expect([...seen.reasons].sort()).toEqual(["void.assembly", "void.not_officer", "void.not_opener", "void.not_publisher"]);
});

describe("the life of a dossier", () => {
  interface Item { id: string; epoch: number; onward: string; stale: boolean; withdrawn: boolean }
  interface Life { dossier: string; history: Judged[]; items: Item[] }

  it("comes to the same state", () => {
    const life = vectors<Life>("dossier_life.json");
    const reader = new Reader();
    const seen = follow(life.history, (statement, index) => reader.apply(statement, index));
    console.log(`dossier_life: ${said(seen)}, ${life.items.length} items`);
    expect(seen.reasons.size).toBeGreaterThanOrEqual(6);
    const items = reader.dossiers.get(life.dossier)?.items.map(({ id, epoch, inForce, stale, withdrawn }) =>
      ({ epoch, id, onward: inForce.onward, stale, withdrawn }));
    expect(items).toEqual(life.items);
  });

  it("a copy goes on by itself, and what is applied to it leaves the original alone", () => {
    const life = vectors<Life>("dossier_life.json");
    let reader = new Reader();
    for (const [i, one] of life.history.entries()) {
      const copy = new Reader();
      for (const [chain, register] of reader.registers) copy.registers.set(chain, register.copy());
      for (const [chain, dossier] of reader.dossiers) copy.dossiers.set(chain, dossier.copy());
      for (const [chain, side] of reader.receipts) copy.receipts.set(chain, side.copy());
      const before = JSON.stringify([...reader.dossiers.values()].map((dossier) => dossier.state.head));
      const outcome = copy.apply(parseSigned(one.envelope), one.index);
      expect(outcome.reason, `${i}`).toBe(one.reason ?? "");
      expect(JSON.stringify([...reader.dossiers.values()].map((dossier) => dossier.state.head))).toBe(before);
      reader = copy;
    }
  });
});

it("every kind has a body of its own", () => {
  expect(Object.keys(bodySchemas)).toHaveLength(49);
});
