#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/result.hpp"

// Values of header fields: each function takes what came from outside and gives a value or nothing.
namespace rogatory::http {

// Digits only, no sign, no leading zero but "0" itself, at most 2^53-1 (what JSON and JavaScript hold too).
[[nodiscard]] std::optional<std::uint64_t> parse_unsigned(std::string_view text);

// One range of a body of `size` bytes (RFC 9110 §14.1.2). Several ranges are answered with the whole: allowed by
// §14.2, and a list of ranges is a known way to make a server work.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  // inclusive
    [[nodiscard]] std::uint64_t length() const { return last - first + 1; }
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};
enum class RangeOutcome { whole, part, unsatisfiable };
struct RangeAnswer {
    RangeOutcome outcome = RangeOutcome::whole;
    ByteRange range;
};
[[nodiscard]] RangeAnswer parse_range(std::string_view value, std::uint64_t size);

// "Bearer <token>": the token, or nothing. The scheme is case-insensitive (RFC 9110 §11.1).
[[nodiscard]] std::optional<std::string_view> bearer_token(std::string_view authorization);

// One cookie out of a Cookie field; nothing if it is absent or stands twice.
[[nodiscard]] std::optional<std::string_view> cookie(std::string_view field, std::string_view name);

// The tags of If-Match or If-None-Match; "*" is a tag of its own. Weak ones keep their W/ and so match nothing of ours.
[[nodiscard]] std::optional<std::vector<std::string>> parse_entity_tags(std::string_view value);
[[nodiscard]] std::string entity_tag(std::string_view opaque);  // with its quotes

// "Wed, 25 Jun 2014 16:00:00 GMT" (RFC 9110 §5.6.7).
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);

// tus 1.0 Upload-Metadata: unique keys, base64 values, decoded. Refuses an empty list, blanks out of place and more
// than 16 pairs.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> parse_upload_metadata(std::string_view value);

// Media type without its parameters, in lower case.
[[nodiscard]] std::string media_type(std::string_view content_type);

}  // namespace rogatory::http
