#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/merkle.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/strong.hpp"

namespace rogatory::tlog {

// SHA-256("rogatory/v1/leaf" ‖ 0x00 ‖ chain ‖ seq as 8 bytes big-endian): names a place in a chain without naming the
// chain to those who do not know it (protocol §5).
using EntryLabel = Strong<struct EntryLabelTag, ByteArray<32>>;
[[nodiscard]] EntryLabel entry_label(const ByteArray<32>& chain, std::uint64_t seq);

struct EntryLabelHash {
    [[nodiscard]] std::size_t operator()(const EntryLabel& label) const noexcept {
        std::uint64_t first;
        std::memcpy(&first, label.value().data(), sizeof first);
        return first;
    }
};

// What our log logs: exactly 64 bytes, label ‖ statement id.
struct Entry {
    static constexpr std::size_t kBytes = 64;

    EntryLabel label;
    crypto::Digest id;

    [[nodiscard]] ByteArray<kBytes> bytes() const;
    [[nodiscard]] static Entry from(std::span<const std::uint8_t, kBytes> bytes);
    // RFC 6962 leaf hash of the 64 bytes.
    [[nodiscard]] Hash leaf_hash() const { return tlog::leaf_hash(bytes()); }

    friend bool operator==(const Entry&, const Entry&) = default;
};

// C2SP tlog-tiles, "Log entries": each entry after its length in two bytes, big-endian; so 66 bytes an entry here.
inline constexpr std::size_t kBundledEntryBytes = 2 + Entry::kBytes;
[[nodiscard]] Bytes encode_bundle(std::span<const Entry> entries);
// Refuses anything but whole entries of 64 bytes, and more than 256 of them. invalid_input "log.bundle_malformed".
[[nodiscard]] Result<std::vector<Entry>> decode_bundle(ByteView bundle);

}  // namespace rogatory::tlog
