-- Where each Party stands, for administrators: since when an invitation is out, the day an account last signed in, and a
-- limit of the Party's own in the place of the server's.
ALTER TABLE invitation ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN seen_on INTEGER;  -- the first second of that day, UTC
ALTER TABLE party ADD COLUMN quota_bytes INTEGER CHECK (quota_bytes >= 0);
