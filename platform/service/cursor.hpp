#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include "platform/base/result.hpp"
#include "platform/service/page.hpp"

namespace rogatory::service {

inline std::size_t page_size(const PageRequest& page, std::size_t most) noexcept {
    return std::clamp<std::size_t>(page.limit, 1, most);
}

// A cursor that is a number: the last one shown. Empty: from the start, `start`.
inline Result<std::uint64_t> number_cursor(const std::string& cursor, std::uint64_t start) {
    if (cursor.empty()) return start;
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
    if (failure != std::errc{} || end != cursor.data() + cursor.size() || number > start) {
        return fail(ErrorCode::invalid_input, "http.query_malformed");
    }
    return number;
}

}  // namespace rogatory::service
