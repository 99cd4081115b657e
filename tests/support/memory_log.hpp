#pragma once

#include <map>
#include <vector>

#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/tile.hpp"

namespace rogatory::tests {

// A log in memory: its tiles and bundles as files by path, as a server would serve them. A test may spoil any of them.
class MemoryLog final : public tlog::TileReader, public tlog::BundleReader {
public:
    void append(const tlog::Entry& entry) {
        entries_.push_back(entry);
        builder_.append(entry.leaf_hash());
    }

    // Writes what is new; done before a head is given out.
    tlog::TreeHead publish() {
        for (auto& tile : builder_.take_changed()) files[tile.coordinate.path()] = std::move(tile.hashes);
        for (const auto& bundle : tlog::new_bundles(published_, builder_.size())) {
            const std::span<const tlog::Entry> all{entries_};
            files[bundle.path()] = tlog::encode_bundle(all.subspan(bundle.index * tlog::kTileWidth, bundle.width));
        }
        published_ = builder_.size();
        return builder_.head();
    }

    [[nodiscard]] Result<Bytes> read_tile(const tlog::TileCoordinate& tile) override {
        ++tiles_read;
        // A server may delete a partial tile once a wider one is there.
        for (auto wider = tile; wider.width < tlog::kTileWidth; ++wider.width) {
            if (files.contains(wider.path())) return read(wider.path());
        }
        auto full = read(tlog::TileCoordinate{tile.level, tile.index, 256}.path());
        return full ? full : read(tile.path());
    }
    [[nodiscard]] Result<Bytes> read_bundle(const tlog::BundleCoordinate& bundle) override {
        ++bundles_read;
        return read(bundle.path());
    }

    [[nodiscard]] const std::vector<tlog::Entry>& entries() const { return entries_; }

    std::map<std::string, Bytes> files;
    std::size_t tiles_read = 0;
    std::size_t bundles_read = 0;

private:
    Result<Bytes> read(const std::string& path) {
        const auto found = files.find(path);
        if (found == files.end()) return fail(ErrorCode::not_found, "log.tile_malformed", path);
        return found->second;
    }

    std::vector<tlog::Entry> entries_;
    tlog::TileBuilder builder_;
    std::uint64_t published_ = 0;
};

}  // namespace rogatory::tests
