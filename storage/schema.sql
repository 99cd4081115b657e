CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  user_name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('member', 'administrator', 'auditor', 'service')),
  language TEXT NOT NULL,
  sign_in_key BLOB NOT NULL CHECK (length(sign_in_key) = 32),
  kit_key BLOB CHECK (length(kit_key) = 32),
  totp_secret BLOB CHECK (length(totp_secret) = 20),
  totp_last_counter INTEGER NOT NULL DEFAULT 0,  -- a code is good once: this counter and all below are spent
  bundle BLOB,
  bundle_version INTEGER NOT NULL DEFAULT 0,
  state BLOB,
  state_version INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  suspended_at INTEGER,
  suspension_reason TEXT NOT NULL DEFAULT '',
  kit_waiting_since INTEGER, seen_on INTEGER, kit_tried_at INTEGER, kit_used_at INTEGER,
  CHECK ((bundle IS NULL) = (bundle_version = 0)),
  CHECK ((state IS NULL) = (state_version = 0))
) STRICT;

CREATE TABLE account_membership (
  account_id INTEGER NOT NULL REFERENCES account (id),
  register_chain BLOB NOT NULL CHECK (length(register_chain) = 32),
  member BLOB NOT NULL CHECK (length(member) = 16),
  PRIMARY KEY (account_id, register_chain, member)
) STRICT, WITHOUT ROWID;

CREATE INDEX account_membership_by_member ON account_membership (register_chain, member);

CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  outcome TEXT NOT NULL
) STRICT;

CREATE TABLE "chain" (
  id INTEGER PRIMARY KEY,
  chain BLOB NOT NULL UNIQUE CHECK (length(chain) = 32),
  kind TEXT NOT NULL CHECK (kind IN ('party_register', 'dossier', 'receipts', 'notices', 'casebook')),
  dossier BLOB CHECK (length(dossier) = 32),      -- of a receipt side chain: about which dossier
  authority BLOB CHECK (length(authority) = 16),  -- of a receipt side chain or a casebook: whose
  party BLOB CHECK (length(party) = 32),          -- of a notice board: whose
  head_seq INTEGER NOT NULL,
  head_id BLOB NOT NULL CHECK (length(head_id) = 32),
  last_index INTEGER NOT NULL,
  CHECK ((kind = 'notices') = (party IS NOT NULL)),
  CHECK ((kind = 'receipts') = (dossier IS NOT NULL)),
  CHECK ((kind IN ('receipts', 'casebook')) = (authority IS NOT NULL))
) STRICT;

CREATE TABLE "cosigned_checkpoint" (
  log INTEGER NOT NULL REFERENCES log (number),
  size INTEGER NOT NULL,
  note BLOB NOT NULL,  -- the log's line first, then of each witness its newest
  first_note BLOB,     -- as it was when it met the policy
  PRIMARY KEY (log, size)
) STRICT;

CREATE TABLE dossier (
  chain_id INTEGER PRIMARY KEY REFERENCES chain (id),
  kind TEXT NOT NULL CHECK (kind IN ('share', 'request', 'library', 'internal')),
  opened_at INTEGER NOT NULL,
  opener_party BLOB NOT NULL CHECK (length(opener_party) = 32),
  opener BLOB NOT NULL CHECK (length(opener) = 16)
) STRICT;

