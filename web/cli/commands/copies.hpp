#pragma once

#include <cstdint>
#include <optional>

#include "web/cli/program/program.hpp"

namespace rogatory::cli {

// Until when sealed copies of what is withdrawn now may lie in the operator's backups, by his word.
struct Copies {
    std::uint64_t days = 0;
    std::optional<UnixSeconds> until;  // nothing: he has not said, or could not be asked
};
[[nodiscard]] Copies ask_about_copies(const Program& program);
void add_copies(Json& json, const Copies& copies);
void tell_copies(const Console& console, const Copies& copies);

}  // namespace rogatory::cli
