// Findings as `rogatory --json verify bundle` writes them, so that both implementations can be held to the same words.
import type {
  ActFound, EntryFound, Findings, Label, Moment, Person, ReceiptFound,
} from "../../src/custody/findings.ts";

type Shown = Record<string, unknown>;

const label = (one: Label): Shown => ({
  party: one.code, authority: one.authority, authority_id: one.ref.authority, founded_id: one.ref.party,
});
const person = (one: Person): Shown =>
  ({ ...label(one.authority), member: one.member, member_name: one.name, role: one.role });
const moment = (when: Moment): Shown => ({
  at: when.at, index: when.index, checkpoint: when.checkpointSize, disputed: when.disputed,
  ...(when.cosignedAt === undefined ? {} : { cosigned_at: when.cosignedAt }),
});

function restrictions({ policy, caveats, caveatsProven }: EntryFound): Shown {
  const out: Shown = {};
  if (policy !== undefined) {
    out["onward"] = policy.onward;
    if (policy.reviewAt !== undefined) out["review_at"] = policy.reviewAt;
    if (policy.expiresAt !== undefined) out["expires_at"] = policy.expiresAt;
  }
  if (caveats !== undefined) {
    out["caveats"] = caveats.articles;
    out["handling"] = caveats.handling;
    if (caveats.words !== "") out["words"] = caveats.words;
    out["proven"] = caveatsProven;
  }
  return out;
}

const entry = (one: EntryFound): Shown => ({
  seq: one.seq, id: one.id, author: person(one.author), when: moment(one.when), effective: one.effective,
  withdrawn: one.withdrawn, ...(one.voidReason === "" ? {} : { void: one.voidReason }),
  ...(one.title === undefined ? {} : { title: one.title }), restrictions: restrictions(one),
  files: one.attachments.map((file) => ({
    attachment: file.id, sealed_size: file.sealedSize, sealed_sha256: file.sealedSha256, evidence: file.evidence,
    ...(file.file === undefined
      ? {} : { name: file.file.name, type: file.file.type, size: file.file.size, sha256: file.file.sha256 }),
  })),
});
const act = (one: ActFound): Shown => ({
  seq: one.seq, id: one.id, kind: one.kind, author: person(one.author), when: moment(one.when), effective: one.effective,
  to: one.to.map(label),
});
const receipt = (one: ReceiptFound): Shown =>
  ({ kind: one.kind, entry: one.entrySeq, who: person(one.who), when: moment(one.when) });

export function shown({ checks, failure, told }: Findings): Shown {
  const out: Shown = {
    verified: failure === undefined,
    checks: checks.map(({ key, verdict, arguments: args }) => ({ check: key, result: verdict, ...args })),
  };
  if (failure !== undefined) return { ...out, problem: failure.key };
  if (told === undefined) throw new Error("a bundle that holds is told of");
  const { log } = told;
  return {
    ...out, form: told.form, history: told.history, keys: told.keys, dossier: told.dossier, left_out: told.leftOut,
    manifest_sha256: told.manifestSha256, maker: person(told.maker), made_at: told.madeAt,
    log: {
      origin: log.origin, size: log.size, root: log.root, quorum: log.quorum, of: log.witnesses, cosigned_by: log.cosigners,
      complete: log.complete,
    },
    parties: told.parties.map(({ code, name, id, digits, basis, by }) =>
      ({ code, name, founded_id: id, fingerprint: digits, basis, by })),
    participants: told.participants.map(label), entries: told.entries.map(entry), acts: told.acts.map(act),
    receipts: told.receipts.map(receipt), proof_bytes: told.proofBytes, bytes: told.totalBytes,
  };
}
