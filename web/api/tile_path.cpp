#include "web/api/tile_path.hpp"

#include "web/http/fields.hpp"

namespace rogatory::api {
namespace {

constexpr std::uint64_t kMaxLevel = 63;
constexpr std::uint64_t kMaxGroups = 6;  // 10^18 tiles

std::optional<std::uint64_t> three_digits(std::string_view text) {
    if (text.size() != 3) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

std::optional<std::uint64_t> parse_index(std::string_view text) {
    std::uint64_t index = 0;
    for (std::uint64_t group = 0; group < kMaxGroups; ++group) {
        const auto slash = text.find('/');
        const bool last = slash == std::string_view::npos;
        auto digits = text.substr(0, slash);
        if (!last) {
            if (!digits.starts_with('x')) return std::nullopt;
            digits.remove_prefix(1);
        }
        const auto value = three_digits(digits);
        if (!value || (group == 0 && !last && *value == 0)) return std::nullopt;
        index = index * 1000 + *value;
        if (last) return index;
        text.remove_prefix(slash + 1);
    }
    return std::nullopt;
}

}  // namespace

std::optional<TilePath> parse_tile_path(std::string_view path) {
    TilePath tile;
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    if (const auto kind = path.substr(0, slash); kind != "entries") {
        const auto level = http::parse_unsigned(kind);
        if (!level || *level > kMaxLevel) return std::nullopt;
        tile.level = static_cast<std::uint32_t>(*level);
    }
    path.remove_prefix(slash + 1);
    if (const auto partial = path.find(".p/"); partial != std::string_view::npos) {
        const auto width = http::parse_unsigned(path.substr(partial + 3));
        if (!width || *width == 0 || *width > 255) return std::nullopt;
        tile.width = static_cast<std::uint32_t>(*width);
        path = path.substr(0, partial);
    }
    const auto index = parse_index(path);
    if (!index) return std::nullopt;
    tile.index = *index;
    return tile;
}

}  // namespace rogatory::api
