#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/agent/environment.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

using EvidencePieces = std::vector<std::pair<std::string_view, ByteView>>;

// An alarm: keeps what the server sent in the profile ("evidence/…", never overwritten) and makes the integrity error
// that names the file (argument "evidence"). Each piece is a name and bytes as they came.
[[nodiscard]] tl::unexpected<Error> alarm(Environment& environment, std::string key, const EvidencePieces& pieces,
                                          std::string log_detail = {});

// The same for what proves, to anybody, that the log told two histories: from now on this profile seals, grants and
// signs nothing until a person has resolved it (alarms.hpp). Where the mark cannot be written it stands in memory, and
// the person is told so.
[[nodiscard]] tl::unexpected<Error> fork_alarm(Environment& environment, std::string key, const EvidencePieces& pieces,
                                               std::string log_detail = {});

// Those that could not be written down are tried once more; what does not succeed stays in Environment::unkept_alarms.
void keep_alarms_again(Environment& environment);

// In the profile: one file for each fork alarm that stands, holding the name of its evidence.
inline constexpr std::string_view kStandingFolder = "alarms/standing";

}  // namespace rogatory::agent
