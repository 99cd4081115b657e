#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crypto/tlog/merkle.hpp"
#include "platform/base/bytes.hpp"
#include "platform/model/ids.hpp"
#include "platform/ports/server.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::tests {

// What was asked of the server and what it said, kept by its clients; each answer is on the disk (outside the file
// system that is made to fail) before anything is done with it.

enum class Standing { unanswered, acknowledged, refused };

struct SentStatement {
    record::SignedStatement statement;
    std::vector<Bytes> blobs = {};
    Standing standing = Standing::unanswered;
    std::uint64_t index = 0;     // as acknowledged
    std::uint64_t found_at = 0;  // as the checker has seen it in the log
    bool found = false;
    bool fresh = true;  // not looked at since it was acknowledged
    std::optional<model::StatementId> withdraws = {};
    bool withdrawn = false;  // by a statement that is acknowledged: nothing of its content may be had any more
};

struct SentUpload {
    std::size_t file = 0;
    model::ChainId chain;
    record::AttachmentLine line;
    ports::remote::UploadTicket ticket;
    std::uint64_t acknowledged = 0;           // the largest offset that the server has ever said
    std::uint64_t sent = 0;                   // no byte behind this has left
    std::optional<model::StatementId> entry;  // that lists it, when it was signed
    bool attached = false;
    bool withdrawn = false;
    bool fresh = true;
};
using SentUploadPtr = std::shared_ptr<SentUpload>;

struct Ledger {
    explicit Ledger(const std::filesystem::path& journal);
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    // Under `guard`, as everything here.
    void say(const std::string& line);
    // What a statement takes away, once it stands.
    void carry_out(const SentStatement& stands);

    std::mutex guard;
    std::map<model::StatementId, SentStatement> statements;
    std::vector<SentUploadPtr> uploads;
    std::map<std::uint64_t, tlog::Hash> heads;  // every checkpoint that was ever shown, by size
    std::map<std::string, std::uint64_t> refusals;
    std::vector<std::string> surprises;  // answers that no fault explains

    std::uint64_t acknowledged_statements = 0;
    std::uint64_t acknowledged_offsets = 0;

private:
    std::FILE* journal_;
};

}  // namespace rogatory::tests
