#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/policy.hpp"
#include "crypto/tlog/proof.hpp"
#include "platform/base/result.hpp"

namespace rogatory::witness {

// The log that is to be cosigned, as the cosigner sees it. Calls come from several threads.
class CosignedLog {
public:
    virtual ~CosignedLog() = default;
    [[nodiscard]] virtual const tlog::Policy& policy() const = 0;
    // The newest durable checkpoint, under the log's signature.
    [[nodiscard]] virtual Result<tlog::SignedCheckpoint> newest() = 0;
    [[nodiscard]] virtual Result<tlog::ProofPath> consistency(std::uint64_t old_size, std::uint64_t size) = 0;
    // Keeps cosignatures that verified; true when the policy is met for this checkpoint.
    [[nodiscard]] virtual Result<bool> keep(const tlog::SignedCheckpoint& checkpoint,
                                            const std::vector<tlog::NoteSignature>& cosignatures) = 0;
    // What a witness said of its own newest checkpoint, and what it showed when it claimed to be ahead.
    virtual void heard(std::size_t witness, bool ahead) = 0;
    virtual void shown(const tlog::SignedCheckpoint& newer) = 0;
};

struct CosignerSettings {
    // Trust anchors beside the system's, for witnesses with certificates of their own.
    std::optional<std::filesystem::path> trust_anchors;
    std::optional<std::filesystem::path> client_certificate;
    std::optional<std::filesystem::path> client_key;
    std::map<std::string, std::string> urls;  // by witness name: in the place of the policy's
    std::chrono::milliseconds batch{150};     // from the first thing that is new to the request: what comes meanwhile
                                              // travels with it
    std::chrono::milliseconds refresh{600'000};  // with nothing new
    std::chrono::milliseconds deadline{10'000};  // for one request, whatever the witness does
    std::chrono::milliseconds first_retry{500};  // after a failure; doubled up to `last_retry`
    std::chrono::milliseconds last_retry{30'000};
};

// Asks the policy's witnesses for cosignatures: a thread a witness, so that one that is slow, silent or false delays
// nobody else, and one that says which checkpoint is asked for, so that all cosign the same one. A round ends when the
// policy is met or everybody has answered or timed out; the next begins with whatever is newest then. Appends never
// wait for any of it.
class Cosigner {
public:
    // Begins at once. A witness without an address is not asked. `log` outlives this object.
    Cosigner(CosignedLog& log, CosignerSettings settings);
    ~Cosigner();
    Cosigner(const Cosigner&) = delete;
    Cosigner& operator=(const Cosigner&) = delete;

    // The log has grown. Returns at once, from any thread, whatever locks it holds.
    void notify() noexcept;
    // Ends requests under way. Called by the destructor, too.
    void stop();

private:
    class Peer;
    // What is asked for now.
    struct Round {
        std::uint64_t number = 0;
        std::shared_ptr<const tlog::SignedCheckpoint> checkpoint;
        std::size_t open = 0;  // peers that have not come to an end with it
        bool met = false;
    };

    void lead();
    bool begin_round();
    void follow(Peer& peer);

    CosignedLog& log_;
    const CosignerSettings settings_;
    std::mutex guard_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::uint64_t grown_ = 1;  // how often the log has grown; 1: the first round begins at once
    Round round_;
    std::vector<std::unique_ptr<Peer>> peers_;
    std::vector<std::thread> threads_;
};

}  // namespace rogatory::witness
