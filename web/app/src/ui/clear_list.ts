// What the server can read, by subject. Each subject names the tables of its database that hold it; a test compares them
// with the migrations, so that no table and no column is missing here. "table" is all columns of it that no other subject
// names; "table.column" is one.

export interface ClearSubject {
  /** clear_list.<key>.what, .why, .kept */
  key: string;
  holds: string[];
}

/** Readable by the server, hence by its operator or by whoever seizes it. */
export const clearSubjects: ClearSubject[] = [
  { key: "bodies", holds: ["party"] },
  { key: "accounts", holds: ["account", "account_membership"] },
  {
    key: "sign_in",
    holds: [
      "account.sign_in_key", "account.kit_key", "account.totp_secret", "account.totp_last_counter", "account.kit_waiting_since",
      "pending_credentials", "passkey",
    ],
  },
  { key: "notices", holds: ["notice"] },
  { key: "sessions", holds: ["session"] },
  { key: "audit", holds: ["audit", "party_audit", "outbox"] },
  { key: "people", holds: ["member", "party_access", "introduced_id"] },
  { key: "invitations", holds: ["invitation"] },
  { key: "acts", holds: ["statement", "chain", "dossier", "dossier_reader", "inbox", "repair_envelope"] },
  { key: "requests", holds: ["request"] },
  { key: "boards", holds: ["chain.party"] },
  { key: "sizes", holds: ["upload", "upload_usage", "inline_blob", "stored_bytes", "reply", "lost_blob"] },
  { key: "log", holds: ["log", "log_tile", "cosigned_checkpoint", "server_value", "repair_entry", "entry_alone"] },
];

/** On the server, and unreadable to it. */
export const sealedSubjects: ClearSubject[] = [
  { key: "documents", holds: ["inline_blob.data", "repair_blob"] },
  { key: "bundles", holds: ["account.bundle", "account.bundle_version", "account.state", "account.state_version", "pending_credentials.bundle"] },
  { key: "cards", holds: ["invitation.card", "invitation.kept_code"] },
];
