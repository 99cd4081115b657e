// Rows as a person types them, and what the record makes of them.
import { describe, expect, it } from "vitest";
import {
  contentOfRows, countryCodes, currencyCodes, emptyEvent, emptyRow, faultsOf, fieldsOf, freshKey, rowKinds, rowName, rowsOfSheet, sheetOf, warningsOf, type RowKind,
  type TypedRow,
} from "../../src/casework/content_rows.ts";
import { exportSheet, importSheet } from "../../src/casework/spreadsheet.ts";
import { emptyContent } from "../../src/model/request_content.ts";
import { contentJson, contentOfJson } from "../../src/record/request_content.ts";

const row = (kind: RowKind, values: Record<string, string>, more: Partial<TypedRow> = {}): TypedRow =>
  ({ ...emptyRow(kind, freshKey(kind, [])), ...more, values: { ...emptyRow(kind, "x1").values, ...values } });

const whole: TypedRow[] = [
  row("person", { name: "Awa Ndiaye", aliases: "A. Ndiaye; Awa N.", born: "05/1961", nationalities: "SN; FRA", identifier: "P 123", address: "Dakar", note: "Director" }),
  row("entity", { name: "Bois du Sud", aliases: "", country: "SN", number: "RC 12", lei: "5493001KJTIIGC8Y1R12" }),
  row("account", { holder: "Awa Ndiaye", institution: "A bank", bic: "BNPAFRPP", iban: "FR14 2004 1010 0505 0001 3M02 606", country: "FRA", currency: "EUR", signatories: "Awa Ndiaye; B. Fall" }),
  row("transaction", { date: "2021-03-04", amount: "1 250 000,50", currency: "xof", from: "a1", reference: "V 7" }),
  row("asset", { kind: "real_estate", role: "proceeds", description: "A house at Saly", country: "SEN", value: "90000000", currency: "XOF", valued_on: "2025-01-31" }),
  row("measure", { kind: "freeze", order: "12/2026", orderedBy: "A judge", date: "2026-02-27", legalBasis: "Art. 7", value: "1250000.50", currency: "XOF", start: "2026-03-01", expiry: "2028-03-01" }, {
    items: ["a1", "s1"],
    events: [{ ...emptyEvent(), date: "2026-03-01" }, { act: "costs", date: "2026-03-04", until: "", amount: "12000", currency: "XOF", note: " Storage " }],
  }),
];

