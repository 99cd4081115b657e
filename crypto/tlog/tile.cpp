#include "crypto/tlog/tile.hpp"

#include <algorithm>

#include "crypto/tlog/decimal.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::tlog {

namespace {

// "<N>": zero-padded 3-digit path elements, all but the last beginning with x.
std::string index_path(std::uint64_t index) {
    auto digits = std::to_string(index);
    digits.insert(0, (3 - digits.size() % 3) % 3, '0');
    std::string path;
    for (std::size_t at = 0; at < digits.size(); at += 3) {
        const auto last = at + 3 == digits.size();
        if (!last) path += 'x';
        path.append(digits, at, 3);
        if (!last) path += '/';
    }
    return path;
}

std::string with_width(std::string path, std::uint16_t width) {
    if (width == kTileWidth) return path;
    return path + ".p/" + std::to_string(width);
}

struct IndexAndWidth {
    std::uint64_t index;
    std::uint16_t width;
};

std::optional<IndexAndWidth> parse_index_and_width(std::string_view text) {
    std::uint16_t width = kTileWidth;
    if (const auto partial = text.find(".p/"); partial != std::string_view::npos) {
        const auto value = parse_decimal(text.substr(partial + 3));
        if (!value || *value < 1 || *value >= kTileWidth) return std::nullopt;
        width = static_cast<std::uint16_t>(*value);
        text = text.substr(0, partial);
    }
    if (text.size() > 4 * 7) return std::nullopt;  // x123/ six times and 123: below 10^21
    std::string digits;
    for (auto rest = text; !rest.empty();) {
        const auto slash = rest.find('/');
        auto element = rest.substr(0, slash);
        const auto last = slash == std::string_view::npos;
        rest = last ? std::string_view{} : rest.substr(slash + 1);
        if (!last) {
            if (!element.starts_with('x') || rest.empty()) return std::nullopt;
            element.remove_prefix(1);
        }
        if (element.size() != 3) return std::nullopt;
        digits += element;
    }
    const auto first = digits.find_first_not_of('0');
    const auto index = parse_decimal(digits.empty() ? "" : first == std::string::npos ? "0" : digits.substr(first));
    // Written again it must be the same: "x000/001" is no path of ours.
    if (!index || index_path(*index) != text) return std::nullopt;
    return IndexAndWidth{*index, width};
}

Frontier frontier_of_tile(ByteView hashes) {
    Frontier frontier;
    for (; !hashes.empty(); hashes = hashes.subspan(kHashBytes)) {
        ByteArray<kHashBytes> hash;
        std::copy_n(hashes.begin(), kHashBytes, hash.begin());
        frontier.append(Hash{hash});
    }
    return frontier;
}

constexpr std::string_view kTilePrefix = "tile/";
constexpr std::string_view kBundlePrefix = "tile/entries/";

}  // namespace

std::string TileCoordinate::path() const {
    return with_width("tile/" + std::to_string(level) + "/" + index_path(index), width);
}

std::optional<TileCoordinate> TileCoordinate::parse(std::string_view path) {
    if (!path.starts_with(kTilePrefix)) return std::nullopt;
    path.remove_prefix(kTilePrefix.size());
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto level = parse_decimal(path.substr(0, slash));
    if (!level || *level > 63) return std::nullopt;
    const auto rest = parse_index_and_width(path.substr(slash + 1));
    if (!rest) return std::nullopt;
    // The tile's first hash covers leaves from index · 256^(level+1) on: more than 2^63 leaves is no tree of ours.
    const auto shift = kTileHeight * (*level + 1);
    if (rest->index != 0 && (shift >= 63 || rest->index > (std::uint64_t{INT64_MAX} >> shift))) return std::nullopt;
    return TileCoordinate{static_cast<std::uint8_t>(*level), rest->index, rest->width};
}

std::string BundleCoordinate::path() const { return with_width(std::string{kBundlePrefix} + index_path(index), width); }

std::optional<BundleCoordinate> BundleCoordinate::parse(std::string_view path) {
    if (!path.starts_with(kBundlePrefix)) return std::nullopt;
    const auto rest = parse_index_and_width(path.substr(kBundlePrefix.size()));
    if (!rest || rest->index > (std::uint64_t{INT64_MAX} >> kTileHeight)) return std::nullopt;
    return BundleCoordinate{rest->index, rest->width};
}

