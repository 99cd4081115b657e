#include "web/transport/admission.hpp"

#include "platform/base/ensure.hpp"

namespace rogatory::transport {

bool Admission::enter(const std::string& address_key) {
    const std::lock_guard lock{guard_};
    if (total_ >= total_limit_) return false;
    auto& open = open_[address_key];
    if (open >= per_address_) return false;
    ++open;
    ++total_;
    return true;
}

void Admission::leave(const std::string& address_key) {
    const std::lock_guard lock{guard_};
    const auto found = open_.find(address_key);
    ensure(found != open_.end() && found->second > 0, "who leaves has entered");
    --total_;
    if (--found->second == 0) open_.erase(found);
}

std::size_t Admission::total() const {
    const std::lock_guard lock{guard_};
    return total_;
}

}  // namespace rogatory::transport
