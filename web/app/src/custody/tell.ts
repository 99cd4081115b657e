// Entries, acts, receipts and the people in them. Mirror of platform/custody/tell.cpp.
import { minute, type AuthorityRef, type LogIndex, type StatementId } from "../model/ids.ts";
import type { HandlingPolicy } from "../model/policy.ts";
import { caveatsInForce } from "../record/caveats.ts";
import { namedRef } from "../record/dossier_bodies.ts";
import { bodyOf, type Author, type SignedStatement, type Statement } from "../record/statement.ts";
import type { Bundle } from "./bundle.ts";
import type { BundleRegisters, Chains } from "./chains.ts";
import type { Contents } from "./contents.ts";
import type { ActFound, EntryFound, Label, Moment, Person, ReceiptFound, Told } from "./findings.ts";
import type { Judged, Judgment, ShownPlace } from "./judge.ts";

const aheadOfCosignature = 10 * minute;

export function labelOf(ref: AuthorityRef, registers: BundleRegisters): Label {
  const register = registers.byParty(ref.party);
  const authority = register?.authority(ref.authority)?.description.name ?? "";
  return { ref, code: register?.code ?? "", authority };
}

export function personOf(author: Author, before: LogIndex, registers: BundleRegisters): Person {
  const register = registers.byChain(author.registerChain);
  if (register === undefined) {
    return { authority: { ref: { party: "", authority: "" }, code: "", authority: "" }, member: author.member, name: "", role: "" };
  }
  const member = register.member(author.member, before);
  return {
    authority: labelOf({ party: register.party, authority: author.authority }, registers), member: author.member,
    name: member?.displayName ?? "", role: member?.role ?? "",
  };
}

/** What an act says beside its author and time. */
function saidBy(
  { kind, body }: Statement, registers: BundleRegisters, numbers: (ids: readonly StatementId[]) => number[],
): Pick<ActFound, "to" | "entries" | "consents" | "policy" | "before" | "until"> {
  const nothing = { to: [], entries: [], consents: [] };
  const to = (refs: readonly AuthorityRef[]): Label[] => refs.map((ref) => labelOf(namedRef(ref), registers));
  switch (kind) {
    case "opened":
      return { ...nothing, policy: body.policy, to: to(body.epoch.grants) };
    case "policy_changed":
      return { ...nothing, policy: body.policy };
    case "granted":
      return { ...nothing, to: to([body]), consents: numbers(body.consents) };
    case "revoked":
      return { ...nothing, to: to([body]) };
    case "consented":
      return {
        ...nothing, to: to([body]), entries: numbers(body.entries), before: body.grantBefore, until: body.accessUntil,
      };
    case "released":
      return { ...nothing, policy: body.policy, entries: numbers(body.entries) };
    case "withdrawn":
      return { ...nothing, entries: numbers(body.entries) };
    case "approved":
      return { ...nothing, entries: numbers([body.entry]) };
    default:
      return nothing;
  }
}

type Tale = Pick<Told, "entries" | "acts" | "receipts" | "kind" | "opener" | "open" | "participants">;

export function tell(
  bundle: Bundle, chains: Chains, registers: BundleRegisters, judgment: Judgment, contents: Contents,
): Tale {
  const { dossier } = judgment;
  // Also what is left out: a receipt or a consent may still name it.
  const seqs = new Map(judgment.dossierChain.places.map(({ id, seq }) => [id, seq]));
  const effective: SignedStatement[] =
    judgment.statements.filter((judged) => judged.effective).map(({ place }) => place.statement);

  const numbers = (ids: readonly StatementId[]): number[] =>
    ids.flatMap((id) => seqs.get(id) ?? []).sort((a, b) => a - b);

  const moment = (place: ShownPlace): Moment => {
    const { parsed, quorumTime } = chains.checkpoints[place.checkpoint]!;
    const { at } = place.statement.statement;
    return {
      at, index: place.index, checkpointSize: parsed.checkpoint.head.size, cosignedAt: quorumTime,
      disputed: quorumTime !== undefined && at > quorumTime + aheadOfCosignature,
    };
  };
  const judgedPart = ({ place, effective: took, voidReason }: Judged) => ({
    seq: place.seq, id: place.id, author: personOf(place.statement.statement.author, place.index, registers),
    when: moment(place), effective: took, voidReason,
  });

  const entryFound = (judged: Judged): EntryFound => {
    const { place } = judged;
    const body = bodyOf(place.statement, "entry")!;
    const attachments = body.attachments.map(({ id, size, sha256 }) => ({
      id, sealedSize: size, sealedSha256: sha256, evidence: contents.evidence.get(id) ?? ("statement" as const),
      file: contents.told.get(id)?.file,
    }));
    const stated = bundle.manifest.caveats.find(({ entry }) => entry === place.id)?.caveats;
    const item = dossier?.item(place.id);
    const policy: HandlingPolicy | undefined = item?.inForce ?? body.policy;
    const opened = dossier === undefined || item === undefined || contents.bodies.size === 0
      ? undefined : caveatsInForce(dossier, effective, item, (id) => contents.bodies.get(id));
    return {
      ...judgedPart(judged), withdrawn: item?.withdrawn ?? false, sealedToStaleEpoch: item?.stale ?? false, policy,
      caveats: opened ?? stated, caveatsProven: opened !== undefined,
      title: item === undefined ? undefined : contents.bodies.get(place.id)?.title, attachments,
    };
  };

  const actFound = (judged: Judged): ActFound => ({
    ...judgedPart(judged), kind: judged.place.statement.kind,
    ...saidBy(judged.place.statement.statement, registers, numbers),
  });

  const receipts: ReceiptFound[] = [];
  for (const { place, effective: took } of judgment.receipts.flat()) {
    const { kind, body, author } = place.statement.statement;
    if (!took || (kind !== "fetched" && kind !== "opened_receipt" && kind !== "unreadable")) continue;
    const who = personOf(author, place.index, registers);
    for (const entrySeq of numbers(body.entries)) receipts.push({ who, kind, entrySeq, when: moment(place) });
  }
  receipts.sort((a, b) => a.when.index - b.when.index);

  const isEntry = ({ place }: Judged): boolean => place.statement.kind === "entry";
  return {
    entries: judgment.statements.filter(isEntry).map(entryFound),
    acts: judgment.statements.filter((judged) => !isEntry(judged)).map(actFound),
    receipts,
    kind: dossier?.kind,
    opener: dossier === undefined ? undefined : labelOf(dossier.opener, registers),
    open: dossier?.open ?? false,
    participants: dossier?.participants().map((ref) => labelOf(ref, registers)) ?? [],
  };
}
