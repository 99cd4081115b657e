// The verification page: a custody bundle, or evidence of a lying server, checked without network and without account.
import { Failure, isFailure } from "../base/failure.ts";
import { memorySource, blobSource, type Source } from "../custody/source.ts";
import { noTrust, parseTrusted, trustOfSheet, verifyCustody, type Trust } from "../custody/verify.ts";
import type { Findings } from "../custody/findings.ts";
import { parseSheet } from "../record/founding_sheet.ts";
import type { BundleFindings } from "./api.ts";
import { verifyEvidence } from "./verify_evidence.ts";

type Finding = BundleFindings["findings"][number];

const outcomes = { passed: "holds", unproven: "not_shown", failed: "fails" } as const;

const failed = ({ key, arguments: args }: Failure): Finding => ({ key: `error.${key}`, arguments: args, outcome: "fails" });

/** Sentences of the catalogue for the checks of a bundle, in the order in which they were made. */
export function sentencesOf({ checks, failure, told }: Findings): BundleFindings {
  const findings = checks.map(({ key, verdict, arguments: args }): Finding => ({
    key: verdict === "failed" ? `custody.check_failed.${key}` : `custody.check.${key}.${verdict}`,
    arguments: args,
    outcome: outcomes[verdict],
  }));
  if (failure !== undefined) findings.push(failed(failure));
  return { holds: failure === undefined, findings, ...(told === undefined ? {} : { told }) };
}

/** A founding sheet, or lines "SEN=12345 67890 …". invalid_input "sheet.malformed", "custody.trust". */
export function trustOfText(text: string | undefined): Trust {
  const given = text?.trim() ?? "";
  if (given === "") return noTrust();
  if (given.startsWith("rogatory/")) return trustOfSheet(parseSheet(`${given.replaceAll("\r\n", "\n")}\n`));
  const lines = given.split(/[\r\n]+/).map((line) => line.trim()).filter((line) => line !== "");
  return { parties: lines.map(parseTrusted) };
}

const evidenceFirst = "README.txt";
const mostEvidence = 16 * 1024 * 1024;

async function startsWithEvidence(source: Source): Promise<boolean> {
  const header = await source.read(0, evidenceFirst.length + 1);
  return header !== null && String.fromCharCode(...header) === `${evidenceFirst}\u0000`;
}

async function evidenceFindings(source: Source): Promise<BundleFindings> {
  try {
    const size = Math.min(source.size, mostEvidence + 1);
    const bytes = await source.read(0, size);
    const verdict = verifyEvidence(bytes ?? new Uint8Array(0));
    const findings: Finding[] = [{
      key: `proof.${verdict.finding}`, arguments: Object.fromEntries(verdict.facts),
      outcome: verdict.proven ? "holds" : "not_shown",
    }];
    if (verdict.logKey !== "") {
      findings.push({ key: "proof.log_key", arguments: { key: verdict.logKey }, outcome: "not_shown" });
    }
    return { holds: true, findings };
  } catch (error) {
    if (!isFailure(error) || error.code === "unavailable") throw error;
    return { holds: false, findings: [failed(error)] };
  }
}

/**
 * Streams: a bundle may be larger than memory. `sheet`: a founding sheet, or lines of code and fingerprint; what it
 * names is compared, everything else is "not compared". `watch` hears how far it is, and may stop it by throwing.
 */
export async function verifyBundle(
  file: Blob | Uint8Array, sheet?: string, watch?: (done: number, total: number) => void,
): Promise<BundleFindings> {
  const trust = trustOfText(sheet);
  const source = file instanceof Uint8Array ? memorySource(file) : blobSource(file);
  if (await startsWithEvidence(source)) return evidenceFindings(source);
  return sentencesOf(await verifyCustody(source, trust, { watch }));
}
