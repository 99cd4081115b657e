#pragma once

#include <cstddef>
#include <functional>

namespace rogatory {

// Calls work(0) … work(count − 1), each once, from as many threads as the machine has, and returns when all are done;
// few calls are made by the calling thread alone. For work that neither waits nor touches what another call touches.
// What a call throws is thrown here, when all threads have ended.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace rogatory
