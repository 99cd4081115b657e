#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// Bytes of any length, read and written in pieces: nothing in this folder opens a file.
namespace rogatory::custody {

class Source {
public:
    virtual ~Source() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    // Fills `into` from that place on; false where there are fewer bytes. Errors: the environment's (unavailable).
    [[nodiscard]] virtual Result<bool> read_at(std::uint64_t offset, MutableByteView into) const = 0;
};

// Bytes that lie in memory and outlive it.
class MemorySource final : public Source {
public:
    explicit MemorySource(ByteView bytes) : bytes_{bytes} {}
    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] Result<bool> read_at(std::uint64_t offset, MutableByteView into) const override;

private:
    ByteView bytes_;
};

using Sink = std::function<Result<>(ByteView)>;

// Hands `length` bytes from `offset` on to the sink, in pieces. False: the source ended before.
[[nodiscard]] Result<bool> copy_range(const Source& source, std::uint64_t offset, std::uint64_t length,
                                      const Sink& sink);

}  // namespace rogatory::custody
