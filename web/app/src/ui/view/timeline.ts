// What happened in a file, in sentences, in the order of the log: who, what, when. Entries, acts and delivery records are
// one list; nothing that stands in the chain is left out, also what has no effect.
import type { ActView, ChronologyRow, DossierView, EntryView, Hex, ReceiptView, Seconds } from "../../agent/api";
import { type Sentence, type Value, sentence, word } from "./sentence";
import { type PartyNames, authorityName, printable } from "./names";
import { requestActSentence, requestActWords } from "./requests";

export interface TimelineEvent {
  /** Unique in the list; stable while the chain grows. */
  id: string;
  at: Seconds;
  what: Sentence;
  tone: "plain" | "own" | "warning" | "void";
  /** The item it shows, for entries. */
  entry?: EntryView;
  notes: Sentence[];
  /** Of an act of a request: reasons and the like, as they were written. */
  words: string[];
}

const actKinds = new Set([
  "opened", "closed", "reopened", "granted", "revoked", "epoch_started", "policy_changed", "consented", "released",
  "withdrawn", "approved",
]);

function aboutValue(act: ActView, names: PartyNames): Value {
  // Authorities stand as "PARTY/authority"; the Party's name is what a person reads.
  const slash = act.about.indexOf("/");
  if (slash <= 0) return names.get(act.about) ?? printable(act.about);
  return authorityName({ partyCode: act.about.slice(0, slash), authorityName: act.about.slice(slash + 1), authority: "" }, names);
}

export function actSentence(act: ActView, names: PartyNames, row?: ChronologyRow): Sentence {
  const who = authorityName(act.author, names);
  if (act.void) {
    return sentence("timeline.void", { who, what: word("act", act.kind), reason: sentence(reasonKey(act.about)) });
  }
  const ofRequest = row === undefined ? null : requestActSentence(row, names);
  if (ofRequest !== null) return ofRequest;
  // A kind this program does not know is shown, never dropped: it may bind what follows.
  if (!actKinds.has(act.kind)) return sentence("timeline.unknown", { who, what: act.kind });
  if (act.kind === "policy_changed") {
    return sentence("timeline.policy_changed", { who, rule: word("onward", act.about) });
  }
  return sentence(`timeline.${act.kind}`, { who, about: aboutValue(act, names) });
}

function reasonKey(reason: string): string {
  if (reason === "") return "error.void.author_unknown";
  return reason.startsWith("void.") ? `error.${reason}` : `error.void.${reason}`;
}

export function entrySentence(entry: EntryView, names: PartyNames): Sentence {
  const values = {
    who: authorityName(entry.author, names),
    member: printable(entry.authorName),
    files: entry.attachments.length,
  };
  if (entry.void) return sentence("timeline.entry_void", values);
  if (entry.own) return sentence("timeline.entry_own", values);
  return sentence(entry.authorName === "" ? "timeline.entry_unnamed" : "timeline.entry", values);
}

/** What has to be said beside an item, beyond its restrictions. */
export function entryNotes(entry: EntryView): Sentence[] {
  const notes: Sentence[] = [];
  if (entry.outcome !== "ok") notes.push(sentence(`outcome.${entry.outcome}`));
  if (entry.void && entry.outcome !== "void") notes.push(sentence("outcome.void"));
  for (const warning of entry.warnings) notes.push(sentence(`note.${warning}`));
  if (entry.attachments.some((one) => one.state === "withheld")) notes.push(sentence("note.withheld"));
  return notes;
}

function receiptEvents(receipts: readonly ReceiptView[], names: PartyNames): TimelineEvent[] {
  return receipts.map((receipt, index) => ({
    id: `receipt-${index}-${receipt.member}-${receipt.kind}-${receipt.entrySeq}`,
    at: receipt.at,
    what: sentence(`timeline.${receipt.kind}`, {
      who: authorityName(receipt.authority, names), member: printable(receipt.memberName), seq: receipt.entrySeq,
    }),
    tone: receipt.kind === "unreadable" ? "warning" as const : "plain" as const,
    notes: [],
    words: [],
  }));
}

/**
 * Oldest first. Entries and acts keep the order of their chain whatever their dates say; receipts stand by their dates.
 * `rows`: of a request, what its acts say.
 */
export function timeline(
  dossier: DossierView, receipts: readonly ReceiptView[], names: PartyNames, rows: readonly ChronologyRow[] = [],
): TimelineEvent[] {
  const said = new Map(rows.map((row) => [row.id, row]));
  const chain: (TimelineEvent & { seq: number })[] = [
    ...dossier.entries.map((entry) => ({
      id: entry.id, seq: entry.seq, at: entry.at, what: entrySentence(entry, names), entry,
      tone: entry.void ? "void" as const : entry.outcome !== "ok" ? "warning" as const : entry.own ? "own" as const : "plain" as const,
      notes: entryNotes(entry), words: [],
    })),
    ...dossier.acts.map((act) => {
      const row = said.get(act.id);
      return {
        id: act.id, seq: act.seq, at: act.at, what: actSentence(act, names, row),
        tone: act.void ? "void" as const : "plain" as const, notes: [],
        words: row === undefined || act.void ? [] : requestActWords(row),
      };
    }),
  ];
  chain.sort((a, b) => a.seq - b.seq);
  const events: TimelineEvent[] = [];
  const waiting = receiptEvents(receipts, names).sort((a, b) => a.at - b.at);
  for (const event of chain) {
    while (waiting[0] !== undefined && waiting[0].at < event.at) events.push(...waiting.splice(0, 1));
    events.push(event);
  }
  return [...events, ...waiting];
}

export interface DeliveryRow {
  authority: Hex;
  name: Value;
  people: { name: string; fetchedAt?: Seconds; openedAt?: Seconds; unreadableAt?: Seconds }[];
}

/** Who has downloaded and opened one item: every authority with access has a row, also where nobody has yet. */
export function deliveryOf(entry: EntryView, dossier: DossierView, receipts: readonly ReceiptView[], names: PartyNames): DeliveryRow[] {
  return dossier.participants.filter((one) => one.authority !== entry.author.authority).map((one) => {
    const people = new Map<Hex, DeliveryRow["people"][number]>();
    for (const receipt of receipts) {
      if (receipt.entrySeq !== entry.seq || receipt.authority.authority !== one.authority) continue;
      const person = people.get(receipt.member) ?? { name: printable(receipt.memberName) };
      if (receipt.kind === "fetched") person.fetchedAt = receipt.at;
      if (receipt.kind === "opened_receipt") person.openedAt = receipt.at;
      if (receipt.kind === "unreadable") person.unreadableAt = receipt.at;
      people.set(receipt.member, person);
    }
    return { authority: one.authority, name: authorityName(one, names), people: [...people.values()] };
  });
}
