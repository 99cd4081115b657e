// One person at the page, for tests/adversary: the trusted end of the web client as it is shipped, in a process of its own,
// driven by the words of the command line. A line of JSON in is one act, a line out its answer:
//
//   {"words": ["dossier", "show", "3f2a…"], "ahead": "+25h"}  →  {"ok", "code", "key"?, "lines": […]}
//
// Each act begins as after a reload of the page: nothing is known but what the profile holds and who is signed in.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { Failure, isFailure } from "../../src/base/failure.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { secretOf, totpCode, usedElsewhere } from "../support/second_factor.ts";
import { browserLikeFetch } from "../agent/support/fetch.ts";
import { carriageHere } from "../agent/support/carrier.ts";
import type { AttachmentView, DossierView, Onward, PolicyOrder, SourceFile } from "../../src/agent/api.ts";
import { closeDossier, grant } from "../../src/agent/acts.ts";
import { approveInvitation } from "../../src/agent/approve.ts";
import { sendEnquiry } from "../../src/agent/enquiries.ts";
import { enrolmentSteps } from "../../src/agent/enrol.ts";
import { systemClock, type Environment } from "../../src/agent/environment.ts";
import { openEntry, saveAttachment } from "../../src/agent/get.ts";
import { dossiers, showDossier } from "../../src/agent/inbox.ts";
import { inviteMember } from "../../src/agent/invite.ts";
import { keepDraft } from "../../src/agent/kept_drafts.ts";
import { listParties } from "../../src/agent/parties.ts";
import { members, rekeySelf, removeMember, setMemberRole } from "../../src/agent/people.ts";
import { pinByFingerprint, unpin } from "../../src/agent/pin.ts";
import { receipts } from "../../src/agent/receipts.ts";
import { sendRequest } from "../../src/agent/request_send.ts";
import type { Unlocked } from "../../src/agent/secrets.ts";
import { addEntry, send } from "../../src/agent/send.ts";
import { makeServer } from "../../src/agent/server.ts";
import type { AgentState } from "../../src/agent/state.ts";
import { logStatusOf, openAgent, synchronise } from "../../src/agent/synchronise.ts";
import { changePassphrase, signIn } from "../../src/agent/unlock.ts";
import { verifyDossier } from "../../src/agent/verify.ts";
import { emptyContent } from "../../src/model/request_content.ts";
import type { RequestContent } from "../../src/record/request_content.ts";
import { diskProfile } from "./disk_profile.ts";
import { one, spelled, wordsOf, type Words } from "./words.ts";

interface Facts {
  url: string;
  certificate: string; // path
  profile: string; // folder
  passphrase: string; // paths of files
  totp: string;
  kit: string;
}

const facts = JSON.parse(process.argv[2] ?? "{}") as Facts;
const text = (path: string): string => readFileSync(path, "utf8").trimEnd();

let ahead = 0;
let heard: { warning: string; arguments: Record<string, string> }[] = [];
let unlocked: Unlocked | undefined;

const fetcher = browserLikeFetch(facts.url, text(facts.certificate));
const profile = diskProfile(facts.profile, `${facts.profile}.key`);
const environment: Environment = {
  server: makeServer({ origin: facts.url, fetch: fetcher }),
  profile,
  carriage: carriageHere({ profile, origin: facts.url, fetch: fetcher }),
  clock: { ...systemClock, wall: () => systemClock.wall() + ahead },
  observer: {
    onTransfer: () => undefined,
    onNotice: (notice) => void heard.push({ warning: `notice.${notice.key}`, arguments: notice.arguments }),
    // Nobody sits here: what only a person may decide is left undone.
    confirm: async (what) => {
      heard.push(...what.map((notice) => ({ warning: notice.key, arguments: notice.arguments })));
      return false;
    },
    stepUp: async () => {
      await environment.server.stepUp({ totp: await totpCode(secretOf(text(facts.totp))) });
      return true;
    },
    cancelled: () => false,
  },
};

const here = (): Unlocked => {
  if (unlocked === undefined) throw new Failure("unauthenticated", "session.none");
  return unlocked;
};
const opened = async (): Promise<AgentState> => openAgent(environment, here());

