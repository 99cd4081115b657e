// Internal to src/agent: what is being sent, from the first byte sealed to the settled append
// (platform/agent/draft_plan.hpp).
import { encodeIdentity, parseIdentity, type HybridIdentity } from "../crypto/age/hybrid.ts";
import { openFile, singleProfile } from "../crypto/age/file.ts";
import { attempt, fail } from "../base/failure.ts";
import { hexEncode, wipe } from "../crypto/bytes.ts";
import { canonicalJsonBytes, parseCanonicalJson, type Json, type JsonObject } from "../crypto/canonicalJson.ts";
import { systemRandom } from "../crypto/random.ts";
import { isHex, sameRef, type AuthorityRef, type ChainId, type StatementId } from "../model/ids.ts";
import { onwardRules, type Onward } from "../model/policy.ts";
import { rowAnswers } from "../model/notices.ts";
import { reportRow, type ReportRow } from "../record/report_row.ts";
import { routing, type Routing } from "../record/request_bodies.ts";
import {
  contentJson, contentOfJson, sealedRouting, type RequestContent, type SealedRouting,
} from "../record/request_content.ts";
import { draftJson, draftOfJson, libraryVersion, type BodyDraft, type LibraryVersion, type RowAnswered } from "../record/sealed_body.ts";
import { membership } from "./acting.ts";
import { caseworkJson, caseworkOfJson, caseworkText, type PlanCasework } from "./plan_casework.ts";
import type { PolicyOrder, Seconds } from "./api.ts";
import { sealSecret } from "./keyring.ts";
import { digestOfSource } from "./bulk.ts";
import { stageName, type OutgoingFile } from "./seal.ts";
import type { AgentState } from "./state.ts";

const mostPlanBytes = 16 * 1024 * 1024;

/** Of a request that opens with a plan. */
export interface RequestPlan {
  routing: Routing;
  /** What a confidential one commits to. */
  withheld?: SealedRouting;
}

export interface DraftPlan extends PlanCasework {
  /** In the profile: 16 hex digits. */
  name: string;
  chain: ChainId;
  /** A new dossier; else a further entry. */
  opens: boolean;
  /** Of epoch 1 of a new dossier. */
  identity?: HybridIdentity;
  /** Of a new dossier. */
  to: AuthorityRef[];
  toText: string[];
  /** Sealed to. */
  epoch: number;
  /** Of a further entry, when it was sealed. */
  basis?: StatementId;
  at: Seconds;
  title: string;
  message: string;
  policy?: PolicyOrder;
  files: OutgoingFile[];
  /** It sends nothing: it keeps a draft, in an internal dossier. */
  draft?: BodyDraft;
  /** A request that opens with this plan. */
  request?: RequestPlan;
  /** Of a request. */
  content?: RequestContent;
  /** Of a work of the library. */
  work?: LibraryVersion;
  /** That a State is asked about. */
  reportRow?: ReportRow;
  /** What it says of it. */
  rowAnswer?: RowAnswered;
  /** Of a request that opens: what of its State's required elements its sender says it contains. */
  lawElements?: string[];
  /** The dossier of the kept draft that this is sent of; done with when nothing else of it is to be sent. */
  closes?: ChainId;
}

export const freshName = (): string => hexEncode(systemRandom(8));
export const planFolder = "drafts/plan";
export const planFile = (name: string): string => `${planFolder}/${name}.age`;

// --- written -------------------------------------------------------------------------------------------------------

function encodePolicy(policy: PolicyOrder): JsonObject {
  const fields: JsonObject = {
    caveats: [...policy.caveats], handling: [...policy.handling], onward: policy.onward, words: policy.words,
  };
  if (policy.reviewAt !== undefined) fields["review_at"] = policy.reviewAt;
  if (policy.expiresAt !== undefined) fields["expires_at"] = policy.expiresAt;
  return fields;
}

const encodeFile = (file: OutgoingFile): JsonObject => ({
  id: file.file.id,
  location: file.ticket?.location ?? "",
  modified: file.modified,
  name: file.file.name,
  salt: file.file.salt,
  sealed: file.sealed,
  sealed_sha256: file.sealedSha256,
  sealed_size: file.sealedSize,
  sha256: file.file.sha256,
  size: file.file.size,
  ticket: file.ticket?.ticket ?? "",
  type: file.file.type,
  uploaded: file.uploaded,
  ...(file.from === undefined ? {} : {
    from_attachment: file.from.attachment, from_chain: file.from.chain, from_seq: file.from.seq,
  }),
});

