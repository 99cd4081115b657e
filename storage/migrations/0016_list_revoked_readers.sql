-- Where the inbox lists a reader who was revoked: at the place the dossier had then. Whoever still reads it finds it at
-- the dossier's own last place, so that each row of the inbox is reached by its key and none has to be looked for.
ALTER TABLE dossier_reader ADD COLUMN listed_index INTEGER;
UPDATE dossier_reader
   SET listed_index = (SELECT inbox.last_index FROM inbox
                        WHERE inbox.authority = dossier_reader.authority AND inbox.chain_id = dossier_reader.chain_id)
 WHERE until_seq IS NOT NULL;
