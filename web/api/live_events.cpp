#include "web/api/live_events.hpp"

#include <utility>

#include "crypto/tlog/checkpoint.hpp"
#include "web/api/caller.hpp"
#include "web/api/handlers.hpp"
#include "web/api/reply.hpp"

namespace rogatory::api {
namespace {

// One listener's stream, in the format of server-sent events (HTML, "Server-sent events").
class Stream final : public http::LiveFeed {
public:
    Stream(Services& services, std::shared_ptr<const LiveEvents> events, service::Principal principal,
           std::shared_ptr<void> place)
        : services_{services}, events_{std::move(events)}, principal_{std::move(principal)}, place_{std::move(place)} {}

    bool stirred() const override { return events_->newest() != seen_; }

    std::optional<std::string> take() override {
        if (!first_ && !services_.authenticator.goes_on(principal_)) {
            return std::nullopt;
        }
        const bool first = std::exchange(first_, false);
        seen_ = events_->newest();
        const auto size = log_size();
        if (!first && size == size_) return std::string{": still here\n\n"};
        size_ = size;
        // After a cut the browser comes again by itself, after this many milliseconds.
        return std::string{first ? "retry: 5000\n" : ""} + "event: log\ndata: {\"size\":" + std::to_string(size) +
               "}\n\n";
    }

private:
    std::uint64_t log_size() {
        const auto note = services_.log.checkpoint();
        if (!note) return size_;
        const auto parsed = tlog::SignedCheckpoint::parse(as_text(*note));
        return parsed ? parsed->checkpoint.head.size : size_;
    }

    Services& services_;
    const std::shared_ptr<const LiveEvents> events_;
    const service::Principal principal_;
    const std::shared_ptr<void> place_;
    std::uint64_t seen_ = 0;
    std::uint64_t size_ = 0;
    bool first_ = true;
};

}  // namespace

std::shared_ptr<void> LiveEvents::enter(std::int64_t account) {
    const std::lock_guard guard{places_->guard};
    auto& own = places_->by_account[account];
    if (own >= kPerAccount || places_->all >= kInAll) {
        if (own == 0) places_->by_account.erase(account);
        return nullptr;
    }
    ++own;
    ++places_->all;
    return {this, [places = places_, account](void*) {
                const std::lock_guard leaving{places->guard};
                --places->all;
                if (--places->by_account[account] == 0) places->by_account.erase(account);
            }};
}

std::size_t LiveEvents::listeners() const {
    const std::lock_guard guard{places_->guard};
    return places_->all;
}

Response live_events(Services& services, const std::shared_ptr<LiveEvents>& events, const Request& request,
                     const Context& context) {
    const auto& principal = principal_of(context);
    auto place = events->enter(*principal.account());
    if (!place) {
        auto refused = http::problem(429, "http.too_many_streams", request.request_id);
        refused.headers.add("Retry-After", "60");
        return refused;
    }
    auto response = Response::empty(200);
    response.headers.add("Content-Type", "text/event-stream");
    response.headers.add("X-Accel-Buffering", "no");  // a proxy in front must not hold events back
    response.feed = std::make_shared<Stream>(services, events, principal, std::move(place));
    return response;
}

}  // namespace rogatory::api
