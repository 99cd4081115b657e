#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "web/http/message.hpp"

namespace rogatory::api {

// Who listens to GET /events, and that something is new. Nothing of what is new goes out: a client reads what it may by
// the ordinary routes, and whoever cannot listen asks now and then.
class LiveEvents {
public:
    // Told by the store, on the writer's thread, whenever the log has grown.
    void stir() { newest_.fetch_add(1, std::memory_order_release); }
    [[nodiscard]] std::uint64_t newest() const { return newest_.load(std::memory_order_acquire); }

    // A place for one more listener of this account, given back with the pointer; none: it has enough.
    [[nodiscard]] std::shared_ptr<void> enter(std::int64_t account);
    [[nodiscard]] std::size_t listeners() const;

private:
    static constexpr std::size_t kPerAccount = 8;
    static constexpr std::size_t kInAll = 4000;

    struct Places {
        std::mutex guard;
        std::map<std::int64_t, std::size_t> by_account;
        std::size_t all = 0;
    };
    std::atomic<std::uint64_t> newest_{0};
    std::shared_ptr<Places> places_ = std::make_shared<Places>();
};

}  // namespace rogatory::api
