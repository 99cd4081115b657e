#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace rogatory::transport {

// Counts the open connections of each address.
class Admission {
public:
    // One connection's share of its address and of all, given back when it ends.
    class Place {
    public:
        Place(Place&& other) noexcept
            : admission_{std::exchange(other.admission_, nullptr)}, address_{std::move(other.address_)} {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (admission_ != nullptr) admission_->leave(address_);
        }
        [[nodiscard]] const std::string& address() const noexcept { return address_; }

    private:
        friend Admission;
        Place(Admission& admission, std::string address) : admission_{&admission}, address_{std::move(address)} {}

        Admission* admission_;
        std::string address_;
    };

    Admission(std::size_t total, std::size_t per_address) : total_limit_{total}, per_address_{per_address} {}

    // Nothing: one too many. The places end before the admission does.
    [[nodiscard]] std::optional<Place> enter(std::string address_key);
    [[nodiscard]] std::size_t total() const;

private:
    void leave(const std::string& address_key) noexcept;

    const std::size_t total_limit_;
    const std::size_t per_address_;
    mutable std::mutex guard_;
    std::size_t total_ = 0;
    std::unordered_map<std::string, std::size_t> open_;
};

}  // namespace rogatory::transport