CREATE TABLE dossier_reader (
  chain_id INTEGER NOT NULL REFERENCES dossier (chain_id),
  authority BLOB NOT NULL CHECK (length(authority) = 16),
  party BLOB NOT NULL CHECK (length(party) = 32),
  participant INTEGER NOT NULL CHECK (participant IN (0, 1)),
  until_seq INTEGER, listed_index INTEGER,
  PRIMARY KEY (chain_id, authority)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry_alone (
  log_index INTEGER PRIMARY KEY,
  label BLOB NOT NULL UNIQUE CHECK (length(label) = 32),  -- its first half: of a lost one, a place that stays closed
  entry BLOB NOT NULL CHECK (length(entry) = 64)
) STRICT;

CREATE TABLE inbox (
  authority BLOB NOT NULL CHECK (length(authority) = 16),
  last_index INTEGER NOT NULL,
  chain_id INTEGER NOT NULL REFERENCES dossier (chain_id),
  PRIMARY KEY (authority, last_index DESC, chain_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE inline_blob (
  chain_id INTEGER NOT NULL REFERENCES chain (id),
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  kind TEXT NOT NULL CHECK (kind IN ('grant', 'keyring', 'body', 'share')),
  authority BLOB CHECK (length(authority) = 16),  -- whose members may read it
  member BLOB CHECK (length(member) = 16),        -- who alone may read it
  data BLOB NOT NULL,
  withdrawn_at INTEGER,  -- then data is empty: the tombstone stays
  UNIQUE (chain_id, sha256)
) STRICT;

CREATE TABLE introduced_id (
  kind TEXT NOT NULL CHECK (kind IN ('authority', 'member', 'invitation', 'attachment')),
  id BLOB NOT NULL CHECK (length(id) = 16),
  owner BLOB CHECK (length(owner) = 32),  -- the chain that may name it again: announced by invited, then added
  log_index INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  kind TEXT NOT NULL CHECK (kind IN ('founder', 'authority', 'member', 'rekey', 'administrator')),
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'spent', 'cancelled')),
  party_id INTEGER REFERENCES party (id),  -- of a founder
  register_chain BLOB CHECK (length(register_chain) = 32),
  authority BLOB CHECK (length(authority) = 16),
  member BLOB CHECK (length(member) = 16),
  role TEXT NOT NULL CHECK (role IN ('reader', 'officer', 'custodian')),
  not_after INTEGER NOT NULL,
  redeem_sha256 BLOB NOT NULL UNIQUE CHECK (length(redeem_sha256) = 32),  -- what was redeemed is not stored
  card BLOB NOT NULL,
  kept_code BLOB NOT NULL,
  inviter_id INTEGER REFERENCES account (id),
  totp_secret BLOB CHECK (length(totp_secret) = 20),
  record BLOB NOT NULL DEFAULT x'',
  mac BLOB NOT NULL DEFAULT x'',
  account_id INTEGER REFERENCES account (id)
, recovers INTEGER NOT NULL DEFAULT 0 CHECK (recovers IN (0, 1)), made_at INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE INDEX invitation_by_authority ON invitation (register_chain, authority);

CREATE INDEX invitation_by_candidate ON invitation (account_id) WHERE recovers = 1;

CREATE INDEX invitation_by_party ON invitation (party_id);

CREATE TABLE "log" (
  number INTEGER PRIMARY KEY,  -- the n of <host>/log/<n>
  origin TEXT NOT NULL UNIQUE,
  verifier_key TEXT NOT NULL,
  seed BLOB CHECK (length(seed) = 32),  -- absent: it has a successor and signs nothing any more
  size INTEGER NOT NULL,
  checkpoint BLOB NOT NULL,
  policy TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE VIEW log_entry AS
  SELECT log_index, entry FROM statement UNION ALL SELECT log_index, entry FROM entry_alone;

CREATE TABLE "log_tile" (
  log INTEGER NOT NULL REFERENCES log (number),
  level INTEGER NOT NULL,
  tile INTEGER NOT NULL,
  hashes BLOB NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192),
  PRIMARY KEY (log, level, tile)
) STRICT, WITHOUT ROWID;

CREATE TABLE lost_blob (
  chain_id INTEGER NOT NULL REFERENCES chain (id),
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  log_index INTEGER NOT NULL,  -- of the statement
  attachment BLOB CHECK (length(attachment) = 16),  -- of an entry; absent: one that travelled in the append
  PRIMARY KEY (chain_id, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
  register_chain BLOB NOT NULL REFERENCES party (register_chain),
  member BLOB NOT NULL CHECK (length(member) = 16),
  authority BLOB NOT NULL CHECK (length(authority) = 16),
  role TEXT NOT NULL CHECK (role IN ('reader', 'officer', 'custodian')),
  service INTEGER NOT NULL CHECK (service IN (0, 1)),
  signing_key_sha256 BLOB NOT NULL CHECK (length(signing_key_sha256) = 32),
  root_authority INTEGER NOT NULL CHECK (root_authority IN (0, 1)),
  PRIMARY KEY (register_chain, member)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_by_authority ON member (authority);

CREATE TABLE notice (
  account_id INTEGER PRIMARY KEY REFERENCES account (id),
  address TEXT NOT NULL,
  every INTEGER NOT NULL CHECK (every >= 0),        -- seconds between two messages, at least
  quiet_from INTEGER CHECK (quiet_from BETWEEN 0 AND 1439),   -- minutes after midnight, UTC
  quiet_until INTEGER CHECK (quiet_until BETWEEN 0 AND 1439),
  pending INTEGER,     -- when the newest happened that no message has told of
  sent_at INTEGER,
  failed_at INTEGER,   -- the last try
  failure TEXT NOT NULL DEFAULT '',
  failures INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)), urgent INTEGER NOT NULL DEFAULT 0,
  CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
) STRICT;

CREATE INDEX notice_by_pending ON notice (pending) WHERE pending IS NOT NULL;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL
) STRICT;

CREATE TABLE party (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  register_chain BLOB UNIQUE CHECK (length(register_chain) = 32),  -- both once it is founded
  founded_id BLOB UNIQUE CHECK (length(founded_id) = 32),
  created_at INTEGER NOT NULL,
  suspended_at INTEGER,
  suspension_reason TEXT NOT NULL DEFAULT '', quota_bytes INTEGER CHECK (quota_bytes >= 0),
  CHECK ((register_chain IS NULL) = (founded_id IS NULL))
) STRICT;

CREATE TABLE party_access (
  register_chain BLOB PRIMARY KEY CHECK (length(register_chain) = 32) REFERENCES party (register_chain),
  address_ranges TEXT NOT NULL,  -- with spaces between them; empty: from anywhere
  native_only INTEGER NOT NULL CHECK (native_only IN (0, 1)),
  passkey_refused INTEGER NOT NULL CHECK (passkey_refused IN (0, 1)),
  totp_refused INTEGER NOT NULL CHECK (totp_refused IN (0, 1)),
  session_idle INTEGER NOT NULL,
  session_absolute INTEGER NOT NULL
, client_ca TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE TABLE party_audit (
  party TEXT NOT NULL,  -- its code, which stays where a Party founds anew
  number INTEGER NOT NULL,
  sequence INTEGER NOT NULL REFERENCES audit (sequence),
  authority BLOB CHECK (length(authority) = 16),  -- for which the act was done; absent: for none, such as a sign-in
  PRIMARY KEY (party, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL REFERENCES account (id),
  credential_id BLOB NOT NULL UNIQUE CHECK (length(credential_id) BETWEEN 1 AND 1023),
  cose_key BLOB NOT NULL,
  counter INTEGER NOT NULL,  -- signatures counted by the authenticator; one that goes back is refused
  unlocks INTEGER NOT NULL CHECK (unlocks IN (0, 1)),
  backed_up INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;

CREATE INDEX passkey_by_account ON passkey (account_id);

CREATE TABLE pending_credentials (
  invitation_id BLOB PRIMARY KEY REFERENCES invitation (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  sign_in_key BLOB NOT NULL CHECK (length(sign_in_key) = 32),
  kit_key BLOB CHECK (length(kit_key) = 32),
  totp_secret BLOB NOT NULL CHECK (length(totp_secret) = 20),
  totp_last_counter INTEGER NOT NULL,
  bundle BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE repair_blob (
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  data BLOB NOT NULL
) STRICT;

CREATE TABLE repair_entry (
  log_index INTEGER PRIMARY KEY,
  entry BLOB NOT NULL CHECK (length(entry) = 64)
) STRICT;

CREATE TABLE repair_envelope (
  log_index INTEGER NOT NULL REFERENCES repair_entry (log_index),
  account TEXT NOT NULL,
  envelope BLOB NOT NULL,
  PRIMARY KEY (log_index, account)
) STRICT;

CREATE TABLE reply (
  account_id INTEGER NOT NULL REFERENCES account (id),
  request_key TEXT NOT NULL,
  request_sha256 BLOB NOT NULL CHECK (length(request_sha256) = 32),
  status INTEGER NOT NULL,
  body BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account_id, request_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE request (
  chain_id INTEGER PRIMARY KEY REFERENCES dossier (chain_id),
  requested_party BLOB CHECK (length(requested_party) = 32),
  requested BLOB CHECK (length(requested) = 16),
  requested_code TEXT,  -- of a State without an account
  status TEXT NOT NULL,
  over INTEGER NOT NULL CHECK (over IN (0, 1)),
  due INTEGER,
  reference TEXT,
  nature TEXT,
  kinds TEXT,           -- words with one space between them
  situation TEXT,
  urgency TEXT,
  language TEXT,
  sent_at INTEGER,
  status_at INTEGER,
  first_due INTEGER,
  acknowledged_at INTEGER,
  replied_at INTEGER,
  executed_at INTEGER,
  over_at INTEGER,
  obstacles TEXT,
  reminders INTEGER,
  off_platform INTEGER,
  CHECK ((requested_party IS NULL) = (requested IS NULL)),
  CHECK ((requested_party IS NULL) != (requested_code IS NULL)),
  CHECK (reference IS NOT NULL OR
         coalesce(nature, kinds, situation, urgency, language, sent_at, status_at, first_due, acknowledged_at,
                  replied_at, executed_at, over_at, obstacles, reminders, off_platform) IS NULL)
) STRICT;

CREATE INDEX request_by_due ON request (due) WHERE over = 0;

CREATE TABLE schema_migration (
          name TEXT PRIMARY KEY,
          digest BLOB NOT NULL CHECK (length(digest) = 32),
          applied_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
    ;

CREATE TABLE server_value (
  name TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  token_sha256 BLOB NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
  account_id INTEGER REFERENCES account (id),
  invitation_id BLOB REFERENCES invitation (id),
  scope TEXT NOT NULL CHECK (scope IN ('full', 'enrolment', 'kit')),
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL, stepped_up_at INTEGER NOT NULL DEFAULT 0, certificate BLOB CHECK (length(certificate) = 32),
  CHECK ((account_id IS NULL) <> (invitation_id IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX session_by_account ON session (account_id);

CREATE INDEX session_by_invitation ON session (invitation_id);

CREATE INDEX session_by_last_seen ON session (last_seen_at);

CREATE TABLE statement (
  log_index INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
  chain_id INTEGER NOT NULL REFERENCES chain (id),
  seq INTEGER NOT NULL,
  entry BLOB NOT NULL CHECK (length(entry) = 64),  -- what the log holds: label and id
  envelope BLOB NOT NULL,
  appended_at INTEGER NOT NULL,
  UNIQUE (chain_id, seq)  -- the log must not hold two entries with one label
) STRICT;

CREATE TABLE stored_bytes (
  authority BLOB PRIMARY KEY CHECK (length(authority) = 16),
  party BLOB NOT NULL CHECK (length(party) = 32),
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX stored_bytes_by_party ON stored_bytes (party, bytes);

CREATE TRIGGER upload_counted AFTER INSERT ON upload BEGIN
  INSERT INTO upload_usage (authority, party, account_id, open_uploads, open_bytes, bytes)
  VALUES (new.authority, new.party, new.account_id, new.stage IN ('receiving', 'sealed'),
          new.length * (new.stage IN ('receiving', 'sealed')), new.length * (new.stage NOT IN ('withdrawn', 'gone')))
      ON CONFLICT (authority, party, account_id)
      DO UPDATE SET open_uploads = open_uploads + excluded.open_uploads, open_bytes = open_bytes + excluded.open_bytes,
                    bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER upload_counted_anew AFTER UPDATE OF stage ON upload
  WHEN old.stage != new.stage AND (old.stage, new.stage) != ('receiving', 'sealed') BEGIN
  UPDATE upload_usage
     SET open_uploads = open_uploads + (new.stage IN ('receiving', 'sealed')) - (old.stage IN ('receiving', 'sealed')),
         open_bytes = open_bytes + new.length * ((new.stage IN ('receiving', 'sealed')) -
                                                 (old.stage IN ('receiving', 'sealed'))),
         bytes = bytes + new.length * ((new.stage NOT IN ('withdrawn', 'gone')) -
                                       (old.stage NOT IN ('withdrawn', 'gone')))
   WHERE authority = new.authority AND party = new.party AND account_id = new.account_id;
END;

CREATE TRIGGER upload_not_counted AFTER DELETE ON upload BEGIN
  UPDATE upload_usage
     SET open_uploads = open_uploads - (old.stage IN ('receiving', 'sealed')),
         open_bytes = open_bytes - old.length * (old.stage IN ('receiving', 'sealed')),
         bytes = bytes - old.length * (old.stage NOT IN ('withdrawn', 'gone'))
   WHERE authority = old.authority AND party = old.party AND account_id = old.account_id;
END;

CREATE TABLE upload (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  ticket_sha256 BLOB NOT NULL CHECK (length(ticket_sha256) = 32),
  account_id INTEGER NOT NULL REFERENCES account (id),
  authority BLOB NOT NULL CHECK (length(authority) = 16),
  party BLOB NOT NULL CHECK (length(party) = 32),
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  attachment BLOB NOT NULL UNIQUE CHECK (length(attachment) = 16),
  length INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0,  -- durable in the file, never more than was acknowledged
  sha256 BLOB CHECK (length(sha256) = 32),
  stage TEXT NOT NULL CHECK (stage IN ('receiving', 'sealed', 'attached', 'withdrawn', 'gone')),
  entry_seq INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  withdrawn_at INTEGER,
  CHECK (received BETWEEN 0 AND length),
  CHECK (stage = 'receiving' OR received = length)
) STRICT, WITHOUT ROWID;

CREATE INDEX upload_by_entry ON upload (chain, entry_seq) WHERE stage = 'attached';

CREATE INDEX upload_by_stage ON upload (stage, expires_at);

CREATE TABLE upload_usage (
  authority BLOB NOT NULL CHECK (length(authority) = 16),
  party BLOB NOT NULL CHECK (length(party) = 32),
  account_id INTEGER NOT NULL REFERENCES account (id),
  open_uploads INTEGER NOT NULL CHECK (open_uploads >= 0),
  open_bytes INTEGER NOT NULL CHECK (open_bytes >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),  -- of all that is not withdrawn
  PRIMARY KEY (authority, party, account_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX upload_usage_by_account ON upload_usage (account_id);

CREATE INDEX upload_usage_by_party ON upload_usage (party);

