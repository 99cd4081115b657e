#pragma once

#include <random>
#include <string>
#include <vector>

#include "crypto/tlog/log_tree.hpp"
#include "tests/faults/officials.hpp"

namespace rogatory::tests {

// Compares what was acknowledged with what a server has, as one of its clients asks it, and the bytes of uploads with
// what lies on the disk. It changes nothing but what it has learnt.
class Checker {
public:
    Checker(FaultWorld& world, Ledger& ledger, std::uint64_t seed) : world_{world}, ledger_{ledger}, random_{seed} {}

    struct Findings {
        std::vector<std::string> lost;     // acknowledged, and not there or not the same
        std::vector<std::string> visible;  // there, and never sent, refused, or half
        std::vector<std::string> trouble;  // the check itself could not be made
        std::uint64_t stored_unanswered = 0, absent_unanswered = 0;
    };
    // `everything`: each statement, blob and attachment ever acknowledged, and the whole log; otherwise what is new and
    // a few older ones, another few each time.
    Findings check(bool everything);
    [[nodiscard]] std::uint64_t log_size() const { return tree_.size(); }

private:
    void log(Findings& findings, bool everything);
    void chain(Findings& findings, const model::ChainId& chain, bool everything);
    void settle(Findings& findings);
    void statements(Findings& findings, bool everything);
    void uploads(Findings& findings, bool everything);
    void upload(Findings& findings, SentUpload& upload);
    void attachment(Findings& findings, SentUpload& upload, bool everything);
    // Where its bytes lie on the server's disk; empty: nowhere.
    [[nodiscard]] std::filesystem::path stored_at(const SentUpload& upload) const;
    bool sampled(bool everything, bool fresh);

    FaultWorld& world_;
    Ledger& ledger_;
    std::mt19937_64 random_;
    std::unique_ptr<client::HttpsServer> server_;
    tlog::LogTree tree_;
    std::set<model::StatementId> first_;  // what the set-up wrote
    bool first_known_ = false;
};

}  // namespace rogatory::tests
