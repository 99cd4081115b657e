#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "crypto/primitives/sha256.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::service {

// How far the digest of an upload has come: what one PATCH leaves, the next takes up, so that a blob that came in many
// is not read again when it is complete. Only what was noted as durable is left here, and bytes below that never
// change.
//
// In memory: after a restart, or where more uploads are under way than this holds, the blob is read again.
class BegunDigests {
public:
    static constexpr std::size_t kMost = 1024;  // some 400 bytes each

    // Where there is no memory, nothing is left: what came is durable all the same.
    void leave(ports::UploadId upload, std::uint64_t bytes, crypto::Sha256 digest) noexcept;
    // Nothing: none was left of exactly so many bytes. Taken once.
    [[nodiscard]] std::optional<crypto::Sha256> take(ports::UploadId upload, std::uint64_t bytes);

private:
    struct Begun {
        std::uint64_t bytes;
        std::uint64_t left;  // the how manieth that was left here
        crypto::Sha256 digest;
    };
    std::mutex mutex_;
    std::uint64_t count_{0};
    std::map<ports::UploadId, Begun> begun_;
};

}  // namespace rogatory::service
