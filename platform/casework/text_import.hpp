#pragma once

#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"

// What a spreadsheet program leaves on a disk, as text.
namespace rogatory::casework {

enum class Encoding : std::uint8_t { utf8, utf16le, utf16be, windows1252 };
[[nodiscard]] std::string_view to_text(Encoding encoding) noexcept;

struct Decoded {
    std::string text;  // UTF-8 without a byte order mark; U+FFFD where a byte is no character
    Encoding encoding;
};

// By the byte order mark; without one, UTF-16 by its zero bytes, UTF-8 if it is that, else Windows-1252.
[[nodiscard]] Decoded decode_text(ByteView bytes);

// What titles and words are compared by: small letters without accents, one space between words.
[[nodiscard]] std::string plain_words(std::string_view text);

}  // namespace rogatory::casework
