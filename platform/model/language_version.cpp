#include "platform/model/language_version.hpp"

#include <array>

namespace rogatory::model {
namespace {

constexpr std::array<std::string_view, 3> kVersionStates{"asked", "delivered", "revised"};

}  // namespace

template <>
std::span<const std::string_view> names_of<VersionState>() noexcept {
    return kVersionStates;
}

}  // namespace rogatory::model
