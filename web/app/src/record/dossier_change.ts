// What an effective statement changes in a dossier. Mirror of dossier_change.cpp.
import { ensure } from "../base/failure.ts";
import { refKey, sameRef, type AuthorityRef, type Digest, type LogIndex, type StatementId } from "../model/ids.ts";
import { stricterPolicy, type HandlingPolicy } from "../model/policy.ts";
import { standingNow, type Dossier, type DossierConsent, type DossierItem, type Reader } from "./dossier.ts";
import { namedRef, type AttachmentLine, type NewEpoch } from "./dossier_bodies.ts";
import { rowOf } from "./kinds.ts";
import type { Effect } from "./outcome.ts";
import { listedFiles, sealedBodyOf } from "./peek.ts";
import type { Registers } from "./register.ts";
import { changeRequest } from "./request_judge.ts";
import type { SignedStatement, Statement } from "./statement.ts";

const changed: Effect = { effect: "request_changed" };

export function dossierEffects(dossier: Dossier, s: Statement, at: LogIndex): Effect[] {
  const begin = (epoch: NewEpoch, revoked?: AuthorityRef): Effect[] => {
    const out: Effect[] = [{ effect: "epoch_begun", epoch: epoch.epoch }];
    const granted = new Set(epoch.grants.map(refKey));
    // Whom the new epoch leaves out although nobody revoked him, and past readers: their time was over.
    for (const ref of dossier.readers()) {
      const until = dossier.accessUntil(ref);
      const readsOn = dossier.standing(ref, at) === "past_reader" &&
        (revoked === undefined || !sameRef(ref, revoked)) && !(until !== undefined && s.at >= until);
      if (!granted.has(refKey(ref)) && !readsOn) out.push({ effect: "reader_removed", authority: ref });
    }
    return out;
  };
  const { kind, body } = s;
  switch (kind) {
    case "opened":
      return [
        { effect: "chain_started" },
        { effect: "epoch_begun", epoch: 1 },
        ...body.epoch.grants.map((line): Effect =>
          ({ effect: "reader_admitted", authority: namedRef(line), participant: true })),
      ];
    case "entry":
      return [{ effect: "entry_added" }, ...(body.routing === undefined ? [] : [changed])];
    case "status":
    case "reminded":
    case "due_proposed":
    case "due_agreed":
    case "off_platform":
    case "off_platform_confirmed":
    case "routing_disclosed":
      return [changed];
    case "granted": {
      const current = body.grants.at(-1)?.epoch === dossier.state.epochs.length;
      const was = dossier.standing(namedRef(body), at) === "participant";
      return [{ effect: "reader_admitted", authority: namedRef(body), participant: current || was }];
    }
    case "epoch_started":
    case "policy_changed":
      return begin(body.epoch);
    case "revoked":
      return begin(body.epoch, namedRef(body));
    case "closed":
      return [{ effect: "dossier_closed" }];
    case "reopened":
      return [{ effect: "dossier_reopened" }];
    case "withdrawn":
      return [{ effect: "entries_withdrawn", entries: body.entries }];
    default:
      return []; // changes nothing an index would hold
  }
}

