-- Invitations of whoever is to take over an authority that lost all its custodians: kind 'authority', and nothing stands
-- in the register before the holders of its recovery key approve.
ALTER TABLE invitation ADD COLUMN recovers INTEGER NOT NULL DEFAULT 0 CHECK (recovers IN (0, 1));
CREATE INDEX invitation_by_candidate ON invitation (account_id) WHERE recovers = 1;
