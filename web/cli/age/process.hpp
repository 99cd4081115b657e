#pragma once

namespace rogatory::cli {

// Keys pass through this process: no core dump of it, and no other process of the same user looks into it.
void keep_memory_private();

}  // namespace rogatory::cli
