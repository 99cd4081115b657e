#pragma once

#include <arpa/inet.h>

#include <array>
#include <string>

namespace rogatory {

// Whether an address (no name, no brackets) is this machine's own: 127.0.0.0/8 or ::1.
inline bool is_loopback(const std::string& address) {
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return bytes.front() == 127;
    constexpr std::array<unsigned char, 16> kOne{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1 && bytes == kOne;
}

}  // namespace rogatory
