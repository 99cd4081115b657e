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

struct PartyRow {
    std::int64_t id{};
    std::string code;
    std::string name;
    std::optional<ChainId> register_chain;  // both once it is founded
    std::optional<PartyId> founded_id;
    UnixSeconds created_at{};
    std::optional<UnixSeconds> suspended_at;
    std::optional<std::uint64_t> quota_bytes;  // instead of the server's
    bool succeeded = false;                    // another register of this code follows it
    std::string place;                         // in the order of list()
};

// A member as the register's newest state has it: rewritten in the transaction of each register statement.
struct MemberRow {
    ChainId register_chain;
    AuthorityId authority;
    MemberId member;
    model::Role role{};
    bool service{};
    Digest signing_key_sha256{};
    bool root_authority{};
};

// What a Party's register says of how its own people come in (access_policy_set).
struct PartyAccess {
    std::string address_ranges;  // with spaces between them; empty: from anywhere
    bool native_only = false;
    bool passkey_refused = false;
    bool totp_refused = false;
    UnixSeconds session_idle = 0;
    UnixSeconds session_absolute = 0;
    std::string client_ca;  // PEM: only with a certificate of one of these; empty: without
};

// How alive a Party is, by its accounts: counts and days, no name.
struct PartyActivity {
    struct Custodian {
        AuthorityId authority;
        std::optional<UnixSeconds> seen_on;  // the day of the last sign-in; absent: not since this is noted
        bool kit = false;
    };
    std::uint64_t sessions{};
    std::vector<Custodian> custodians;  // people only, one for each account
};

// The directory that administrators keep, and who is a member of what by the registers.
class Parties {
public:
    virtual ~Parties() = default;

    // The newest of this code.
    [[nodiscard]] virtual std::optional<PartyRow> find(const std::string& code) const = 0;
    [[nodiscard]] virtual std::optional<PartyRow> find_by_id(std::int64_t id) const = 0;
    [[nodiscard]] virtual std::optional<PartyRow> find_by_register(ChainId chain) const = 0;
    [[nodiscard]] virtual std::optional<PartyRow> find_by_founded(PartyId founded) const = 0;
    // By code, after the place `after`; those that were succeeded behind the newest of their code.
    [[nodiscard]] virtual std::vector<PartyRow> list(const std::string& after, std::size_t limit) const = 0;
    // conflict "party.exists".
    [[nodiscard]] virtual Result<std::int64_t> create(const std::string& code, const std::string& name,
                                                      UnixSeconds at) = 0;
    // conflict "party.founded" when it is already.
    [[nodiscard]] virtual Result<> set_founded(std::int64_t party, ChainId register_chain, PartyId founded) = 0;
    // The Party founds anew: its row so far stays, as succeeded, and a new one of the same code and name is founded.
    [[nodiscard]] virtual Result<> set_founded_anew(std::int64_t party, ChainId register_chain, PartyId founded,
                                                    UnixSeconds at) = 0;
    virtual void suspend(std::int64_t party, std::optional<UnixSeconds> at, const std::string& reason) = 0;
    virtual void set_quota(std::int64_t party, std::optional<std::uint64_t> bytes) = 0;
    // Sessions used since then.
    [[nodiscard]] virtual PartyActivity activity(ChainId register_chain, UnixSeconds since) const = 0;

    [[nodiscard]] virtual std::optional<MemberRow> find_member(ChainId register_chain, MemberId member) const = 0;
    [[nodiscard]] virtual std::vector<MemberRow> members(ChainId register_chain) const = 0;
    virtual void replace_members(ChainId register_chain, const std::vector<MemberRow>& members) = 0;
    // The Party of an authority that some register names now.
    [[nodiscard]] virtual std::optional<PartyRow> find_by_authority(AuthorityId authority) const = 0;
    // Nothing: no rules of its own.
    [[nodiscard]] virtual std::optional<PartyAccess> access(ChainId register_chain) const = 0;
    virtual void set_access(ChainId register_chain, const PartyAccess& rules) = 0;
    // The codes of the Parties of which that account is a member by the registers now, each once.
    [[nodiscard]] virtual std::vector<std::string> codes_of(const std::string& user_name) const = 0;
    // The codes of the Parties for whom something is new when this chain grows: whose register it is, or one of whose
    // authorities reads it now; as Notices::stir_chain finds people.
    [[nodiscard]] virtual std::vector<std::string> codes_reading(ChainId chain) const = 0;
    [[nodiscard]] virtual std::uint64_t count() const = 0;
};

}  // namespace rogatory::ports
