// The signer tables of the protocol, sections 3 and 4, as data. Mirror of platform/record/kinds.hpp.

/** What a chain is about. It follows from the kind of its statement 0. */
export type ChainKind = "register" | "dossier" | "receipts" | "notices" | "casebook";

/** Who may sign a kind. What more a row asks is judged by Register, Dossier, Receipts, NoticeBoard and Casebook. */
export type Signer =
  | "first_custodian" // the key that the statement itself introduces (`founded`)
  | "root_custodian" // a custodian of the root authority
  | "authority_custodian" // a custodian of the authority the body names
  | "inviter" // that; for an authority that does not exist yet, a custodian of the root authority
  | "member_or_custodian" // his own keys: the member; lost or compromised: another custodian of his authority
  | "recovery_holder" // a holder of a share of the authority's last recovery set
  | "new_custodian" // the key that the statement itself introduces (`authority_recovered`)
  | "opener_officer" // an officer of the authority that opened the dossier
  | "participant_officer" // an officer of a participant
  | "revoker" // an officer of the opener; of any participant for an authority of its own Party
  | "second_officer" // another officer of the authority that authored the entry
  | "owner_officer" // an officer of the authority that authored the entry
  | "reader_of_dossier" // any member of an authority that may read the dossier
  | "publisher_officer" // an officer of an authority of the board's Party that is flagged publisher
  | "casebook_officer"; // an officer of the authority whose casebook it is

export interface KindRow {
  kind: Kind;
  chain: ChainKind;
  signer: Signer;
  /** May be statement 0 (`founded` and `opened` must be). */
  startsChain: boolean;
}

const rows = [
  ["founded", "register", "first_custodian", true],
  ["authority_added", "register", "root_custodian", false],
  ["pinned", "register", "root_custodian", false],
  ["unpinned", "register", "root_custodian", false],
  ["vouches_set", "register", "root_custodian", false],
  ["log_policy_set", "register", "root_custodian", false],
  ["access_policy_set", "register", "root_custodian", false],
  ["publisher_set", "register", "root_custodian", false],
  ["visa_set", "register", "authority_custodian", false],
  ["invited", "register", "inviter", false],
  ["member_added", "register", "authority_custodian", false],
  ["member_removed", "register", "authority_custodian", false],
  ["role_changed", "register", "authority_custodian", false],
  ["authority_rekeyed", "register", "authority_custodian", false],
  ["member_rekeyed", "register", "member_or_custodian", false],
  ["recovery_set", "register", "authority_custodian", false],
  ["recovery_drilled", "register", "authority_custodian", false],
  ["recovery_approved", "register", "recovery_holder", false],
  ["recovery_refused", "register", "authority_custodian", false],
  ["authority_recovered", "register", "new_custodian", false],
  ["opened", "dossier", "opener_officer", true],
  ["entry", "dossier", "participant_officer", false],
  ["granted", "dossier", "participant_officer", false],
  ["epoch_started", "dossier", "participant_officer", false],
  ["revoked", "dossier", "revoker", false],
  ["policy_changed", "dossier", "opener_officer", false],
  ["closed", "dossier", "opener_officer", false],
  ["reopened", "dossier", "opener_officer", false],
  ["approved", "dossier", "second_officer", false],
  ["consented", "dossier", "owner_officer", false],
  ["released", "dossier", "owner_officer", false],
  ["withdrawn", "dossier", "owner_officer", false],
  ["status", "dossier", "participant_officer", false],
  ["reminded", "dossier", "participant_officer", false],
  ["due_proposed", "dossier", "participant_officer", false],
  ["due_agreed", "dossier", "participant_officer", false],
  ["off_platform", "dossier", "participant_officer", false],
  ["off_platform_confirmed", "dossier", "participant_officer", false],
  ["routing_disclosed", "dossier", "participant_officer", false],
  ["fetched", "receipts", "reader_of_dossier", true],
  ["opened_receipt", "receipts", "reader_of_dossier", false],
  ["unreadable", "receipts", "reader_of_dossier", true],
  ["focal_point_set", "notices", "publisher_officer", true],
  ["law_entry_set", "notices", "publisher_officer", true],
  ["profile_set", "notices", "publisher_officer", true],
  ["recommendation_set", "notices", "publisher_officer", true],
  ["calendar_set", "notices", "publisher_officer", true],
  ["row_published", "notices", "publisher_officer", true],
  ["note", "casebook", "casebook_officer", true],
] as const satisfies readonly (readonly [string, ChainKind, Signer, boolean])[];

/** Every kind; its name is that of the payload type and of the tables. */
export type Kind = (typeof rows)[number][0];

export const kindTable: readonly KindRow[] =
  rows.map(([kind, chain, signer, startsChain]) => ({ kind, chain, signer, startsChain }));

const byKind: ReadonlyMap<string, KindRow> = new Map(kindTable.map((row) => [row.kind, row]));

export const rowOf = (kind: Kind): KindRow => byKind.get(kind) as KindRow;

const prefix = "application/vnd.rogatory.";
const suffix = ".v1+json";

/** "application/vnd.rogatory.<kind>.v1+json" */
export const payloadType = (kind: Kind): string => prefix + kind + suffix;

/** undefined: not a kind this program knows. (Version 2 of a known kind is an unknown kind.) */
export function kindOf(type: string): Kind | undefined {
  if (!type.startsWith(prefix) || !type.endsWith(suffix) || type.length < prefix.length + suffix.length) return undefined;
  return byKind.get(type.slice(prefix.length, type.length - suffix.length))?.kind;
}
