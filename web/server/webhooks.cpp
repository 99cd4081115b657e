#include "web/server/webhooks.hpp"

#include <algorithm>
#include <optional>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/log.hpp"
#include "platform/base/try.hpp"

namespace rogatory::server {
// Guarded by `guard_`, but for what only its own thread uses.
struct Webhooks::Receiver {
    Receiver(WebhookReceiver of, client::PeerOptions options)
        : what{std::move(of)}, body{webhook_body(what.party)}, peer{what.address.host, std::move(options)} {}

    const WebhookReceiver what;
    std::optional<std::uint64_t> to_tell;  // what its thread is to tell, or is telling
    std::uint64_t told = 0;                // also where storage could not note it
    std::uint64_t failures = 0;            // in a row
    std::uint64_t not_before = 0;          // the round of the next try
    // Its own thread's.
    const std::string body;
    client::Peer peer;
    std::uint64_t said = 0;  // what `id` was made for
    std::string id;
};

Webhooks::Webhooks(service::Services& services, const ports::Clock& clock, std::vector<WebhookReceiver> receivers,
                   Bounds bounds, WebhookCounts& counts, std::function<void()> done)
    : services_{services}, clock_{clock}, bounds_{bounds}, counts_{counts}, done_{std::move(done)} {
    for (auto& one : receivers) {
        client::PeerOptions options;
        options.trust_anchors = one.trust_anchors;
        options.deadline_seconds = static_cast<long>(bounds_.deadline.count());
        options.direct = true;
        options.cancelled = [this] {
            const std::lock_guard lock{guard_};
            return stopping_;
        };
        codes_.push_back(one.party);
        receivers_.push_back(std::make_unique<Receiver>(std::move(one), std::move(options)));
    }
    threads_.emplace_back([this] { lead(); });
    for (const auto& one : receivers_) threads_.emplace_back([this, &receiver = *one] { follow(receiver); });
}

Webhooks::~Webhooks() { stop(); }

void Webhooks::stop() {
    {
        const std::lock_guard lock{guard_};
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
    note_told(std::exchange(told_, {}));
}

// A turn of the interval is one by the wall clock, the same for everybody: when something was new within it the line
// does not say, and after a start it goes on where it was.
void Webhooks::lead() {
    const auto every = std::max<std::int64_t>(1, bounds_.every.count());
    auto turn = clock_.now() / every;
    std::unique_lock lock{guard_};
    while (!stopping_) {
        const auto rest = std::clamp<std::int64_t>(every - clock_.now() % every, 1, every);
        changed_.wait_for(lock, std::chrono::seconds{rest}, [this] { return stopping_ || !told_.empty(); });
        if (stopping_) return;
        const auto told = std::exchange(told_, {});
        const auto now = clock_.now() / every;
        const bool turned = now != turn;
        turn = now;
        lock.unlock();
        note_told(told);
        if (turned) begin_round();
        lock.lock();
    }
}

// This and the two below are runners of background tasks, where exceptions end.
void Webhooks::note_told(std::vector<service::UntoldParty> told) {
    try {
        for (const auto& party : told) services_.party_news.told(party);
    } catch (const std::exception& broken) {
        log::Line{log::Level::error, "that a webhook was taken was not noted"}.add(log::Field::error, broken.what());
    }
}

void Webhooks::begin_round() {
    try {
        while (services_.party_news.take_up(codes_)) {
            const std::lock_guard lock{guard_};
            if (stopping_) return;
        }
        const auto untold = services_.party_news.untold(codes_);
        {
            const std::lock_guard lock{guard_};
            ++round_;
            for (const auto& party : untold) {
                const auto found = std::ranges::find(codes_, party.code);
                auto& receiver = *receivers_.at(static_cast<std::size_t>(found - codes_.begin()));
                if (receiver.to_tell || party.news <= receiver.told || round_ < receiver.not_before) continue;
                receiver.to_tell = party.news;
            }
        }
        changed_.notify_all();
        done_();
    } catch (const std::exception& broken) {
        log::Line{log::Level::error, "nobody was told that something is new"}.add(log::Field::error, broken.what());
    }
}

void Webhooks::follow(Receiver& receiver) {
    std::unique_lock lock{guard_};
    while (true) {
        changed_.wait(lock, [&] { return stopping_ || receiver.to_tell; });
        if (stopping_) return;
        const auto news = *receiver.to_tell;
        lock.unlock();
        const auto sent = try_to_tell(receiver, news);
        lock.lock();
        receiver.to_tell.reset();
        if (sent) {
            receiver.told = news;
            told_.push_back({receiver.what.party, news});
        } else if (stopping_) {
            return;
        }
        note(receiver, sent);
        changed_.notify_all();
    }
}

Result<> Webhooks::try_to_tell(Receiver& receiver, std::uint64_t news) {
    try {
        return tell(receiver, news);
    } catch (const std::exception& broken) {
        return fail(ErrorCode::unavailable, "webhooks.broken", broken.what());
    }
}

// The same id again means the same news: whoever was told and could not say so knows it by that, and takes nothing that
// came since for what he has seen.
Result<> Webhooks::tell(Receiver& receiver, std::uint64_t news) {
    if (receiver.said != news) {
        receiver.id = "msg_" + encoding::hex_encode(crypto::system_random().bytes<16>());
        receiver.said = news;
    }
    const auto timestamp = std::to_string(clock_.now());
    client::HttpsRequest request;
    request.method = "POST";
    request.path = receiver.what.address.path;
    request.headers = {
        {"webhook-id", receiver.id},
        {"webhook-timestamp", timestamp},
        {"webhook-signature", webhook_signature(receiver.what.secrets, receiver.id, timestamp, receiver.body)}};
    request.content_type = "application/json";
    request.body = as_bytes(receiver.body);
    request.largest_reply = kLargestAnswer;
    ROGATORY_TRY(const auto reply, receiver.peer.send(request));
    if (reply.status / 100 != 2) return fail(ErrorCode::unavailable, "webhooks.refused", std::to_string(reply.status));
    return {};
}

void Webhooks::note(Receiver& receiver, const Result<>& sent) {
    if (sent) {
        ++counts_.taken;
        if (receiver.failures == 0) return;
        receiver.failures = 0;
        --counts_.failing;
        log::Line{log::Level::info, "webhooks are taken again"}.add(log::Field::path, receiver.what.party);
        return;
    }
    ++counts_.failed;
    if (receiver.failures++ == 0) ++counts_.failing;
    // The next interval, then twice as many each time, up to an hour.
    constexpr std::uint64_t kDoublings = 12;
    const auto rounds = std::uint64_t{1} << std::min(receiver.failures - 1, kDoublings);
    const auto most = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(kLongestPause / bounds_.every));
    receiver.not_before = round_ + std::min(rounds, most);
    log::Line{log::Level::warning, "a webhook was not taken"}
        .add(log::Field::path, receiver.what.party)
        .add(log::Field::key, sent.error().key())
        .add(log::Field::detail, sent.error().log_detail());
}

}  // namespace rogatory::server
