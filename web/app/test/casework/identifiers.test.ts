import { checkAccount, checkBic, checkCountry, checkCurrency, checkIban, checkLei, type Checked } from "../../src/casework/identifiers.ts";
import { findingsJson, testCases } from "./vectors.ts";

const checks: Record<string, (text: string) => Checked> = { iban: checkIban, bic: checkBic, lei: checkLei, currency: checkCurrency, country: checkCountry };

testCases<{ kind: string; text: string } | { kind: "account"; iban: string; institution: string; number: string }>("identifiers.json", (input) => {
  if ("number" in input) return { warnings: findingsJson(checkAccount(input.iban, input.institution, input.number)) };
  const found = checks[input.kind]!(input.text);
  return { value: found.value, warnings: findingsJson(found.warnings) };
});
