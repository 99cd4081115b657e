#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

// An envelope that waits for its place, and who brought it.
struct RepairEnvelope {
    std::string account;
    Bytes envelope;
};

// An age file that a statement of this store lists and that is not here.
struct LostBlob {
    ChainId chain;
    Digest sha256{};
    std::uint64_t index{};  // of the statement, in the log
    std::optional<AttachmentId> attachment;
};

// From `first` to `last`, both included.
struct IndexRange {
    std::uint64_t first{};
    std::uint64_t last{};
};

// What clients and mirrors bring back to a log that is behind (protocol §5), until it is whole; and what stays lost.
class Repair {
public:
    virtual ~Repair() = default;

    // The entries beyond the signed tree, each verified before it was added.
    virtual void add_entry(std::uint64_t index, const ByteArray<64>& entry) = 0;
    [[nodiscard]] virtual std::optional<ByteArray<64>> find_entry(std::uint64_t index) const = 0;
    [[nodiscard]] virtual std::vector<ByteArray<64>> entries(std::uint64_t from, std::size_t limit) const = 0;
    [[nodiscard]] virtual std::uint64_t count_entries() const = 0;

    // One an account and place; a later one takes the place of its earlier one.
    virtual void add_envelope(std::uint64_t index, const RepairEnvelope& envelope) = 0;
    [[nodiscard]] virtual std::vector<RepairEnvelope> envelopes(std::uint64_t index) const = 0;
    virtual void remove_envelope(std::uint64_t index, const std::string& account) = 0;
    // The places that have an entry and no envelope, in order.
    [[nodiscard]] virtual std::vector<IndexRange> missing(std::size_t limit) const = 0;
    [[nodiscard]] virtual std::uint64_t count_missing() const = 0;

    virtual void add_blob(const Digest& sha256, ByteView data) = 0;
    [[nodiscard]] virtual std::optional<Bytes> find_blob(const Digest& sha256) const = 0;

    // The log is whole: nothing waits any more.
    virtual void clear() = 0;

    virtual void add_lost(const LostBlob& lost) = 0;
    [[nodiscard]] virtual std::optional<LostBlob> find_lost(ChainId chain, const Digest& sha256) const = 0;
    virtual void remove_lost(ChainId chain, const Digest& sha256) = 0;
    [[nodiscard]] virtual std::vector<LostBlob> lost(std::size_t limit) const = 0;
    [[nodiscard]] virtual std::uint64_t count_lost() const = 0;
};

}  // namespace rogatory::ports
