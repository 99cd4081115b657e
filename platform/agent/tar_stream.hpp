#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"

// Internal to platform/agent: a POSIX ustar archive written as it comes, for files too large for memory (tar.hpp: of
// small ones). A member is its header, so many bytes, and padding.
namespace rogatory::agent {

// Of nobody, at no time, readable by its owner only. A name that ustar cannot hold (accents, spaces, more than 99
// bytes) stands in a record of its own in front, as POSIX (pax) gives it. `name`: folders and a name, checked already.
[[nodiscard]] Bytes tar_header(std::string_view name, std::uint64_t size);
[[nodiscard]] Bytes tar_padding(std::uint64_t size);
[[nodiscard]] Bytes tar_member(std::string_view name, std::string_view content);
[[nodiscard]] Bytes tar_end();

}  // namespace rogatory::agent
