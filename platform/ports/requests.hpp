#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/model/request.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

// Where a request stands, for lists: what its statements say in the clear, and of a confidential one the requested
// authority, the status and the due date alone.
struct RequestRow {
    ChainId chain;
    PartyId requesting_party;
    AuthorityId requesting;
    std::optional<PartyId> requested_party;
    std::optional<AuthorityId> requested;
    std::optional<std::string> requested_code;  // of a State without an account
    model::RequestStatus status{};
    std::optional<UnixSeconds> due;

    struct Open {
        model::RequestRouting routing;
        UnixSeconds sent_at{};
        UnixSeconds status_at{};
        std::optional<UnixSeconds> first_due;
        std::optional<UnixSeconds> acknowledged_at;
        std::optional<UnixSeconds> replied_at;
        std::optional<UnixSeconds> executed_at;
        std::optional<UnixSeconds> over_at;
        std::vector<model::Obstacle> obstacles;
        std::uint64_t reminders{};     // of the requesting side
        std::uint64_t off_platform{};  // acts recorded
    };
    std::optional<Open> open;  // nothing: confidential

    std::uint64_t last_index{};  // of its chain, as this reader sees it
};

enum class RequestDirection : std::uint8_t { sent, received };

struct RequestFilter {
    std::optional<RequestDirection> direction;  // as the authority that lists sees it
    std::optional<model::RequestStatus> status;
    std::optional<UnixSeconds> overdue_at;  // not over, and due before then
    std::optional<PartyId> party;           // of either side
};

// A request that is not over, and the end of the day by which it is to be answered.
struct DueRequest {
    ChainId chain;
    UnixSeconds due{};
    std::optional<PartyId> requested;  // nothing: a State without an account
};

class Requests {
public:
    virtual ~Requests() = default;

    // Written anew with every act: the chain is the truth, this is its index.
    virtual void set(const RequestRow& request) = 0;
    // Of those one of these authorities takes part in or has taken part in without being shut out, newest first, with
    // last_index below `before`.
    [[nodiscard]] virtual std::vector<RequestRow> list(const std::vector<AuthorityId>& authorities,
                                                       const RequestFilter& filter, std::uint64_t before,
                                                       std::size_t limit) const = 0;
    // Everybody's, due before `before`, by due date and then in one order; those after `after`.
    [[nodiscard]] virtual std::vector<DueRequest> due_before(UnixSeconds before, const std::optional<DueRequest>& after,
                                                             std::size_t limit) const = 0;
};

}  // namespace rogatory::ports
