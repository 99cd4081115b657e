// What the requested State's own law entries say of a request, as its sender reads it before he signs.
import type { LawFindingView } from "../../agent/api";

/** Of an element that the State's law requires and nobody but the sender can tell whether the text has it. */
export const elementOf = (one: LawFindingView): string | undefined =>
  one.key === "law.element_missing" ? one.arguments["element"] : undefined;

export interface LawSaid {
  /** Required elements, to be ticked as contained. */
  elements: LawFindingView[];
  /** Said against it by the State itself: it goes on with a reason only. */
  against: LawFindingView[];
  /** To know before sending. */
  notes: LawFindingView[];
}

export function lawSaid(findings: readonly LawFindingView[]): LawSaid {
  const elements = findings.filter((one) => elementOf(one) !== undefined);
  const rest = findings.filter((one) => elementOf(one) === undefined);
  return { elements, against: rest.filter((one) => one.needsReason), notes: rest.filter((one) => !one.needsReason) };
}

/** Whether it is sent only with a reason, while these elements are said to be in it. */
export const needsReason = (findings: readonly LawFindingView[], contained: readonly string[]): boolean =>
  findings.some((one) => one.needsReason && !contained.includes(elementOf(one) ?? ""));
