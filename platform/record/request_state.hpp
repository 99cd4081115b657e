#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
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
    struct Move {
        model::RequestStatus to{};
        UnixSeconds when = 0;  // of what happened off the platform, as it was recorded
        bool in_part = false;  // of a refusal
    };
    std::vector<Move> moves;  // in order of the chain; the first is the sending

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

    std::map<model::Obstacle, UnixSeconds> obstacles;  // when each was first named in the clear
    std::array<std::uint64_t, 2> reminders{{0, 0}};    // of the requesting, of the requested side

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
    // Why whoever stands on `side` (and on what else `by` names, RequestBy) may not name it; nothing: he may. Of a
    // confidential request the codes are sealed, and those who write and those who read them ask this themselves.
    [[nodiscard]] std::string_view refuses(model::Obstacle obstacle, model::RequestSide side,
                                           std::uint8_t by) const noexcept {
        const auto& row = model::obstacle_row(obstacle);
        if ((row.by & by) == 0) return "void.obstacle_side";
        const bool needs_reminder = (row.needs & model::RequestNeeds::kReminded) != 0;
        return needs_reminder && reminders_of(side) == 0 ? "void.obstacle_no_reminder" : "";
    }
};

}  // namespace rogatory::record