describe("typed rows", () => {
  it("become content that the record takes and gives back, field by field", () => {
    expect(whole.flatMap(faultsOf)).toEqual([]);
    const content = { ...emptyContent(), ...contentOfRows(whole) };
    expect(contentOfJson(contentJson(content))).toEqual(content);
    expect(content.persons[0]).toEqual({
      key: "p1", name: "Awa Ndiaye", aliases: ["A. Ndiaye", "Awa N."], born: "1961-05", nationalities: ["SEN", "FRA"], identifier: "P 123",
      address: "Dakar", note: "Director",
    });
    expect(content.entities[0]).toEqual({ key: "e1", name: "Bois du Sud", aliases: [], country: "SEN", number: "RC 12", lei: "5493001KJTIIGC8Y1R12" });
    expect(content.accounts[0]).toMatchObject({ iban: "FR1420041010050500013M02606", bic: "BNPAFRPP", signatories: ["Awa Ndiaye", "B. Fall"], currency: "EUR" });
    expect(content.transactions[0]).toEqual({ key: "t1", date: "2021-03-04", amount: { amount: "1250000.50", currency: "XOF" }, from: "a1", reference: "V 7" });
    expect(content.assets[0]).toMatchObject({ value: { amount: "90000000", currency: "XOF", date: "2025-01-31" }, role: "proceeds" });
    expect(content.measures[0]).toMatchObject({
      items: ["a1", "s1"], expiry: "2028-03-01", value: { amount: "1250000.50", currency: "XOF" },
      events: [{ act: "ordered", date: "2026-03-01" }, { act: "costs", date: "2026-03-04", amount: { amount: "12000", currency: "XOF" }, note: "Storage" }],
    });
  });

  it("of every kind that has every field filled say nothing the record does not hold", () => {
    for (const kind of rowKinds) {
      const values = Object.fromEntries(fieldsOf(kind).map(({ code, type }) => [code, {
        text: "x", date: "2026-01-02", part_date: "1961", amount: "1", currency: "EUR", country: "FRA", iban: "x", bic: "x", lei: "x",
        asset_kind: "cash", asset_role: "proceeds", measure_kind: "seizure",
      }[type] ?? "?"]));
      if (kind === "person") values["nationalities"] = "FRA";
      const filled = row(kind, values);
      expect(faultsOf(filled), kind).toEqual([]);
      const content = { ...emptyContent(), ...contentOfRows([filled]) };
      expect(contentOfJson(contentJson(content)), kind).toEqual(content);
    }
  });

  it("that fail a check are kept as typed and warned of, never refused", () => {
    const wrong = row("account", { iban: "FR14 2004 1010 0505 0001 3M02 607", bic: "NO", currency: "ZZZ", country: "QQQ" });
    expect(faultsOf(wrong)).toEqual([]);
    expect(warningsOf(wrong).map(({ field, finding }) => [field, finding.key])).toEqual([
      ["bic", "bic.shape"], ["iban", "iban.check_digits"], ["country", "country.unknown"], ["currency", "currency.unknown"],
    ]);
    expect(contentOfRows([wrong]).accounts[0]).toMatchObject({ iban: "FR14 2004 1010 0505 0001 3M02 607", bic: "NO" });
    expect(warningsOf(row("account", { number: "12" }))).toEqual([{ field: "institution", finding: { key: "account.unnamed", arguments: {} } }]);
    expect(warningsOf(row("person", { name: "x", nationalities: "SEN; QQQ" })).map(({ finding }) => finding.arguments["country"])).toEqual(["QQQ"]);
  });

  it.each<[string, TypedRow, [string, string][]]>([
    ["a person without name", row("person", { name: " " }), [["name", "rows.needed"]]],
    ["an account of which nothing is known", row("account", { holder: "x" }), [["institution", "rows.account_needed"]]],
    ["a day that does not exist", row("transaction", { date: "2026-02-30", amount: "1", currency: "EUR" }), [["date", "rows.date_wrong"]]],
    ["an amount that reads in two ways", row("transaction", { date: "2026-02-03", amount: "1,234", currency: "EUR" }), [["amount", "rows.amount_ambiguous"]]],
    ["an amount below nothing", row("transaction", { date: "2026-02-03", amount: "-5", currency: "EUR" }), [["amount", "rows.amount_wrong"]]],
    ["an amount of no currency", row("asset", { kind: "cash", description: "x", value: "5" }), [["value", "rows.currency_needed"]]],
    ["a country in words", row("entity", { name: "x", country: "Senegal" }), [["country", "rows.country_wrong"]]],
    ["a birth in two ways", row("person", { name: "x", born: "03/04/1961" }), [["born", "rows.date_wrong"]]],
    ["a line of which no record has room", row("person", { name: "é".repeat(151) }), [["name", "rows.too_long"]]],
    ["a measure that ends before it begins", row("measure", { kind: "freeze", start: "2026-03-01", expiry: "2026-02-01" }), [["expiry", "rows.expiry_before"]]],
    ["an event without a day", row("measure", { kind: "freeze" }, { events: [emptyEvent()] }), [["event-0-date", "rows.date_wrong"]]],
    ["an event that ends before its day", row("measure", { kind: "freeze" }, { events: [{ ...emptyEvent(), date: "2026-03-01", until: "2026-01-01", amount: "x" }] }),
      [["event-0-until", "rows.expiry_before"], ["event-0-amount", "rows.amount_wrong"]]],
  ])("are not taken: %s", (_, one, faults) => {
    expect(faultsOf(one).map(({ field, key }) => [field, key])).toEqual(faults);
  });

  it("come out of a sheet and go back into one", () => {
    const sheet = "Nature;Rôle;Description;Pays;Valeur;Devise;Évalué le\r\nbien immobilier;produit du crime;Une maison à Saly;SN;90 000 000,125;XOF;31/01/2025\r\nespèces;;Un coffre;SEN;;;\r\n";
    const read = importSheet("asset", new TextEncoder().encode(sheet), {});
    expect([read.faults, read.questions, read.warnings]).toEqual([[], [], []]);
    const rows = rowsOfSheet("asset", read.rows, ["s1"], "");
    expect(rows.map(({ key }) => key)).toEqual(["s2", "s3"]);
    expect(rows.flatMap(faultsOf)).toEqual([]);
    const content = contentOfRows(rows);
    expect(content.assets[0]).toEqual({ key: "s2", kind: "real_estate", role: "proceeds", description: "Une maison à Saly", country: "SEN", value: { amount: "90000000.1250", currency: "XOF", date: "2025-01-31" } });
    for (const language of ["en", "fr"] as const) {
      const out = new TextEncoder().encode(exportSheet("asset", sheetOf(content, "asset"), language));
      const again = importSheet("asset", out, {});
      expect(contentOfRows(rowsOfSheet("asset", again.rows, ["s1"])), language).toEqual(content);
    }
    for (const kind of ["person", "entity", "account", "transaction"] as const) {
      const own = contentOfRows(whole.filter((one) => one.kind === kind));
      const again = importSheet(kind, new TextEncoder().encode(exportSheet(kind, sheetOf(own, kind), "fr")), {});
      expect([again.faults, contentOfRows(rowsOfSheet(kind, again.rows, []))], kind).toEqual([[], own]);
    }
    expect(rowsOfSheet("transaction", [{ number: 2, values: { date: "2026-01-02", amount: "-5", currency: "EUR" } }], []).flatMap(faultsOf)).toEqual([{ field: "amount", key: "rows.amount_wrong" }]);
  });

  it("have keys of their own and names a reader knows them by", () => {
    expect(freshKey("account", ["a1", "a3"])).toBe("a2");
    expect(freshKey("account", ["a1"], "r")).toBe("ra1");
    expect(whole.map(rowName)).toEqual(["Awa Ndiaye", "Bois du Sud", "A bank, FR14 2004 1010 0505 0001 3M02 606", "2021-03-04 · 1 250 000,50 xof", "A house at Saly", "12/2026"]);
    expect(countryCodes).toContain("SEN");
    expect(currencyCodes).toContain("XOF");
  });
});
