#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "crypto/labels.hpp"
#include "crypto/tlog/note.hpp"
#include "crypto/tlog/policy.hpp"
#include "platform/ports/blob_store.hpp"
#include "platform/ports/clock.hpp"
#include "platform/ports/restored.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/begun_digests.hpp"
#include "platform/service/begun_outside.hpp"
#include "platform/service/chain_cache.hpp"
#include "platform/service/challenges.hpp"
#include "platform/service/context.hpp"
#include "platform/service/listeners.hpp"
#include "platform/service/server_time.hpp"
#include "platform/service/settings.hpp"
#include "platform/service/support_codes.hpp"
#include "platform/service/throttle.hpp"

namespace rogatory::service {

// The inside of Context; only platform/service includes this.
class Context {
public:
    Context(ports::Store& the_store, ports::BlobStore& the_blobs, const ports::Clock& the_clock, Settings the_settings,
            ports::LogIdentity the_log, tlog::NoteKey the_log_key, tlog::Policy the_policy, UnixSeconds latest)
        : store{the_store},
          blobs{the_blobs},
          clock{the_clock},
          settings{std::move(the_settings)},
          log{std::move(the_log)},
          log_key{std::move(the_log_key)},
          policy{std::move(the_policy)},
          time{the_clock, latest},
          throttle{the_clock},
          unconfirmed{!policy.quorum_none()} {}

    ports::Store& store;
    ports::BlobStore& blobs;
    const ports::Clock& clock;
    const Settings settings;
    const ports::LogIdentity log;
    const tlog::NoteKey log_key;
    const tlog::Policy policy;

    ServerTime time;
    Throttle throttle;
    Challenges challenges;
    SupportCodes support;
    BegunOutside begun_outside;
    BegunDigests begun_digests;
    Listeners listeners;
    ChainCache chains;
    std::atomic<bool> damaged{false};          // what is stored is not what was signed: for its operator
    std::atomic<bool> read_only{false};        // by the log's own signature more was signed, or another tree
    std::atomic<bool> witnesses_ahead{false};  // more of them than may lie hold something newer
    std::atomic<bool> unconfirmed;             // not enough witnesses have been heard since the start
    std::atomic<bool> restored{false};         // a backup's copy, of which nobody has said that nothing came after it

    // Each of the two ends by what it began with, so that neither takes the other back.
    [[nodiscard]] bool reads_only() const { return damaged || read_only; }
    [[nodiscard]] bool behind() const { return reads_only() || witnesses_ahead; }
    // Why nothing may be appended now; null when it may.
    [[nodiscard]] const char* closed_because() const {
        if (behind()) return "log.read_only";
        if (unconfirmed) return "log.unconfirmed";
        return restored ? "log.restored" : nullptr;
    }

    // This store was put back to an earlier state, or another tree was signed: from now on it only reads. May be called
    // within a transaction that will be rolled back; keep_ahead() makes it last.
    //
    // Of several the largest is kept, for a log is repaired up to it; but a tree that contradicts what is stored is
    // never given up for one that is only larger: nothing repairs it.
    enum class Shows { larger, another_tree };
    void found_behind(std::uint64_t size, const model::Digest& root, const model::Signature& signature, Shows shows) {
        const std::lock_guard guard{ahead_mutex_};
        read_only = true;
        if (contradicted_ || (shows == Shows::larger && size <= ahead_size_)) return;
        contradicted_ = shows == Shows::another_tree;
        ahead_size_ = size;
        Bytes evidence = to_bytes(ByteView{crypto::big_endian(size)});
        rogatory::append(evidence, root.value());
        rogatory::append(evidence, signature.value());
        ahead_ = std::move(evidence);
    }
    void keep_ahead() {
        std::optional<Bytes> evidence;
        {
            const std::lock_guard guard{ahead_mutex_};
            evidence.swap(ahead_);
        }
        if (!evidence) return;
        const auto kept = store.write([&](ports::Repositories& repositories) -> Result<> {
            repositories.journal().set_value(kLogAhead, *evidence);
            audit(repositories, "", "log.behind", "");
            return {};
        });
        // No room to write it down: at the next refusal again.
        const std::lock_guard guard{ahead_mutex_};
        if (!kept && !ahead_) ahead_ = std::move(evidence);
    }
    // At a start: what an earlier process has found.
    void remember_ahead(std::uint64_t size, Shows shows) {
        const std::lock_guard guard{ahead_mutex_};
        ahead_size_ = size;
        contradicted_ = shows == Shows::another_tree;
    }
    // The tree has this size now; true when that is all that was shown to be missing, and this store writes again.
    bool caught_up(std::uint64_t size) {
        const std::lock_guard guard{ahead_mutex_};
        if (contradicted_ || ahead_size_ > size) return false;
        ahead_.reset();
        // Whether anybody holds more, the witnesses must say anew, as after a start.
        unconfirmed = !policy.quorum_none();
        read_only = false;
        return true;
    }
    static constexpr const char* kLogAhead = "log.ahead";  // size (8) ‖ root (32) ‖ the log's signature (64)

