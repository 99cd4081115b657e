#pragma once

#include <string>
#include <string_view>

#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"

namespace rogatory::record {

// A Party's fingerprint for people: the first 132 bits of its founded id as eight groups of five digits. Each group is
// 16.5 bits: two groups hold 33 bits as one number of ten digits, big-endian, leading zeros kept.
[[nodiscard]] std::string fingerprint_digits(const model::PartyId& party);

// Whether digits that somebody typed (any spaces or dashes between them) are that Party's. False for anything that is
// not exactly forty digits.
[[nodiscard]] bool fingerprint_matches(std::string_view typed, const model::PartyId& party) noexcept;

}  // namespace rogatory::record
