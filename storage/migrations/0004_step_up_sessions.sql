-- When a session last showed a second factor: acts of access managers ask for a recent one.
ALTER TABLE session ADD COLUMN stepped_up_at INTEGER NOT NULL DEFAULT 0;
