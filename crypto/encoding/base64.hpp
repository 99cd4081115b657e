#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"

namespace rogatory::encoding {

// The spellings of base 64 in use here (RFC 4648 §4, §5). Each is canonical: exact padding or none, no white space,
// unused bits zero (§3.5), so that one value has one spelling.
enum class Base64 {
    padded,        // the standard alphabet with '=': statements, signed notes, JSON
    unpadded,      // the standard alphabet without '=': age stanzas
    url_unpadded,  // '-' and '_', without '=': tokens, WebAuthn
};

[[nodiscard]] std::string base64_encode(ByteView bytes, Base64 spelling = Base64::padded);
// Appends the encoding.
void base64_append(std::string& text, ByteView bytes, Base64 spelling = Base64::padded);
[[nodiscard]] std::optional<Bytes> base64_decode(std::string_view text, Base64 spelling = Base64::padded);

// The length of an encoding, for buffers made beforehand.
[[nodiscard]] constexpr std::size_t base64_length(std::size_t bytes, Base64 spelling = Base64::padded) noexcept {
    return spelling == Base64::padded ? (bytes + 2) / 3 * 4 : bytes / 3 * 4 + (bytes % 3 == 0 ? 0 : bytes % 3 + 1);
}

}  // namespace rogatory::encoding
