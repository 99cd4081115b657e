#include "crypto/encoding/canonical_json.hpp"

#include <charconv>
#include <optional>

#include "platform/base/ensure.hpp"

namespace rogatory::encoding {
namespace {

// Length of the well-formed UTF-8 sequence at the start of `text` (Unicode, table 3-7); 0 if there is none.
std::size_t utf8_sequence(std::string_view text) noexcept {
    const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto continues = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xBF) {
        return i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    if (text.empty()) return 0;
    const auto lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const std::uint8_t low = lead == 0xE0 ? 0xA0 : 0x80;   // no overlong form
        const std::uint8_t high = lead == 0xED ? 0x9F : 0xBF;  // no surrogate
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const std::uint8_t low = lead == 0xF0 ? 0x90 : 0x80;
        const std::uint8_t high = lead == 0xF4 ? 0x8F : 0xBF;  // nothing above U+10FFFF
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

// A recursive descent that accepts canonical text only: the depth limit bounds the recursion, and since every value has
// one spelling there is nothing to compare afterwards (the tests do: encode(parse(text)) == text).
class Parser {
public:
    explicit Parser(std::string_view text) : text_{text} {}

    [[nodiscard]] bool document(Json& out) { return value(out, 1) && position_ == text_.size(); }

    [[nodiscard]] std::size_t position() const noexcept { return position_; }

private:
    [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(position_); }

    bool take(char expected) noexcept {
        if (position_ >= text_.size() || text_[position_] != expected) return false;
        ++position_;
        return true;
    }

    bool take(std::string_view expected) noexcept {
        if (!rest().starts_with(expected)) return false;
        position_ += expected.size();
        return true;
    }

    bool value(Json& out, std::size_t depth) {
        if (position_ >= text_.size()) return false;
        switch (text_[position_]) {
            case '{':
                return depth <= kJsonMaxDepth && object(out, depth);
            case '[':
                return depth <= kJsonMaxDepth && array(out, depth);
            case '"': {
                auto text = string();
                if (!text) return false;
                out = Json{*std::move(text)};
                return true;
            }
            case 't':
                out = Json{true};
                return take("true");
            case 'f':
                out = Json{false};
                return take("false");
            default:
                return integer(out);
        }
    }

    bool object(Json& out, std::size_t depth) {
        ++position_;
        Json::Object members;
        if (!take('}')) {
            do {
                auto key = string();
                // Strictly rising: sorted, and none twice.
                if (!key || (!members.empty() && *key <= members.rbegin()->first) || !take(':')) return false;
                if (!value(members.emplace_hint(members.end(), *std::move(key), Json{})->second, depth + 1))
                    return false;
            } while (take(','));
            if (!take('}')) return false;
        }
        out = Json{std::move(members)};
        return true;
    }

    bool array(Json& out, std::size_t depth) {
        ++position_;
        Json::Array elements;
        if (!take(']')) {
            do {
                if (!value(elements.emplace_back(), depth + 1)) return false;
            } while (take(','));
            if (!take(']')) return false;
        }
        out = Json{std::move(elements)};
        return true;
    }

    bool integer(Json& out) {
        const auto digits = rest().substr(0, rest().find_first_not_of("0123456789"));
        if (digits.empty() || digits.size() > 16 || (digits.size() > 1 && digits.front() == '0')) return false;
        std::uint64_t number = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (number > kJsonMaxInteger) return false;
        position_ += digits.size();
        out = Json{number};
        return true;
    }

    std::optional<std::string> string() {
        if (!take('"')) return std::nullopt;
        std::string out;
        while (position_ < text_.size()) {
            const char c = text_[position_];
            if (c == '"') {
                ++position_;
                return out;
            }
            if (c == '\\') {
                const auto character = escape();
                if (!character) return std::nullopt;
                out.push_back(*character);
                continue;
            }
            const auto length = static_cast<std::uint8_t>(c) < 0x20 ? 0 : utf8_sequence(rest());
            if (length == 0) return std::nullopt;
            out.append(rest().substr(0, length));
            position_ += length;
        }
        return std::nullopt;
    }

    // Only the shortest spelling of a character that must be escaped (RFC 8785, 3.2.2.2).
    std::optional<char> escape() noexcept {
        ++position_;
        if (position_ >= text_.size()) return std::nullopt;
        const char kind = text_[position_++];
        switch (kind) {
            case '"':
                return '"';
            case '\\':
                return '\\';
            case 'b':
                return '\b';
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'f':
                return '\f';
            case 'r':
                return '\r';
            case 'u':
                break;
            default:
                return std::nullopt;
        }
        const auto digits = rest().substr(0, 4);
        if (digits.size() < 4 || digits[0] != '0' || digits[1] != '0' || (digits[2] != '0' && digits[2] != '1')) {
            return std::nullopt;
        }
        const char low = digits[3];
        const bool decimal = low >= '0' && low <= '9';
        if (!decimal && (low < 'a' || low > 'f')) return std::nullopt;
        const int code = (digits[2] - '0') * 16 + (decimal ? low - '0' : low - 'a' + 10);
        if (code == '\b' || code == '\t' || code == '\n' || code == '\f' || code == '\r') return std::nullopt;
        position_ += 4;
        return static_cast<char>(code);
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

void write_string(std::string& out, std::string_view text) {
    ensure(is_utf8(text), "a text to be encoded is well-formed UTF-8");
    constexpr std::string_view kHex = "0123456789abcdef";
    out.push_back('"');
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\f':
                out += "\\f";
                break;
            case '\r':
                out += "\\r";
                break;
            default: {
                const auto code = static_cast<std::uint8_t>(c);
                if (code >= 0x20) {
                    out.push_back(c);
                } else {
                    out += "\\u00";
                    out.push_back(kHex[code >> 4]);
                    out.push_back(kHex[code & 0x0F]);
                }
            }
        }
    }
    out.push_back('"');
}

void write(std::string& out, const Json& value, std::size_t depth) {
    if (const auto* boolean = value.boolean()) {
        out += *boolean ? "true" : "false";
    } else if (const auto* integer = value.integer()) {
        out += std::to_string(*integer);
    } else if (const auto* string = value.string()) {
        write_string(out, *string);
    } else if (const auto* array = value.array()) {
        ensure(depth <= kJsonMaxDepth, "a value to be encoded is not too deep");
        char before = '[';
        for (const auto& element : *array) {
            out.push_back(before);
            before = ',';
            write(out, element, depth + 1);
        }
        out += array->empty() ? "[]" : "]";
    } else if (const auto* object = value.object()) {
        ensure(depth <= kJsonMaxDepth, "a value to be encoded is not too deep");
        char before = '{';
        for (const auto& [key, member] : *object) {
            out.push_back(before);
            before = ',';
            write_string(out, key);
            out.push_back(':');
            write(out, member, depth + 1);
        }
        out += object->empty() ? "{}" : "}";
    }
}

}  // namespace

Json::Json(std::uint64_t value) : value_{value} {
    ensure(value <= kJsonMaxInteger, "an integer to be encoded is at most 2^53 - 1");
}

Result<Json> parse_canonical_json(std::string_view text, std::size_t limit_bytes) {
    if (text.size() > limit_bytes) return fail(ErrorCode::too_large, "json.too_large");
    Parser parser{text};
    Json value;
    if (!parser.document(value)) {
        return fail(ErrorCode::invalid_input, "json.not_canonical", "at byte " + std::to_string(parser.position()));
    }
    return value;
}

std::string encode_canonical_json(const Json& value) {
    std::string out;
    write(out, value, 1);
    return out;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto length = utf8_sequence(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace rogatory::encoding