/** As an age file to the user: names, messages and the dossier identity are in it. */
export async function savePlan(state: AgentState, plan: DraftPlan): Promise<void> {
  const fields: JsonObject = {
    at: plan.at,
    chain: plan.chain,
    epoch: plan.epoch,
    files: plan.files.map(encodeFile),
    message: plan.message,
    opens: plan.opens,
    title: plan.title,
    to: plan.to.map(({ party, authority }) => ({ authority, party })),
    to_text: [...plan.toText],
  };
  if (plan.basis !== undefined) fields["basis"] = plan.basis;
  if (plan.identity !== undefined) fields["identity"] = encodeIdentity(plan.identity);
  if (plan.policy !== undefined) fields["policy"] = encodePolicy(plan.policy);
  if (plan.draft !== undefined) fields["draft"] = draftJson(plan.draft);
  if (plan.reportRow !== undefined) fields["report_row"] = reportRow.write(plan.reportRow);
  if (plan.rowAnswer !== undefined) [fields["row_answer"], fields["row_answered"]] = [plan.rowAnswer.answer, plan.rowAnswer.row];
  if (plan.work !== undefined) fields["work"] = libraryVersion.write(plan.work);
  if (plan.closes !== undefined) fields["closes"] = plan.closes;
  if (plan.content !== undefined) fields["content"] = contentJson(plan.content);
  if (plan.lawElements !== undefined) fields["law_elements"] = [...plan.lawElements];
  if (plan.request !== undefined) {
    fields["routing"] = routing.write(plan.request.routing);
    if (plan.request.withheld !== undefined) fields["withheld"] = sealedRouting.write(plan.request.withheld);
  }
  Object.assign(fields, caseworkJson(plan));
  const text = canonicalJsonBytes(fields);
  const sealed = sealSecret([membership(state).identity.recipient.text], text);
  await state.environment.profile.save(planFile(plan.name), sealed.bytes);
}

// --- read ----------------------------------------------------------------------------------------------------------

const damaged = (): never => fail("invalid_input", "draft.damaged");

/** Reads fields of an object; invalid_input "draft.damaged" for what is not there. */
function fieldsOf(json: Json | undefined) {
  if (typeof json !== "object" || Array.isArray(json)) return damaged();
  const get = (name: string): Json | undefined => (Object.hasOwn(json, name) ? json[name] : undefined);
  const text = (name: string): string => {
    const value = get(name);
    return typeof value === "string" ? value : damaged();
  };
  const array = (name: string): Json[] => {
    const value = get(name);
    return Array.isArray(value) ? value : damaged();
  };
  return {
    get,
    text,
    array,
    number(name: string): number {
      const value = get(name);
      return typeof value === "number" ? value : damaged();
    },
    flag(name: string): boolean {
      const value = get(name);
      return typeof value === "boolean" ? value : damaged();
    },
    texts: (name: string): string[] => array(name).map((value) => (typeof value === "string" ? value : damaged())),
    id(name: string, bytes: number): string {
      const value = text(name);
      return isHex(value, bytes) ? value : damaged();
    },
  };
}

function decodePolicy(json: Json): PolicyOrder {
  const fields = fieldsOf(json);
  const onward = fields.text("onward");
  if (!(onwardRules as readonly string[]).includes(onward)) damaged();
  const policy: PolicyOrder = {
    caveats: fields.texts("caveats"),
    handling: fields.texts("handling"),
    onward: onward as Onward,
    words: fields.text("words"),
  };
  if (fields.get("review_at") !== undefined) policy.reviewAt = fields.number("review_at");
  if (fields.get("expires_at") !== undefined) policy.expiresAt = fields.number("expires_at");
  return policy;
}

function decodeFile(json: Json): OutgoingFile {
  const fields = fieldsOf(json);
  const ticket = { location: fields.text("location"), ticket: fields.text("ticket") };
  const file: OutgoingFile = {
    modified: fields.number("modified"),
    file: {
      id: fields.id("id", 16),
      name: fields.text("name"),
      type: fields.text("type"),
      size: fields.number("size"),
      sha256: fields.id("sha256", 32),
      salt: fields.id("salt", 32),
    },
    sealedSize: fields.number("sealed_size"),
    sealedSha256: fields.id("sealed_sha256", 32),
    sealed: fields.flag("sealed"),
    uploaded: fields.flag("uploaded"),
  };
  if (ticket.ticket !== "") file.ticket = ticket;
  if (fields.get("from_chain") !== undefined) {
    file.from = {
      chain: fields.id("from_chain", 32), seq: fields.number("from_seq"), attachment: fields.id("from_attachment", 16),
    };
  }
  return file;
}

