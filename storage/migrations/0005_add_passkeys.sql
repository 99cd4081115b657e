-- Passkeys: a second factor, and where their PRF output opens the user bundle (unlocks) a sign-in by themselves.
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
