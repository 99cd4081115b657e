#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"

namespace rogatory::encoding {

// Lower-case base 16. Decoding refuses upper case: one value has one spelling (protocol §2).
// Both directions work without tables or branches on the data, so they may be used on secrets.
[[nodiscard]] std::string hex_encode(ByteView bytes);
[[nodiscard]] std::optional<Bytes> hex_decode(std::string_view text);

// For a value of known length: nullopt unless the text is exactly 2·N characters.
template <std::size_t N>
[[nodiscard]] std::optional<ByteArray<N>> hex_decode_array(std::string_view text) {
    if (text.size() != 2 * N) return std::nullopt;
    const auto bytes = hex_decode(text);
    if (!bytes) return std::nullopt;
    ByteArray<N> out;
    for (std::size_t i = 0; i < N; ++i) out[i] = (*bytes)[i];
    return out;
}

}  // namespace rogatory::encoding
