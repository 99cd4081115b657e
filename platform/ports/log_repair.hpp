#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

namespace rogatory::ports {

// What a client asks of a server whose log was put back to an older copy, and brings to it (protocol §5). Apart from
// Server: it is needed once in years, by whoever still has what the server lost.
class LogRepair {
public:
    virtual ~LogRepair() = default;

    struct Status {
        bool behind = false;
        bool repairable = true;
        std::uint64_t size = 0;                                       // what the server holds
        std::uint64_t target = 0;                                     // what it has signed; 0 when nobody has shown it
        std::uint64_t entries = 0;                                    // it knows the entries up to here
        std::uint64_t missing = 0;                                    // of those it lacks the statement
        std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;  // first and last; perhaps not all
        std::uint64_t lost = 0;                                       // age files that nobody has brought back
        std::uint64_t lost_from = 0;                                  // the first statement that lists one
    };
    virtual Result<Status> status() = 0;

    // Entries of 64 bytes each, and the hashes of a consistency proof from their tree to that of the target.
    virtual Result<Status> entries(std::uint64_t from, ByteView entries, ByteView consistency) = 0;

    struct Statement {
        std::uint64_t index = 0;
        Bytes envelope;
    };
    struct Blob {
        ByteArray<32> sha256{};
        Bytes data;
    };
    struct Wanted {
        ByteArray<32> chain{};
        ByteArray<32> sha256{};
        std::uint64_t index = 0;
        std::optional<ByteArray<16>> attachment;
    };
    struct Placed {
        std::uint64_t placed = 0;
        std::uint64_t blobs = 0;
        std::vector<Wanted> wanted;
        Status status;
    };
    virtual Result<Placed> statements(const std::vector<Statement>& statements, const std::vector<Blob>& blobs) = 0;
};

}  // namespace rogatory::ports
