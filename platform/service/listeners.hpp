#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "platform/ports/ids.hpp"

namespace rogatory::service {

// Which PATCH an upload listens to: the newest.
struct Listening {
    std::mutex mutex;  // held over each write to the file
    std::uint64_t newest{0};
};

// The uploads whose bytes are on their way. Each is here for as long as somebody holds what of() gave, and takes itself
// out with the last one: so to ask for one costs the same however many others there are.
class Listeners {
public:
    [[nodiscard]] std::shared_ptr<Listening> of(const ports::UploadId& upload);
    // Whether somebody holds one now; makes none.
    [[nodiscard]] bool any(const ports::UploadId& upload) const;
    [[nodiscard]] std::size_t count() const;

private:
    class Slot;
    struct Slots {
        std::mutex mutex;
        std::map<ports::UploadId, std::weak_ptr<Slot>> by_upload;
    };
    std::shared_ptr<Slots> slots_ = std::make_shared<Slots>();
};

}  // namespace rogatory::service
