#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/model/party.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

enum class InvitationState { open, answered, spent, cancelled };
// recovery: the first custodian of an authority that lost all of its own. No statement stands behind it before its
// holders have approved.
enum class InvitationFor { founder, authority, member, rekey, administrator, recovery };

struct InvitationRow {
    InvitationId id;
    InvitationFor kind{InvitationFor::member};
    InvitationState state{InvitationState::open};
    std::optional<std::int64_t> party;      // of a founder: the empty Party
    std::optional<ChainId> register_chain;  // of the others but an administrator
    std::optional<AuthorityId> authority;
    std::optional<MemberId> member;
    model::Role role{};
    UnixSeconds made_at{};  // 0: before this was noted
    UnixSeconds not_after{};
    Digest redeem_sha256{};
    Bytes card;
    Bytes kept_code;
    std::optional<std::int64_t> inviter;
    std::optional<ByteArray<20>> totp_secret;  // offered, not yet proven
    Bytes record;                              // once answered
    Bytes mac;
    std::optional<std::int64_t> account;  // once answered
};

// Of a rekey: what replaces an account's keys once the register says so.
struct PendingCredentials {
    std::int64_t account{};
    ByteArray<32> sign_in_key{};
    std::optional<ByteArray<32>> kit_key;
    ByteArray<20> totp_secret{};
    std::int64_t totp_last_counter{};
    Bytes bundle;
};

class Invitations {
public:
    virtual ~Invitations() = default;

    // conflict "invitation.exists".
    [[nodiscard]] virtual Result<> create(const InvitationRow& invitation) = 0;
    [[nodiscard]] virtual std::optional<InvitationRow> find(InvitationId id) const = 0;
    [[nodiscard]] virtual std::optional<InvitationRow> find_by_redeem(const Digest& redeem_sha256) const = 0;
    [[nodiscard]] virtual std::vector<InvitationRow> list(ChainId register_chain, AuthorityId authority) const = 0;
    // Answered with this account and of kind recovery.
    [[nodiscard]] virtual std::vector<InvitationRow> candidacies(std::int64_t account) const = 0;
    [[nodiscard]] virtual std::vector<InvitationRow> open_of_party(std::int64_t party) const = 0;
    virtual void set_totp(InvitationId id, const ByteArray<20>& secret) = 0;
    virtual void keep_credentials(InvitationId id, const PendingCredentials& credentials) = 0;
    // Gives them out once.
    [[nodiscard]] virtual std::optional<PendingCredentials> take_credentials(InvitationId id) = 0;
    virtual void answer(InvitationId id, ByteView record, ByteView mac, std::int64_t account) = 0;
    virtual void set_state(InvitationId id, InvitationState state) = 0;
    // Open ones whose time is over become cancelled for good.
    virtual std::size_t cancel_expired(UnixSeconds now) = 0;
};

}  // namespace rogatory::ports
