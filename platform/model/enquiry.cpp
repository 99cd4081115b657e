#include "platform/model/enquiry.hpp"

#include <array>

namespace rogatory::model {
namespace {

constexpr std::array<std::string_view, 5> kEnquiryKinds{"tracing", "bank_records", "company_register",
                                                        "property_register", "general"};
constexpr std::array<std::string_view, 4> kEnquiryReplies{"exists", "does_not_exist", "cannot_say", "ask_formally"};

}  // namespace

template <>
std::span<const std::string_view> names_of<EnquiryKind>() noexcept {
    return kEnquiryKinds;
}
template <>
std::span<const std::string_view> names_of<EnquiryReply>() noexcept {
    return kEnquiryReplies;
}

}  // namespace rogatory::model
