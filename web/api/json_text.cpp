#include "web/api/json_text.hpp"

#include <array>
#include <charconv>

#include "crypto/encoding/hex.hpp"

namespace rogatory::api {
namespace {

bool needs_escape(char c) noexcept { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += encoding::hex_encode(ByteArray<1>{static_cast<std::uint8_t>(c)});
    }
}

template <class Integer>
void append_number(std::string& out, Integer value) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

}  // namespace

void JsonText::separate() {
    if (!first_) out_ += ',';
    first_ = false;
}

JsonText& JsonText::open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
    return *this;
}

JsonText& JsonText::close(char bracket) {
    out_ += bracket;
    first_ = false;
    return *this;
}

JsonText& JsonText::name(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    first_ = true;
    return *this;
}

JsonText& JsonText::text(std::string_view value) {
    separate();
    out_ += '"';
    while (!value.empty()) {
        std::size_t plain = 0;
        while (plain < value.size() && !needs_escape(value[plain])) ++plain;
        out_ += value.substr(0, plain);
        if (plain < value.size()) append_escaped(out_, value[plain++]);
        value.remove_prefix(plain);
    }
    out_ += '"';
    return *this;
}

JsonText& JsonText::hex(ByteView value) {
    separate();
    out_ += '"';
    out_ += encoding::hex_encode(value);
    out_ += '"';
    return *this;
}

JsonText& JsonText::number(std::uint64_t value) {
    separate();
    append_number(out_, value);
    return *this;
}

JsonText& JsonText::number(std::int64_t value) {
    separate();
    append_number(out_, value);
    return *this;
}

}  // namespace rogatory::api
