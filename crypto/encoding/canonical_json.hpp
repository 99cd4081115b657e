#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "platform/base/result.hpp"

// The only JSON that is signed or sealed: RFC 8785, narrowed (protocol.md, section 2) so that two implementations
// cannot disagree. A text has exactly one meaning and a meaning exactly one text: keys sorted by byte and never twice,
// no white space, integers 0..2^53−1, no fraction, no exponent, no negative, no null, shortest escapes, well-formed
// UTF-8 without lone surrogates, at most eight objects or arrays inside one another.
namespace rogatory::encoding {

inline constexpr std::uint64_t kJsonMaxInteger = (std::uint64_t{1} << 53) - 1;
inline constexpr std::size_t kJsonMaxDepth = 8;  // the outermost object or array is depth 1
inline constexpr std::size_t kJsonMaxBytes = 1024 * 1024;

// A value that has a canonical form. Copyable, compared by value.
class Json {
public:
    using Array = std::vector<Json>;
    using Object = std::map<std::string, Json, std::less<>>;

    Json() : value_{Object{}} {}
    Json(bool value) : value_{value} {}  // NOLINT(google-explicit-constructor)
    Json(std::uint64_t value);           // NOLINT(google-explicit-constructor); ensured: at most kJsonMaxInteger
    Json(std::string value) : value_{std::move(value)} {}         // NOLINT(google-explicit-constructor)
    Json(std::string_view value) : value_{std::string{value}} {}  // NOLINT(google-explicit-constructor)
    Json(const char* value) : value_{std::string{value}} {}       // NOLINT(google-explicit-constructor)
    Json(Array value) : value_{std::move(value)} {}               // NOLINT(google-explicit-constructor)
    Json(Object value) : value_{std::move(value)} {}              // NOLINT(google-explicit-constructor)

    // nullptr: of another type.
    [[nodiscard]] const bool* boolean() const noexcept { return std::get_if<bool>(&value_); }
    [[nodiscard]] const std::uint64_t* integer() const noexcept { return std::get_if<std::uint64_t>(&value_); }
    [[nodiscard]] const std::string* string() const noexcept { return std::get_if<std::string>(&value_); }
    [[nodiscard]] const Array* array() const noexcept { return std::get_if<Array>(&value_); }
    [[nodiscard]] const Object* object() const noexcept { return std::get_if<Object>(&value_); }

    friend bool operator==(const Json&, const Json&) = default;

private:
    std::variant<bool, std::uint64_t, std::string, Array, Object> value_;
};

// Reads a text that is already canonical: anything else, even the same value spelled otherwise, is refused. So
// encode(parse(text)) == text for every text it accepts. Errors: too_large "json.too_large", invalid_input
// "json.not_canonical" (the log detail says where).
[[nodiscard]] Result<Json> parse_canonical_json(std::string_view text, std::size_t limit_bytes = kJsonMaxBytes);

// The canonical text. Strings must be well-formed UTF-8 and the depth at most kJsonMaxDepth (ensured): what people
// typed is checked where it enters.
[[nodiscard]] std::string encode_canonical_json(const Json& value);

// Well-formed UTF-8 (no overlong form, no surrogate, nothing above U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace rogatory::encoding
