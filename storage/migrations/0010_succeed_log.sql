-- A log that cannot be repaired is followed by another one (protocol §5); the old one stays served. Statements of log n
-- have log_index n · 2^40 and up, so that one order goes through all of them.
CREATE TABLE log_next (
  number INTEGER PRIMARY KEY,  -- the n of <host>/log/<n>
  origin TEXT NOT NULL UNIQUE,
  verifier_key TEXT NOT NULL,
  seed BLOB CHECK (length(seed) = 32),  -- absent: it has a successor and signs nothing any more
  size INTEGER NOT NULL,
  checkpoint BLOB NOT NULL,
  policy TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO log_next (number, origin, verifier_key, seed, size, checkpoint, policy)
  SELECT 0, origin, verifier_key, seed, size, checkpoint, policy FROM log;
DROP TABLE log;
ALTER TABLE log_next RENAME TO log;

CREATE TABLE log_tile_next (
  log INTEGER NOT NULL REFERENCES log (number),
  level INTEGER NOT NULL,
  tile INTEGER NOT NULL,
  hashes BLOB NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192),
  PRIMARY KEY (log, level, tile)
) STRICT, WITHOUT ROWID;
INSERT INTO log_tile_next (log, level, tile, hashes) SELECT 0, level, tile, hashes FROM log_tile;
DROP TABLE log_tile;
ALTER TABLE log_tile_next RENAME TO log_tile;

CREATE TABLE cosigned_checkpoint_next (
  log INTEGER NOT NULL REFERENCES log (number),
  size INTEGER NOT NULL,
  note BLOB NOT NULL,  -- the log's line first, then of each witness its newest
  first_note BLOB,     -- as it was when it met the policy
  PRIMARY KEY (log, size)
) STRICT;
INSERT INTO cosigned_checkpoint_next (log, size, note, first_note)
  SELECT 0, size, note, first_note FROM cosigned_checkpoint;
DROP TABLE cosigned_checkpoint;
ALTER TABLE cosigned_checkpoint_next RENAME TO cosigned_checkpoint;

-- Entries of which no statement stands here: those that were lost with an older copy, and the first of each successor.
CREATE TABLE entry_alone (
  log_index INTEGER PRIMARY KEY,
  label BLOB NOT NULL UNIQUE CHECK (length(label) = 32),  -- its first half: of a lost one, a place that stays closed
  entry BLOB NOT NULL CHECK (length(entry) = 64)
) STRICT;

CREATE VIEW log_entry AS
  SELECT log_index, entry FROM statement UNION ALL SELECT log_index, entry FROM entry_alone;
