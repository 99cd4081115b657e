// The scripted world's requests for assistance: one that came in and is due, one that was sent and is overdue.
import type {
  AgentApi, AuthorityLabel, ChronologyRow, DeadlineView, DossierView, EntryView, LawFindingView, RequestView, StatusOrder,
} from "../../src/agent/api";
import { dueView, type Calendar } from "../../src/casework/calendar.ts";
import { isOver, obstacleRow, obstacles, offPlatformActs, requestMoves } from "../../src/model/request.ts";
import { emptyContent } from "../../src/model/request_content.ts";
import { enquiryAnswers } from "./enquiries.ts";

const hex = (seed: number): string => seed.toString(16).padStart(2, "0").repeat(32);
const now = (): number => Math.floor(Date.now() / 1000);
const day = 86_400;
export const received = hex(44);
const sent = hex(45);

type MakeDossier = (at: number, change: Partial<DossierView>) => DossierView;
type MakeEntry = (seq: number, author: AuthorityLabel, change?: Partial<EntryView>) => EntryView;

const statusAct = (seq: number, id: string, author: AuthorityLabel, kind: string, at: number) =>
  ({ seq, id, kind, author, at, void: false, about: "" });

export function requestFiles(
  dossier: MakeDossier, entry: MakeEntry, fiu: AuthorityLabel, prosecutor: AuthorityLabel, france: AuthorityLabel,
): DossierView[] {
  return [
    dossier(44, {
      kind: "request", title: "Accounts of Baobab Timber", opener: prosecutor, participants: [fiu, prosecutor], lastAt: now() - day, lastIndex: now() - day,
      policy: { onward: "own_party", caveats: [], handling: [], words: "", sealedHalfKnown: true },
      entries: [entry(1, prosecutor, { authorName: "OTP-ANALYST-4", title: "Accounts of Baobab Timber", at: now() - 20 * day })],
      acts: [
        statusAct(0, hex(44).slice(0, 60) + "0000", prosecutor, "opened", now() - 20 * day),
        statusAct(2, hex(46), fiu, "status", now() - 15 * day), statusAct(3, hex(47), prosecutor, "reminded", now() - 3 * day),
        statusAct(4, hex(48), prosecutor, "due_proposed", now() - 2 * day), statusAct(5, hex(49), fiu, "status", now() - day),
        statusAct(6, hex(51), prosecutor, "off_platform", now() - day),
      ],
    }),
    dossier(45, {
      kind: "request", title: "Villa at Nice", opener: fiu, participants: [fiu, france], lastAt: now() - 30 * day, lastIndex: now() - 30 * day,
      entries: [entry(1, fiu, { own: true, authorName: "FIU-07", title: "Villa at Nice", at: now() - 60 * day })],
      acts: [statusAct(0, hex(45).slice(0, 60) + "0000", fiu, "opened", now() - 60 * day)],
    }),
  ];
}

const movesOf = (side: "requesting" | "requested", status: RequestView["status"]): RequestView["next"] =>
  requestMoves.filter((move) => move.from === status && move.by.includes(side)).map(({ to, needs }) => ({ to, needs: [...needs] }));

