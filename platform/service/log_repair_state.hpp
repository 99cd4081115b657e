#pragma once

#include <cstdint>
#include <optional>

#include "crypto/tlog/checkpoint.hpp"
#include "platform/ports/store.hpp"
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

}  // namespace rogatory::service
