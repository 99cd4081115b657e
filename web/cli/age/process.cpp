#include "web/cli/age/process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace rogatory::cli {

void keep_memory_private() {
    constexpr rlimit kNone{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &kNone);
    (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace rogatory::cli
