#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rogatory::transport {

// What a peer may cost before anybody knows who it is. Every wait of a connection has one of these deadlines.
struct Limits {
    std::size_t connections = 20'000;
    // One address (an IPv6 /64 counts as one) is often a whole authority behind one router.
    std::size_t connections_per_address = 512;

    std::chrono::milliseconds handshake{10'000};
    std::chrono::milliseconds head{10'000};  // from the first byte of a request to the end of its head
    std::chrono::milliseconds idle{75'000};  // between two requests
    // While a body comes or a reply goes: at least `progress_bytes` in each such period, or the end of it.
    std::chrono::milliseconds progress{30'000};
    std::size_t progress_bytes = 16 * 1024;
    std::chrono::milliseconds sign_of_life{15'000};  // of a reply without an end, at least so often
    // Before a refusal for too many requests goes out: whoever does not wait by himself costs others nothing by asking
    // on.
    std::chrono::milliseconds refusal{200};
    std::chrono::milliseconds linger{2'000};  // for the peer to take the last reply of a closing connection
    std::chrono::milliseconds stop{20'000};   // for requests under way when the server stops

    // A buffered body above this is read only after the request's head was admitted (session, rate, route).
    std::uint64_t body_before_admission = 16 * 1024;
};

inline constexpr std::size_t kPieceBytes = 256 * 1024;    // of a streamed body, in either direction
inline constexpr std::size_t kRecordBytes = 16 * 1024;    // the largest TLS record
inline constexpr std::size_t kLingerBytes = 1024 * 1024;  // read and thrown away while a connection closes

}  // namespace rogatory::transport
