// Internal to src/agent: a request that is kept as a draft, for a colleague's visa before it leaves
// (platform/decisions/1564-required-visa.md). What it says beside its documents is one of the draft's files: the visa is on it.
import { fail } from "../base/failure.ts";
import { canonicalJsonBytes, type Json, type JsonObject } from "../crypto/canonicalJson.ts";
import { canonicalJson } from "../record/keys.ts";
import { requestRouting } from "../record/request_bodies.ts";
import { contentJson, contentOfJson } from "../record/request_content.ts";
import type { DraftVersion, KeptRequest, RequestOrder } from "./api.ts";
import type { KeptFile } from "./draft_versions.ts";
import { previewAttachment } from "./get.ts";
import type { AgentState } from "./state.ts";

export const requestType = "application/vnd.rogatory.request.v1+json";
const fileName = "request.json";
const mostBytes = 1024 * 1024;

export const isRequestFile = ({ file }: KeptFile): boolean => file.type === requestType;

/** Everything of an order but its recipients, message, restrictions and documents, which the draft says itself. */
export function requestFile({ form, offPlatform, confidential, lawElements = [] }: RequestOrder): { file: File; name: string; type: string } {
  const json: JsonObject = {
    v: 1, title: form.title, routing: requestRouting.write(form.routing), content: contentJson(form.content),
    ...(form.due === undefined ? {} : { due: form.due }), ...(form.unconfirmed ? { unconfirmed: true } : {}),
    ...(offPlatform ? { off_platform: true } : {}), ...(confidential ? { confidential: true } : {}),
    ...(lawElements.length === 0 ? {} : { law_elements: lawElements }),
  };
  return { file: new File([canonicalJsonBytes(json).slice()], fileName, { type: requestType }), name: fileName, type: requestType };
}

const malformed = (): never => fail("integrity", "draft.request_malformed");

export function parseRequestFile(bytes: Uint8Array): KeptRequest {
  const json = canonicalJson(bytes, mostBytes);
  if (json === undefined || typeof json !== "object" || Array.isArray(json)) return malformed();
  const { v, title, routing, content, due, unconfirmed = false, off_platform: offPlatform = false, confidential = false, law_elements: elements = [] } =
    json as Record<string, Json | undefined>;
  const flags = [unconfirmed, offPlatform, confidential].every((one) => typeof one === "boolean");
  if (v !== 1 || typeof title !== "string" || routing === undefined || content === undefined || !flags) return malformed();
  if ((due !== undefined && typeof due !== "number") || !Array.isArray(elements) || !elements.every((one) => typeof one === "string")) return malformed();
  return {
    form: {
      title, routing: requestRouting.read(routing) ?? malformed(), content: contentOfJson(content) ?? malformed(),
      unconfirmed: unconfirmed === true, ...(due === undefined ? {} : { due }),
    },
    offPlatform: offPlatform === true, confidential: confidential === true, lawElements: elements as string[],
  };
}

/** The request that a draft is, by its very file; undefined: it is none. */
export async function requestIn(state: AgentState, { chain }: DraftVersion, files: readonly KeptFile[]): Promise<KeptRequest | undefined> {
  const found = files.find(isRequestFile);
  if (found === undefined) return undefined;
  const { bytes } = await previewAttachment(state, chain, found.seq, found.file.id);
  return parseRequestFile(bytes);
}