function decodePlan(name: string, json: Json): DraftPlan {
  const fields = fieldsOf(json);
  const plan: DraftPlan = {
    name,
    at: fields.number("at"),
    chain: fields.id("chain", 32),
    epoch: fields.number("epoch"),
    message: fields.text("message"),
    opens: fields.flag("opens"),
    title: fields.text("title"),
    toText: fields.texts("to_text"),
    to: fields.array("to").map((row) => {
      const each = fieldsOf(row);
      return { party: each.id("party", 32), authority: each.id("authority", 16) };
    }),
    files: fields.array("files").map(decodeFile),
  };
  if (fields.get("basis") !== undefined) plan.basis = fields.id("basis", 32);
  if (fields.get("identity") !== undefined) plan.identity = parseIdentity(fields.text("identity"));
  const policy = fields.get("policy");
  if (policy !== undefined) plan.policy = decodePolicy(policy);
  const draft = fields.get("draft");
  if (draft !== undefined) plan.draft = draftOfJson(draft) ?? damaged();
  const work = fields.get("work");
  if (work !== undefined) plan.work = libraryVersion.read(work) ?? damaged();
  const [row, answer] = [fields.get("report_row"), fields.get("row_answer")];
  if (row !== undefined) plan.reportRow = reportRow.read(row) ?? damaged();
  if (answer !== undefined) plan.rowAnswer = { answer: rowAnswers.find((one) => one === answer) ?? damaged(), row: fields.id("row_answered", 32) };
  if (fields.get("closes") !== undefined) plan.closes = fields.id("closes", 32);
  const [content, routed, withheld] = [fields.get("content"), fields.get("routing"), fields.get("withheld")];
  if (content !== undefined) plan.content = contentOfJson(content) ?? damaged();
  if (routed !== undefined) plan.request = { routing: routing.read(routed) ?? damaged() };
  if (withheld !== undefined) (plan.request ?? damaged()).withheld = sealedRouting.read(withheld) ?? damaged();
  Object.assign(plan, caseworkOfJson(fields.get) ?? damaged());
  if (fields.get("law_elements") !== undefined) plan.lawElements = fields.texts("law_elements");
  if (plan.opens !== (plan.identity !== undefined) || (plan.opens && plan.policy === undefined)) damaged();
  return plan;
}

/** not_found "draft.unknown"; invalid_input "draft.damaged" (or another person's, or of keys that are gone). */
export async function loadPlan(state: AgentState, name: string): Promise<DraftPlan> {
  if (!/^[0-9a-f]{16}$/.test(name)) return fail("not_found", "draft.unknown");
  const stored = await state.environment.profile.load(planFile(name));
  if (stored === null) return fail("not_found", "draft.unknown");
  const read = await attempt(() => {
    const plaintext = openFile(membership(state).identity, stored, singleProfile);
    try {
      return parseCanonicalJson(plaintext, mostPlanBytes);
    } finally {
      wipe(plaintext);
    }
  });
  return "failure" in read ? damaged() : decodePlan(name, read.value);
}

/** Every plan of this person in the profile; what does not open is another's, or of keys that are gone. */
export async function allPlans(state: AgentState): Promise<DraftPlan[]> {
  const plans: DraftPlan[] = [];
  for (const file of await state.environment.profile.list(planFolder)) {
    const plan = await attempt(() => loadPlan(state, file.slice(file.lastIndexOf("/") + 1).replace(/\.age$/, "")));
    if ("value" in plan) plans.push(plan.value);
  }
  return plans;
}

/** conflict "draft.being_sent": of that draft something is sent from this device and is not done. */
export async function requireNotBeingSent(state: AgentState, draft: ChainId): Promise<void> {
  if ((await allPlans(state)).some((plan) => plan.closes === draft)) fail("conflict", "draft.being_sent");
}

/** With the ciphertext it staged. */
export async function removePlan(state: AgentState, plan: DraftPlan): Promise<void> {
  const { carriage, profile } = state.environment;
  for (const { file } of plan.files) await carriage.withdraw(file.id);
  for (const file of plan.files) await profile.removePlace(stageName(file));
  await state.environment.profile.remove(planFile(plan.name));
}

