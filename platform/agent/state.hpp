#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/sign.hpp"
#include "platform/agent/agent.hpp"
#include "platform/agent/casebook_book.hpp"
#include "platform/agent/dossier_book.hpp"
#include "platform/agent/keyring.hpp"
#include "platform/agent/log_view.hpp"
#include "platform/agent/notice_book.hpp"
#include "platform/agent/register_book.hpp"
#include "platform/agent/secrets.hpp"

// Internal to platform/agent: what an Agent is made of.
namespace rogatory::agent {

// Statements to append together, with the blobs they name.
struct Package {
    std::vector<record::SignedStatement> statements;
    std::vector<ports::remote::Blob> blobs;
    // Of an `invited` statement: what the server takes with it. Its `append` is empty, the two above are that.
    std::optional<ports::remote::InvitationOrder> invitation;

    void add(record::SignedStatement statement) { statements.push_back(std::move(statement)); }
    void add(const SealedFile& file) { blobs.push_back({file.sha256.value(), file.bytes}); }
};

struct Agent::State {
    State(Environment& environment_in, Unlocked unlocked_in, LogView log_in)
        : environment{environment_in}, unlocked{std::move(unlocked_in)}, log{std::move(log_in)} {}

    Environment& environment;
    Unlocked unlocked;
    std::size_t acting = 0;  // index into the bundle's memberships
    LogView log;
    RegisterBook book;
    DossierBook dossiers;
    NoticeBook notices;
    CasebookBook casebooks;
    UnixSeconds log_time = 0;         // the log's time …
    std::int64_t log_time_taken = 0;  // … when the monotonic clock said this
    std::string state_tag;            // of the state file on the server
    std::uint64_t state_saved_size = 0;
    std::map<model::AuthorityId, std::pair<model::Digest, record::KeyringFile>> keyrings;

    std::vector<tlog::SignedCheckpoint> promised;  // under which the server proved that it took a statement

    // --- who acts ------------------------------------------------------------------------------------------------
    [[nodiscard]] const record::UserBundle::Membership& membership() const;
    [[nodiscard]] const record::Register& own() const;  // the register of the membership acted in
    [[nodiscard]] model::AuthorityRef authority() const;
    [[nodiscard]] crypto::SigningKey signing_key() const;
    Result<record::Register::Member> self() const;  // forbidden "member.removed" when the register has him no more
    Result<> require_role(model::Role role) const;
    [[nodiscard]] UnixSeconds now() const;  // what a statement bears
    // The later of that and this device's clock: for what has expired, whoever turns a clock back.
    [[nodiscard]] UnixSeconds latest_now() const;
    // From the newest cosignature, where there are witnesses: the server's own word alone is no clock then.
    void take_witnessed_time();
    std::optional<UnixSeconds> witnessed_time;  // the newest cosigned time …
    std::int64_t witnessed_time_taken = 0;      // … when the monotonic clock said this

    // May something be sealed, granted or signed now: no fork alarm stands, own register complete, log fresh
    // (protocol §5).
    Result<> require_may_sign() const;

    // --- pending and counting (counting.cpp) -------------------------------------------------------------------------
    // What the statement at this index of the log introduces may be acted on: it is covered by a checkpoint that meets
    // the policy (else unavailable "log.not_yet_witnessed"), and its date is not disputed (forbidden "date.disputed").
    Result<> require_counts(model::LogIndex index, UnixSeconds at) const;
    [[nodiscard]] bool counts(model::LogIndex index, UnixSeconds at) const;
    // Every statement of the chain that introduces a key, a grant or a reader counts.
    Result<> require_settled(const ChainCopy& copy) const;
    // After a pending statement only its own author appends. (A receipt introduces nothing; nobody waits for one.)
    Result<> require_turn(const record::Statement& next) const;
    // A person waits: looks for the cosigning a few times, five seconds a command at most. True when all that was
    // pending counts.
    Result<bool> wait_for_cosigning();
    // Tries; waits once for the cosigning if that is what was missing, and tries again.
    template <class Attempt>
    auto once_counted(Attempt&& attempt) -> decltype(attempt()) {
        auto result = attempt();
        if (result || result.error().key() != "log.not_yet_witnessed") return result;
        auto waited = wait_for_cosigning();
        if (!waited) return fail(std::move(waited).error());
        return *waited ? attempt() : std::move(result);
    }
    int looks_left = 20;
    model::ChainId policies_of{};     // the register whose log policy is in force …
    std::size_t policies_judged = 0;  // … and how many of its statements have been looked at for one
    bool told = false;                // what stands in the way of signing, once a run
    bool moved_told = false;          // that the log has a successor which nobody has adopted
    bool adoption_awaits = false;     // or which the register adopts by a statement that does not count yet

    // The copy of a chain that is followed, or nullptr.
    [[nodiscard]] const ChainCopy* copy_of(const model::ChainId& chain) const;
    // The same for a dossier.
    Result<> require_complete(const DossierBook::Known& known) const;

    // --- keys ------------------------------------------------------------------------------------------------------
    // All generations, or as many as the newest keyring that opens has (see open_keyring).
    Result<const record::KeyringFile*> keyring();

    // --- statements --------------------------------------------------------------------------------------------------
    // As the next one of a chain whose head is this.
    [[nodiscard]] record::Statement compose(const model::ChainId& chain, std::uint64_t seq,
                                            std::optional<model::StatementId> prev, record::Body body) const;
    [[nodiscard]] record::Statement compose(const record::Head& head, const model::ChainId& chain,
                                            record::Body body) const {
        return compose(chain, head.length, head.last, std::move(body));
    }
    Result<record::SignedStatement> sign(const record::Statement& statement) const;

    // Brings any chain followed up to the log.
    Result<> refresh(const model::ChainId& chain);
    Result<DossierBook::Known*> dossier(const model::ChainId& chain);
    Result<const RegisterBook::Known*> refresh_own();
};

// Appends what `build` makes of the verified state, with the discipline of protocol §2, Appending: the same bytes after
// a time-out, drafts on disk until settled, signed anew (by calling `build` again) only after another statement was
// verified at the place. When it returns, the statements stand in the verified log.
//   unavailable "append.unsettled": sent, no answer; the draft stays and is sent again before anything else is signed;
//   integrity "append.lying_conflict", "append.not_logged".
using Build = std::function<Result<Package>()>;
Result<Package> append_settled(Agent::State& state, const Build& build);

// The log before the newest ended with a checkpoint that counts under the policy which the own register had until this
// index. integrity "log.successor_uncounted", evidence kept. (log_succession.cpp)
Result<> require_log_end_counts(Agent::State& state, model::LogIndex adopted_at);

// Sends again what an earlier run left. Called by append_settled before it signs anything.
Result<> settle_drafts(Agent::State& state);

}  // namespace rogatory::agent
