#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/tlog/merkle.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// C2SP tlog-tiles v0.1.0: the tree as files of up to 256 hashes, the log as files of up to 256 entries.
namespace rogatory::tlog {

inline constexpr unsigned kTileHeight = 8;
inline constexpr std::uint64_t kTileWidth = 256;
inline constexpr std::size_t kHashBytes = 32;

// A hash tile: `width` hashes of the level (1 to 256), from hash number index · 256 on.
struct TileCoordinate {
    std::uint8_t level = 0;  // 0 to 63; level 0 holds leaf hashes
    std::uint64_t index = 0;
    std::uint16_t width = 256;

    [[nodiscard]] bool full() const noexcept { return width == kTileWidth; }
    // "tile/0/x001/x234/067" or "tile/1/000.p/17".
    [[nodiscard]] std::string path() const;
    // nullopt unless the path is exactly as path() writes it (and the tree could exist: below 2^63 leaves).
    [[nodiscard]] static std::optional<TileCoordinate> parse(std::string_view path);

    friend auto operator<=>(const TileCoordinate&, const TileCoordinate&) = default;
};

// An entry bundle: `width` entries from entry number index · 256 on.
struct BundleCoordinate {
    std::uint64_t index = 0;
    std::uint16_t width = 256;

    [[nodiscard]] bool full() const noexcept { return width == kTileWidth; }
    // "tile/entries/x001/x234/067" or "tile/entries/000.p/17".
    [[nodiscard]] std::string path() const;
    [[nodiscard]] static std::optional<BundleCoordinate> parse(std::string_view path);

    friend auto operator<=>(const BundleCoordinate&, const BundleCoordinate&) = default;
};

// How many hashes stand at a tile level in a tree of this size: floor(size / 256^level).
[[nodiscard]] std::uint64_t hashes_at_level(std::uint64_t size, unsigned level) noexcept;
// The tiles of a tree of new_size that a tree of old_size has not (or has narrower). From 0: all tiles.
[[nodiscard]] std::vector<TileCoordinate> new_tiles(std::uint64_t old_size, std::uint64_t new_size);
// The bundles that hold entries old_size to new_size − 1.
[[nodiscard]] std::vector<BundleCoordinate> new_bundles(std::uint64_t old_size, std::uint64_t new_size);

// Where tiles and bundles come from: a disk, a cache, a server. What comes is untrusted; nothing here believes it
// before a root agrees. An implementation may answer a partial tile with a wider one (a full tile replaces it): the
// caller takes the hashes it asked for from its start.
class TileReader {
public:
    virtual ~TileReader() = default;
    [[nodiscard]] virtual Result<Bytes> read_tile(const TileCoordinate& tile) = 0;
};

class BundleReader {
public:
    virtual ~BundleReader() = default;
    [[nodiscard]] virtual Result<Bytes> read_bundle(const BundleCoordinate& bundle) = 0;
};

// Builds the hash tiles of a growing tree: keeps the rightmost, partial tile of each level in memory.
class TileBuilder {
public:
    TileBuilder() = default;  // the empty tree

    // The tree of this size as its tiles stand in `tiles` (at most one tile a level is read). Fails with what the
    // reader fails with, or integrity "log.tile_malformed". The caller compares root() with the signed checkpoint.
    [[nodiscard]] static Result<TileBuilder> restore(std::uint64_t size, TileReader& tiles);

    void append(const Hash& leaf);
    [[nodiscard]] std::uint64_t size() const noexcept { return frontier_.size(); }
    [[nodiscard]] Hash root() const { return frontier_.root(); }
    [[nodiscard]] TreeHead head() const { return frontier_.head(); }
    [[nodiscard]] const Frontier& frontier() const noexcept { return frontier_; }

    struct Tile {
        TileCoordinate coordinate;
        Bytes hashes;
    };
    // Every tile that came or grew since the last call (or since restore), the partial ones at their present width:
    // what must be durable before the tree of size() is signed.
    [[nodiscard]] std::vector<Tile> take_changed();

private:
    struct Level {
        std::uint64_t index = 0;  // of the partial tile
        Bytes hashes;             // of the partial tile, 0 to 255 hashes
        bool changed = false;
    };

    void push(unsigned level, const Hash& hash);

    Frontier frontier_;
    std::vector<Level> levels_;
    std::vector<Tile> finished_;
};

}  // namespace rogatory::tlog
