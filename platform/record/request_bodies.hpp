#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/strong.hpp"
#include "platform/base/time.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"
#include "platform/model/request.hpp"

// The bodies that only a dossier of kind `request` has (domain.md, section 4).
namespace rogatory::record {

using RoutingSalt = Strong<struct RoutingSaltTag, ByteArray<32>>;

// What the first entry of a request carries in the clear: to whom, by when, and the routing fields; or, where the very
// existence is the secret, their commitment only. The requesting authority is the author's.
struct Routing {
    // The requested authority, or (a State without an account here) its code: everything then happens off the platform.
    std::optional<model::PartyId> party;
    std::optional<model::AuthorityId> authority;
    std::optional<model::PartyCode> code;
    model::RequestStatus status{};  // sent, urgent_unconfirmed
    std::optional<UnixSeconds> due;
    std::optional<model::RequestRouting> clear;  // exactly one of the two
    std::optional<model::Digest> commit;         // SHA-256 of salt and routing, both in the sealed body

    friend bool operator==(const Routing&, const Routing&) = default;
};
[[nodiscard]] model::Digest routing_commit(const model::RequestRouting& routing, const RoutingSalt& salt);

// `status`: one row of request_status.json.
struct StatusSet {
    model::RequestStatus from{};
    model::RequestStatus to{};
    std::vector<model::Obstacle> obstacles;  // rising; sealed instead while the routing is confidential
    bool in_part = false;                    // refused in part: the rest goes on
    std::vector<model::StatementId> refs;
    model::StatementId basis;
    std::optional<model::AssemblyRemark> remark;
    std::optional<model::Digest> sealed;
    friend bool operator==(const StatusSet&, const StatusSet&) = default;
};

struct Reminded {
    std::uint64_t number = 0;  // of its side, from 1
    std::optional<model::Digest> sealed;
    friend bool operator==(const Reminded&, const Reminded&) = default;
};

struct DueProposed {
    UnixSeconds due = 0;
    std::optional<model::Digest> sealed;
    friend bool operator==(const DueProposed&, const DueProposed&) = default;
};

struct DueAgreed {
    model::StatementId proposal;  // the last one, by the other side
    std::optional<model::Digest> sealed;
    friend bool operator==(const DueAgreed&, const DueAgreed&) = default;
};

// What happened by other means, recorded by one side.
struct OffPlatform {
    model::OffPlatformAct act{};
    model::Medium medium{};
    UnixSeconds date = 0;                     // of the act, not of this statement
    std::optional<model::StatementId> entry;  // of the recorder's authority: carries the scan
    std::optional<model::Digest> sealed;
    friend bool operator==(const OffPlatform&, const OffPlatform&) = default;
};

struct OffPlatformConfirmed {
    model::StatementId act;
    std::optional<model::Digest> sealed;
    friend bool operator==(const OffPlatformConfirmed&, const OffPlatformConfirmed&) = default;
};

// Lifts confidential routing: exactly what was committed to when the request was sent.
struct RoutingDisclosed {
    model::RequestRouting routing;
    RoutingSalt salt;
    friend bool operator==(const RoutingDisclosed&, const RoutingDisclosed&) = default;
};

}  // namespace rogatory::record
