#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/agent/environment.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// An alarm: keeps what the server sent in the profile ("evidence/…", never overwritten) and makes the integrity error
// that names the file (argument "evidence"). Each piece is a name and bytes as they came.
[[nodiscard]] tl::unexpected<Error> alarm(Environment& environment, std::string key,
                                          const std::vector<std::pair<std::string_view, ByteView>>& pieces,
                                          std::string log_detail = {});

}  // namespace rogatory::agent
