#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/faults/ledger.hpp"
#include "tests/support/server_world.hpp"
#include "web/client/https_server.hpp"

namespace rogatory::tests {

struct FaultWorld {
    std::filesystem::path data;
    std::string origin;
    std::filesystem::path certificate;
    std::unique_ptr<ServerWorld> world;
    OfficialPtr author;
    std::vector<model::ChainId> chains;
    std::vector<Bytes> files;
    tlog::NoteKey log_key;
    std::atomic<std::int64_t> clock_seconds{0};  // what the server's wall clock is ahead by

    [[nodiscard]] UnixSeconds now() const;
    [[nodiscard]] std::unique_ptr<client::HttpsServer> connect() const;
};

// Writes the first chapter into the data directory that `rogatoryd init` has made, before any server runs: an
// administrator, a Party, dossiers, a session.
std::unique_ptr<FaultWorld> set_up(const std::filesystem::path& data, const std::string& origin,
                                   const std::filesystem::path& certificate, const std::string& code,
                                   std::size_t chains);

// One official a chain: uploads, signs, appends, until told to stop. What gets no answer is sent again, the same bytes,
// as long as there is a server.
class Officials {
public:
    Officials(FaultWorld& world, Ledger& ledger, std::uint64_t seed) : world_{world}, ledger_{ledger}, seed_{seed} {}
    ~Officials() { stop(); }

    void start();
    void stop();    // at once; what is under way stays without an answer
    void finish();  // when what is under way has been answered
    // From now on no answer is believed, and the same is asked again.
    void doubt() { doubting_ = true; }
    [[nodiscard]] std::uint64_t answers() const { return answers_; }
    // Another session, by signing in anew.
    Result<> sign_in(client::HttpsServer& server);

private:
    class Work;
    FaultWorld& world_;
    Ledger& ledger_;
    std::uint64_t seed_;
    std::mutex session_;
    std::atomic<bool> finishing_{false};
    std::atomic<bool> stopping_{false};
    std::atomic<bool> doubting_{false};
    void join();
    std::atomic<std::uint64_t> answers_{0};
    std::vector<std::thread> threads_;
};

}  // namespace rogatory::tests
