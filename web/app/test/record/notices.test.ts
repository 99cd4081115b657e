import { beforeAll, describe, expect, it } from "vitest";
import { equal } from "../../src/crypto/bytes.ts";
import type { JsonObject } from "../../src/crypto/canonicalJson.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { isHalfYearText, isRecommendationNumber, joinedParts, overlap } from "../../src/model/notices.ts";
import { compareBytes } from "../../src/model/text.ts";
import { spanOfRow, type NoticeBoard } from "../../src/record/notice_board.ts";
import { focalPoint, lawEntry } from "../../src/record/notice_bodies.ts";
import { encodeSigned, encodeStatement, parseSigned } from "../../src/record/statement.ts";
import { bytesOfBase64, haveVectors, Reader, refusal, vectors, type BadCase, type Judged } from "./vectors.ts";

beforeAll(() => cryptoReady);

interface RowSaid { id: string; index: number; statement: string; from: string; to?: string; ended?: string }
interface History { history: Judged[]; boards: { party: string; chain: string; rows: RowSaid[] }[] }

const shown = (board: NoticeBoard): RowSaid[] => [...board.rows].map(([id, row]) => {
  const { from, to } = spanOfRow(row);
  return {
    id, index: row.index, statement: row.statement, from,
    ...(to === undefined ? {} : { to }), ...(row.ended === undefined ? {} : { ended: row.ended }),
  };
});

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

describe.runIf(haveVectors("notices_history.json"))("notice boards", () => {
  const boardsAfter = (): { reader: Reader; file: History } => {
    const reader = new Reader();
    const file = vectors<History>("notices_history.json");
    follow(file.history, reader, "apply");
    return { reader, file };
  };

  it("come to the same verdicts, reasons and rows", () => {
    const { reader, file } = boardsAfter();
    for (const { chain, party, rows } of file.boards) {
      const board = reader.boards.get(chain)!;
      expect(board.party).toBe(party);
      expect(shown(board)).toEqual(rows);
    }
    let cells = 0;
    const reasons = new Set<string>();
    for (let number = 1; haveVectors(`notices_cells_${number}.json`); ++number) {
      const file = vectors<{ cells: Judged[] }>(`notices_cells_${number}.json`);
      cells += file.cells.length;
      for (const reason of follow(file.cells, reader, "judge")) reasons.add(reason);
    }
    console.log(`notices: ${file.history.length} statements, ${file.boards.length} boards, ${cells} cells, ${reasons.size} reasons`);
    expect(reasons.size).toBeGreaterThanOrEqual(12);
  });

  it("refuse bodies that are none", () => {
    const { bad } = vectors<{ bad: BadCase[] }>("notices_malformed.json");
    for (const { what, text } of bad) {
      expect(refusal(() => parseSigned(bytesOfBase64(text))), what).toBe("statement.malformed");
    }
    expect(bad.length).toBeGreaterThan(20);
  });

  it("a copy goes on by itself", () => {
    const { reader, file } = boardsAfter();
    const board = reader.boards.get(file.boards[0]!.chain)!;
    const copy = board.copy();
    copy.state.rows.clear();
    copy.state.places.clear();
    expect(shown(board)).toEqual(file.boards[0]!.rows);
  });
});

describe("what a row may say", () => {
  const focal = {
    authority: "CENTIF", role: "fiu", theme: "general", level: "national", valid_from: "2027-01-01",
  };

  it("each value within its bound, lists rising by their bytes, no validity that ends before it begins", () => {
    expect(focalPoint.read(focal)).toMatchObject({ languages: [], deputies: [] });
    const bad: JsonObject[] = [
      { authority: "" }, { authority: "x".repeat(301) }, { role: "chief" }, { languages: [] }, { languages: ["fr", "en"] },
      { languages: ["en", "en"] }, { languages: ["english"] }, { valid_from: "2027-02-29" }, { valid_to: "2026-12-31" },
      { confirmed: "2027" }, { deputies: Array(11).fill("B") }, { rank: 1 }, { note: "" },
    ];
    for (const change of bad) expect(focalPoint.read({ ...focal, ...change }), JSON.stringify(change)).toBeUndefined();

    const law = { article: "93(1)(k)", answer: "no_provision", valid_from: "2027-01-01" };
    expect(lawEntry.read(law)).toMatchObject({ authenticOnly: false, kinds: [] });
    expect(lawEntry.read({ ...law, elements: ["\uff5e", "\u{1f4b6}"] })).toBeDefined();
    expect(lawEntry.read({ ...law, elements: ["\u{1f4b6}", "\uff5e"] })).toBeUndefined();
    const worse: JsonObject[] = [
      { kinds: ["seizure", "freezing"] }, { deferral_days: 90 }, { deferral_days: 90, holder_notice: "must" },
      { freeze_renewal: "renewable" }, { freeze_days: 0 }, { freeze_days: 36_501 }, { authentic_only: true },
      { authentic_only: false, request_languages: ["fr"] },
    ];
    for (const change of worse) expect(lawEntry.read({ ...law, ...change }), JSON.stringify(change)).toBeUndefined();
  });

  it("numbers, half-years, places, days in common", () => {
    expect(["R149", "1.a-2", "", "-1", "R 1", "x".repeat(17)].map(isRecommendationNumber))
      .toEqual([true, true, false, false, false, false]);
    expect(["2021-H1", "2021-H3", "21-H1", "2021H1x"].map(isHalfYearText)).toEqual([true, false, false, false]);
    expect(joinedParts(["é", ""])).toBe("2:é0:");
    expect(joinedParts(["a", "bc"])).not.toBe(joinedParts(["ab", "c"]));
    expect(overlap({ from: "2027-01-01" }, { from: "2030-01-01", to: "2030-01-01" })).toBe(true);
    expect(overlap({ from: "2027-01-01", to: "2027-06-30" }, { from: "2027-07-01" })).toBe(false);
    expect([["a", "b"], ["b", "a"], ["a", "a"], ["a", "ab"]].map(([a, b]) => Math.sign(compareBytes(a!, b!)))).toEqual([-1, 1, 0, -1]);
  });
});
