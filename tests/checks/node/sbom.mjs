// Validates a CycloneDX document, read from standard input, with the project's own validator; prints what is wrong, and exits 1.
import { readFileSync } from "node:fs";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";

const text = readFileSync(0, "utf8");
const version = JSON.parse(text).specVersion;
const validator = new Validation.JsonStrictValidator(version ?? Spec.Version.v1dot6);
const error = await validator.validate(text);
if (error) {
  console.error(JSON.stringify(error));
  process.exit(1);
}
