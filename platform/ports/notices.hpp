#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

// How one person wants to be told by mail that something is new, and how far that has come.
struct NoticeRow {
    std::int64_t account{};
    std::string address;
    std::string language;                // the account's
    UnixSeconds every{};                 // at most one message in so many seconds
    std::optional<int> quiet_from;       // minutes after midnight, UTC; none between the two
    std::optional<int> quiet_until;      //
    std::optional<UnixSeconds> pending;  // when the newest happened that no message has told of
    std::optional<UnixSeconds> sent_at;
    std::optional<UnixSeconds> failed_at;  // the last try failed …
    std::string failure;                   // … with this three-digit reply, or "connection"
    int failures{};                        // in a row
    bool refused{};                        // the mail server will not take this address: none until it is set anew
    bool urgent{};                         // what is new waits for no digest and no quiet hour
};

class Notices {
public:
    virtual ~Notices() = default;

    [[nodiscard]] virtual std::optional<NoticeRow> find(std::int64_t account) const = 0;
    // Address and wishes; what was told of a failure is forgotten with them.
    virtual void set(const NoticeRow& notice) = 0;
    virtual void remove(std::int64_t account) = 0;
    // Something is new: for whoever reads this chain now; for one person; for who sent an invitation. The newest
    // counts: who has been there since needs no message.
    virtual void stir_chain(ChainId chain, UnixSeconds at) = 0;
    virtual void stir_account(const std::string& user_name, UnixSeconds at) = 0;
    virtual void stir_inviter(InvitationId invitation, UnixSeconds at) = 0;
    // For one person and those who answer for his access: the custodians of his authorities; of an administrator or an
    // auditor, the administrators. Urgent.
    virtual void stir_guardians(const std::string& user_name, UnixSeconds at) = 0;
    // Whom something is new for, the longest waiting first.
    [[nodiscard]] virtual std::vector<NoticeRow> pending(std::size_t limit) const = 0;
    // Nothing is left to be told. `at`: when the last message went out; 0: none did.
    virtual void sent(std::int64_t account, UnixSeconds at) = 0;
    virtual void failed(std::int64_t account, const std::string& failure, bool refused, UnixSeconds at) = 0;
};

}  // namespace rogatory::ports
