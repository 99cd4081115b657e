-- The witness policy that the server was initialised with (C2SP tlog-policy); empty: quorum none.
ALTER TABLE log ADD COLUMN policy TEXT NOT NULL DEFAULT '';

-- Checkpoints that witnesses have cosigned. Those that met the policy stay: each is evidence, with its times, that the
-- log had this state by then. Of the others only the newest is kept.
CREATE TABLE cosigned_checkpoint (
  size INTEGER PRIMARY KEY,
  note BLOB NOT NULL,  -- the log's line first, then of each witness its newest
  first_note BLOB      -- as it was when it met the policy
) STRICT;
