#include "platform/service/listeners.hpp"

#include <utility>

namespace rogatory::service {

class Listeners::Slot : public Listening {
public:
    Slot(std::shared_ptr<Slots> slots, const ports::UploadId& upload) : slots_{std::move(slots)}, upload_{upload} {}
    ~Slot() {
        const std::lock_guard guard{slots_->mutex};
        const auto found = slots_->by_upload.find(upload_);
        // Somebody may have come between the last one's going and this: then another slot stands here.
        if (found != slots_->by_upload.end() && found->second.expired()) slots_->by_upload.erase(found);
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

private:
    const std::shared_ptr<Slots> slots_;
    const ports::UploadId upload_;
};

std::shared_ptr<Listening> Listeners::of(const ports::UploadId& upload) {
    {
        const std::lock_guard guard{slots_->mutex};
        const auto found = slots_->by_upload.find(upload);
        auto slot = found == slots_->by_upload.end() ? nullptr : found->second.lock();
        if (slot) return slot;
    }
    // Made, and ended where another was quicker, outside the lock that its end takes.
    auto fresh = std::make_shared<Slot>(slots_, upload);
    const std::lock_guard guard{slots_->mutex};
    auto& kept = slots_->by_upload[upload];
    if (auto slot = kept.lock()) return slot;
    kept = fresh;
    return fresh;
}

bool Listeners::any(const ports::UploadId& upload) const {
    const std::lock_guard guard{slots_->mutex};
    const auto found = slots_->by_upload.find(upload);
    return found != slots_->by_upload.end() && !found->second.expired();
}

std::size_t Listeners::count() const {
    const std::lock_guard guard{slots_->mutex};
    return slots_->by_upload.size();
}

}  // namespace rogatory::service
