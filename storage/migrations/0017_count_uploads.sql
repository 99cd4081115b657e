-- What uploads take up, counted as they come, change and go: every append and every new upload asks, and adding up all
-- the documents that an authority ever sent would cost more with each of them.
CREATE TABLE upload_usage (
  authority BLOB NOT NULL CHECK (length(authority) = 16),
  party BLOB NOT NULL CHECK (length(party) = 32),
  open_uploads INTEGER NOT NULL CHECK (open_uploads >= 0),
  open_bytes INTEGER NOT NULL CHECK (open_bytes >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),  -- of all that is not withdrawn
  PRIMARY KEY (authority, party)
) STRICT, WITHOUT ROWID;
INSERT INTO upload_usage (authority, party, open_uploads, open_bytes, bytes)
  SELECT authority, party, sum(stage IN ('receiving', 'sealed')), sum(length * (stage IN ('receiving', 'sealed'))),
         sum(length * (stage NOT IN ('withdrawn', 'gone')))
    FROM upload GROUP BY authority, party;
-- They served the sums alone.
DROP INDEX upload_by_authority;
DROP INDEX upload_by_party;
CREATE INDEX upload_usage_by_party ON upload_usage (party);
CREATE TRIGGER upload_counted AFTER INSERT ON upload BEGIN
  INSERT INTO upload_usage (authority, party, open_uploads, open_bytes, bytes)
  VALUES (new.authority, new.party, new.stage IN ('receiving', 'sealed'),
          new.length * (new.stage IN ('receiving', 'sealed')), new.length * (new.stage NOT IN ('withdrawn', 'gone')))
      ON CONFLICT (authority, party)
      DO UPDATE SET open_uploads = open_uploads + excluded.open_uploads, open_bytes = open_bytes + excluded.open_bytes,
                    bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER upload_counted_anew AFTER UPDATE OF stage ON upload WHEN old.stage != new.stage BEGIN
  UPDATE upload_usage
     SET open_uploads = open_uploads + (new.stage IN ('receiving', 'sealed')) - (old.stage IN ('receiving', 'sealed')),
         open_bytes = open_bytes + new.length * ((new.stage IN ('receiving', 'sealed')) -
                                                 (old.stage IN ('receiving', 'sealed'))),
         bytes = bytes + new.length * ((new.stage NOT IN ('withdrawn', 'gone')) -
                                       (old.stage NOT IN ('withdrawn', 'gone')))
   WHERE authority = new.authority AND party = new.party;
END;
CREATE TRIGGER upload_not_counted AFTER DELETE ON upload BEGIN
  UPDATE upload_usage
     SET open_uploads = open_uploads - (old.stage IN ('receiving', 'sealed')),
         open_bytes = open_bytes - old.length * (old.stage IN ('receiving', 'sealed')),
         bytes = bytes - old.length * (old.stage NOT IN ('withdrawn', 'gone'))
   WHERE authority = old.authority AND party = old.party;
END;
