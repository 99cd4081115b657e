#pragma once

#include <cstdint>
#include <optional>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/proof.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/ports/store.hpp"
#include "platform/record/statement.hpp"
#include "platform/service/context.hpp"

// The inside of the repair of the log; only platform/service includes this.
namespace rogatory::service {

// The tree that this log has signed and does not hold.
struct Ahead {
    std::uint64_t size = 0;
    tlog::Hash root{};
};
[[nodiscard]] std::optional<Ahead> read_ahead(const ports::Repositories& repositories);

// A checkpoint that showed this log to be behind may bear cosignatures; with them the log proves, once it is whole
// again, when its entries were first seen by others. The largest is kept.
void keep_offered(Context& context, const tlog::SignedCheckpoint& checkpoint);
// Put back under the checkpoint of its size, if the tree holds it now.
void take_offered(Context& context);
inline constexpr const char* kOfferedCheckpoint = "log.ahead.note";

// Tiles of the stored tree, by the port.
class LogTiles final : public tlog::TileReader {
public:
    explicit LogTiles(const ports::Log& log) : log_{log} {}
    Result<Bytes> read_tile(const tlog::TileCoordinate& tile) override {
        return log_.tile(tile.level, tile.index, tile.width);
    }

private:
    const ports::Log& log_;
};

[[nodiscard]] tlog::Entry repair_entry(const ByteArray<64>& bytes);
// The tree with what was brought so far; every entry of it stands under the log's signature.
[[nodiscard]] Result<tlog::Frontier> brought_tree(const ports::Repositories& repositories);
// The envelope of the statement whose entry stands at this index. invalid_input "repair.not_this_entry" {index}.
[[nodiscard]] Result<record::SignedStatement> at_its_place(std::uint64_t index, ByteView envelope,
                                                           const tlog::Entry& entry);

}  // namespace rogatory::service
