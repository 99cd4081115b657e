#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/ports/clock.hpp"
#include "platform/service/services.hpp"
#include "web/server/webhook_receivers.hpp"

namespace rogatory::server {

// For /metrics; of all receivers together.
struct WebhookCounts {
    std::atomic<std::uint64_t> taken{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::uint64_t> failing{0};  // receivers whose last try failed
};

// Tells machines of Parties that something is new, and nothing else. One thread says who is to be told, at the turn of
// each interval; another for each receiver does it, so that one that is slow, silent or false delays nobody else.
class Webhooks {
public:
    static constexpr std::size_t kLargestAnswer = 4096;         // bytes of its body
    static constexpr std::chrono::seconds kLongestPause{3600};  // between two tries
    struct Bounds {
        std::chrono::seconds every{60};
        std::chrono::seconds deadline{10};
    };
    // `done` is called after each look at who is to be told. `counts` outlives this object.
    Webhooks(
        service::Services& services, const ports::Clock& clock, std::vector<WebhookReceiver> receivers, Bounds bounds,
        WebhookCounts& counts, std::function<void()> done = [] {});
    ~Webhooks();
    Webhooks(const Webhooks&) = delete;
    Webhooks& operator=(const Webhooks&) = delete;

    // Breaks off what is under way; who was not told is told after the next start.
    void stop();

private:
    struct Receiver;

    void lead();
    void begin_round();
    void note_told(std::vector<service::UntoldParty> told);
    void follow(Receiver& receiver);
    [[nodiscard]] Result<> try_to_tell(Receiver& receiver, std::uint64_t news);
    [[nodiscard]] Result<> tell(Receiver& receiver, std::uint64_t news);
    void note(Receiver& receiver, const Result<>& sent);

    service::Services& services_;
    const ports::Clock& clock_;
    const Bounds bounds_;
    WebhookCounts& counts_;
    const std::function<void()> done_;
    std::vector<std::string> codes_;
    std::mutex guard_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::uint64_t round_ = 0;
    std::vector<service::UntoldParty> told_;  // not noted in storage yet
    std::vector<std::unique_ptr<Receiver>> receivers_;
    std::vector<std::thread> threads_;
};

}  // namespace rogatory::server
