#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "platform/ports/blob_store.hpp"
#include "platform/ports/clock.hpp"
#include "platform/service/services.hpp"
#include "storage/sql_store.hpp"
#include "web/middleware/service_mode.hpp"
#include "web/server/webhooks.hpp"

namespace rogatory::server {

// When each thing that this server does by itself was last done to its end; when it began, where it was not since then,
// so that what never gets done is missed as soon as what stops. 0: this server does not do it; or, of the integrity of
// what is stored, has not read all of it since it began.
class LastDone {
public:
    enum class Job { tidy, integrity, mail, cosigned, webhooks };
    static constexpr std::array<std::string_view, 5> kNames{"tidy", "integrity", "mail", "cosigned", "webhooks"};
    void note(Job job, UnixSeconds at) noexcept { at_.at(static_cast<std::size_t>(job)) = at; }
    [[nodiscard]] UnixSeconds at(std::size_t job) const { return at_.at(job); }

private:
    std::array<std::atomic<UnixSeconds>, kNames.size()> at_{};
};

// Of each co-signer of the policy: when it last answered, or when this server began to ask.
class CosignersHeard {
public:
    void name(std::vector<std::string> names, UnixSeconds now);
    void note(std::size_t cosigner, UnixSeconds at);
    [[nodiscard]] std::vector<std::pair<std::string, UnixSeconds>> all() const;

private:
    mutable std::mutex guard_;
    std::vector<std::pair<std::string, UnixSeconds>> heard_;
};

struct GaugeSources {
    service::Services& services;
    storage::SqlStore& store;
    ports::BlobStore& blobs;
    const ports::Clock& clock;
    std::filesystem::path data;
    std::filesystem::path certificate;
    std::uint64_t reserve_bytes = 0;
    std::shared_ptr<const middleware::ServiceMode> mode;
    const LastDone& done;
    const CosignersHeard& cosigners;
    const WebhookCounts& webhooks;
    std::function<std::size_t()> connections;
    std::function<std::size_t()> live_streams;
};

// What /metrics says beside the counters of requests: how the server and its machine are. No name but the co-signers',
// who are public; nothing about anybody.
class Gauges {
public:
    explicit Gauges(GaugeSources sources) : from_{std::move(sources)} {}
    [[nodiscard]] std::string text();

private:
    void storage(std::string& out);
    void log(std::string& out);
    void work(std::string& out);
    void process(std::string& out) const;

    GaugeSources from_;
    // What costs a walk over a table is counted once a minute at most.
    std::mutex guard_;
    service::Counts counts_;
    std::uint64_t blob_bytes_ = 0;
    std::optional<UnixSeconds> counted_at_;
};

}  // namespace rogatory::server
