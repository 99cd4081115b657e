-- A Party's rule may ask its people for a certificate of its own authorities, and a session is good with the one that it
-- began with.
ALTER TABLE party_access ADD COLUMN client_ca TEXT NOT NULL DEFAULT '';  -- PEM; empty: no certificate is asked for
ALTER TABLE session ADD COLUMN certificate BLOB CHECK (length(certificate) = 32);  -- SHA-256; absent: none was shown