// --- under way -----------------------------------------------------------------------------------------------------

const underWay = new WeakMap<AgentState, Set<string>>();

/** A draft is sent by one call at a time, and not dropped meanwhile. conflict "draft.under_way". */
export function requireAtRest(state: AgentState, name: string): void {
  if (isUnderWay(state, name)) fail("conflict", "draft.under_way");
}

export const isUnderWay = (state: AgentState, name: string): boolean => underWay.get(state)?.has(name) === true;

export async function whileUnderWay<T>(
  state: AgentState, plans: readonly DraftPlan[], run: () => Promise<T>,
): Promise<T> {
  let names = underWay.get(state);
  if (names === undefined) underWay.set(state, (names = new Set()));
  for (const { name } of plans) requireAtRest(state, name);
  for (const { name } of plans) names.add(name);
  try {
    return await run();
  } finally {
    for (const { name } of plans) names.delete(name);
  }
}

// --- begun before --------------------------------------------------------------------------------------------------

function samePolicy(a: PolicyOrder | undefined, b: PolicyOrder | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return encodePolicyText(a) === encodePolicyText(b);
}
const encodePolicyText = (policy: PolicyOrder): string => JSON.stringify(encodePolicy(policy));

const sameDraft = (a: BodyDraft | undefined, b: BodyDraft | undefined): boolean =>
  a === undefined || b === undefined ? a === b : JSON.stringify(draftJson(a)) === JSON.stringify(draftJson(b));

const workText = ({ work }: DraftPlan): string => (work === undefined ? "" : JSON.stringify(libraryVersion.write(work)));
const rowText = ({ reportRow: row, rowAnswer }: DraftPlan): string =>
  `${rowAnswer?.answer ?? ""} ${rowAnswer?.row ?? ""} ${row === undefined ? "" : JSON.stringify(reportRow.write(row))}`;

/** A confidential one has a salt of its own each time; what it says is what counts. */
const requestText = ({ request, content }: DraftPlan): string => JSON.stringify([
  content === undefined ? null : contentJson(content),
  request === undefined ? null : { ...request.routing, clear: request.routing.clear ?? request.withheld?.routing, commit: 0 },
]);

async function sameFile(begun: OutgoingFile, wanted: OutgoingFile): Promise<boolean> {
  if (begun.file.name !== wanted.file.name || begun.file.type !== wanted.file.type) return false;
  if (wanted.from !== undefined) return begun.from?.attachment === wanted.from.attachment;
  if (!begun.sealed) return begun.modified === wanted.modified && begun.file.size === wanted.file.size;
  // What was sealed is still what lies on the person's disk.
  const source = wanted.source;
  if (source === undefined || source.size !== begun.file.size) return false;
  return (await digestOfSource(source)) === begun.file.sha256;
}

/**
 * What is sent again after an interruption goes on with what had begun: the same recipients, words and files. The draft,
 * if there is one, with the files of this page as its sources.
 */
export async function begunBefore(state: AgentState, wanted: DraftPlan): Promise<DraftPlan | undefined> {
  for (const plan of await allPlans(state)) {
    if (plan.opens !== wanted.opens || plan.to.length !== wanted.to.length) continue;
    if (!plan.to.every((to, i) => sameRef(to, wanted.to[i]!))) continue;
    if (!wanted.opens && plan.chain !== wanted.chain) continue;
    if (plan.title !== wanted.title || plan.message !== wanted.message) continue;
    if (requestText(plan) !== requestText(wanted)) continue;
    if (workText(plan) !== workText(wanted) || rowText(plan) !== rowText(wanted)) continue;
    if (caseworkText(plan) !== caseworkText(wanted)) continue;
    if (!sameDraft(plan.draft, wanted.draft) || plan.closes !== wanted.closes) continue;
    if (!samePolicy(plan.policy, wanted.policy) || plan.files.length !== wanted.files.length) continue;
    let same = true;
    for (let i = 0; same && i < plan.files.length; ++i) same = await sameFile(plan.files[i]!, wanted.files[i]!);
    if (!same) continue;
    plan.files.forEach((file, i) => {
      const source = wanted.files[i]?.source;
      if (source !== undefined) file.source = source;
    });
    return plan;
  }
  return undefined;
}
