#include "platform/model/casebook.hpp"

#include <array>

namespace rogatory::model {
namespace {

constexpr std::array<std::string_view, 4> kRelations{"follow_up", "same_matter", "renewal", "reply"};

}  // namespace

template <>
std::span<const std::string_view> names_of<LinkRelation>() noexcept {
    return kRelations;
}

}  // namespace rogatory::model