function views(fiu: AuthorityLabel, prosecutor: AuthorityLabel, france: AuthorityLabel): RequestView[] {
  const common = {
    requestedCode: "", confidential: false, withheldKnown: false, seq: 1, refusedInPart: false, over: false, reminders: 1, offPlatform: 1,
    toConfirm: [], texts: [], refusedVersions: [], translationAnswered: false, measures: [], statusCounting: true, warnings: [], state: "open" as const, unread: 0, obstacles: [], mayRecord: [...offPlatformActs],
  };
  return [
    {
      ...common, measures: [{ by: prosecutor, key: "m1", kind: "freeze" as const, order: "12/2026", ends: new Date((now() + 21 * day) * 1000).toISOString().slice(0, 10) }],
      texts: [{
        seq: 1, author: prosecutor, title: "Accounts of Baobab Timber", language: "fr", authentic: true, versions: [
          { language: "en", state: "revised" as const, by: prosecutor, own: true, translator: "Language Services Section", due: "", late: 0, authentic: false, seq: 7, title: "Accounts of Baobab Timber", message: "", content: { ...emptyContent(), blocks: { assistance: "The records of the accounts below, from 2019 on, and a freeze of what is on them.", location: "Dakar", facts: "Timber was sold through the company while the area was under attack.", procedure: "No notice to the holders before 1 June." } } },
          { language: "es", state: "asked" as const, by: fiu, own: false, translator: "", due: new Date((now() - 4 * day) * 1000).toISOString().slice(0, 10), late: 4, authentic: false, title: "", message: "" },
        ],
      }],
      refusedVersions: [{ seq: 8, by: france, language: "en", reason: "version.side" }], translationAnswered: true,
      enquiry: { dossier: hex(61), here: true, title: "Baobab Timber, Dakar", at: now() - 40 * day },
      chain: received, title: "Accounts of Baobab Timber", side: "requested", requesting: prosecutor, requested: fiu, status: "in_execution",
      statusAt: now() - 15 * day, sentAt: now() - 20 * day, due: now() + 12 * day, firstDue: now() + 12 * day, overdue: false,
      toConfirm: [{ seq: 6, id: hex(51), act: "sent", medium: "note_verbale", date: now() - 19 * day, words: "" }],
      proposal: { id: hex(48), mine: false, due: now() + 40 * day }, acknowledgedAt: now() - 15 * day, obstacles: ["translation"], next: movesOf("requested", "in_execution"),
      mayName: obstacles.filter((code) => obstacleRow(code).by.includes("requested")),
      routing: { reference: "OTP/2026/0387", nature: "judicial_assistance", kinds: ["bank_records", "freezing"], situation: "ICC-01/04", urgency: "urgent", language: "fr" } as never,
      content: {
        ...emptyContent(),
        blocks: { assistance: "The records of the accounts below, from 2019 on, and a freeze of what is on them.", location: "Dakar", facts: "Timber was sold through the company while the area was under attack.", procedure: "No notice to the holders before 1 June." },
        persons: [{ key: "p1", name: "A. Person", aliases: ["An Alias"], born: "1961-05", nationalities: ["SEN"] }],
        accounts: [{ key: "a1", institution: "Banque du Fleuve", iban: "SN08SN0100152000048500003035", holder: "p1", signatories: [] }],
        assets: [{ key: "s1", kind: "real_estate", role: "proceeds", description: "A house at Saly", country: "SEN", value: { amount: "900000", currency: "EUR" } }],
        measures: [{ key: "m1", kind: "freeze", order: "12/2026", items: ["a1"], expiry: "2028-03-01", events: [{ act: "executed", date: "2026-03-02" }] }],
        noNoticeBefore: "2027-06-01",
      },
    },
    {
      ...common, chain: sent, title: "Villa at Nice", side: "requesting", requesting: fiu, requested: france, status: "sent", statusAt: now() - 60 * day,
      sentAt: now() - 60 * day, due: now() - 4 * day, firstDue: now() - 4 * day, overdue: true, next: movesOf("requesting", "sent"), mayName: ["no_reply"],
      routing: { reference: "FIU 12/26", nature: "judicial_assistance", kinds: ["tracing"], urgency: "ordinary", language: "fr" } as never,
      content: { ...emptyContent(), blocks: { assistance: "Who owns the villa?", facts: "Proceeds were moved there." } },
    },
  ];
}

