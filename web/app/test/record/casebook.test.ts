import { beforeAll, describe, expect, it } from "vitest";
import { parseIdentity } from "../../src/crypto/age/hybrid.ts";
import { equal } from "../../src/crypto/bytes.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { casebookChain } from "../../src/record/chains.ts";
import { CasebookState } from "../../src/record/casebook_state.ts";
import { checkBody, encodeBody, parseBody } from "../../src/record/sealed_body.ts";
import { encodeSigned, encodeStatement, parseSigned } from "../../src/record/statement.ts";
import { bytesOfBase64, Reader, refusal, vectors, type BadCase, type Judged } from "./vectors.ts";

beforeAll(() => cryptoReady);

interface History {
  history: Judged[];
  casebooks: { authority: string; chain: string; first_generation: string; notes: number[] }[];
}
interface StateSaid {
  assignments: Record<string, { member: string; deputy?: string }>;
  deputyships: { member: string; deputy?: string; from: string; until: string }[];
  links: { dossier: string; other: string; relation: string }[];
}
interface Notes {
  statement: string;
  good: { what: string; text: string; state: StateSaid }[];
  days: { day: string; member: string; deputy?: string }[];
  bad: BadCase[];
  mismatched: BadCase[];
}

/** Verdicts and reasons as committed; envelope and payload again the same bytes. */
function follow(list: readonly Judged[], reader: Reader, what: "apply" | "judge"): Set<string> {
  const reasons = new Set<string>();
  for (const [i, one] of list.entries()) {
    const where = `${i}: ${one.signer ?? one.kind ?? ""}`;
    const signed = parseSigned(one.envelope);
    expect([signed.id, encodeSigned(signed)], where).toEqual([one.id, one.envelope]);
    expect(equal(encodeStatement(signed.statement), signed.envelope.payload), where).toBe(true);
    const { verdict, reason } = reader[what](signed, one.index);
    expect({ verdict, reason }, where).toEqual({ verdict: one.verdict, reason: one.reason ?? "" });
    reasons.add(reason);
  }
  return reasons;
}

const shown = (state: CasebookState): StateSaid => ({
  assignments: Object.fromEntries([...state.assignments].map(([dossier, { member, deputy }]) =>
    [dossier, { member, ...(deputy === undefined ? {} : { deputy }) }])),
  deputyships: state.deputyships.map(({ days: { member, deputy, from, until } }) =>
    ({ member, from, until, ...(deputy === undefined ? {} : { deputy }) })),
  links: state.links.map(({ dossier, other, relation }) => ({ dossier, other, relation })),
});
const said = { statement: "", by: "", at: 0 };

describe("casebooks", () => {
  it("come to the same verdicts, reasons and notes; the chain is reckoned from the first generation", () => {
    const reader = new Reader();
    const file = vectors<History>("casebooks_history.json");
    follow(file.history, reader, "apply");
    for (const { authority, chain, first_generation: first, notes } of file.casebooks) {
      expect(casebookChain(authority, parseIdentity(first))).toBe(chain);
      const book = reader.casebooks.get(chain)!;
      expect(book.notes).toEqual(notes);
      expect(book.authority.authority).toBe(authority);
    }
    const { cells } = vectors<{ cells: Judged[] }>("casebooks_cells_1.json");
    const reasons = follow(cells, reader, "judge");
    console.log(`casebooks: ${file.history.length} statements, ${cells.length} cells, ${reasons.size} reasons`);
    expect(reasons.size).toBe(7);
  });

  it("refuse bodies that are none", () => {
    const { bad } = vectors<{ bad: BadCase[] }>("casebooks_malformed.json");
    for (const { what, text } of bad) {
      expect(refusal(() => parseSigned(bytesOfBase64(text))), what).toBe("statement.malformed");
    }
    expect(bad.length).toBeGreaterThan(3);
  });

  it("notes are read, written, bound to their statement, and add up to the same state", () => {
    const file = vectors<Notes>("casebook_notes.json");
    const { statement } = parseSigned(file.statement);
    const state = new CasebookState();
    for (const { what, text, state: expected } of file.good) {
      const bytes = bytesOfBase64(text);
      const body = parseBody(bytes);
      expect(refusal(() => checkBody(body, statement)), what).toBeUndefined();
      expect(equal(encodeBody(body), bytes), what).toBe(true);
      state.apply(body.note!, said);
      expect(shown(state), what).toEqual(expected);
    }
    for (const { what, text } of file.bad) {
      expect(refusal(() => parseBody(bytesOfBase64(text))), what).toBe("body.malformed");
    }
    for (const { what, text } of file.mismatched) {
      expect(refusal(() => checkBody(parseBody(bytesOfBase64(text)), statement)), what).toBe("body.mismatch");
    }
    expect([file.good.length, file.bad.length, file.mismatched.length]).toEqual([17, 15, 4]);
  });

  it("of each day the last word on it holds", () => {
    const file = vectors<Notes>("casebook_notes.json");
    const state = new CasebookState();
    for (const { text } of file.good.slice(0, 7)) state.apply(parseBody(bytesOfBase64(text)).note!, said);
    for (const { day, member, deputy } of file.days) expect(state.deputyOf(member, day), day).toBe(deputy);
    const { member, deputy } = file.days.find(({ day }) => day === "2027-08-01")!;
    const [dossier] = state.assignedTo(member);
    expect(state.dealsWith(deputy!, dossier!, "2027-08-01")).toBe(true);
    expect(state.dealsWith(deputy!, dossier!, "2027-09-01")).toBe(state.assignments.get(dossier!)!.member === deputy);
  });
});
