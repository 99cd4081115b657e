// The scripted world of the working screens: an FIU that acts, files in every state, people, States and bodies, alarms.
// "?world=empty" in the first address: an authority on its first day. "?world=alarm": one whose log was forked.

import type {
  AccessRulesView, AgentApi, Alarm, AuthorityLabel, BundleFindings, DossierView, Draft, EntryView, KeptDraft, MemberView, OpenedFile, PartyView,
  PendingInvitation, PolicyView, ReceiptView, RegisterNews, Sent,
} from "../../src/agent/api";
import { pdfBytes, pngBytes } from "./documents.ts";
import { libraryAnswers, libraryFiles } from "./library.ts";
import { casebookAnswers } from "./casebook.ts";
import { noticeAnswers } from "./notices.ts";
import { reportRowAnswers } from "./report_rows.ts";
import type { VisaAct } from "../../src/model/visa.ts";
import { received, requestAnswers, requestFiles } from "./requests.ts";

type Tell = (name: "transfer" | "notice" | "locked" | "changed" | "alarm" | "question", ...values: unknown[]) => void;

const hex = (seed: number): string => seed.toString(16).padStart(2, "0").repeat(32);
const now = (): number => Math.floor(Date.now() / 1000);
const day = 86_400;
const wait = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
const refuse = (code: string, key: string, values: Record<string, string> = {}): never => {
  throw { code, key, arguments: values };
};

const label = (partyCode: string, authorityName: string, at: number): AuthorityLabel =>
  ({ partyCode, authorityName, foundedId: hex(at + 100), authority: hex(at) });
const fiu = label("SEN", "FIU", 2);
const central = label("SEN", "Central authority", 5);
const prosecutor = label("X-OTP", "Investigations", 60);
const tracfin = label("FRA", "FIU", 62);
const aro = label("FRA", "ARO", 64);
const unknown: AuthorityLabel = { partyCode: "", authorityName: "", foundedId: hex(180), authority: hex(66) };

const open: PolicyView = { onward: "free", caveats: [], handling: [], words: "", sealedHalfKnown: true };
const leadOnly: PolicyView = { ...open, onward: "source_consent", caveats: ["93-8-b"] };
const within: PolicyView = { ...open, onward: "own_party", handling: ["H1"], words: "Please telephone before any act in the case.", reviewAt: now() + 20 * day };

let next = 200;
function entry(seq: number, author: AuthorityLabel, change: Partial<EntryView> = {}): EntryView {
  next += 1;
  return {
    seq, id: next.toString(16).padStart(64, "0"), index: 100 + next, author, authorName: "", at: now() - (10 - seq) * day, epoch: 1, opened: true, title: "", message: "",
    attachments: [], policy: open, void: false, outcome: "ok", warnings: [], counting: true, unread: false, own: false, ...change,
  };
}
function file(at: number, name: string, type: string, size: number, opened = true): EntryView["attachments"][number] {
  return { attachment: hex(at).slice(0, 32), sealedSize: size + 2200, name: opened ? name : "", type: opened ? type : "", size: opened ? size : 0, state: "available" };
}
function dossier(at: number, change: Partial<DossierView>): DossierView {
  const opener = change.opener ?? prosecutor;
  return {
    chain: hex(at), kind: "share", title: "", opener, participants: [fiu, prosecutor], state: "open", epoch: 1, policy: open,
    openedAt: now() - 9 * day, lastAt: now() - day, lastIndex: now() - day, entries: [],
    acts: [{ seq: 0, id: hex(at).slice(0, 60) + "0000", kind: "opened", author: opener, at: now() - 9 * day, void: false, about: "" }],
    unread: 0, warnings: [], own: fiu, ...change,
  };
}

