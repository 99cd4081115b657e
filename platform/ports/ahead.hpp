#pragma once

namespace rogatory::ports {

// Values of the server's own (Journal::value), in the restored copy of an older backup as in a store that a client has
// shown to be behind: what this log is known to have signed. size (8) ‖ root (32) ‖ the log's signature (64), and the
// checkpoint it comes from (decisions 0407, 1601).
inline constexpr const char* kAheadValue = "log.ahead";
inline constexpr const char* kAheadNoteValue = "log.ahead.note";

}  // namespace rogatory::ports
