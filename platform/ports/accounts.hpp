#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

enum class AccountKindRow { member, administrator, auditor, service };

struct AccountRow {
    std::int64_t id{};
    std::string user_name;
    AccountKindRow kind{AccountKindRow::member};
    std::string language;
    ByteArray<32> sign_in_key{};
    std::optional<ByteArray<32>> kit_key;
    std::optional<ByteArray<20>> totp_secret;
    std::int64_t totp_last_counter{};  // codes of this counter and below are spent
    std::uint64_t bundle_version{};    // 0: none
    std::uint64_t state_version{};     // 0: none
    UnixSeconds created_at{};
    std::optional<UnixSeconds> suspended_at;
    std::optional<UnixSeconds> kit_waiting_since;
    std::optional<UnixSeconds> kit_tried_at;  // the newest such wait that its owner has not been told of
    std::optional<UnixSeconds> kit_used_at;   // when such a kit last let its holder in
};

struct AccountMembership {
    ChainId register_chain;
    MemberId member;
};

// Accounts, their credentials and what is kept sealed for them.
class Accounts {
public:
    virtual ~Accounts() = default;

    [[nodiscard]] virtual std::optional<AccountRow> find(std::int64_t id) const = 0;
    [[nodiscard]] virtual std::optional<AccountRow> find_by_name(const std::string& user_name) const = 0;
    // conflict "account.name_taken".
    [[nodiscard]] virtual Result<std::int64_t> create(const AccountRow& account) = 0;
    virtual void set_keys(std::int64_t id, const ByteArray<32>& sign_in_key,
                          const std::optional<ByteArray<32>>& kit_key) = 0;
    virtual void set_totp(std::int64_t id, const ByteArray<20>& secret, std::int64_t last_counter) = 0;
    virtual void spend_totp(std::int64_t id, std::int64_t counter) = 0;
    // A wait that begins is one to be told of.
    virtual void set_kit_waiting(std::int64_t id, std::optional<UnixSeconds> since) = 0;
    virtual void kit_told(std::int64_t id) = 0;
    virtual void set_kit_used(std::int64_t id, std::optional<UnixSeconds> at) = 0;
    virtual void seen(std::int64_t id, UnixSeconds day) = 0;
    virtual void suspend(std::int64_t id, std::optional<UnixSeconds> at, const std::string& reason) = 0;

    [[nodiscard]] virtual Bytes bundle(std::int64_t id) const = 0;
    virtual void set_bundle(std::int64_t id, std::uint64_t version, ByteView bytes) = 0;
    [[nodiscard]] virtual Bytes state(std::int64_t id) const = 0;
    virtual void set_state(std::int64_t id, std::uint64_t version, ByteView bytes) = 0;

    [[nodiscard]] virtual std::vector<AccountMembership> memberships(std::int64_t id) const = 0;
    virtual void add_membership(std::int64_t id, ChainId register_chain, MemberId member) = 0;
    virtual void remove_membership(std::int64_t id, ChainId register_chain, MemberId member) = 0;
    // Who enrolled as that member (one account, as a rule).
    [[nodiscard]] virtual std::vector<std::int64_t> accounts_of(ChainId register_chain, MemberId member) const = 0;
    [[nodiscard]] virtual std::uint64_t count() const = 0;
};

}  // namespace rogatory::ports
