#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "platform/base/time.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::service {

// Sessions that began, with a second factor, where a Party's rules keep their holder out, and from where: those alone
// may set its rules anew, and there alone. One that began inside is no way back, wherever it is carried; whoever has
// only that shows neither passphrase nor account key.
//
// In memory, like challenges: after a restart one signs in anew.
class BegunOutside {
public:
    void note(ports::SessionId session, std::string_view address, UnixSeconds now, UnixSeconds until);
    [[nodiscard]] bool holds(ports::SessionId session, std::string_view address, UnixSeconds now) const;

private:
    struct Where {
        std::string from;
        UnixSeconds until;
    };
    mutable std::mutex mutex_;
    std::map<ports::SessionId, Where> sessions_;
};

}  // namespace rogatory::service
