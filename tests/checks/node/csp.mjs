// Judges a Content-Security-Policy, read from standard input, as Google's CSP evaluator does; prints its findings as JSON.
import { readFileSync } from "node:fs";
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import { Severity, Type } from "csp_evaluator/dist/finding.js";

const policy = new CspParser(readFileSync(0, "utf8").trim()).csp;
const findings = new CspEvaluator(policy).evaluate();
console.log(JSON.stringify(findings.map((one) => ({
  type: Type[one.type], severity: Severity[one.severity], level: one.severity, directive: one.directive, value: one.value ?? null, text: one.description,
}))));