std::uint64_t hashes_at_level(std::uint64_t size, unsigned level) noexcept {
    return level * kTileHeight >= 64 ? 0 : size >> (level * kTileHeight);
}

namespace {

// Widths of the tiles that hold hashes old_count … new_count − 1 of a level.
template <class Visit>
void for_new(std::uint64_t old_count, std::uint64_t new_count, Visit&& visit) {
    if (old_count >= new_count) return;
    for (auto index = old_count / kTileWidth; index * kTileWidth < new_count; ++index) {
        visit(index, static_cast<std::uint16_t>(std::min(kTileWidth, new_count - index * kTileWidth)));
    }
}

}  // namespace

std::vector<TileCoordinate> new_tiles(std::uint64_t old_size, std::uint64_t new_size) {
    std::vector<TileCoordinate> tiles;
    for (unsigned level = 0; hashes_at_level(new_size, level) > 0; ++level) {
        for_new(hashes_at_level(old_size, level), hashes_at_level(new_size, level),
                [&](std::uint64_t index, std::uint16_t width) {
                    tiles.push_back({static_cast<std::uint8_t>(level), index, width});
                });
    }
    return tiles;
}

std::vector<BundleCoordinate> new_bundles(std::uint64_t old_size, std::uint64_t new_size) {
    std::vector<BundleCoordinate> bundles;
    for_new(old_size, new_size, [&](std::uint64_t index, std::uint16_t width) { bundles.push_back({index, width}); });
    return bundles;
}

Result<TileBuilder> TileBuilder::restore(std::uint64_t size, TileReader& tiles) {
    TileBuilder builder;
    std::vector<Hash> subtrees;
    // The complete subtrees of the tree are those of its rightmost tiles, from the highest level down.
    unsigned levels = 0;
    while (hashes_at_level(size, levels) > 0) ++levels;
    builder.levels_.resize(levels);
    for (auto level = levels; level-- > 0;) {
        const auto count = hashes_at_level(size, level);
        auto& partial = builder.levels_[level];
        partial.index = count / kTileWidth;
        const auto width = static_cast<std::uint16_t>(count % kTileWidth);
        if (width == 0) continue;
        const TileCoordinate coordinate{static_cast<std::uint8_t>(level), partial.index, width};
        auto read = tiles.read_tile(coordinate);
        if (!read) return fail(std::move(read).error());
        if (read->size() < width * kHashBytes) {
            return fail(ErrorCode::integrity, "log.tile_malformed", "a hash tile is too short");
        }
        partial.hashes.assign(read->begin(), read->begin() + static_cast<std::ptrdiff_t>(width * kHashBytes));
        // Its hashes, folded into the complete subtrees they make, are the next ones of the frontier.
        const auto of_tile = frontier_of_tile(partial.hashes);
        subtrees.insert(subtrees.end(), of_tile.subtrees().begin(), of_tile.subtrees().end());
    }
    builder.frontier_ = Frontier::from(size, std::move(subtrees));
    return builder;
}

void TileBuilder::append(const Hash& leaf) {
    frontier_.append(leaf);
    push(0, leaf);
}

void TileBuilder::push(unsigned level, const Hash& hash) {
    if (levels_.size() == level) levels_.emplace_back();
    auto& partial = levels_[level];
    rogatory::append(partial.hashes, hash.value());
    partial.changed = true;
    if (partial.hashes.size() < kTileWidth * kHashBytes) return;

    const auto root = frontier_of_tile(partial.hashes).root();
    finished_.push_back(
        {TileCoordinate{static_cast<std::uint8_t>(level), partial.index, kTileWidth}, std::move(partial.hashes)});
    ++partial.index;
    partial.hashes.clear();
    partial.changed = false;
    // "each hash in a tile is the Merkle Tree Hash of a full tile at the level below"; the reference to `partial` dies.
    push(level + 1, root);
}

std::vector<TileBuilder::Tile> TileBuilder::take_changed() {
    auto changed = std::move(finished_);
    finished_.clear();
    for (std::size_t level = 0; level < levels_.size(); ++level) {
        auto& partial = levels_[level];
        if (!partial.changed) continue;
        partial.changed = false;
        const auto width = static_cast<std::uint16_t>(partial.hashes.size() / kHashBytes);
        changed.push_back({TileCoordinate{static_cast<std::uint8_t>(level), partial.index, width}, partial.hashes});
    }
    return changed;
}

}  // namespace rogatory::tlog