/** A page opens a file by its whole number; only who shortens it has the list read first. */
async function chainOf(state: AgentState, start: string): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(start)) return start;
  const found = (await dossiers(state)).filter(({ chain }) => chain.startsWith(start));
  if (found.length !== 1) throw new Failure("not_found", "dossier.unknown");
  return found[0]!.chain;
}

const sources = (paths: readonly string[]): SourceFile[] => paths.map((path) => ({
  name: basename(path), type: "application/octet-stream",
  file: new File([readFileSync(path)], basename(path), { lastModified: 1_700_000_000_000 }),
}));

const onwardOf = (words: Words, otherwise: Onward): Onward => one(words, "--onward", otherwise) as Onward;
const policyOf = (words: Words): PolicyOrder => ({
  onward: onwardOf(words, "own_party"), caveats: words.options.get("--caveat") ?? [], handling: words.options.get("--handling") ?? [],
  words: one(words, "--restriction-words"),
});
/** One account, as rows of a request or an enquiry. */
const rowsOf = (words: Words): RequestContent => ({
  ...emptyContent(), accounts: [{ key: "a1", number: one(words, "--account"), country: "SEN", signatories: [] }],
});
const inAMonth = (): number => Math.floor(Date.now() / 1000) + 30 * 86_400;

/**
 * Every file of every item, as somebody does who opens and saves one after the other. Where something is refused, what is
 * whole lies in another folder than `out`: there only what of the refused was let out.
 */
