-- What people bring back after an older copy was put in place, until the log is whole again.
CREATE TABLE repair_entry (
  log_index INTEGER PRIMARY KEY,
  entry BLOB NOT NULL CHECK (length(entry) = 64)
) STRICT;

-- One for each account and place: whoever brings one with a forged signature spoils no other's.
CREATE TABLE repair_envelope (
  log_index INTEGER NOT NULL REFERENCES repair_entry (log_index),
  account TEXT NOT NULL,
  envelope BLOB NOT NULL,
  PRIMARY KEY (log_index, account)
) STRICT;

CREATE TABLE repair_blob (
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  data BLOB NOT NULL
) STRICT;

-- Age files that a restored statement lists and nobody has brought back yet.
CREATE TABLE lost_blob (
  chain_id INTEGER NOT NULL REFERENCES chain (id),
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  log_index INTEGER NOT NULL,  -- of the statement
  attachment BLOB CHECK (length(attachment) = 16),  -- of an entry; absent: one that travelled in the append
  PRIMARY KEY (chain_id, sha256)
) STRICT, WITHOUT ROWID;
