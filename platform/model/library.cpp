#include "platform/model/library.hpp"

#include <array>

namespace rogatory::model {
namespace {

constexpr std::array<std::string_view, 6> kWorkKinds{"guide",     "best_practice", "training",
                                                     "agreement", "awareness",     "other"};

}  // namespace

template <>
std::span<const std::string_view> names_of<WorkKind>() noexcept {
    return kWorkKinds;
}

}  // namespace rogatory::model
