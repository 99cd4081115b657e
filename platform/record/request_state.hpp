#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "platform/record/request_bodies.hpp"

namespace rogatory::record {

// Where a request stands, from its chain alone: what its effective statements say. Dates are the statements' `at`; of
// what happened off the platform, the date that was recorded.
struct RequestState {
    model::StatementId sent_by;  // the entry with the routing
    UnixSeconds sent_at = 0;
    model::AuthorityRef requesting;
    std::optional<model::AuthorityRef> requested;  // or
    std::optional<model::PartyCode> code;          // of a State that is not here
    std::optional<model::RequestRouting> routing;  // nothing: confidential
    std::optional<model::Digest> commit;

    model::RequestStatus status{};
    model::StatementId status_by;
    UnixSeconds status_at = 0;
    bool refused_in_part = false;

    std::optional<UnixSeconds> first_due;
    std::optional<UnixSeconds> due;
    struct Proposal {
        model::StatementId id;
        model::RequestSide by{};
        UnixSeconds due = 0;
    };
    std::optional<Proposal> proposal;  // open

    std::optional<UnixSeconds> acknowledged_at;
    std::optional<UnixSeconds> replied_at;   // the first reply, in part or whole, or refusal
    std::optional<UnixSeconds> executed_at;  // the first
    std::optional<UnixSeconds> over_at;      // withdrawn or closed

    std::set<model::Obstacle> obstacles;             // ever named in the clear
    std::array<std::uint64_t, 2> reminders{{0, 0}};  // of the requesting, of the requested side

    struct Recorded {
        model::StatementId id;
        model::AuthorityRef recorder;
        model::RequestSide side{};
        OffPlatform body;
        std::optional<model::StatementId> confirmed_by;
    };
    std::vector<Recorded> off_platform;  // in order of the chain

    [[nodiscard]] bool confidential() const noexcept { return !routing.has_value(); }
    [[nodiscard]] bool over() const noexcept { return model::is_over(status); }
    [[nodiscard]] model::RequestSide side(const model::AuthorityRef& who) const noexcept {
        if (who.party == requesting.party) return model::RequestSide::requesting;
        return requested && who.party == requested->party ? model::RequestSide::requested : model::RequestSide::none;
    }
    [[nodiscard]] std::uint64_t reminders_of(model::RequestSide side) const noexcept {
        return side == model::RequestSide::none ? 0 : reminders[side == model::RequestSide::requesting ? 0 : 1];
    }
};

}  // namespace rogatory::record
