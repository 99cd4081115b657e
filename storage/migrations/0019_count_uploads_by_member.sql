-- Every new upload asks what its member has under way. That stands beside the other sums now, found by its key; it was
-- added up over his uploads.
DROP TRIGGER upload_counted;
DROP TRIGGER upload_counted_anew;
DROP TRIGGER upload_not_counted;
DROP TABLE upload_usage;
CREATE TABLE upload_usage (
  authority BLOB NOT NULL CHECK (length(authority) = 16),
  party BLOB NOT NULL CHECK (length(party) = 32),
  account_id INTEGER NOT NULL REFERENCES account (id),
  open_uploads INTEGER NOT NULL CHECK (open_uploads >= 0),
  open_bytes INTEGER NOT NULL CHECK (open_bytes >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),  -- of all that is not withdrawn
  PRIMARY KEY (authority, party, account_id)
) STRICT, WITHOUT ROWID;
INSERT INTO upload_usage (authority, party, account_id, open_uploads, open_bytes, bytes)
  SELECT authority, party, account_id, sum(stage IN ('receiving', 'sealed')),
         sum(length * (stage IN ('receiving', 'sealed'))), sum(length * (stage NOT IN ('withdrawn', 'gone')))
    FROM upload GROUP BY authority, party, account_id;
CREATE INDEX upload_usage_by_party ON upload_usage (party);
CREATE INDEX upload_usage_by_account ON upload_usage (account_id);
-- It served the sum alone.
DROP INDEX upload_by_account;
-- Asked when an entry is withdrawn: what is of none need not stand in it.
DROP INDEX upload_by_entry;
CREATE INDEX upload_by_entry ON upload (chain, entry_seq) WHERE stage = 'attached';
CREATE TRIGGER upload_counted AFTER INSERT ON upload BEGIN
  INSERT INTO upload_usage (authority, party, account_id, open_uploads, open_bytes, bytes)
  VALUES (new.authority, new.party, new.account_id, new.stage IN ('receiving', 'sealed'),
          new.length * (new.stage IN ('receiving', 'sealed')), new.length * (new.stage NOT IN ('withdrawn', 'gone')))
      ON CONFLICT (authority, party, account_id)
      DO UPDATE SET open_uploads = open_uploads + excluded.open_uploads, open_bytes = open_bytes + excluded.open_bytes,
                    bytes = bytes + excluded.bytes;
END;
-- From receiving to sealed there is nothing to count.
CREATE TRIGGER upload_counted_anew AFTER UPDATE OF stage ON upload
  WHEN old.stage != new.stage AND (old.stage, new.stage) != ('receiving', 'sealed') BEGIN
  UPDATE upload_usage
     SET open_uploads = open_uploads + (new.stage IN ('receiving', 'sealed')) - (old.stage IN ('receiving', 'sealed')),
         open_bytes = open_bytes + new.length * ((new.stage IN ('receiving', 'sealed')) -
                                                 (old.stage IN ('receiving', 'sealed'))),
         bytes = bytes + new.length * ((new.stage NOT IN ('withdrawn', 'gone')) -
                                       (old.stage NOT IN ('withdrawn', 'gone')))
   WHERE authority = new.authority AND party = new.party AND account_id = new.account_id;
END;
CREATE TRIGGER upload_not_counted AFTER DELETE ON upload BEGIN
  UPDATE upload_usage
     SET open_uploads = open_uploads - (old.stage IN ('receiving', 'sealed')),
         open_bytes = open_bytes - old.length * (old.stage IN ('receiving', 'sealed')),
         bytes = bytes - old.length * (old.stage NOT IN ('withdrawn', 'gone'))
   WHERE authority = old.authority AND party = old.party AND account_id = old.account_id;
END;
