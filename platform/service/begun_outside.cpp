#include "platform/service/begun_outside.hpp"

#include "platform/service/throttle.hpp"

namespace rogatory::service {

void BegunOutside::note(ports::SessionId session, std::string_view address, UnixSeconds now, UnixSeconds until) {
    const std::lock_guard guard{mutex_};
    std::erase_if(sessions_, [now](const auto& one) { return one.second.until < now; });
    sessions_.insert_or_assign(session, Where{Throttle::by_address(address), until});
}

bool BegunOutside::holds(ports::SessionId session, std::string_view address, UnixSeconds now) const {
    const std::lock_guard guard{mutex_};
    const auto found = sessions_.find(session);
    return found != sessions_.end() && now <= found->second.until &&
           found->second.from == Throttle::by_address(address);
}

}  // namespace rogatory::service
