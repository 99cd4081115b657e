-- What a Party's register says of how its own people come in, for each request to be held against.
CREATE TABLE party_access (
  register_chain BLOB PRIMARY KEY CHECK (length(register_chain) = 32) REFERENCES party (register_chain),
  address_ranges TEXT NOT NULL,  -- with spaces between them; empty: from anywhere
  native_only INTEGER NOT NULL CHECK (native_only IN (0, 1)),
  passkey_refused INTEGER NOT NULL CHECK (passkey_refused IN (0, 1)),
  totp_refused INTEGER NOT NULL CHECK (totp_refused IN (0, 1)),
  session_idle INTEGER NOT NULL,
  session_absolute INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
