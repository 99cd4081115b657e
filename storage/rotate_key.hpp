#pragma once

#include <filesystem>
#include <optional>

#include "platform/ports/emergency.hpp"
#include "storage/sql_store.hpp"

namespace rogatory::storage {

struct KeyRotation {
    bool finished_earlier = false;  // an interrupted run had got as far as the database
    std::filesystem::path key;      // the file that opens it now
};

// Gives the database of a server that does not run a new key: a copy under the new key takes the old one's place. The
// new key is on the disk before anything is sealed with it, and the old one goes last, so that whenever this is
// interrupted one of the two files opens the database; run again, it finishes (decision 1802).
//
// `new_key` is where the new key stays; absent, it takes the old file's name in the end ("<key>.new" until then). A
// credential of systemd cannot be written: there a file must be named (invalid_input "database_key.credential"), and
// the operator makes the credential of it. A file that is there already is taken only when the data folder says that an
// unfinished run has drawn it (conflict "database_key.exists"); one in memory only is refused (invalid_input
// "database_key.volatile").
//
// unavailable "storage.locked", "backup.running"; not_found "init.missing"; storage_full "storage.full": nothing was
// changed; integrity "storage.damaged" when the database is damaged: nothing was changed.
[[nodiscard]] Result<KeyRotation> rotate_database_key(const Layout& layout,
                                                      const std::optional<std::filesystem::path>& new_key,
                                                      ports::Emergency& emergency);

}  // namespace rogatory::storage
