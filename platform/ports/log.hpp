#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

// The one append-only log (protocol §5). Leaves go in by transactions; the checkpoint over them is signed in the very
// commit that makes them durable, so that a signed checkpoint never covers what a crash could take away.
class Log {
public:
    virtual ~Log() = default;

    // The index the next statement gets: within a write, behind what this transaction has added already. A stored
    // statement is in the log: its leaf, the tiles and the checkpoint are made when the transaction ends.
    [[nodiscard]] virtual std::uint64_t next_index() const = 0;

    [[nodiscard]] virtual std::uint64_t size() const = 0;  // of the signed tree
    // Root of the tree when it had that size, up to size().
    [[nodiscard]] virtual Digest root(std::uint64_t size) const = 0;
    [[nodiscard]] virtual Bytes checkpoint() const = 0;  // signed note
    // `width` hashes (1 to 256) of a tile; not_found beyond the signed tree.
    [[nodiscard]] virtual Result<Bytes> tile(std::uint32_t level, std::uint64_t index, std::uint32_t width) const = 0;
    // `width` entries of a bundle, each preceded by its length as C2SP tlog-tiles wants it.
    [[nodiscard]] virtual Result<Bytes> entries(std::uint64_t index, std::uint32_t width) const = 0;
    // C2SP tlog-proof of an entry under the newest signed checkpoint.
    [[nodiscard]] virtual Result<std::string> proof(std::uint64_t index) const = 0;
};

}  // namespace rogatory::ports
