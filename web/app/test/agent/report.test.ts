// What a report of an earlier day counts: neither a step nor a due date that came after it (decision 1731; the native
// client is held to the same by tests/casework/year).
import { expect, it } from "vitest";
import { asItStood, factsOf } from "../../src/agent/report.ts";
import type { KnownDossier } from "../../src/agent/dossier_book.ts";
import type { PartyCode } from "../../src/model/party.ts";
import type { RequestState, StatusMove } from "../../src/record/request_state.ts";

const at = (day: string): number => Date.parse(`${day}T10:00:00Z`) / 1000;
const effective = { verdict: "effective" as const };

function known(...said: [string, string, object][]): KnownDossier {
  const items = said.map(([kind, day, body], i) => ({ statement: { id: `s${i}`, statement: { kind, at: at(day), body } } }));
  return { copy: { items }, outcomes: items.map(() => effective) } as unknown as KnownDossier;
}

const moves: StatusMove[] = ([
  ["sent", "2021-06-01"], ["acknowledged", "2021-06-03"], ["executed", "2021-08-10"], ["in_execution", "2021-10-04"], ["executed", "2021-11-20"],
] as const).map(([to, day]) => ({ to, when: at(day), inPart: false }));

const dossier = known(
  ["entry", "2021-06-01", { attachments: [], routing: { due: at("2021-08-01") } }],
  ["due_proposed", "2021-07-20", { due: at("2021-10-01") }],
  ["due_agreed", "2021-09-20", { proposal: "s1" }],
);

const request = {
  sentAt: at("2021-06-01"), moves, firstDue: at("2021-08-01"), due: at("2021-10-01"), acknowledgedAt: at("2021-06-03"),
  repliedAt: at("2021-08-10"), obstacles: new Map(),
} as unknown as RequestState;

const facts = (day: string, of = dossier) =>
  factsOf("r", asItStood(of, request, day), "X-OTP" as PartyCode, "FRA" as PartyCode);

it("a request counts as it stood, however late the report is made", () => {
  expect(facts("2021-09-15")).toMatchObject({ outcome: "executed", ended: "2021-08-10", first_due: "2021-08-01" });
  expect(facts("2021-09-15").agreed_due).toBeUndefined();
  expect(facts("2021-10-31").outcome).toBeUndefined();
  expect(facts("2021-10-31").agreed_due).toBe("2021-10-01");
  expect(facts("2021-12-31")).toMatchObject({ outcome: "executed", ended: "2021-11-20" });
  // It was sent after the day: the sending stays, and the report leaves the whole out.
  expect(facts("2021-05-01").outcome).toBeUndefined();
});

it("the first due date is the one that was agreed, where the request named none", () => {
  const without = known(
    ["entry", "2021-06-01", { attachments: [], routing: {} }],
    ["due_proposed", "2021-07-20", { due: at("2021-10-01") }],
    ["due_agreed", "2021-09-20", { proposal: "s1" }],
  );
  expect(facts("2021-09-15", without).first_due).toBeUndefined();
  expect(facts("2021-09-30", without)).toMatchObject({ first_due: "2021-10-01" });
  expect(facts("2021-09-30", without).agreed_due).toBeUndefined();
});

it("an agreement that has no effect is none", () => {
  const refused = { ...dossier, outcomes: [effective, effective, { verdict: "void", reason: "void.due_own" }] } as KnownDossier;
  expect(facts("2021-12-31", refused).agreed_due).toBeUndefined();
});
