#pragma once

#include <string_view>

namespace rogatory::cli {

// Whether Windows makes a plain file of this name: no stream of another file, no device, nothing that it cuts off.
[[nodiscard]] bool is_windows_name(std::string_view name);

}  // namespace rogatory::cli
