#pragma once

#include <string>
#include <utility>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// Archives of a few small files, in the one form everybody can open (POSIX.1-2017 pax,
// "ustar Interchange Format"), and read back in exactly the form written here.
namespace rogatory::custody {

using TarFiles = std::vector<std::pair<std::string, Bytes>>;  // name (up to 99 bytes, no '/'), content

[[nodiscard]] Bytes write_tar(const TarFiles& files);
// Refuses whatever write_tar() would not have written. invalid_input "evidence.malformed".
[[nodiscard]] Result<TarFiles> read_tar(ByteView archive);

}  // namespace rogatory::custody
