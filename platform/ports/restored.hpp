#pragma once

namespace rogatory::ports {

// A value of the server's own (Journal::value) that stands in every backup's copy of the database and nowhere else:
// size (8) ‖ root (32) of the tree it holds. Whoever starts a copy has a log that may have gone on elsewhere; nothing
// is appended as long as the value is there (decision 1801). Empty: it was taken away.
inline constexpr const char* kRestoredValue = "log.restored";

}  // namespace rogatory::ports
