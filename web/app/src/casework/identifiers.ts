// Mirror of platform/casework/identifiers.hpp: identifiers as people type them, checked and never refused. A value that does
// not pass is kept as typed and shown as "not verified".
import { data, dataRows } from "./data.ts";
import { finding, type Finding } from "./finding.ts";

/** The value is compact where verified (no warnings), else exactly as typed. */
export interface Checked { value: string; warnings: Finding[] }
export const isVerified = (checked: Checked): boolean => checked.warnings.length === 0;

/** Without the spaces, hyphens and dots that people group by, in capitals. */
const compact = (typed: string): string => typed.replace(/[ \-.\t\u00a0\u202f]/g, "").replace(/[a-z]/g, (c) => c.toUpperCase());

const judged = (typed: string, value: string, warnings: Finding[]): Checked =>
  ({ value: warnings.length === 0 ? value : typed, warnings });

/** Letters count as 10 to 35, as ISO 7064 has it. */
function mod97(text: string): number {
  let rest = 0;
  for (const c of text) rest = /\d/.test(c) ? (rest * 10 + Number(c)) % 97 : (rest * 100 + c.charCodeAt(0) - 55) % 97;
  return rest;
}

/** "4a6n8c": so many letters, digits, or either. */
function hasShape(text: string, shape: string): boolean {
  const classes: Record<string, string> = { n: "[0-9]", a: "[A-Z]", c: "[A-Z0-9]" };
  const pattern = shape.replace(/(\d+)([nac])/g, (_, count: string, kind: string) => `${classes[kind]!}{${count}}`);
  return new RegExp(`^${pattern}$`).test(text);
}

const ibanShapes = new Map<string, string[]>();
for (const [country, shape] of dataRows(data.iban)) ibanShapes.set(country!, [...(ibanShapes.get(country!) ?? []), shape!]);
const countries = new Set(dataRows(data.countries).flatMap(([alpha2, alpha3]) => [alpha2!, alpha3!]));
const currencies = new Set(dataRows(data.currencies).map(([code]) => code!));
/** Kosovo has no code of ISO 3166; banks use XK. */
const bankCountry = (code: string): boolean => code === "XK" || countries.has(code);

function ibanWarnings(iban: string): Finding[] {
  if (!/^[A-Z0-9]*$/.test(iban)) return [finding("iban.characters")];
  if (iban.length < 15 || iban.length > 34) return [finding("iban.length")];
  const country = iban.slice(0, 2);
  if (!hasShape(iban.slice(0, 4), "2a2n") || !bankCountry(country)) return [finding("iban.country", { country })];
  const shapes = ibanShapes.get(country);
  if (!shapes) return [finding("iban.no_iban_country", { country })];
  if (!shapes.some((shape) => hasShape(iban.slice(4), shape))) return [finding("iban.shape", { country })];
  return mod97(iban.slice(4) + iban.slice(0, 4)) === 1 ? [] : [finding("iban.check_digits")];
}

/** ISO 13616: letters and digits, the country's shape where known, ISO 7064 mod 97-10. */
export function checkIban(typed: string): Checked {
  const iban = compact(typed).replace(/^IBAN/, "");
  return judged(typed, iban, ibanWarnings(iban));
}

/** ISO 9362: eight or eleven characters. */
export function checkBic(typed: string): Checked {
  const bic = compact(typed);
  if (!hasShape(bic, "6a2c") && !hasShape(bic, "6a5c")) return judged(typed, bic, [finding("bic.shape")]);
  const country = bic.slice(4, 6);
  return judged(typed, bic, bankCountry(country) ? [] : [finding("bic.country", { country })]);
}

/** ISO 17442: twenty characters, ISO 7064 mod 97-10. */
export function checkLei(typed: string): Checked {
  const lei = compact(typed);
  if (!hasShape(lei, "18c2n")) return judged(typed, lei, [finding("lei.shape")]);
  return judged(typed, lei, mod97(lei) === 1 ? [] : [finding("lei.check_digits")]);
}

/** ISO 4217. */
export function checkCurrency(typed: string): Checked {
  const code = compact(typed);
  return judged(typed, code, currencies.has(code) ? [] : [finding("currency.unknown", { currency: typed })]);
}

/** ISO 3166-1, two or three letters. */
export function checkCountry(typed: string): Checked {
  const code = compact(typed);
  return judged(typed, code, countries.has(code) ? [] : [finding("country.unknown", { country: typed })]);
}

/** An account is named by an IBAN, or by institution and number. One without IBAN is no fault. */
export const checkAccount = (iban: string, institution: string, number: string): Finding[] =>
  iban !== "" || (institution !== "" && number !== "") ? [] : [finding("account.unnamed")];
