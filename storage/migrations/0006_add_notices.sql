-- Who wants a mail without content when something is new, and how far that has come.
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
  refused INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
  CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
) STRICT;

CREATE INDEX notice_by_pending ON notice (pending) WHERE pending IS NOT NULL;
