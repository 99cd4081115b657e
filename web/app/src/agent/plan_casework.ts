// Internal to src/agent: language versions and enquiries in what is being sent (platform/agent/draft_plan.cpp).
import { encodeCanonicalJson, type Json, type JsonObject } from "../crypto/canonicalJson.ts";
import { contentJson, contentOfJson, type RequestContent } from "../record/request_content.ts";
import {
  enquiryAnswerJson, enquiryAnswerOfJson, enquiryJson, enquiryOfJson, languageVersionJson, languageVersionOfJson,
  type Enquiry, type EnquiryAnswer, type LanguageVersion,
} from "../record/sealed_body.ts";

/** A version of a request that leaves with it, in the same append; `version.of` is not known before. */
export interface PlannedVersion {
  version: LanguageVersion;
  title: string;
  /** undefined: asked for. */
  content?: RequestContent;
}

export interface PlanCasework {
  /** Of a request that opens: what leaves with it in other languages. */
  versions?: PlannedVersion[];
  /** Of an answer to one. */
  language?: string;
  /** It is another entry in another language. */
  version?: LanguageVersion;
  /** A share that opens. */
  enquiry?: Enquiry;
  answer?: EnquiryAnswer;
}

const encodeVersion = ({ version, title, content }: PlannedVersion): JsonObject => ({
  version: languageVersionJson(version), title, ...(content === undefined ? {} : { content: contentJson(content) }),
});

export const caseworkJson = ({ versions, language, version, enquiry, answer }: PlanCasework): JsonObject => ({
  ...(language === undefined ? {} : { language }),
  ...(version === undefined ? {} : { version: languageVersionJson(version) }),
  ...(enquiry === undefined ? {} : { enquiry: enquiryJson(enquiry) }),
  ...(answer === undefined ? {} : { answer: enquiryAnswerJson(answer) }),
  ...(versions === undefined || versions.length === 0 ? {} : { versions: versions.map(encodeVersion) }),
});

/** For comparing. */
export const caseworkText = (plan: PlanCasework): string => encodeCanonicalJson(caseworkJson(plan));

function decodeVersion(json: Json): PlannedVersion | undefined {
  if (typeof json !== "object" || Array.isArray(json)) return undefined;
  const { version: said, title, content: text } = json;
  const version = said === undefined ? undefined : languageVersionOfJson(said);
  const content = text === undefined ? undefined : contentOfJson(text);
  if (version === undefined || typeof title !== "string" || (text !== undefined && content === undefined)) return undefined;
  return { version, title, ...(content === undefined ? {} : { content }) };
}

/** undefined: something of it is damaged. */
export function caseworkOfJson(get: (name: string) => Json | undefined): PlanCasework | undefined {
  const plan: PlanCasework = {};
  let good = true;
  const take = <Value>(name: string, read: (json: Json) => Value | undefined, keep: (value: Value) => void): void => {
    const json = get(name);
    if (json === undefined) return;
    const value = read(json);
    if (value === undefined) good = false;
    else keep(value);
  };
  take("language", (json) => (typeof json === "string" ? json : undefined), (value) => { plan.language = value; });
  take("version", languageVersionOfJson, (value) => { plan.version = value; });
  take("enquiry", enquiryOfJson, (value) => { plan.enquiry = value; });
  take("answer", enquiryAnswerOfJson, (value) => { plan.answer = value; });
  take("versions", (json) => (Array.isArray(json) ? json.map(decodeVersion) : undefined), (values) => {
    const read = values.filter((one) => one !== undefined);
    if (read.length === values.length) plan.versions = read;
    else good = false;
  });
  return good ? plan : undefined;
}
