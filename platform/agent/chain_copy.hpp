#pragma once

#include <string>
#include <vector>

#include "platform/agent/environment.hpp"
#include "platform/agent/log_view.hpp"
#include "platform/record/statement.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// In the profile: a statement that the server said it refused.
[[nodiscard]] std::string refused_name(const model::StatementId& id);

// The statements of one chain as this client has them: each parsed, in order, and the only one of its place in the
// verified log. Signatures and rights are judged by Register, Dossier and Receipts.
class ChainCopy {
public:
    struct Item {
        record::SignedStatement statement;
        model::LogIndex index = 0;
    };

    explicit ChainCopy(model::ChainId chain) : chain_{chain} {}

    // What an earlier run kept. Believed no more than what a server sends: update() holds it to the log.
    void restore(const ports::ProfileStore& profile);

    // Brings the copy up to the log. Reads from the server only if the log says that there is more.
    //   integrity, evidence kept: "chain.malformed", "chain.forked", "chain.unlogged", "chain.not_as_logged";
    //   unsupported "chain.unsupported": a kind of a later version;
    //   not_found: not there, or not ours (any more).
    Result<> update(Environment& environment, LogView& log);

    [[nodiscard]] const model::ChainId& chain() const noexcept { return chain_; }
    [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }
    // The log has an entry for head + 1 that the server did not give: shown, never acted on.
    [[nodiscard]] bool incomplete() const noexcept { return incomplete_; }
    // Statements of this copy that a log which ended has lost: they never counted. Kept in the profile ("lost/…") and
    // told once, when the own register has adopted the log that goes on.
    [[nodiscard]] const std::vector<record::SignedStatement>& lost() const noexcept { return lost_; }

    // A statement of ours that the server has taken, before the next update.
    [[nodiscard]] bool has(const model::StatementId& id) const;

private:
    Result<> check_place(Environment& environment, const LogView& log, const record::SignedStatement& statement,
                         ByteView envelope, model::LogIndex& index) const;
    Result<> check_restored(Environment& environment, const LogView& log);
    Result<bool> read_more(Environment& environment, LogView& log);
    Result<> save(Environment& environment) const;
    void lose_from(std::size_t first);
    Result<> keep_lost(Environment& environment);

    model::ChainId chain_;
    std::vector<Item> items_;
    std::vector<record::SignedStatement> lost_;
    bool incomplete_ = false;
    std::size_t checked_ = 0;  // items held to the log in this run
    std::size_t saved_ = 0;
};

}  // namespace rogatory::agent
