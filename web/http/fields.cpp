#include "web/http/fields.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "crypto/encoding/base64.hpp"
#include "platform/base/bytes.hpp"
#include "web/http/message.hpp"

namespace rogatory::http {
namespace {

constexpr std::uint64_t kMaxInteger = (std::uint64_t{1} << 53U) - 1;
constexpr std::size_t kMaxMetadataPairs = 16;
constexpr std::size_t kMaxEntityTags = 16;

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
    if (text.empty() || text.size() > 16 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (value > kMaxInteger) return std::nullopt;
    return value;
}

RangeAnswer parse_range(std::string_view value, std::uint64_t size) {
    // A malformed Range, another unit and a list are ignored (RFC 9110 §14.2): the whole is always a right answer.
    constexpr std::string_view kUnit = "bytes=";
    if (!value.starts_with(kUnit)) return {};
    value.remove_prefix(kUnit.size());
    const auto dash = value.find('-');
    if (dash == std::string_view::npos) return {};
    const auto from = value.substr(0, dash);
    const auto to = value.substr(dash + 1);
    if (from.empty()) {
        const auto suffix = parse_unsigned(to);
        if (!suffix) return {};
        if (*suffix == 0 || size == 0) return {RangeOutcome::unsatisfiable, {}};
        return {RangeOutcome::part, {size - std::min(*suffix, size), size - 1}};
    }
    const auto first = parse_unsigned(from);
    if (!first) return {};
    std::uint64_t last = size == 0 ? 0 : size - 1;
    if (!to.empty()) {
        const auto wanted = parse_unsigned(to);
        if (!wanted || *wanted < *first) return {};
        last = std::min(last, *wanted);
    }
    if (*first >= size) return {RangeOutcome::unsatisfiable, {}};
    return {RangeOutcome::part, {*first, last}};
}

std::optional<std::string_view> bearer_token(std::string_view authorization) {
    constexpr std::string_view kScheme = "Bearer ";
    if (authorization.size() <= kScheme.size() || !same_name(authorization.substr(0, kScheme.size()), kScheme)) {
        return std::nullopt;
    }
    return authorization.substr(kScheme.size());
}

std::optional<std::string_view> cookie(std::string_view field, std::string_view name) {
    std::optional<std::string_view> found;
    while (!field.empty()) {
        const auto end = field.find(';');
        const auto pair = trim(field.substr(0, end));
        field = end == std::string_view::npos ? std::string_view{} : field.substr(end + 1);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
        if (found) return std::nullopt;
        found = pair.substr(equals + 1);
    }
    return found;
}

std::optional<std::vector<std::string>> parse_entity_tags(std::string_view value) {
    std::vector<std::string> tags;
    value = trim(value);
    if (value == "*") return std::vector<std::string>{"*"};
    while (!value.empty()) {
        const bool weak = value.starts_with("W/");
        const auto start = weak ? std::size_t{2} : std::size_t{0};
        if (value.size() <= start || value[start] != '"') return std::nullopt;
        const auto end = value.find('"', start + 1);
        if (end == std::string_view::npos || tags.size() == kMaxEntityTags) return std::nullopt;
        tags.emplace_back(value.substr(0, end + 1));
        value = trim(value.substr(end + 1));
        if (value.empty()) break;
        if (value.front() != ',') return std::nullopt;
        value = trim(value.substr(1));
        if (value.empty()) return std::nullopt;
    }
    if (tags.empty()) return std::nullopt;
    return tags;
}

std::string entity_tag(std::string_view opaque) { return '"' + std::string{opaque} + '"'; }

std::string http_date(std::int64_t unix_seconds) {
    // strftime would follow the locale; HTTP's names are English always.
    constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t time = unix_seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    std::string out{kDays.at(static_cast<std::size_t>(parts.tm_wday))};
    out += ", " + two(parts.tm_mday) + ' ';
    out += kMonths.at(static_cast<std::size_t>(parts.tm_mon));
    out += ' ' + std::to_string(1900 + parts.tm_year) + ' ' + two(parts.tm_hour) + ':' + two(parts.tm_min) + ':' +
           two(parts.tm_sec) + " GMT";
    return out;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_upload_metadata(std::string_view value) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (true) {
        const auto comma = value.find(',');
        const auto item = value.substr(0, comma);
        const auto space = item.find(' ');
        const auto key = item.substr(0, space);
        const bool printable = std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
        const auto encoded = space == std::string_view::npos ? std::string_view{} : item.substr(space + 1);
        const auto decoded = encoding::base64_decode(encoded);
        const bool again = std::ranges::any_of(pairs, [&](const auto& known) { return known.first == key; });
        if (key.empty() || !printable || !decoded || again || pairs.size() == kMaxMetadataPairs) {
            return fail(ErrorCode::invalid_input, "upload.metadata_malformed");
        }
        pairs.emplace_back(std::string{key}, std::string{as_text(*decoded)});
        if (comma == std::string_view::npos) return pairs;
        value.remove_prefix(comma + 1);
    }
}

std::string media_type(std::string_view content_type) {
    std::string type{trim(content_type.substr(0, content_type.find(';')))};
    std::ranges::transform(type, type.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return type;
}

}  // namespace rogatory::http
