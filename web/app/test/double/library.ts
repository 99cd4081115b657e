// The scripted world's library: a work in both languages with an earlier version, one in English alone that came lately, one
// of one's own that a new State lacks, one that was withdrawn.
import type { AgentApi, AttachmentView, AuthorityLabel, DossierView, EntryView, WorkView } from "../../src/agent/api";

const day = 86_400;
const now = (): number => Math.floor(Date.now() / 1000);
const hex = (seed: number): string => seed.toString(16).padStart(2, "0").repeat(32);
const free: EntryView["policy"] = { onward: "free", caveats: [], handling: [], words: "", sealedHalfKnown: true };

function document(at: number, name: string, size: number): AttachmentView {
  return { attachment: hex(at).slice(0, 32), sealedSize: size + 2200, name, type: "application/pdf", size, state: "available" };
}
function version(seq: number, author: AuthorityLabel, days: number, attachments: AttachmentView[], change: Partial<EntryView>): EntryView {
  return {
    seq, id: hex(200 + seq).slice(0, 62) + attachments.length.toString(16).padStart(2, "0"), index: 300 + seq, author, authorName: "", at: now() - days * day, epoch: 1,
    opened: true, title: "", message: "", attachments, policy: free, void: false, outcome: "ok", warnings: [], counting: true, unread: false, own: false, ...change,
  };
}

function works(own: AuthorityLabel, court: AuthorityLabel, other: AuthorityLabel): WorkView[] {
  const guide = (label: string, date: string, languages: string[]): NonNullable<EntryView["work"]> => ({
    kind: "guide", titleEn: "How to write a request for freezing that is not sent back", titleFr: "Comment rédiger une demande de gel qui ne revient pas",
    version: label, date, languages, summaryEn: "Thirty requests that came back, and what was missing.", summaryFr: "Trente demandes revenues, et ce qui manquait.",
  });
  return [
    { chain: hex(50), publisher: court, own: false, withdrawn: false, lacking: [], current: 0, versions: [
      version(2, court, 3, [document(150, "freezing-requests.pdf", 812_400), document(151, "demandes-de-gel.pdf", 840_112)], { work: guide("2.0", "2026-11-20", ["en", "fr"]) }),
      version(1, court, 300, [document(152, "freezing-requests-1.pdf", 640_000)], { work: guide("1.0", "2026-01-15", ["en"]) }),
    ] },
    { chain: hex(51), publisher: other, own: false, withdrawn: false, lacking: [], current: 0, versions: [
      version(1, other, 40, [document(153, "crypto.pdf", 94_000)], { work: { kind: "training", titleEn: "Tracing crypto-assets: a course of two days", version: "2026", date: "2026-10-01", languages: ["en"] } }),
    ] },
    { chain: hex(52), publisher: own, own: true, withdrawn: false, lacking: ["MLI/CENTIF"], current: 0, versions: [
      version(1, own, 60, [document(154, "accord.pdf", 51_000)], { own: true, work: { kind: "agreement", titleFr: "Accord type de recouvrement", version: "1", date: "2026-09-01", languages: ["fr"] } }),
    ] },
    { chain: hex(53), publisher: court, own: false, withdrawn: true, lacking: [], versions: [
      version(1, court, 90, [], { warnings: ["withdrawn"] }),
    ] },
  ];
}

/** The dossier behind a work, for the pages that look at a document and save it. */
export function libraryFiles(own: AuthorityLabel, court: AuthorityLabel, other: AuthorityLabel): DossierView[] {
  return works(own, court, other).map((work) => ({
    chain: work.chain, kind: "library", title: work.versions[0]!.work?.titleEn ?? "", opener: work.publisher, participants: [own, court, other], state: "open", epoch: 1,
    policy: free, openedAt: now() - 300 * day, lastAt: now() - 3 * day, lastIndex: now() - 3 * day, entries: [...work.versions].reverse(), acts: [], unread: 0, warnings: [], own,
  }));
}

export function libraryAnswers(own: AuthorityLabel, court: AuthorityLabel, other: AuthorityLabel): Partial<AgentApi> {
  let lacking = true;
  const all = (): WorkView[] => works(own, court, other).map((work) => (lacking ? work : { ...work, lacking: [] }));
  const one = (chain: string): WorkView => {
    const found = all().find((work) => work.chain === chain);
    if (found === undefined) throw { code: "not_found", key: "library.unknown", arguments: {} };
    return found;
  };
  return {
    library: async () => all(),
    work: async (chain) => one(chain),
    shareWithNew: async () => {
      lacking = false;
      return { given: ["MLI/CENTIF"], works: 1, leftOut: [{ name: "CIV", why: "party.not_pinned" }] };
    },
    publishWork: async (order) => ({
      sent: { chain: order.work ?? hex(52), seq: 2, entry: hex(203), index: 400, to: [], files: [], counting: true }, given: 5, leftOut: [{ name: "CIV", why: "party.not_pinned" }],
    }),
    withdrawWork: async () => undefined,
  };
}
