#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

enum class ScopeRow { full, enrolment, kit };

struct SessionRow {
    SessionId id;
    std::optional<std::int64_t> account;
    std::optional<InvitationId> invitation;
    std::string user_name;  // of the account; empty without
    ScopeRow scope{ScopeRow::full};
    UnixSeconds created_at{};
    UnixSeconds last_seen_at{};
    UnixSeconds stepped_up_at{};          // when it last showed a second factor; 0: never
    std::optional<Digest> certificate{};  // of the client's that was shown when it began
};

// Sessions by the SHA-256 of their token: the token itself is nowhere. An ended session is a deleted row, so nothing,
// a clock that jumps back included, can revive it.
class Sessions {
public:
    virtual ~Sessions() = default;

    virtual void create(const SessionRow& session, const Digest& token_sha256) = 0;
    [[nodiscard]] virtual std::optional<SessionRow> find_by_token(const Digest& token_sha256) const = 0;
    [[nodiscard]] virtual std::optional<SessionRow> find(SessionId id) const = 0;
    virtual void touch(SessionId id, UnixSeconds at) = 0;
    virtual void stepped_up(SessionId id, UnixSeconds at) = 0;
    virtual void began_with(SessionId id, const Digest& certificate) = 0;
    virtual void remove(SessionId id) = 0;
    virtual void remove_of_account(std::int64_t account, std::optional<SessionId> except) = 0;
    // Those that a kit opened and no second factor.
    virtual void remove_kits_alone(std::int64_t account) = 0;
    virtual void remove_of_invitation(InvitationId invitation) = 0;
    virtual std::size_t remove_expired(UnixSeconds last_seen_before, UnixSeconds created_before) = 0;
    [[nodiscard]] virtual std::vector<SessionRow> list(std::optional<std::int64_t> account, SessionId after,
                                                       std::size_t limit) const = 0;
    [[nodiscard]] virtual std::uint64_t count() const = 0;
};

}  // namespace rogatory::ports
