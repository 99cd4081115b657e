#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/ports/accounts.hpp"
#include "platform/ports/attachments.hpp"
#include "platform/ports/invitations.hpp"
#include "platform/ports/journal.hpp"
#include "platform/ports/log.hpp"
#include "platform/ports/notices.hpp"
#include "platform/ports/parties.hpp"
#include "platform/ports/passkeys.hpp"
#include "platform/ports/records.hpp"
#include "platform/ports/repair.hpp"
#include "platform/ports/requests.hpp"
#include "platform/ports/sessions.hpp"

namespace rogatory::ports {

// What one transaction sees. A `const Repositories&` can only read.
class Repositories {
public:
    virtual ~Repositories() = default;

    [[nodiscard]] virtual Parties& parties() = 0;
    [[nodiscard]] virtual Accounts& accounts() = 0;
    [[nodiscard]] virtual Sessions& sessions() = 0;
    [[nodiscard]] virtual Invitations& invitations() = 0;
    [[nodiscard]] virtual Records& records() = 0;
    [[nodiscard]] virtual Attachments& attachments() = 0;
    [[nodiscard]] virtual Log& log() = 0;
    [[nodiscard]] virtual Journal& journal() = 0;
    [[nodiscard]] virtual Passkeys& passkeys() = 0;
    [[nodiscard]] virtual Notices& notices() = 0;
    [[nodiscard]] virtual Repair& repair() = 0;
    [[nodiscard]] virtual Requests& requests() = 0;
    [[nodiscard]] virtual const Parties& parties() const = 0;
    [[nodiscard]] virtual const Accounts& accounts() const = 0;
    [[nodiscard]] virtual const Sessions& sessions() const = 0;
    [[nodiscard]] virtual const Invitations& invitations() const = 0;
    [[nodiscard]] virtual const Records& records() const = 0;
    [[nodiscard]] virtual const Attachments& attachments() const = 0;
    [[nodiscard]] virtual const Log& log() const = 0;
    [[nodiscard]] virtual const Journal& journal() const = 0;
    [[nodiscard]] virtual const Passkeys& passkeys() const = 0;
    [[nodiscard]] virtual const Notices& notices() const = 0;
    [[nodiscard]] virtual const Repair& repair() const = 0;
    [[nodiscard]] virtual const Requests& requests() const = 0;
};

// What the log is, known since `rogatoryd init`.
struct LogIdentity {
    std::string origin;        // <host>/log/<n>
    std::string verifier_key;  // C2SP vkey
    std::string policy;        // C2SP tlog-policy with this log and its witnesses
};

// Everything the server remembers but the bytes of attachments. Safe to call from any thread.
class Store {
public:
    virtual ~Store() = default;

    // Runs `work` in one consistent snapshot on this thread.
    template <class Work>
    auto read(Work&& work) -> std::invoke_result_t<Work, const Repositories&> {
        std::optional<std::invoke_result_t<Work, const Repositories&>> answer;
        read_with([&](const Repositories& repositories) { answer.emplace(work(repositories)); });
        return std::move(*answer);
    }

    // Runs `work` (returning a Result) on the writer's thread, in a savepoint of a transaction that it may share with
    // other callers' work; returns when the whole is durable. A failed Result undoes that work alone. `work` may run
    // again from the start when the shared transaction failed for another's sake, so it must have no effect but on
    // the repositories and its own result. storage_full when there was no room: nothing was kept.
    template <class Work>
    auto write(Work&& work) -> std::invoke_result_t<Work, Repositories&> {
        using Answer = std::invoke_result_t<Work, Repositories&>;
        std::optional<Answer> answer;
        auto kept = write_with([&](Repositories& repositories) -> Result<> {
            answer.emplace(work(repositories));
            if (!*answer) return fail(answer->error());
            return {};
        });
        if (!kept) return fail(std::move(kept).error());
        return std::move(*answer);
    }

    // Makes the log: key pair, size 0, signed. `witnesses` is a tlog-policy without this log, which is put in; empty:
    // `quorum none`. conflict "init.done" when there is a log; invalid_input "log.policy_malformed" {line} or
    // "log.policy_not_ours". Part of `rogatoryd init`.
    [[nodiscard]] virtual Result<LogIdentity> create_log(const std::string& origin, const std::string& witnesses) = 0;
    // not_found "init.missing" before that.
    [[nodiscard]] virtual Result<LogIdentity> log_identity() = 0;
    // Ends the log and founds the one after it, with a key of its own, in one transaction; the old key is deleted.
    // `work` files what comes back of the old log and adds the entries of what does not, and returns the checkpoint
    // with which the old log ends: its tree is what stands then, or nothing is done (integrity "log.inconsistent").
    // `witnesses` as in create_log; empty: those of the old log. Part of `rogatoryd log succeed`: the store must serve
    // nobody, and is opened again afterwards.
    struct LogEnd {
        Log::Cosigned last;
    };
    [[nodiscard]] virtual Result<LogIdentity> succeed_log(const std::string& witnesses,
                                                          const std::function<Result<LogEnd>(Repositories&)>& work) = 0;
    // Reads every statement again, builds the tree anew and compares it with what was signed. integrity "log.behind"
    // when they differ; unavailable "server.stopping" when it was asked to stop.
    [[nodiscard]] virtual Result<> verify_log(const std::stop_token& stopping = {}) = 0;
    // The same of what a crash, a lost write or a truncated file could have harmed, in a time that does not grow with
    // the log: its signature, the tree out of its tiles, that nothing is missing and nothing stands beyond it, and its
    // newest statements. integrity "log.behind".
    [[nodiscard]] virtual Result<> verify_end_of_log() = 0;
    // Called on the writer's thread whenever the signed tree has grown and is durable; it must return at once. Nothing
    // ends it. For whoever asks witnesses.
    virtual void when_log_grows(std::function<void()> notice) = 0;

    // The same as write(), and nobody waits: for notes whose loss at a crash costs nothing. What `work` needs it holds
    // by value: the store closes after whoever uses it, and runs its last work then. A failure is dropped, and so is
    // the work where too much is waiting.
    virtual void write_behind(std::function<void(Repositories&)> work) = 0;

protected:
    virtual void read_with(const std::function<void(const Repositories&)>& work) = 0;
    [[nodiscard]] virtual Result<> write_with(const std::function<Result<>(Repositories&)>& work) = 0;
};

}  // namespace rogatory::ports
