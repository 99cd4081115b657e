#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/service/account.hpp"
#include "platform/service/board.hpp"
#include "platform/service/chains.hpp"
#include "platform/service/context.hpp"
#include "platform/service/page.hpp"
#include "platform/service/principal.hpp"
#include "platform/service/support_codes.hpp"

namespace rogatory::service {

struct FirstInvitation {
    std::string code;  // the Party's
    ports::InvitationId invitation;
    ports::MemberId member;
    ports::Digest redeem_sha256{};
    Bytes card;  // may be empty: the founding sheet covers a Party's very first invitation
    UnixSeconds not_after{};
    // The Party lost every key and founds anew: the founded id in force, which the new register must say it follows.
    std::optional<ports::PartyId> succeeds;
};

struct AuditItem {
    std::uint64_t sequence{};
    UnixSeconds at{};
    std::string actor;    // user name, or "-" for nobody signed in
    std::string action;   // "statement.appended", "session.started", …
    std::string object;   // ids and codes only
    std::string outcome;  // "done" or an error's key
};

struct Counts {
    std::uint64_t parties{}, accounts{}, sessions{}, chains{}, statements{}, attachments{}, attachment_bytes{},
        open_uploads{};
};

// What administrators do. Each call refuses every other kind of account with not_found, like a route that is not there.
class Administration {
public:
    explicit Administration(Context& context) : context_{context} {}

    // Where each stands.
    [[nodiscard]] Result<Page<BoardItem>> parties(const Principal& principal, const PageRequest& page);
    [[nodiscard]] Result<> create_party(const Principal& principal, const std::string& code, const std::string& name);
    // Replaces an earlier one that was not redeemed; conflict when the Party is founded; not_after at most 60 days
    // away.
    [[nodiscard]] Result<> invite_first(const Principal& principal, const FirstInvitation& invitation);
    // Stops the Party's sessions and writes from the next request on; deletes nothing.
    [[nodiscard]] Result<> suspend_party(const Principal& principal, const std::string& code,
                                         const std::string& reason);
    [[nodiscard]] Result<> resume_party(const Principal& principal, const std::string& code, const std::string& reason);
    // How much its authorities may store together; nothing: what the server gives everybody. Deletes nothing.
    [[nodiscard]] Result<> set_quota(const Principal& principal, const std::string& code,
                                     std::optional<std::uint64_t> bytes);
    // Why somebody was refused, by the code he reads out. not_found "support.unknown"; each look is in the audit trail.
    [[nodiscard]] Result<Refusal> support(const Principal& principal, std::string_view code);
    [[nodiscard]] Result<> suspend_account(const Principal& principal, const std::string& user_name,
                                           const std::string& reason);
    [[nodiscard]] Result<> resume_account(const Principal& principal, const std::string& user_name,
                                          const std::string& reason);
    [[nodiscard]] Result<Page<SessionInfo>> sessions(const Principal& principal, const PageRequest& page);
    [[nodiscard]] Result<> end_session(const Principal& principal, ports::SessionId session);
    // Auditors too.
    [[nodiscard]] Result<Page<AuditItem>> audit(const Principal& principal, const PageRequest& page);
    [[nodiscard]] Result<Counts> counts(const Principal& principal);

private:
    Result<> set_party(const Principal& principal, const std::string& code, const std::string& reason,
                       std::optional<UnixSeconds> suspended_at);
    Result<> set_account(const Principal& principal, const std::string& user_name, const std::string& reason,
                         std::optional<UnixSeconds> suspended_at);

    Context& context_;
};

}  // namespace rogatory::service