function files(): DossierView[] {
  return [
    dossier(30, {
      unread: 1, policy: { ...leadOnly, caveats: [], sealedHalfKnown: false }, lastAt: now() - 3600, lastIndex: now() - 3600,
      entries: [entry(1, prosecutor, {
        authorName: "OTP-ANALYST-4", opened: false, unread: true, at: now() - 3600, policy: { ...leadOnly, caveats: [], sealedHalfKnown: false },
        attachments: [file(70, "", "", 1_840_000, false), file(71, "", "", 214_000_000, false)],
      })],
    }),
    dossier(31, {
      title: "Accounts of the company Baobab", opener: fiu, policy: leadOnly, lastAt: now() - 2 * day, lastIndex: now() - 2 * day,
      entries: [
        entry(1, fiu, {
          own: true, authorName: "FIU-07", title: "Accounts of the company Baobab", message: "See annex A, page 3.\nThe second account was opened under another name.",
          policy: leadOnly, attachments: [file(72, "Annex A.pdf", "application/pdf", 84_210), file(73, "relevés 2025.csv", "text/csv", 2_950), file(74, "Signature card.png", "image/png", 18_400), file(75, "Model.xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12", 640_200)],
        }),
        entry(4, prosecutor, { authorName: "OTP-ANALYST-4", title: "Thank you; one question", message: "Who signed for the account ending in 4711?", policy: within, at: now() - 2 * day }),
      ],
      acts: [
        { seq: 0, id: hex(31).slice(0, 60) + "0000", kind: "opened", author: fiu, at: now() - 10 * day, void: false, about: "" },
        { seq: 2, id: hex(32), kind: "consented", author: fiu, at: now() - 7 * day, void: false, about: "FRA/ARO" },
        { seq: 3, id: hex(33), kind: "granted", author: prosecutor, at: now() - 6 * day, void: false, about: "FRA/ARO" },
        { seq: 5, id: hex(34), kind: "granted", author: prosecutor, at: now() - day, void: true, about: "void.consent_spent" },
      ],
      participants: [fiu, prosecutor, aro],
    }),
    dossier(35, {
      title: "Villa at Saly: register extract", opener: tracfin, participants: [tracfin, fiu], state: "closed", policy: within, lastAt: now() - 40 * day, lastIndex: now() - 40 * day,
      entries: [entry(1, tracfin, { authorName: "TRACFIN-12", title: "Villa at Saly: register extract", at: now() - 41 * day, policy: within, attachments: [file(76, "Extract.pdf", "application/pdf", 411_000)] })],
    }),
    dossier(36, { title: "Vehicles", opener: prosecutor, state: "incomplete", warnings: ["incomplete"], entries: [entry(1, prosecutor, { title: "Vehicles", authorName: "OTP-ANALYST-2" })] }),
    dossier(37, { title: "", opener: unknown, participants: [fiu, unknown], state: "unverified", warnings: ["participant_not_pinned"], unread: 1, entries: [entry(1, unknown, { opened: false, unread: true, outcome: "unverified", attachments: [file(77, "", "", 9000, false)] })] }),
    ...requestFiles(dossier, entry, fiu, prosecutor, tracfin),
    dossier(38, { title: "Request of the Chamber", own: central, participants: [central, prosecutor], unread: 0, entries: [entry(1, prosecutor, { title: "Request of the Chamber", authorName: "OTP-ANALYST-1" })] }),
  ];
}

