// What a custody bundle proves, in the words and the order of the native client's report (web/cli/report/page.cpp), so
// that a person who reads both reads the same.
import type { ActFound, AttachmentFound, EntryFound, Label, Moment, Person, Told } from "../../custody/findings.ts";
import { printable } from "./names";
import type { Speaker } from "./sentence";

/** Label and value, a line each; a value may have several lines. */
export interface Facts { kind: "facts"; lines: { label: string; text: string }[] }
export interface Rows { kind: "rows"; caption: string; columns: string[]; rows: string[][] }
export interface Heading { kind: "heading"; text: string }
export interface Paragraph { kind: "paragraph"; style: "plain" | "strong" | "small"; text: string }
export type Block = Heading | Paragraph | Facts | Rows;

export interface CustodyReport {
  subtitle: string;
  /** Stands on every sheet: the digest of exactly this bundle. */
  foot: string;
  blocks: Block[];
}

/** "2026-11-22 01:15:02 UTC": evidence names its clock. */
export const utcTime = (at: number): string =>
  `${new Date(at * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;

const spacedHex = (hex: string): string => (hex.match(/.{1,16}/g) ?? []).join(" ");

export function custodyReport(told: Told, speaker: Speaker): CustodyReport {
  const say = (key: string, values: Record<string, string | number> = {}): string => speaker.text(`custody.${key}`, values);
  const word = (family: string, code: string): string => speaker.text(`word.${family}.${code}`);
  const blocks: Block[] = [];
  const heading = (key: string): void => void blocks.push({ kind: "heading", text: say(key) });
  const paragraph = (style: Paragraph["style"], text: string): void => void blocks.push({ kind: "paragraph", style, text });
  const facts = (lines: [string, string][]): void =>
    void blocks.push({ kind: "facts", lines: lines.map(([label, text]) => ({ label, text })) });
  const rows = (caption: string, columns: string[], all: string[][]): void =>
    void blocks.push({ kind: "rows", caption: say(caption), columns: columns.map((key) => say(key)), rows: all });

  const uncompared = new Set(told.parties.filter(({ basis }) => basis === "not_compared").map(({ id }) => id));

  /** "SEN / CENTIF"; a mark where nobody compared the fingerprint. */
  const labelName = ({ ref, code, authority }: Label): string => {
    if (code === "") return ref.authority.slice(0, 12);
    const name = authority === "" ? code : `${code} / ${printable(authority)}`;
    return uncompared.has(ref.party) ? `${name} *` : name;
  };
  const personName = ({ authority, name, role }: Person): string => {
    const named = name === "" ? labelName(authority) : `${labelName(authority)}, ${printable(name)}`;
    return role === "" ? named : `${named} (${speaker.text(`word.${role}`)})`;
  };
  const namesOf = (labels: readonly Label[]): string => labels.map(labelName).join("; ");
  const dated = ({ at, disputed }: Moment): string => (disputed ? `${utcTime(at)} ${say("date_disputed")}` : utcTime(at));
  const cosigned = ({ cosignedAt }: Moment): string =>
    cosignedAt === undefined ? say("not_cosigned") : say("not_later_than", { when: utcTime(cosignedAt) });

  function result(): void {
    heading("heading_result");
    const lines: [string, string][] = [
      [say("maker"), personName(told.maker)], [say("made_at"), utcTime(told.madeAt)],
      [say("dossier"), spacedHex(told.dossier)], [say("digest"), spacedHex(told.manifestSha256)],
    ];
    if (told.kind !== undefined) lines.push([say("kind"), word("dossier_kind", told.kind)]);
    if (told.opener !== undefined) lines.push([say("opener"), labelName(told.opener)]);
    if (told.history) lines.push([say("participants"), namesOf(told.participants)]);
    facts(lines);
    if (told.keys) paragraph("strong", say("holds_keys"));
  }

  function parties(): void {
    heading("heading_parties");
    rows("heading_parties", ["column_party", "column_fingerprint", "column_basis"], told.parties.map((party) =>
      [`${party.code} – ${printable(party.name)}`, party.digits, say(`basis_${party.basis}`, { by: party.by })]));
    if (uncompared.size > 0) paragraph("strong", say("compare_these"));
  }

  function restrictions({ policy, caveats, caveatsProven }: EntryFound): string {
    const lines: string[] = [];
    if (policy === undefined) {
      lines.push(say("policy_not_shown"));
    } else {
      lines.push(word("onward", policy.onward));
      if (policy.reviewAt !== undefined) lines.push(say("review", { when: utcTime(policy.reviewAt) }));
      if (policy.expiresAt !== undefined) lines.push(say("expires", { when: utcTime(policy.expiresAt) }));
    }
    if (caveats === undefined) return [...lines, say("caveats_sealed")].join("\n");
    for (const article of caveats.articles) lines.push(word("caveat", article));
    for (const code of caveats.handling) lines.push(say("handling", { code }));
    if (caveats.evaluation !== undefined) lines.push(say("evaluation", { code: caveats.evaluation }));
    if (caveats.words !== "") lines.push(`« ${printable(caveats.words)} »`);
    return [...lines, say(caveatsProven ? "caveats_proven" : "caveats_stated")].join("\n");
  }

  function fileText({ id, sealedSize, evidence, file }: AttachmentFound): string {
    const proof = say(`evidence_${evidence}`);
    if (file === undefined) {
      return `${say("file_untold", { id: id.slice(0, 12), size: speaker.bytes(sealedSize) })}\n${proof}`;
    }
    return `${printable(file.name)} – ${speaker.bytes(file.size)} (${file.size})\nSHA-256 ${spacedHex(file.sha256)}\n${proof}`;
  }

  /** Everybody with access now, but the source itself. */
  const recipients = ({ author }: EntryFound): string =>
    namesOf(told.participants.filter(({ ref }) =>
      ref.party !== author.authority.ref.party || ref.authority !== author.authority.ref.authority));

  function items(): void {
    heading("heading_items");
    if (told.leftOut > 0) paragraph("plain", say("left_out", { count: told.leftOut }));
    for (const entry of told.entries) {
      const lines: [string, string][] = [
        [say("item"), entry.title === undefined ? String(entry.seq) : `${entry.seq} – ${printable(entry.title)}`],
        [say("from"), personName(entry.author)], [say("to"), told.history ? recipients(entry) : say("to_not_shown")],
        [say("date"), dated(entry.when)], [say("cosigned"), cosigned(entry.when)],
      ];
      if (!entry.effective) lines.push([say("no_effect"), speaker.text(`error.${entry.voidReason}`)]);
      if (entry.withdrawn) lines.push([say("state"), word("attachment", "withdrawn")]);
      lines.push([say("restrictions"), restrictions(entry)]);
      for (const one of entry.attachments) lines.push([say("file"), fileText(one)]);
      lines.push([say("statement"), spacedHex(entry.id)], [say("place"), String(entry.when.index)]);
      facts(lines);
    }
  }

  function receipts(): void {
    if (told.receipts.length === 0) return;
    heading("heading_receipts");
    rows("heading_receipts", ["column_item", "column_what", "column_who", "column_date", "column_log"],
      told.receipts.map(({ entrySeq, kind, who, when }) =>
        [String(entrySeq), word("receipt", kind), personName(who), dated(when), String(when.index)]));
    paragraph("small", say("receipts_mean"));
  }

  function about(act: ActFound): string {
    const parts: string[] = [];
    if (act.to.length > 0) parts.push(namesOf(act.to));
    if (act.entries.length > 0) parts.push(say("about_items", { items: act.entries.join(", ") }));
    if (act.consents.length > 0) parts.push(say("about_consents", { acts: act.consents.join(", ") }));
    if (act.policy !== undefined) parts.push(word("onward", act.policy.onward));
    if (act.before !== undefined) parts.push(say("about_before", { when: utcTime(act.before) }));
    if (act.until !== undefined) parts.push(say("about_until", { when: utcTime(act.until) }));
    if (!act.effective) parts.push(speaker.text(`error.${act.voidReason}`));
    return parts.join("; ");
  }

  function acts(): void {
    if (told.acts.length === 0) return;
    heading("heading_acts");
    rows("heading_acts", ["column_number", "column_act", "column_who", "column_date", "column_about"],
      told.acts.map((act) =>
        [String(act.seq), word("act", act.kind), personName(act.author), dated(act.when), about(act)]));
  }

  function log(): void {
    heading("heading_log");
    const { origin, size, root, cosigners, witnessed } = told.log;
    const lines: [string, string][] = [
      [say("log_origin"), origin], [say("log_size"), String(size)], [say("log_root"), spacedHex(root)],
    ];
    for (const { name, at } of cosigners) lines.push([say("cosigner"), `${printable(name)} – ${utcTime(at)}`]);
    if (!witnessed) lines.push([say("cosigner"), say("no_cosigner")]);
    lines.push([say("proof_size"), speaker.bytes(told.proofBytes)]);
    facts(lines);
  }

  /** What no offline check can know, said plainly. */
  function limits(): void {
    heading("heading_limits");
    const keys = ["limit_dates"];
    if (!told.log.complete) keys.push("limit_later");
    if (!told.log.witnessed) keys.push("limit_witness");
    if (!told.history) keys.push("limit_history");
    if (told.entries.some(({ caveats, caveatsProven }) => caveats !== undefined && !caveatsProven)) keys.push("limit_caveats");
    for (const key of [...keys, "limit_content", "limit_people"]) paragraph("small", say(key));
  }

  for (const part of [result, parties, items, receipts, acts, log, limits]) part();
  return {
    subtitle: say(told.form === "selective" ? "subtitle_selective" : "subtitle_full", { dossier: told.dossier.slice(0, 12) }),
    foot: say("foot", { digest: told.manifestSha256 }),
    blocks,
  };
}
