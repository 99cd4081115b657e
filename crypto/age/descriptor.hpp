#pragma once

#include <memory>

#include "crypto/age/parallel.hpp"

// File descriptors as sources and sinks of parallel.hpp. The descriptor stays the caller's and outlives them.
namespace rogatory::age {

// Anywhere: a regular file is read or written at any place by several threads at once, from its very beginning; its
// own position does not move. Any other kind of file is taken in order all the same.
enum class Access { in_order, anywhere };

// Errors of use: unavailable "age.read_failed", with the system's word in the log detail.
[[nodiscard]] std::unique_ptr<Source> source_of_descriptor(int descriptor, Access access = Access::anywhere);
// Errors of use: storage_full "age.no_room", unavailable "age.write_failed".
[[nodiscard]] std::unique_ptr<Sink> sink_of_descriptor(int descriptor, Access access = Access::anywhere);

}  // namespace rogatory::age