export function caseworkAnswers(tell: Tell): Partial<AgentApi> {
  let visa: VisaAct[] = [];
  let accessView: AccessRulesView = { ranges: ["192.0.2.0/24", "2001:db8:1200::/40"], factor: "any", idle: 900, absolute: 8 * 3600, exportRefused: true, nativeOnly: false, certificate: false, set: { id: hex(60), by: "FIU-07", at: now() - 40 * day }, may: true };
  const asked = new URLSearchParams(location.search).get("world");
  if (asked !== null) sessionStorage.setItem("double.world", asked);
  const world = sessionStorage.getItem("double.world") ?? "";
  let dossiers = world === "empty" ? [] : files();
  let cancelled = false;

  const authority = (name: string, kind: string, live = true) => ({ authority: hex(90 + name.length), name, kind, generation: 1, custodians: live ? 2 : 1, live, root: true, managers: live ? ["FIU-01", "FIU-02"] : ["ARO-1"] });
  const print = "84012 33719 50022 71845 20961 44870 13355 90027";
  let parties: PartyView[] = [
    { code: "SEN", name: "Senegal", state: "founded", fingerprint: print, pinned: "own", authorities: [{ ...authority("FIU", "fiu", world !== "empty"), authority: hex(2), publisher: true }, { ...authority("Central authority", "central_authority"), authority: hex(5), root: false, publisher: false }], problem: "" },
    { code: "X-OTP", name: "Office of the Prosecutor", state: "founded", fingerprint: print, pinned: world === "empty" ? "" : "vouched", authorities: [{ ...authority("Investigations", "court_section"), authority: hex(60) }], problem: "" },
    { code: "X-REG", name: "Registry", state: "founded", fingerprint: print, pinned: world === "empty" ? "" : "note_verbale", authorities: [authority("Registry", "registry")], problem: "" },
    { code: "FRA", name: "France", state: "founded", fingerprint: print, pinned: world === "empty" ? "" : "note_verbale", authorities: [{ ...authority("FIU", "fiu"), authority: hex(62) }, { ...authority("ARO", "aro", false), authority: hex(64) }], problem: "" },
    { code: "CIV", name: "Côte d’Ivoire", state: "founded", fingerprint: print, pinned: "", authorities: [authority("CENTIF", "fiu")], problem: "" },
    { code: "MLI", name: "Mali", state: "succeeded", fingerprint: "11012 33719 50022 71845 20961 44870 13355 90027", pinned: "note_verbale", succeededBy: print, authorities: [authority("CENTIF", "fiu")], problem: "" },
    { code: "MLI", name: "Mali", state: "founded", fingerprint: print, pinned: world === "empty" ? "" : "note_verbale", succeeds: "11012 33719 50022 71845 20961 44870 13355 90027", noteVerbale: "NV 12/2027", authorities: [{ ...authority("CENTIF", "fiu"), authority: hex(66) }, { ...authority("OCRGDF", "police"), authority: hex(67), root: false }], problem: "" },
    { code: "KEN", name: "Kenya", state: "created", fingerprint: "", pinned: "", authorities: [], problem: "" },
  ];
  let members: MemberView[] = [
    { member: hex(3), displayName: "FIU-01", role: "custodian", self: true }, { member: hex(80), displayName: "FIU-02", role: "custodian", self: false },
    { member: hex(81), displayName: "FIU-07", role: "officer", self: false }, { member: hex(82), displayName: "FIU-11", role: "reader", self: false },
  ];
  if (world === "empty") members = members.slice(0, 1);
  let pending: PendingInvitation[] = world === "empty" ? [] : [
    { invitation: hex(83).slice(0, 32), kind: "member", role: "officer", state: "answered", notAfter: now() + 3 * day, displayName: "FIU-12", comparisonDigits: "04181 77120 93344 10582", comparisonRequired: true, problem: "" },
    { invitation: hex(84).slice(0, 32), kind: "member", role: "reader", state: "open", notAfter: now() + 2 * day, displayName: "", comparisonDigits: "", comparisonRequired: false, problem: "" },
  ];
  let alarms: Alarm[] = world === "alarm"
    ? [{ name: "20261128-020000-log.forked", what: "log.forked", at: now() - 3600, standing: true, resolution: "" },
      { name: "20261001-101500-attachment.digest", what: "attachment.digest", at: now() - 58 * day, standing: false, resolution: "" }] : [];
  let drafts: Draft[] = world === "empty" ? [] : [{ name: "plan-1", chain: hex(31), stage: "uploading", at: now() - 2 * 3600, to: ["X-OTP/Investigations"], underWay: false, missing: [] }];
  let keptDrafts: KeptDraft[] = world === "empty" ? [] : [
    {
      chain: hex(40), seq: 1, read: true, title: "Accounts of the company Baobab, second part", message: "For the judge at Bamako; see page 3.", to: [{ partyCode: "MLI" }],
      together: false, policy: { ...leadOnly, caveats: ["73"] }, at: now() - 3 * day, author: "FIU-07", approvedBy: ["FIU-02"], mayApprove: true,
      files: [{ seq: 1, attachment: hex(78).slice(0, 32), name: "Relevés 2025.csv", type: "text/csv", size: 2_950 }, { seq: 1, attachment: hex(79).slice(0, 32), name: "Annex C.pdf", type: "application/pdf", size: 84_210 }],
    },
    {
      chain: hex(41), seq: 1, read: true, title: "Villa at Saly", message: "", to: [{ partyCode: "BEN" }, { partyCode: "KEN" }, { partyCode: "FRA", authority: hex(62) }],
      together: false, policy: within, at: now() - 9 * day, author: "FIU-01", approvedBy: [], mayApprove: false, files: [],
    },
  ];
  let news: RegisterNews[] = [
    { seq: 12, id: hex(85), index: 4001, kind: "member_added", memberName: "FIU-02", at: now() - 6 * day, signedBy: "colleague", void: false, counting: true, disputed: false },
    { seq: 13, id: hex(86), index: 4100, kind: "role_changed", memberName: "FIU-01", at: now() - 2 * day, signedBy: world === "alarm" ? "own_key_elsewhere" : "this_device", void: false, counting: true, disputed: false },
  ];
  const code = (): string => Array.from({ length: 28 }, () => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[Math.floor(Math.random() * 32)]).join("");

  const find = (chain: string): DossierView => dossiers.find((one) => one.chain === chain) ?? refuse("not_found", "dossier.unknown", { name: chain.slice(0, 12) });
  const change = (chain: string, next: (old: DossierView) => DossierView): void => {
    dossiers = dossiers.map((one) => (one.chain === chain ? next(one) : one));
    tell("changed");
  };
  const act = (chain: string, kind: string, about = ""): void => change(chain, (old) => ({
    ...old, acts: [...old.acts, { seq: old.acts.length + old.entries.length, id: hex(Math.floor(Math.random() * 255)), kind, author: fiu, at: now(), void: false, about }],
  }));
  async function transfer(phase: "seal" | "upload" | "download" | "open", name: string, total: number): Promise<void> {
    for (let step = 0; step <= 10; step += 1) {
      if (cancelled) {
        cancelled = false;
        refuse("unavailable", "transfer.cancelled");
      }
      tell("transfer", { phase, name, done: Math.round((total * step) / 10), total });
      await wait(30);
    }
  }
  const content = (name: string): Uint8Array<ArrayBuffer> => name.endsWith(".pdf") ? pdfBytes(name) : name.endsWith(".png") ? pngBytes()
    : new TextEncoder().encode("date;amount;currency\n2025-03-01;12500,00;XOF\n2025-03-04;98000,00;XOF\n");
  const opened = (chain: string, seq: number, attachment: string): OpenedFile => {
    const at = find(chain).entries.find((one) => one.seq === seq)!;
    const found = at.attachments.find((one) => one.attachment === attachment)!;
    const restricted = at.policy.onward !== "free" || at.policy.caveats.length > 0;
    return {
      attachment, name: found.name, type: found.type, size: found.size, sha256: hex(9), seq,
      ...(restricted ? { restrictionSheet: { name: `${found.name}.restrictions.txt`, text: "RESTRICTIONS ON USE AND DISCLOSURE\n" } } : {}),
    };
  };
  const sent = (to: string[], names: { name: string; size: number }[]): Sent => ({
    chain: hex(31), seq: 1, entry: hex(200), index: 5000, to, counting: false,
    files: names.map((one) => ({ attachment: hex(201), name: one.name, size: one.size, sha256: hex(9) })),
  });
  const receipts: ReceiptView[] = [
    { authority: prosecutor, memberName: "OTP-ANALYST-4", member: hex(120), kind: "fetched", entrySeq: 1, at: now() - 8 * day },
    { authority: prosecutor, memberName: "OTP-ANALYST-4", member: hex(120), kind: "opened_receipt", entrySeq: 1, at: now() - 8 * day + 60 },
    { authority: aro, memberName: "ARO-3", member: hex(121), kind: "fetched", entrySeq: 1, at: now() - 5 * day },
  ];
  const holding: BundleFindings = {
    holds: true,
    findings: [
      { key: "custody.check.archive.passed", arguments: { count: "14" }, outcome: "holds" },
      { key: "custody.check.maker.passed", arguments: { name: "FIU-07", who: "SEN/FIU" }, outcome: "holds" },
      { key: "custody.check.parties.unproven", arguments: { parties: "X-OTP" }, outcome: "not_shown" },
      { key: "custody.check.places.passed", arguments: { count: "9" }, outcome: "holds" },
    ],
  };

  return {
    ...requestAnswers(tell, () => dossiers, fiu, prosecutor, tracfin),
    dossiers: async () => dossiers,
    dossier: async (chain) => libraryFiles(fiu, prosecutor, tracfin).find((one) => one.chain === chain) ?? find(chain),
    receipts: async (chain) => (chain === hex(31) ? receipts : []),
    openEntry: async (chain, seq) => {
      await transfer("download", "…", 1_840_000);
      change(chain, (old) => ({
        ...old, unread: 0, title: "Accounts at the Banque du Fleuve",
        entries: old.entries.map((one) => (one.seq !== seq ? one : {
          ...one, opened: true, unread: false, title: "Accounts at the Banque du Fleuve", message: "We hold that these accounts belong together.\n\nMay we use the second annex as evidence?",
          policy: leadOnly, attachments: [file(70, "Annex 1.pdf", "application/pdf", 1_840_000), file(71, "Statements.zip", "application/zip", 214_000_000)],
        })),
      }));
      return find(chain).entries.find((one) => one.seq === seq)!;
    },
    restrictionsBeside: async (_chain, _seq, { name }) => ({ name: `${name}.restrictions.txt`, text: "RESTRICTIONS ON USE AND DISCLOSURE" }),
    saveAttachment: async (chain, seq, attachment, to) => {
      const got = opened(chain, seq, attachment);
      await transfer("open", got.name, got.size);
      const writer = to.getWriter();
      await writer.write(content(got.name));
      await writer.close();
      return got;
    },
    previewAttachment: async (chain, seq, attachment) => {
      const got = opened(chain, seq, attachment);
      await transfer("download", got.name, got.size);
      return { file: got, bytes: content(got.name) };
    },
    keptDrafts: async () => keptDrafts,
    keepDraft: async (order) => {
      for (const one of order.files) await transfer("upload", one.name, one.file.size);
      const chain = order.of?.chain ?? hex(42);
      const before = keptDrafts.find((one) => one.chain === chain);
      keptDrafts = [{
        chain, seq: (before?.seq ?? 0) + 1, read: true, title: order.title, message: order.message, together: order.together, policy: order.policy, at: now(), author: "FIU-01", approvedBy: [], mayApprove: false,
        to: order.to.map((to) => ({ partyCode: to.split("/")[0]!, ...(to.includes("/") ? { authority: hex(62) } : {}) })),
        files: [
          ...(before?.files.filter((one) => order.kept.includes(one.attachment)) ?? []),
          ...order.files.map((one, index) => ({ seq: 2, attachment: hex(140 + index).slice(0, 32), name: one.name, type: one.type, size: one.file.size })),
        ],
      }, ...keptDrafts.filter((one) => one.chain !== chain)];
      tell("changed");
      return { chain, seq: (before?.seq ?? 0) + 1 };
    },
    sendDraft: async ({ chain }) => {
      const draft = keptDrafts.find((one) => one.chain === chain) ?? refuse("not_found", "draft.unknown");
      keptDrafts = keptDrafts.filter((one) => one !== draft);
      tell("changed");
      return draft.to.map((to) => sent([to.partyCode], draft.files));
    },
    approveDraft: async ({ chain }) => {
      keptDrafts = keptDrafts.map((one) => one.chain === chain ? { ...one, approvedBy: [...one.approvedBy, "FIU-01"], mayApprove: false } : one);
      tell("changed");
    },
    discardDraft: async (chain) => {
      keptDrafts = keptDrafts.filter((one) => one.chain !== chain);
      tell("changed");
    },
    readPaperKey: async (typed) => {
      const text = typed.replace(/\s+/gu, "");
      if (!/^age1[0-9a-z]{58,}$/u.test(text)) refuse("invalid_input", "age.recipient");
      return { kind: text.startsWith("age1pq1") ? "hybrid" : "x25519", text };
    },
    sealToFile: async (order, to) => {
      await transfer("seal", order.name, 1_000_000);
      const writer = to.getWriter();
      await writer.write(new TextEncoder().encode("age-encryption.org/v1\n"));
      await writer.close();
      return {
        name: order.name, size: 1_002_000, sha256: hex(9), kind: "x25519",
        sheet: { name: `${order.name}.restrictions.txt`, text: "RESTRICTIONS ON USE AND DISCLOSURE\n" },
      };
    },
    cancelTransfer: async () => {
      cancelled = true;
    },
    send: async (order) => {
      for (const one of order.files) {
        await transfer("seal", one.name, one.file.size);
        await transfer("upload", one.name, one.file.size);
      }
      const list = order.files.map((one) => ({ name: one.name, size: one.file.size }));
      return order.together ? [sent(order.to, list)] : order.to.map((to) => sent([to], list));
    },
    addEntry: async (order) => {
      for (const one of order.files) await transfer("upload", one.name, one.file.size);
      change(order.chain, (old) => ({ ...old, entries: [...old.entries, entry(old.entries.length + old.acts.length, fiu, { own: true, authorName: "FIU-07", title: order.title, message: order.message, at: now(), counting: false, warnings: ["not_yet_witnessed"] })] }));
      return sent([], order.files.map((one) => ({ name: one.name, size: one.file.size })));
    },
    keepWriting: async () => undefined,
    keptWriting: async () => "",
    drafts: async () => drafts,
    resumeDraft: async (name) => {
      await transfer("upload", "Annex A.pdf", 84_210);
      drafts = drafts.filter((one) => one.name !== name);
      return sent(["X-OTP/Investigations"], []);
    },
    dropDraft: async (name) => {
      drafts = drafts.filter((one) => one.name !== name);
    },
    verifyDossier: async () => ({ statements: 21, voidStatements: 1, grants: 4, entries: 3, logSize: 4211, problems: world === "alarm" ? ["chain.not_as_logged"] : [] }),
    grant: async (chain, to) => {
      if (to.startsWith("FRA")) refuse("forbidden", "grant.consent_needed", { owners: "X-OTP/Investigations" });
      act(chain, "granted", to);
    },
    consent: async (order) => act(order.chain, "consented", order.to),
    release: async (chain) => act(chain, "released"),
    revoke: async (chain, from) => act(chain, "revoked", from),
    withdraw: async (chain) => act(chain, "withdrawn"),
    setPolicy: async (chain, policy) => act(chain, "policy_changed", policy.onward),
    closeDossier: async (chain) => change(chain, (old) => ({ ...old, state: "closed" })),
    reopenDossier: async (chain) => change(chain, (old) => ({ ...old, state: "open" })),
    ...noticeAnswers(),
    ...libraryAnswers(fiu, prosecutor, tracfin),
    ...casebookAnswers(() => members, received, hex(31), world === "empty"),
    accessRules: async () => accessView,
    setAccessRules: async (rules) => { accessView = { ...accessView, ...rules, set: { id: hex(60), by: "FIU-07", at: now() } }; },
    visaRule: async () => ({ acts: [...visa], awaits: false }),
    setVisa: async (acts) => { visa = acts; },
    keptRequest: async () => undefined,
    ...reportRowAnswers(fiu, prosecutor),
    setPublisher: async (which, publisher) => {
      parties = parties.map((one) => ({ ...one, authorities: one.authorities.map((each) => (each.authority === which ? { ...each, publisher } : each)) }));
    },
    search: async (words) => dossiers.filter((one) => one.title.toLowerCase().includes(words.toLowerCase()))
      .map((one) => ({ chain: one.chain, seq: one.entries[0]?.seq ?? 0, title: one.title, excerpt: one.entries[0]?.message ?? "", at: one.lastAt,
        from: one.opener, what: one.kind === "request" ? "request" as const : "shared" as const, files: one.entries[0]?.attachments.length ?? 0 })),
    makeBundle: async (_chain, _selective, _attachments, to) => {
      const writer = to.getWriter();
      await writer.write(new Uint8Array(1024));
      await writer.close();
      return holding;
    },
    verifyBundle: async (bundle) => (bundle.name.includes("bad")
      ? { holds: false, findings: [{ key: "custody.check_failed.statements", arguments: {}, outcome: "fails" }] } : holding),

    members: async () => members,
    inviteMember: async (_role, hours) => ({ invitation: hex(87).slice(0, 32) + String(Math.random()), code: code(), notAfter: now() + hours * 3600 }),
    inviteAgain: async (_member, hours) => ({ invitation: hex(88).slice(0, 32), code: code(), notAfter: now() + hours * 3600 }),
    addAuthority: async (_name, _kind, hours) => ({ invitation: hex(89).slice(0, 32), code: code(), notAfter: now() + hours * 3600 }),
    pendingInvitations: async () => pending,
    approveInvitation: async (invitation) => {
      const one = pending.find((all) => all.invitation === invitation)!;
      pending = pending.filter((all) => all.invitation !== invitation);
      members = [...members, { member: hex(122), displayName: one.displayName, role: one.role, self: false }];
      return { started: [], notStarted: [] };
    },
    cancelInvitation: async (invitation) => {
      pending = pending.filter((all) => all.invitation !== invitation);
    },
    removeMember: async (member) => {
      await wait(400);
      members = members.filter((one) => one.member !== member);
      return { started: [hex(30), hex(31)], notStarted: [{ chain: hex(36), key: "dossier.incomplete" }] };
    },
    replaceMember: async (member, hours) => {
      await wait(400);
      members = members.filter((one) => one.member !== member);
      return { epochs: { started: [hex(30), hex(31)], notStarted: [] }, invitation: { invitation: hex(89).slice(0, 32), code: code(), notAfter: now() + hours * 3600 } };
    },
    formerMembers: async () => [{ member: hex(123), displayName: "FIU-04", since: now() - 400 * day, until: now() - 12 * day }],
    kept: async (member) => ({
      member, displayName: "FIU-04", authorityName: "FIU", since: now() - 400 * day, until: now() - 12 * day, generations: 3, entries: 4, fetched: 2,
      dossiers: [
        { chain: hex(31), title: "Accounts at the Banque du Fleuve", epochs: [1, 2], fetched: 2, entries: [
          { seq: 1, at: now() - 60 * day, attachments: 2, fetchedAt: now() - 59 * day, openedAt: now() - 59 * day + 120 }, { seq: 4, at: now() - 50 * day, attachments: 1, fetchedAt: now() - 49 * day },
          { seq: 6, at: now() - 20 * day, attachments: 0 },
        ] },
        { chain: hex(35), title: "", epochs: [1], fetched: 0, entries: [{ seq: 1, at: now() - 41 * day, attachments: 1 }] },
      ],
    }),
    rotationStatus: async () => ({ unfinished: true, generation: 4, dossiers: 6, stale: [hex(36)] }),
    resumeRotation: async () => ({ started: [hex(36)], notStarted: [] }),
    setMemberRole: async (member, role) => {
      members = members.map((one) => (one.member === member ? { ...one, role } : one));
    },
    rekeySelf: async (passphrase) => {
      if (passphrase === "wrong") refuse("unauthenticated", "passphrase.wrong");
    },
    rekeyAuthority: async () => ({ started: [hex(30), hex(31), hex(38)], notStarted: [] }),

    parties: async () => parties,
    pinByFingerprint: async (party, digits) => {
      if (digits.replace(/\D/gu, "") !== print.replace(/\D/gu, "")) refuse("invalid_input", "pin.differs", { party });
      parties = parties.map((one) => (one.code === party ? { ...one, pinned: "note_verbale" } : one));
    },
    pinBySheet: async () => {
      parties = parties.map((one) => (one.code === "CIV" ? { ...one, pinned: "note_verbale" } : one));
      return ["CIV"];
    },
    unpin: async (party) => {
      parties = parties.map((one) => (one.code === party ? { ...one, pinned: "" } : one));
    },
    succession: async (party, to) => ({
      code: party, oldFingerprint: "11012 33719 50022 71845 20961 44870 13355 90027", newFingerprint: print, noteVerbale: "NV 12/2027", pinned: true,
      to: to === "" ? "MLI/CENTIF" : to,
      dossiers: [
        { chain: hex(31), title: "Accounts at the Banque du Fleuve", was: [{ ...fiu, partyCode: "MLI", authorityName: "CENTIF" }], entries: 3, epochs: [1, 2], mayGrant: true, consentsOf: [], problem: "", given: false },
        { chain: hex(30), title: "", was: [{ ...fiu, partyCode: "MLI", authorityName: "CENTIF" }], entries: 1, epochs: [1], mayGrant: true, consentsOf: ["X-OTP/Investigations"], problem: "", given: false },
        { chain: hex(35), title: "Villa at Saly: register extract", was: [{ ...fiu, partyCode: "MLI", authorityName: "CENTIF" }], entries: 1, epochs: [1], mayGrant: false, consentsOf: [], problem: "succession.owner_lost" },
        { chain: hex(38), title: "Request of the Chamber", was: [{ ...fiu, partyCode: "MLI", authorityName: "CENTIF" }], entries: 1, epochs: [1], mayGrant: true, consentsOf: [], problem: "", given: true },
      ],
    }),
    makeSheet: async () => `rogatory/v1/founding-sheet\nserver ${location.origin}\nregistry ${hex(140)}\nparty SEN ${hex(141)}\ndate 2026-11-28\n`,
    readSheet: async (text) => (text.includes("rogatory") ? {
      server: location.origin, registryFingerprint: print, policy: "", parties: [{ code: "CIV", fingerprint: print }], date: "2026-11-28",
    } : refuse("invalid_input", "sheet.malformed")),
    registerNews: async () => news,
    repairStatus: async () => (world === "alarm"
      ? { behind: true, repairable: true, size: 4180, target: 4211, entries: 4180, missing: 31, lost: 0, lostFrom: 0 }
      : { behind: false, repairable: true, size: 4211, target: 0, entries: 4211, missing: 0, lost: 0, lostFrom: 0 }),
    resubmitLog: async () => {
      const before = { behind: true, repairable: true, size: 4180, target: 4211, entries: 4211, missing: 31, lost: 0, lostFrom: 0 };
      await wait(300);
      return { before, after: { ...before, missing: 3 }, entries: 31, statements: 28, blobs: 40, wanted: 1 };
    },
    acknowledgeRegister: async () => {
      news = [];
    },
    alarms: async () => alarms,
    resolveAlarm: async (name, reason) => {
      alarms = alarms.map((one) => (one.name === name ? { ...one, standing: false, resolution: reason } : one));
    },
    exportEvidence: async () => new TextEncoder().encode("evidence"),
  };
}
