// From where and how the people of a State or body come in, in sentences, and as somebody writes it anew.
import type { AccessRules, AccessRulesView } from "../../agent/api";
import { type Sentence, sentence } from "./sentence";

const minute = 60;
const hour = 3600;
const longestIdle = 15;
const longestSession = 12;

/** What is in force, the server's own times too. */
export function accessSentences(rules: AccessRulesView): Sentence[] {
  const { ranges } = rules;
  return [
    ranges.length === 0 ? sentence("rules.is.anywhere") : sentence("rules.is.from", { ranges: { list: ranges } }),
    ...(rules.certificate ? [sentence("rules.is.certificate")] : []),
    ...(rules.nativeOnly ? [sentence("rules.is.native")] : []),
    sentence(`rules.is.factor_${rules.factor}`),
    sentence("rules.is.idle", { minutes: Math.floor(rules.idle / minute) }),
    rules.absolute < hour ? sentence("rules.is.absolute_minutes", { minutes: Math.floor(rules.absolute / minute) })
      : sentence("rules.is.absolute", { hours: Math.floor(rules.absolute / hour) }),
    sentence(rules.exportRefused ? "rules.is.no_export" : "rules.is.export"),
  ];
}

export interface WrittenRules { from: string; ranges: string; factor: string; idle: string; absolute: string; exportRefused: boolean }

export const writtenOf = ({ ranges, factor, idle, absolute, exportRefused }: AccessRules): WrittenRules => ({
  from: ranges.length === 0 ? "anywhere" : "ranges",
  ranges: ranges.join("\n"),
  factor,
  idle: String(Math.max(1, Math.floor(idle / minute))),
  absolute: String(Math.max(1, Math.floor(absolute / hour))),
  exportRefused,
});

const rangesIn = ({ from, ranges }: WrittenRules): string[] => (from === "ranges" ? ranges.split(/[\s,;]+/u).filter((one) => one !== "") : []);
const wholeUpTo = (text: string, most: number): boolean => /^[0-9]{1,2}$/u.test(text.trim()) && Number(text) >= 1 && Number(text) <= most;

/** What is wrong before anybody is asked, and in which field. */
export function wrongIn(written: WrittenRules): { id: string; what: Sentence }[] {
  const wrong: { id: string; what: Sentence }[] = [];
  if (written.from === "ranges" && rangesIn(written).length === 0) wrong.push({ id: "ranges", what: sentence("rules.ranges_needed") });
  if (!wholeUpTo(written.idle, longestIdle)) wrong.push({ id: "idle", what: sentence("rules.idle_wrong") });
  if (!wholeUpTo(written.absolute, longestSession)) wrong.push({ id: "absolute", what: sentence("rules.absolute_wrong") });
  return wrong;
}

export const rulesOf = (written: WrittenRules): AccessRules => ({
  ranges: rangesIn(written),
  factor: written.factor === "code" || written.factor === "passkey" ? written.factor : "any",
  idle: Number(written.idle) * minute,
  absolute: Number(written.absolute) * hour,
  exportRefused: written.exportRefused,
});