/** Of an effective statement. */
export function changeDossier(dossier: Dossier, signed: SignedStatement, at: LogIndex, registers: Registers): void {
  const d = dossier.state;
  const { statement: s, id } = signed;
  const register = registers.byChain(s.author.registerChain);
  ensure(register !== undefined, "the author of an effective statement has a register");
  const author: AuthorityRef = { party: register.party, authority: s.author.authority };
  for (const file of listedFiles(s)) d.files.add(file);
  const stale = s.kind === "entry" && dossier.stale(registers, s.at, at) !== "no";

  const readerOf = (ref: AuthorityRef): Reader => {
    const key = refKey(ref);
    const found = d.readers.get(key) ?? { changes: [], grants: [] };
    d.readers.set(key, found);
    return found;
  };
  const remove = (reader: Reader): void => {
    reader.changes.push({ at, standing: "none" });
    reader.accessUntil = undefined;
    for (const grant of reader.grants) grant.until ??= at;
  };
  const beginEpoch = (epoch: NewEpoch): void => {
    ensure(d.opening !== undefined, "an epoch begins in an opened dossier");
    const granted = new Set(epoch.grants.map(refKey));
    for (const [key, reader] of d.readers) {
      if (standingNow(reader) === "participant" && !granted.has(key)) remove(reader);
      // What a consent gave until now ends, also for those who held past epochs only.
      let holdsAny = false;
      for (const grant of reader.grants) {
        if (grant.until === undefined && grant.accessUntil !== undefined && s.at >= grant.accessUntil) grant.until = at;
        holdsAny ||= grant.until === undefined;
      }
      if (standingNow(reader) === "past_reader" && !holdsAny) remove(reader);
    }
    const { policyStatement } = d.opening;
    d.epochs.push({ number: epoch.epoch, recipient: epoch.recipient, startedBy: id, author, policy: policyStatement });
    for (const line of epoch.grants) {
      const reader = readerOf(line);
      if (standingNow(reader) !== "participant") reader.changes.push({ at, standing: "participant" });
      reader.grants.push({ epoch: epoch.epoch, generation: line.generation, file: line.grant, statement: id, since: at });
    }
    d.opening.basis = id;
  };
  const addItem = (sealed: Digest, own: HandlingPolicy, attachments: AttachmentLine[]): void => {
    d.itemById.set(id, d.items.length);
    d.items.push({
      id, seq: s.seq, index: at, kind: s.kind, epoch: d.epochs.length, owner: author, author: s.author.member, at: s.at,
      sealed, inForce: stricterPolicy(dossier.policy, own), stale, withdrawn: false, approvedBy: [], attachments,
    });
  };
  const named = (entry: StatementId): DossierItem => {
    const item = dossier.item(entry);
    ensure(item !== undefined, "an effective statement names entries that are there");
    return item;
  };

  const { kind, body } = s;
  switch (kind) {
    case "opened":
      d.open = true;
      d.opening = { kind: body.kind, opener: author, at: s.at, policy: body.policy, policyStatement: id, basis: id };
      beginEpoch(body.epoch);
      break;
    case "entry":
      for (const attachment of body.attachments) d.attachmentIds.add(attachment.id);
      addItem(body.sealed, body.policy ?? dossier.policy, body.attachments);
      changeRequest(d, signed, author);
      return;
    case "granted": {
      let until: number | undefined;
      for (const consent of body.consents) {
        const spent = dossier.consent(consent) as DossierConsent;
        spent.spent = true;
        const limit = spent.body.accessUntil;
        if (limit !== undefined) until = Math.min(until ?? limit, limit);
      }
      const reader = readerOf(body);
      for (const { epoch, grant } of body.grants) {
        reader.grants.push({
          epoch, generation: body.generation, file: grant, statement: id, since: at, accessUntil: until,
        });
      }
      const current = body.grants.at(-1)?.epoch === d.epochs.length;
      // The limit is that of what was given here. It ends a participation only if it let somebody in: two others must
      // not shorten what a third had without it.
      if (standingNow(reader) !== "participant") {
        if (current) reader.accessUntil = until;
        reader.changes.push({ at, standing: current ? "participant" : "past_reader" });
      }
      ensure(d.opening !== undefined, "a grant stands in an opened dossier");
      d.opening.basis = id;
      break;
    }
    case "epoch_started":
      beginEpoch(body.epoch);
      break;
    case "revoked": {
      d.everRevoked = true;
      const reader = readerOf(body);
      if (standingNow(reader) === "past_reader") remove(reader);
      beginEpoch(body.epoch);
      break;
    }
    case "policy_changed":
      ensure(d.opening !== undefined, "a policy changes in an opened dossier");
      d.opening.policy = body.policy;
      d.opening.policyStatement = id;
      // It binds what comes after; what is there already it can only tighten.
      for (const item of d.items) item.inForce = stricterPolicy(item.inForce, body.policy);
      beginEpoch(body.epoch);
      break;
    case "closed":
      d.open = false;
      break;
    case "reopened":
      d.open = true;
      break;
    case "approved":
      named(body.entry).approvedBy.push(s.author.member);
      break;
    case "consented":
      d.consents.set(id, { id, owner: author, body, upToSeq: d.seqById.get(body.upTo) as number, spent: false });
      break;
    case "released":
      for (const entry of body.entries) named(entry).inForce = body.policy;
      break;
    case "withdrawn":
      for (const entry of body.entries) named(entry).withdrawn = true;
      break;
    default:
      ensure(rowOf(kind).chain === "dossier", "an effective statement is of this chain");
      changeRequest(d, signed, author);
  }
  const sealed = sealedBodyOf(s);
  if (sealed !== undefined) addItem(sealed, dossier.policy, []);
}