    // At a start: whether this is a backup's copy.
    void recall_restored() {
        restored = store.read([](const ports::Repositories& repositories) {
            const auto mark = repositories.journal().value(ports::kRestoredValue);
            return mark && !mark->empty();
        });
    }
    // Nothing came after the backup, says `who`: the witnesses, or the operator.
    Result<> settle_restored(const std::string& who) {
        if (!restored) return {};
        auto settled = store.write([&](ports::Repositories& repositories) -> Result<> {
            repositories.journal().set_value(ports::kRestoredValue, {});
            audit(repositories, "", "log.restored_settled", who);
            return {};
        });
        if (settled) restored = false;
        return settled;
    }

    // One line in the audit trail, in the transaction of what it tells of. It concerns the Parties whose member the
    // actor is, unless something else is said.
    void audit(ports::Repositories& repositories, const std::string& actor, const std::string& action,
               const std::string& object) {
        audit(repositories, actor, action, object, concerns_of(repositories, actor));
    }
    void audit(ports::Repositories& repositories, const std::string& actor, const std::string& action,
               const std::string& object, std::vector<ports::AuditRow::Concern> concerns) {
        repositories.journal().audit(
            {0, time.now(), actor.empty() ? "-" : actor, action, object, "done", std::move(concerns)});
    }
    using Concerns = std::vector<ports::AuditRow::Concern>;
    [[nodiscard]] static Concerns concerns_of(const ports::Repositories& repositories, const std::string& user_name) {
        Concerns concerns;
        for (auto& code : repositories.parties().codes_of(user_name)) concerns.push_back({std::move(code), {}});
        return concerns;
    }
    // Of an act for one authority, by the register that names it.
    [[nodiscard]] static Concerns concerns_of(const ports::Repositories& repositories, ports::ChainId register_chain,
                                              std::optional<ports::AuthorityId> authority) {
        const auto party = repositories.parties().find_by_register(register_chain);
        if (!party || party->succeeded) return {};
        return {{party->code, authority}};
    }
    // Of one who is no member yet.
    [[nodiscard]] static Concerns concerns_of(const ports::Repositories& repositories,
                                              const ports::InvitationRow& invitation) {
        if (invitation.register_chain) return concerns_of(repositories, *invitation.register_chain, std::nullopt);
        const auto party = invitation.party ? repositories.parties().find_by_id(*invitation.party) : std::nullopt;
        if (!party || party->succeeded) return {};
        return {{party->code, std::nullopt}};
    }
    void notify(ports::Repositories& repositories, const std::string& kind, const std::string& subject) {
        repositories.journal().publish({0, time.now(), kind, subject});
    }

private:
    std::mutex ahead_mutex_;
    std::optional<Bytes> ahead_;
    std::uint64_t ahead_size_ = 0;
    bool contradicted_ = false;
};

}  // namespace rogatory::service
