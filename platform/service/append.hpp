#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

struct InlineBlob {
    ports::Digest sha256{};
    Bytes data;  // an age file: grant, keyring, sealed body
};

struct AppendRequest {
    std::vector<Bytes> envelopes;  // DSSE envelopes, JSON, as they will be served for ever
    std::vector<InlineBlob> blobs;
};

struct Appended {
    ports::StatementId id;
    std::uint64_t index{};
    std::string proof;  // C2SP tlog-proof under the log-signed checkpoint
};

class Append {
public:
    explicit Append(Context& context) : context_{context} {}

    // POST statements: all or nothing, in order, in one transaction with log entries, audit trail and outbox; returns
    // when durable and signed. Idempotent by id: what is already stored answers as it did, also in a mixed list.
    //
    // conflict "statement.seq_taken" {chain, head_seq} when a seq is taken or beyond head + 1; invalid_input
    // "statement.void" {reason} for what a reader would show as void, "statement.clock" when `at` is off by over 10
    // minutes, "blob.*" when a blob is missing, superfluous, too large or not the age file it must be; not_found when
    // the chain is not the caller's business; unavailable "log.read_only" when the log is behind its witnesses.
    [[nodiscard]] Result<std::vector<Appended>> append(const Principal& principal, const AppendRequest& request);

private:
    Context& context_;
};

}  // namespace rogatory::service
