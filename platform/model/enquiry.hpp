#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/model/request.hpp"

// "Does such information exist?", asked without form before a request. It lives in sealed bodies alone.
namespace rogatory::model {

enum class EnquiryKind : std::uint8_t { tracing, bank_records, company_register, property_register, general };
enum class EnquiryReply : std::uint8_t { exists, does_not_exist, cannot_say, ask_formally };

// Of the first entry of a share. Of whom or what it asks stands in the rows beside it.
struct Enquiry {
    std::vector<EnquiryKind> kinds;        // rising, at least one
    std::optional<std::string> answer_by;  // a day

    friend bool operator==(const Enquiry&, const Enquiry&) = default;
};

// Of a later entry of the same dossier, by the other side.
struct EnquiryAnswer {
    EnquiryReply answer{};

    friend bool operator==(const EnquiryAnswer&, const EnquiryAnswer&) = default;
};

}  // namespace rogatory::model
