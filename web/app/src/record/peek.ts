// What a statement says by itself: no register, no state. Mirror of peek.hpp.
import type {
  AttachmentId, AuthorityId, ChainId, Digest, InvitationId, MemberId, PartyId,
} from "../model/ids.ts";
import type { AttachmentLine, NewEpoch } from "./dossier_bodies.ts";
import type { Statement } from "./statement.ts";

/**
 * The age files a statement names, each of which must travel with it in one append, or (attachments) lie on the server
 * before it.
 */
export type BlobKind =
  | "keyring" // read by the members of `reader`; one stanza a recipient
  | "grant" // read by the members of `reader`; one stanza
  | "sealed_body" // read by whoever may read the dossier's epoch, or the members of `reader` (a note); one stanza
  | "share"; // of a recovery identity: read by the holder (`recovery_set`) or the candidate; one stanza

export interface NeededBlob {
  kind: BlobKind;
  sha256: Digest;
  reader?: AuthorityId | undefined;
  /** Of a grant. */
  readerParty?: PartyId | undefined;
  /** Of a share in `recovery_set`. */
  holder?: MemberId | undefined;
}
export interface Needs {
  /** In the order of the body; each digest once. */
  blobs: NeededBlob[];
  /** Of an entry. */
  attachments: AttachmentLine[];
}

const keyringOf = (sha256: Digest, reader: AuthorityId): NeededBlob => ({ kind: "keyring", sha256, reader });

const grantsOf = (epoch: NewEpoch): NeededBlob[] =>
  epoch.grants.map((line) => ({ kind: "grant", sha256: line.grant, reader: line.authority, readerParty: line.party }));

const sealedOf = (sha256: Digest | undefined): NeededBlob[] =>
  sha256 === undefined ? [] : [{ kind: "sealed_body", sha256 }];

/** Everything in the order of the body, as often as it stands there. */
function blobsOf({ kind, body, author }: Statement): NeededBlob[] {
  switch (kind) {
    case "note":
      return [{ kind: "sealed_body", sha256: body.sealed, reader: author.authority }];
    case "founded":
      return [keyringOf(body.keyring, body.authority.id)];
    case "authority_added": {
      const first = body.record.record.firstGeneration;
      return first === undefined ? [] : [keyringOf(first.keyring, body.authority.id)];
    }
    case "member_added":
    case "member_rekeyed":
    case "authority_recovered":
      return [keyringOf(body.keyring, body.record.record.authority)];
    case "member_removed":
    case "authority_rekeyed":
      return [keyringOf(body.keyring, body.authority)];
    case "recovery_set":
      return [
        keyringOf(body.keyring, body.authority),
        ...body.shares.flatMap(({ holder, file }): NeededBlob[] =>
          holder === undefined || file === undefined
            ? [] : [{ kind: "share", sha256: file, reader: holder.authority, holder: holder.member }]),
      ];
    case "recovery_approved":
      return [{ kind: "share", sha256: body.share, reader: body.authority }];
    case "entry":
      return sealedOf(body.sealed);
    case "granted":
      return [
        ...body.grants.map((line): NeededBlob =>
          ({ kind: "grant", sha256: line.grant, reader: body.authority, readerParty: body.party })),
        ...sealedOf(body.sealed),
      ];
    case "opened":
    case "epoch_started":
    case "revoked":
    case "policy_changed":
      return [...grantsOf(body.epoch), ...sealedOf(body.sealed)];
    case "closed":
    case "reopened":
    case "consented":
    case "released":
    case "withdrawn":
    case "status":
    case "reminded":
    case "due_proposed":
    case "due_agreed":
    case "off_platform":
    case "off_platform_confirmed":
      return sealedOf(body.sealed);
    default:
      return [];
  }
}

export function needs(statement: Statement): Needs {
  const known = new Set<Digest>();
  const blobs = blobsOf(statement).filter(({ sha256 }) => !known.has(sha256) && known.add(sha256));
  return { blobs, attachments: statement.kind === "entry" ? statement.body.attachments : [] };
}

/**
 * SHA-256 of every age file the body lists apart from attachments, in its order and as often as it stands there. No
 * effective statement of a chain lists one that stands in it already: a server keeps one copy for each digest, and what
 * takes one away (a withdrawal) must not take another's.
 */
export const listedFiles = (statement: Statement): Digest[] => blobsOf(statement).map(({ sha256 }) => sha256);

/** The epoch a statement begins. */
export function epochBegun({ kind, body }: Statement): NewEpoch | undefined {
  switch (kind) {
    case "opened":
    case "epoch_started":
    case "revoked":
    case "policy_changed":
      return body.epoch;
    default:
      return undefined;
  }
}

/** SHA-256 of the sealed body the statement carries. */
export function sealedBodyOf({ kind, body }: Statement): Digest | undefined {
  switch (kind) {
    case "opened":
    case "entry":
    case "granted":
    case "epoch_started":
    case "revoked":
    case "policy_changed":
    case "closed":
    case "reopened":
    case "consented":
    case "released":
    case "withdrawn":
    case "status":
    case "reminded":
    case "due_proposed":
    case "due_agreed":
    case "off_platform":
    case "off_platform_confirmed":
      return body.sealed;
    default:
      return undefined;
  }
}

/**
 * Every Party a body names to give it something, sorted, each once: their registers are needed to judge it, as the
 * author's is.
 */
export function namedParties(statement: Statement): PartyId[] {
  const parties = new Set(epochBegun(statement)?.grants.map((line) => line.party));
  const { kind, body } = statement;
  if (kind === "granted" || kind === "revoked" || kind === "consented") parties.add(body.party);
  return [...parties].sort();
}

/** The chain of the dossier that a receipt is about, so that its side chain can be filed with it. */
export function dossierOf({ kind, body }: Statement): ChainId | undefined {
  return kind === "fetched" || kind === "opened_receipt" || kind === "unreadable" ? body.dossier : undefined;
}

/** The ids a statement brings into the world, which must be unique on a server: the server refuses what it has seen. */
export interface Introduced {
  authorities: AuthorityId[];
  members: MemberId[];
  invitations: InvitationId[];
  attachments: AttachmentId[];
}
export function introduces({ kind, body }: Statement): Introduced {
  const out: Introduced = { authorities: [], members: [], invitations: [], attachments: [] };
  switch (kind) {
    case "founded":
      return { ...out, authorities: [body.authority.id], members: [body.member] };
    case "authority_added":
      return { ...out, authorities: [body.authority.id], members: [body.record.record.member] };
    case "member_added":
    case "authority_recovered":
      return { ...out, members: [body.record.record.member] };
    case "invited":
      return { ...out, invitations: [body.invitation] };
    case "entry":
      return { ...out, attachments: body.attachments.map((line) => line.id) };
    default:
      return out;
  }
}
