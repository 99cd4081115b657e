#include "web/transport/admission.hpp"

namespace rogatory::transport {

std::optional<Admission::Place> Admission::enter(std::string address_key) {
    const std::lock_guard lock{guard_};
    if (total_ >= total_limit_) return std::nullopt;
    auto& open = open_[address_key];
    if (open >= per_address_) return std::nullopt;
    ++open;
    ++total_;
    return Place{*this, std::move(address_key)};
}

void Admission::leave(const std::string& address_key) noexcept {
    const std::lock_guard lock{guard_};
    --total_;
    if (const auto found = open_.find(address_key); found != open_.end() && --found->second == 0) open_.erase(found);
}

std::size_t Admission::total() const {
    const std::lock_guard lock{guard_};
    return total_;
}

}  // namespace rogatory::transport
