import { beforeAll, describe, expect, it } from "vitest";
import { equal, utf8 } from "../../src/crypto/bytes.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import {
  isOver, isReference, organOf, obstacleRow, obstacles, offPlatformMove, requestMove, requestMoves, requestStatuses,
} from "../../src/model/request.ts";
import { emptyContent, isAmount, isContentKey, isDay, isDayOrLess } from "../../src/model/request_content.ts";
import { contentJson, contentOfJson } from "../../src/record/request_content.ts";
import { routingCommit } from "../../src/record/request_bodies.ts";
import { isConfidential, type RequestState } from "../../src/record/request_state.ts";
import { checkBody, encodeBody, parseBody } from "../../src/record/sealed_body.ts";
import { parseSigned } from "../../src/record/statement.ts";
import { bytesOfBase64, haveVectors, Reader, refusal, vectors, type BadCase, type Judged } from "./vectors.ts";

beforeAll(() => cryptoReady);

const absentOut = (value: object): object => Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));

/** As the vectors say where a request stands. */
const shown = (dossier: string, request: RequestState): object => absentOut({
  dossier, status: request.status, status_by: request.statusBy, refused_in_part: request.refusedInPart,
  confidential: isConfidential(request), reminders: [request.reminders.requesting, request.reminders.requested],
  off_platform: request.offPlatform.length, first_due: request.firstDue, due: request.due,
  acknowledged_at: request.acknowledgedAt, replied_at: request.repliedAt, executed_at: request.executedAt,
  over_at: request.overAt, obstacles: obstacles.filter((code) => request.obstacles.has(code)),
});

describe("requests in every state", () => {
  interface History { history: Judged[]; states: { dossier: string }[] }

  it("come to the same verdicts, reasons and states", () => {
    const file = vectors<History>("requests_history.json");
    const reader = new Reader();
    for (const [i, one] of file.history.entries()) {
      const { verdict, reason } = reader.apply(parseSigned(one.envelope), one.index);
      expect({ verdict, reason }, `statement ${i}`).toEqual({ verdict: one.verdict, reason: one.reason ?? "" });
    }
    for (const state of file.states) {
      expect(shown(state.dossier, reader.dossiers.get(state.dossier)!.request!)).toEqual(state);
    }
    let [cells, files] = [0, 0];
    const reasons = new Set<string>();
    for (let number = 1; haveVectors(`requests_cells_${number}.json`); ++number, ++files) {
      for (const one of vectors<{ cells: Judged[] }>(`requests_cells_${number}.json`).cells) {
        const { verdict, reason } = reader.judge(parseSigned(one.envelope), one.index);
        expect({ verdict, reason }, `${one.kind} by ${one.signer}, ${one.id}`)
          .toEqual({ verdict: one.verdict, reason: one.reason ?? "" });
        ++cells;
        reasons.add(reason);
      }
    }
    console.log(`requests: ${file.history.length} statements, ${file.states.length} states, ${cells} cells, ${reasons.size} reasons`);
    expect(files).toBeGreaterThan(0);
    expect(reasons.size).toBeGreaterThanOrEqual(9);
  });

  it("a copy has a request of its own", () => {
    const file = vectors<History>("requests_history.json");
    const reader = new Reader();
    for (const one of file.history) reader.apply(parseSigned(one.envelope), one.index);
    const dossier = reader.dossiers.get(file.states[0]!.dossier)!;
    const copy = dossier.copy();
    copy.state.request!.obstacles.set("bank_secrecy", 1);
    copy.state.request!.reminders.requested = 9;
    expect(shown("", dossier.request!)).not.toEqual(shown("", copy.request!));
  });
});

describe("what a request says under seal", () => {
  interface Bodies { statement: string; good: string; commit: string; bad: BadCase[]; mismatched: BadCase[] }

  it("is read, written and refused as the vectors say", () => {
    const file = vectors<Bodies>("request_bodies.json");
    const { statement } = parseSigned(file.statement);
    const bytes = bytesOfBase64(file.good);
    const body = parseBody(bytes);
    checkBody(body, statement);
    expect(equal(encodeBody(body), bytes)).toBe(true);
    expect(routingCommit(body.routing!.routing, body.routing!.salt)).toBe(file.commit);
    expect(contentOfJson(contentJson(body.request!))).toEqual(body.request);
    for (const { what, text } of file.bad) {
      expect(refusal(() => parseBody(bytesOfBase64(text))), what).toBe("body.malformed");
    }
    for (const { what, text } of file.mismatched) {
      expect(refusal(() => checkBody(parseBody(bytesOfBase64(text)), statement)), what).toBe("body.mismatch");
    }
    // Half a character in any of its texts has no bytes: it is not written.
    const half = { ...body, request: { ...body.request!, noContact: ["\ud800"] } };
    expect(refusal(() => encodeBody(half))).toBe("body.malformed");
    expect(refusal(() => encodeBody({ ...body, request: { ...emptyContent(), order: "x".repeat(301) } })))
      .toBe("body.malformed");
    expect(utf8(body.title!).length).toBeGreaterThan(body.title!.length);
  });
});

it("the table: every status is reached, nothing leads out of what is over but a remark", () => {
  for (const status of requestStatuses) {
    expect(status === "urgent_unconfirmed" || requestMoves.some(({ to, from }) => to === status && from !== to), status)
      .toBe(true);
  }
  for (const { from, to } of requestMoves) if (isOver(from)) expect(to).toBe(from);
  expect(requestMove("sent", "executed")).toBeUndefined();
  expect(requestMove("refused", "referred")).toMatchObject({ by: ["registry"], needs: ["reason", "court"] });
  expect(obstacleRow("no_reply")).toEqual({ code: "no_reply", by: ["requesting"], needs: ["reminded"] });
  expect(offPlatformMove("replied", "sent")).toBe("executed");
  expect(offPlatformMove("reminded", "sent")).toBeUndefined();
});

it("codes, keys, days and amounts", () => {
  expect(["SEN", "X-OTP", "X-REG", "X-CHAMBERS", "X-TFV", "X-D017", "X-OPCV", "X-DX1", "X-ASP"].map(organOf)).toEqual([
    "state", "prosecutor", "registry", "chambers", "trust_fund", "defence_and_victims", "defence_and_victims", "other",
    "other",
  ]);
  expect(["a", "acc-2", "", "1a", "A", "a".repeat(33)].map(isContentKey)).toEqual([true, true, false, false, false, false]);
  expect(["2024-02-29", "2023-02-29", "2026-13-01", "2026-04-31", "2026"].map(isDay))
    .toEqual([true, false, false, false, false]);
  expect(["2026", "2026-11", "2026-00", "26"].map(isDayOrLess)).toEqual([true, true, false, false]);
  expect(["1250000.50", "1", "1.", ".5", "1,5", "-1"].map(isAmount)).toEqual([true, true, false, false, false, false]);
  expect([isReference("OTP/2026/0387"), isReference("é".repeat(33)), isReference("a\nb")]).toEqual([true, false, false]);
});