async function getAll(state: AgentState, chain: string, out: string): Promise<object> {
  const files: object[] = [];
  const missing: object[] = [];
  const shown: object[] = [];
  let worst: Failure | undefined;
  const whole: Whole[] = [];
  const view = await showDossier(state, chain);
  // The page shows such a file as stopped, and offers nothing of it to be opened.
  if (view.state === "broken" || view.state === "incomplete") throw new Failure("integrity", `dossier.${view.state}`);
  for (const { seq, void: isVoid } of view.entries) {
    if (isVoid) continue;
    let now;
    try {
      now = await openEntry(state, chain, seq);
    } catch (error) {
      if (!isFailure(error) || (error.code !== "not_found" && error.code !== "forbidden" && error.code !== "expired")) throw error;
      missing.push({ id: String(seq), problem: error.key });
      continue;
    }
    shown.push(now);
    if (now.problem !== undefined) {
      worst ??= new Failure("integrity", now.problem);
      continue;
    }
    for (const attachment of now.attachments) {
      try {
        files.push(await save(state, chain, seq, attachment, out, whole));
      } catch (error) {
        if (!isFailure(error) || error.code === "unavailable" || error.code === "unauthenticated") throw error;
        missing.push({ id: attachment.attachment, problem: error.key });
        if (error.code === "integrity") worst ??= error;
      }
    }
  }
  worst ??= missing.some((row) => (row as { problem: string }).problem === "attachment.withheld") ? new Failure("unavailable", "attachment.withheld") : undefined;
  for (const { name, bytes } of whole) {
    const folder = worst === undefined ? out : `${out}-whole`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  if (worst !== undefined) {
    heard.push(...missing.map((row) => ({ warning: (row as { problem: string }).problem, arguments: {} })));
    throw worst;
  }
  return { entries: shown, files, missing };
}

interface Whole { name: string; bytes: Uint8Array }

async function save(state: AgentState, chain: string, seq: number, { attachment }: AttachmentView, out: string, whole: Whole[]): Promise<object> {
  let pieces: Uint8Array[] = [];
  // A browser drops what was written to a file whose stream is aborted.
  const to = new WritableStream<Uint8Array>({ write: (piece) => void pieces.push(piece.slice()), abort: () => { pieces = []; } });
  const file = await saveAttachment(state, chain, seq, attachment, to).catch((error: unknown) => {
    if (pieces.length > 0) {
      mkdirSync(out, { recursive: true });
      writeFileSync(join(out, attachment), Buffer.concat(pieces));
    }
    throw error;
  });
  whole.push({ name: file.name, bytes: Buffer.concat(pieces) });
  return { name: file.name, size: file.size, sha256: file.sha256, restriction_sheet: file.restrictionSheet?.name };
}

async function enrol(words: Words): Promise<object> {
  const steps = enrolmentSteps(environment);
  await steps.begin({ sheet: readFileSync(one(words, "--sheet"), "utf8"), code: text(one(words, "--code-file")) });
  const user = one(words, "--user");
  const { secret } = await steps.prepareTotp(user);
  const kit = await steps.prepareKit({ userName: user, passphrase: text(facts.passphrase), language: "en", displayName: one(words, "--display-name", user) });
  writeFileSync(one(words, "--kit-out"), kit, { mode: 0o600 });
  writeFileSync(one(words, "--totp-secret-file"), `${secret}\n`, { mode: 0o600 });
  usedElsewhere(secret, one(words, "--totp-secret-file"));
  if (!steps.readBackKit(kit)) throw new Error("the kit does not read back");
  const outcome = await steps.answer({ totp: await totpCode(secret) });
  return { state: outcome.state, comparison_digits: outcome.comparisonDigits, fingerprint: outcome.partyDigits };
}

async function begin(): Promise<object> {
  const known = await environment.profile.load("account.json");
  usedElsewhere(secretOf(text(facts.totp)), facts.totp);
  for (let attempt = 1; ; ++attempt) {
    try {
      unlocked = await signIn(environment, {
        passphrase: text(facts.passphrase), factor: { totp: await totpCode(secretOf(text(facts.totp))) },
        ...(known === null ? { kit: readFileSync(facts.kit, "utf8") } : {}),
      });
      return { signed_in: true };
    } catch (error) {
      if (!isFailure(error, "sign_in.refused") || attempt === 3) throw error;
    }
  }
}

const withDossier = (view: DossierView): object => ({ ...view, dossier: view.chain });

async function act(words: Words): Promise<unknown> {
  const [first = "", second = "", third = ""] = words.plain;
  switch (`${first} ${second}`) {
    case "dossier list": {
      const views = await dossiers(await opened());
      const broken = views.filter(({ state }) => state === "broken");
      if (broken.length > 0) {
        heard.push(...broken.flatMap(({ warnings }) => warnings).map((key) => ({ warning: key, arguments: {} })));
        throw new Failure("integrity", "state.broken");
      }
      return { items: views.map(withDossier) };
    }
    case "dossier show": {
      const state = await opened();
      const view = await showDossier(state, await chainOf(state, third));
      if (view.state === "broken") throw new Failure("integrity", "dossier.broken");
      return withDossier(view);
    }
    case "dossier close": {
      const state = await opened();
      return closeDossier(state, await chainOf(state, third));
    }
    case "member list": return { items: await members(await opened()) };
    case "member invite": {
      const made = await inviteMember(await opened(), one(words, "--role"), 72);
      writeFileSync(one(words, "--code-out"), `${made.code}\n`, { mode: 0o600 });
      return { invitation: made.invitation, not_after: made.notAfter };
    }
    case "member approve": return approveInvitation(await opened(), third, one(words, "--digits"));
    case "member remove": return removeMember(await opened(), third);
    // Without a name it is one's own.
    case "member rekey": return rekeySelf(await opened(), text(facts.passphrase));
    case "member role": return setMemberRole(await opened(), third, words.plain[3] ?? "");
    case "party list": return { items: await listParties(await opened()) };
    case "party pin": return pinByFingerprint(await opened(), third, one(words, "--fingerprint"));
    case "party unpin": return unpin(await opened(), third);
    case "log status": {
      const state = await opened();
      await synchronise(state);
      const status = logStatusOf(state);
      return { ...status, cosigned: status.witnessed };
    }
    case "draft keep": return keepDraft(await opened(), {
      files: sources(words.plain.slice(2)), kept: [], to: words.options.get("--to") ?? [], title: one(words, "--title"), message: one(words, "--message"),
      policy: policyOf(words), together: false,
    });
    case "request send": return sendRequest(await opened(), {
      form: {
        title: one(words, "--title"), unconfirmed: false, due: inAMonth(),
        routing: { reference: one(words, "--reference"), nature: "judicial_assistance", kinds: ["bank_records"], urgency: "ordinary", language: "en" },
        content: { ...rowsOf(words), blocks: { assistance: one(words, "--assistance"), facts: one(words, "--facts") } },
      },
      to: one(words, "--to"), with: [], offPlatform: false, confidential: words.options.has("--confidential"), message: one(words, "--message"),
      files: sources(words.plain.slice(2)), policy: policyOf(words),
    });
    case "enquiry send": return sendEnquiry(await opened(), {
      to: one(words, "--to"), title: one(words, "--title"), message: one(words, "--message"), kinds: ["bank_records"], answerBy: "", content: rowsOf(words),
      files: [], policy: policyOf(words),
    });
    case "session list": return { items: [await environment.server.me()] };
    case "passphrase change": {
      const file = one(words, "--new-passphrase-file");
      return changePassphrase(environment, here(), text(facts.passphrase), file === "" ? "neuf rideaux gardent une horloge sous la neige" : text(file));
    }
  }
  switch (first) {
    case "sign-in": return begin();
    case "enrol": return enrol(words);
    case "get": {
      const state = await opened();
      return getAll(state, await chainOf(state, second), one(words, "--out"));
    }
    case "verify": {
      const state = await opened();
      const verified = await verifyDossier(state, await chainOf(state, second));
      if (verified.problems.length > 0) {
        heard.push(...verified.problems.map((key) => ({ warning: key, arguments: {} })));
        throw new Failure("integrity", verified.problems[0]!);
      }
      return verified;
    }
    case "receipts": {
      const state = await opened();
      return { items: await receipts(state, await chainOf(state, second)) };
    }
    case "grant": {
      const state = await opened();
      return grant(state, await chainOf(state, second), one(words, "--to"));
    }
    case "send": return {
      items: await send(await opened(), {
        files: sources(words.plain.slice(1)), to: words.options.get("--to") ?? [], title: one(words, "--title"), message: one(words, "--message"),
        policy: policyOf(words), together: words.options.has("--together"),
      }),
    };
    case "add": {
      const state = await opened();
      const stricter = words.options.has("--onward") || words.options.has("--caveat");
      return addEntry(state, {
        chain: await chainOf(state, second), files: sources(words.plain.slice(2)), title: one(words, "--title"), message: one(words, "--message"),
        ...(stricter ? { policy: policyOf(words) } : {}),
      });
    }
  }
  throw new Error(`the harness knows no such act of the page: ${words.plain.join(" ")}`);
}

const resumable = ["client.transfer_cut", "download.incomplete", "upload.incomplete", "append.unsettled", "append.needs_factor", "append.earlier_waits", "enrolment.unsettled"];
const exits: Record<string, number> = {
  invalid_input: 9, too_large: 9, unsupported: 9, expired: 9, unauthenticated: 3, forbidden: 4, not_found: 4, conflict: 5,
  precondition_failed: 5, integrity: 6, storage_full: 8, too_many: 7, unavailable: 7,
};

await cryptoReady;
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as { words: string[]; ahead?: string };
  heard = [];
  ahead = /^\+(\d+)h$/.test(order.ahead ?? "") ? Number(order.ahead!.slice(1, -1)) * 3600 : 0;
  let answer: object;
  try {
    const value = spelled(await act(wordsOf(order.words)) ?? {});
    answer = { ok: true, code: 0, lines: [...heard, value], value };
  } catch (error) {
    if (isFailure(error)) {
      const said = { code: error.code, key: error.key, arguments: error.arguments };
      answer = { ok: false, code: resumable.includes(error.key) ? 10 : (exits[error.code] ?? 1), lines: [...heard, { error: said }] };
    } else {
      answer = { ok: false, code: 1, lines: [...heard, { error: { code: "unexpected", key: "internal", arguments: { detail: String(error) } } }] };
      console.error(error);
    }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
