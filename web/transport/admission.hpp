#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace rogatory::transport {

// Counts the open connections of each address.
class Admission {
public:
    Admission(std::size_t total, std::size_t per_address) : total_limit_{total}, per_address_{per_address} {}

    // False: one too many. Every true is followed by one leave() with the same key.
    [[nodiscard]] bool enter(const std::string& address_key);
    void leave(const std::string& address_key);
    [[nodiscard]] std::size_t total() const;

private:
    const std::size_t total_limit_;
    const std::size_t per_address_;
    mutable std::mutex guard_;
    std::size_t total_ = 0;
    std::unordered_map<std::string, std::size_t> open_;
};

}  // namespace rogatory::transport
