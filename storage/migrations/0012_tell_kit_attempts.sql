-- Whoever signs in is told that somebody began with his recovery sheet alone; this stays until he says that he has read it.
ALTER TABLE account ADD COLUMN kit_tried_at INTEGER;
-- Access managers still see it for a while when such a sheet has set everything anew.
ALTER TABLE account ADD COLUMN kit_used_at INTEGER;
-- A message about that waits for no digest and no quiet hour: there are 72 hours in which to object.
ALTER TABLE notice ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
