-- Requests for assistance as lists need them: an index of what their statements say in the clear. Of one whose routing
-- is confidential nothing stands here but who is asked, the status and the due date.
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
