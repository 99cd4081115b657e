#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/time.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

struct AuditRow {
    std::uint64_t sequence{};
    UnixSeconds at{};
    std::string actor;
    std::string action;
    std::string object;
    std::string outcome;
    // Whom it concerns, each once: their own monitoring may read it.
    struct Concern {
        std::string party;                     // its code
        std::optional<AuthorityId> authority;  // for which the act was done; absent: for none, such as a sign-in
    };
    std::vector<Concern> concerns{};
};

// A line of the trail as one Party counts them.
struct PartyAuditRow {
    std::uint64_t number{};  // from 1, without gaps
    AuditRow row;            // its concerns are not read
    std::optional<AuthorityId> authority;
};

struct OutboxRow {
    std::uint64_t id{};
    UnixSeconds at{};
    std::string kind;     // "dossier.changed", "register.changed", "request.due", …
    std::string subject;  // ids only
};

struct StoredReply {
    Digest request{};
    int status{};
    Bytes body;
    UnixSeconds at{};
};

// Audit trail, outbox, and what must be remembered once: answered requests, the server's own values.
class Journal {
public:
    virtual ~Journal() = default;

    virtual void audit(const AuditRow& row) = 0;  // its sequence is given here
    [[nodiscard]] virtual std::vector<AuditRow> audit_before(std::uint64_t sequence, std::size_t limit) const = 0;
    [[nodiscard]] virtual std::vector<AuditRow> audit_after(std::uint64_t sequence, std::size_t limit) const = 0;
    [[nodiscard]] virtual std::vector<PartyAuditRow> party_audit_after(const std::string& party, std::uint64_t number,
                                                                       std::size_t limit) const = 0;
    // The newest number; 0 when there is none. Of one Party, or of the whole trail.
    [[nodiscard]] virtual std::uint64_t newest_audit(const std::optional<std::string>& party) const = 0;
    virtual void publish(const OutboxRow& row) = 0;
    [[nodiscard]] virtual std::vector<OutboxRow> outbox_after(std::uint64_t id, std::size_t limit) const = 0;
    // The newest one, of all or of those written before. 0 when there is none.
    [[nodiscard]] virtual std::uint64_t newest_outbox(const std::optional<UnixSeconds>& before) const = 0;
    // Of the oldest `limit` rows those up to `through` that were written before `before`; how many went.
    virtual std::size_t prune_outbox(std::uint64_t through, UnixSeconds before, std::size_t limit) = 0;

    [[nodiscard]] virtual std::optional<StoredReply> find_reply(std::int64_t account, const std::string& key) const = 0;
    virtual void keep_reply(std::int64_t account, const std::string& key, const StoredReply& reply) = 0;
    virtual void forget_replies(UnixSeconds before) = 0;

    [[nodiscard]] virtual std::optional<Bytes> value(const std::string& name) const = 0;
    virtual void set_value(const std::string& name, ByteView bytes) = 0;
};

}  // namespace rogatory::ports
