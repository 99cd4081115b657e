#include "web/cli/console/json.hpp"

#include "platform/base/ensure.hpp"

namespace rogatory::cli {
namespace {

// A character at `at` of two or three bytes of UTF-8 that drives a terminal or turns the reading direction: C1
// controls, U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069, U+FEFF. 0: none; `length`: its bytes.
unsigned invisible(std::string_view text, std::size_t at, std::size_t& length) {
    const auto byte = [&](std::size_t offset) {
        return at + offset < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[at + offset])) : 0U;
    };
    unsigned point = 0;
    if ((byte(0) & 0xE0U) == 0xC0U) {
        length = 2;
        point = (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    } else if ((byte(0) & 0xF0U) == 0xE0U) {
        length = 3;
        point = (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    }
    const bool drives = (point >= 0x80 && point <= 0x9F) || point == 0x61C || point == 0x200E || point == 0x200F ||
                        (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
    return drives ? point : 0;
}

void quote(std::string& out, std::string_view text) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const auto byte = static_cast<unsigned char>(c);
        std::size_t length = 1;
        if (const auto point = invisible(text, at, length); point != 0) {
            out += "\\u";
            for (const unsigned shift : {12U, 8U, 4U, 0U}) out += kHex[point >> shift & 15U];
            at += length - 1;
            continue;
        }
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                // DEL too: a terminal must never be driven by a name that somebody else chose.
                if (byte < 0x20 || byte == 0x7f) {
                    out += "\\u00";
                    out += kHex[byte >> 4U];
                    out += kHex[byte & 0xfU];
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

}  // namespace

Json::Json(std::string_view text) { quote(text_, text); }

Json Json::of(const encoding::Json& value) {
    Json out;
    out.text_ = encoding::encode_canonical_json(value);
    return out;
}

Json Json::array(const std::vector<Json>& items) {
    Json out;
    out.text_ = "[";
    for (const auto& item : items) {
        if (out.text_.size() > 1) out.text_ += ',';
        out.text_ += item.text_;
    }
    out.text_ += ']';
    return out;
}

Json Json::array(const std::vector<std::string>& items) {
    std::vector<Json> values;
    values.reserve(items.size());
    for (const auto& item : items) values.emplace_back(item);
    return array(values);
}

Json& Json::add(std::string_view key, const Json& value) {
    ensure(text_.starts_with('{'), "only an object takes members");
    text_.pop_back();
    if (text_.size() > 1) text_ += ',';
    quote(text_, key);
    text_ += ':';
    text_ += value.text_;
    text_ += '}';
    return *this;
}

}  // namespace rogatory::cli