export function requestAnswers(
  tell: (name: "changed") => void, dossiers: () => DossierView[], fiu: AuthorityLabel, prosecutor: AuthorityLabel, france: AuthorityLabel,
): Partial<AgentApi> {
  let all = views(fiu, prosecutor, france);
  const change = (chain: string, to: Partial<RequestView>): void => {
    all = all.map((one) => (one.chain === chain ? { ...one, ...to } : one));
    tell("changed");
  };
  const find = (chain: string): RequestView => all.find((one) => one.chain === chain) ??
    ((): never => { throw { code: "forbidden", key: "void.not_a_request", arguments: {} }; })();
  const refuse = (key: string): never => { throw { code: "conflict", key, arguments: {} }; };
  const row = (seq: number, id: string, author: AuthorityLabel, kind: string, more: Partial<ChronologyRow>): ChronologyRow => ({
    seq, id, at: now() - (20 - seq) * day, counting: true, author, authorName: "", side: author === fiu ? "requested" : "requesting", kind, from: "", to: "",
    act: "", medium: "", obstacles: [], remark: "", words: "", inPart: false, void: false, voidReason: "", confirmed: false, number: 0, files: 0, ...more,
  });
  return {
    requests: async () => all.filter((one) => dossiers().some(({ chain }) => chain === one.chain)),
    request: async (chain) => find(chain),
    deadlines: async (within) => {
      const today = new Date().toISOString().slice(0, 10);
      const dayOf = (at: number): string => new Date(at * 1000).toISOString().slice(0, 10);
      const calendar: Calendar = { weekend: [6, 7], holidays: [] };
      const rows = all.flatMap((request): DeadlineView[] => [
        ...(request.due === undefined || request.over ? [] : [{ request, day: dayOf(request.due), published: request.side === "requested", ...dueView(dayOf(request.due), today, calendar) }]),
        ...request.measures.map((measure) => ({ request, measure, day: measure.ends, published: false, ...dueView(measure.ends, today, calendar) })),
      ]);
      return rows.filter(({ state, days }) => state === "overdue" || days <= within).sort((a, b) => (a.day < b.day ? -1 : 1));
    },
    chronology: async (chain) => (chain !== received ? [] : [
      row(2, hex(46), fiu, "status", { from: "acknowledged", to: "in_execution" }),
      row(3, hex(47), prosecutor, "reminded", { number: 1, words: "The hearing is on the 12th." }),
      row(4, hex(48), prosecutor, "due_proposed", { date: now() + 40 * day }),
      row(5, hex(49), fiu, "status", { from: "in_execution", to: "in_execution", obstacles: [{ code: "translation", text: "Annex B is in Swahili.", help: "" }] }),
      row(6, hex(51), prosecutor, "off_platform", { act: "sent", medium: "note_verbale", date: now() - 19 * day }),
    ]),
    setRequestStatus: async ({ chain, to }: StatusOrder) => {
      if (to === "") return;
      change(chain, { status: to, statusAt: now(), over: isOver(to), next: movesOf(find(chain).side as "requesting", to) });
    },
    remind: async (chain) => {
      change(chain, { reminders: find(chain).reminders + 1 });
      return find(chain).reminders;
    },
    proposeDue: async (chain, due) => change(chain, { proposal: { id: hex(52), mine: true, due } }),
    agreeDue: async (chain, proposal) => find(chain).proposal?.id !== proposal ? refuse("void.due_proposal") : change(chain, { due: find(chain).proposal!.due, proposal: undefined, overdue: false }),
    recordOffPlatform: async ({ chain }) => change(chain, { offPlatform: find(chain).offPlatform + 1 }),
    confirmOffPlatform: async (chain, act) => find(chain).toConfirm.every(({ id }) => id !== act) ? refuse("request.nothing_to_confirm")
      : change(chain, { toConfirm: find(chain).toConfirm.filter(({ id }) => id !== act) }),
    report: async (order) => ({
      own: "SEN", state: true, from: order.from ?? "2026-09-16", to: order.to ?? "2027-09-15", asOf: order.asOf ?? "2026-11-28",
      figures: [
        { name: "requests", part: false, title: order.language === "fr" ? "Demandes" : "Requests" },
        { name: "organ.prosecutor", part: true, title: order.language === "fr" ? "du Procureur" : "from the Prosecutor" },
        { name: "executed", part: true, title: order.language === "fr" ? "exécutées" : "executed" },
        { name: "overdue", part: false, title: order.language === "fr" ? "en retard" : "overdue" },
      ],
      rows: [{
        party: "SEN",
        received: { counts: [7, 5, order.hideBelow > 3 ? null : 3, 0], acknowledgeMedian: 30, acknowledge90: 75, replyMedian: 615, reply90: null },
        sent: { counts: [2, 0, 1, 0], acknowledgeMedian: 20, acknowledge90: 20, replyMedian: null, reply90: null },
      }],
      csv: "\ufeffx\r\n", json: "{}", facts: "[]", confidential: 1, unreadable: 0,
    }),
    discloseRouting: async (chain) => change(chain, { confidential: false }),
    checkRequestLaw: async (): Promise<LawFindingView[]> => [
      { weight: "returned", key: "law.language", arguments: { languages: "fr" }, ground: "87(2), languages: Loi 2009-21, art. 4", needsReason: true },
      { weight: "returned", key: "law.element_missing", arguments: { element: "date of the order" }, ground: "93(1)(k), freezing: CPP 706-153", needsReason: true },
      { weight: "note", key: "law.unconfirmed", arguments: { confirmed_date: "2024-02-01" }, ground: "", needsReason: false },
      { weight: "note", key: "law.channel_unknown", arguments: {}, ground: "", needsReason: false },
    ],
    sendVersion: async ({ chain, language, state, due }) => {
      const one = find(chain);
      const version = { language, state, by: fiu, own: false, translator: "", due, late: 0, authentic: false, title: "", message: "", ...(state === "asked" ? {} : { seq: 9 }) };
      change(chain, { texts: one.texts.map((text, at) => (at === 0 ? { ...text, versions: [...text.versions, version] } : text)) });
      return { chain, seq: 9, entry: hex(202), index: 5001, to: [], files: [], counting: true };
    },
    ...enquiryAnswers(tell, fiu, prosecutor, france),
    sendRequest: async (order) => ({
      chain: received, seq: 1, entry: hex(200), index: 5000, to: [order.to], counting: false,
      files: order.form.title === "" ? [] : order.files.map((one) => ({ attachment: hex(201), name: one.name, size: one.file.size, sha256: hex(9) })),
    }),
  };
}
