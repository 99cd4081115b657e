#pragma once

#include <string>
#include <string_view>

#include "platform/base/result.hpp"

namespace rogatory::cli {

// A file of its owner's alone. Nobody's file is written over (conflict "file.exists"), and none is left half written:
// invalid_input "file.cannot_write", storage_full "file.no_room"; argument "file".
[[nodiscard]] Result<> write_new_file(const std::string& file, std::string_view text);

}  // namespace rogatory::cli
