-- rebuild: other tables refer to the one that is made anew
-- An authority's casebook is a chain as well, which its members alone read and write.
CREATE TABLE chain_next (
  id INTEGER PRIMARY KEY,
  chain BLOB NOT NULL UNIQUE CHECK (length(chain) = 32),
  kind TEXT NOT NULL CHECK (kind IN ('party_register', 'dossier', 'receipts', 'notices', 'casebook')),
  dossier BLOB CHECK (length(dossier) = 32),      -- of a receipt side chain: about which dossier
  authority BLOB CHECK (length(authority) = 16),  -- of a receipt side chain or a casebook: whose
  party BLOB CHECK (length(party) = 32),          -- of a notice board: whose
  head_seq INTEGER NOT NULL,
  head_id BLOB NOT NULL CHECK (length(head_id) = 32),
  last_index INTEGER NOT NULL,
  CHECK ((kind = 'notices') = (party IS NOT NULL)),
  CHECK ((kind = 'receipts') = (dossier IS NOT NULL)),
  CHECK ((kind IN ('receipts', 'casebook')) = (authority IS NOT NULL))
) STRICT;
INSERT INTO chain_next (id, chain, kind, dossier, authority, party, head_seq, head_id, last_index)
  SELECT id, chain, kind, dossier, authority, party, head_seq, head_id, last_index FROM chain;
DROP TABLE chain;
ALTER TABLE chain_next RENAME TO chain;
