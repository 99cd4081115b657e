-- What concerns a Party, numbered for it alone and without gaps: what its own monitoring may read. Lines from before stay
-- with the platform, because nothing says any more which authority acted.
CREATE TABLE party_audit (
  party TEXT NOT NULL,  -- its code, which stays where a Party founds anew
  number INTEGER NOT NULL,
  sequence INTEGER NOT NULL REFERENCES audit (sequence),
  authority BLOB CHECK (length(authority) = 16),  -- for which the act was done; absent: for none, such as a sign-in
  PRIMARY KEY (party, number)
) STRICT, WITHOUT ROWID;
