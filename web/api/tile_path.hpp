#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rogatory::api {

// What C2SP tlog-tiles calls tile/<L>/<N>[.p/<W>] and tile/entries/<N>[.p/<W>].
struct TilePath {
    std::optional<std::uint32_t> level;  // absent: an entry bundle
    std::uint64_t index = 0;
    std::uint32_t width = 256;  // 1 to 255: partial
};

// Takes what follows "tile/"; each tile has one spelling: N in groups of three digits, all but the last behind an
// 'x', no leading group of zeros; W without leading zero, 1 to 255.
[[nodiscard]] std::optional<TilePath> parse_tile_path(std::string_view path);

}  // namespace rogatory::api
