#pragma once

#include <cstdlib>

// A property that a fuzz target checks. Ends the process, which is what a fuzzer notices.
inline void require(bool held) {
    if (!held) std::abort();
}
