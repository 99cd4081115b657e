#include <algorithm>

#include "crypto/labels.hpp"
#include "platform/record/dossier_judge.hpp"
#include "platform/record/schema_request.hpp"

// A dossier of kind `request`: its routing, its table of states (platform/model/request_status.json), and the acts
// beside them.
namespace rogatory::record {
namespace {

using model::RequestNeeds;
using model::RequestSide;
using model::RequestStatus;

// A clock that is a day ahead is another time zone; more is a date that cannot have been.
constexpr UnixSeconds kDateAhead = kDay;

bool needs(std::uint8_t set, std::uint8_t bit) { return (set & bit) != 0; }

void move(RequestState& request, RequestStatus to, UnixSeconds when, const model::StatementId& by, UnixSeconds at,
          bool in_part = false) {
    request.status = to;
    request.status_by = by;
    request.status_at = at;
    request.moves.push_back({to, when, in_part});
    request.refused_in_part = in_part;
    const auto first = [&](std::optional<UnixSeconds>& date) {
        if (!date) date = when;
    };
    if (to == RequestStatus::acknowledged) first(request.acknowledged_at);
    if (to == RequestStatus::executed) first(request.executed_at);
    const bool reply =
        to == RequestStatus::partly_executed || to == RequestStatus::executed || to == RequestStatus::refused;
    if (reply) first(request.replied_at);
    if (model::is_over(to)) request.over_at = when;
}

}  // namespace

model::Digest routing_commit(const model::RequestRouting& routing, const RoutingSalt& salt) {
    const auto text = encoding::encode_canonical_json(codec::write_object(routing));
    return crypto::Labelled{"rogatory/v1/request-routing"}.fixed(salt.value()).variable(text).sha256();
}

// What every act of a request beside `entry` needs: the request is sent, the dossier open, the author of a side.
Reason DossierJudge::in_request(std::optional<RequestSide>& side) const {
    if (state_.kind_ != DossierKind::request) return "void.not_a_request";
    if (!state_.request_) return "void.request_not_sent";
    if (!state_.open_) return "void.closed";
    side = state_.request_->side(author_->ref);
    return "";
}

Reason DossierJudge::of_a_side(std::optional<RequestSide>& side) const {
    if (const auto reason = in_request(side); !reason.empty()) return reason;
    return *side == RequestSide::none ? "void.request_side" : "";
}

Reason DossierJudge::routing(const Entry& body) const {
    const bool wanted = state_.kind_ == DossierKind::request && !state_.request_;
    if (!body.routing) return wanted ? "void.request_not_sent" : "";
    if (!wanted) return "void.routing";
    const auto& routing = *body.routing;
    if (author_->ref != state_.opener_) return "void.not_opener";
    if (routing.due && *routing.due <= s_.at) return "void.due";
    const auto& own = *author_->party_register;
    if (routing.code) {
        return *routing.code == own.code() || !routing.code->is_state() ? "void.requested" : "";
    }
    if (*routing.party == own.party()) return "void.requested";
    // Whoever is asked must be able to read what it is asked.
    const model::AuthorityRef requested{*routing.party, *routing.authority};
    return state_.standing(requested, at_) == Dossier::Standing::participant ? "" : "void.requested";
}

Reason DossierJudge::obstacles(const StatusSet& body, std::uint8_t mine) const {
    const auto& request = *state_.request_;
    for (const auto code : body.obstacles) {
        const auto reason = request.refuses(code, request.side(author_->ref), mine);
        if (!reason.empty()) return Reason{reason};
    }
    return "";
}

Reason DossierJudge::check(const StatusSet& body) const {
    std::optional<RequestSide> side;
    if (const auto reason = in_request(side); !reason.empty()) return reason;
    const auto& request = *state_.request_;
    if (body.basis != state_.basis_) return "void.basis";
    if (body.from != request.status) return "void.status_from";
    const auto* row = model::request_move(body.from, body.to);
    if (row == nullptr) return "void.status_move";
    auto mine = model::by_bit(*side);
    if (model::is_registry(author_->party_register->code())) mine |= model::RequestBy::kRegistry;
    if ((row->by & mine) == 0) {
        return row->by == model::RequestBy::kRegistry ? "void.status_registry" : "void.status_side";
    }
    if (needs(row->needs, RequestNeeds::kCourt)) {
        const auto* requesting = registers_.by_party(request.requesting.party);
        if (requesting == nullptr || !model::is_court(requesting->code())) return "void.status_court";
    }
    if (request.confidential() && (!body.obstacles.empty() || body.remark)) return "void.confidential";
    // Of a confidential request they stand in the sealed body, which its readers hold to the same table.
    const bool sealed_instead = request.confidential() && body.sealed.has_value();
    if (needs(row->needs, RequestNeeds::kReason) && !body.sealed) return "void.status_reason";
    if (needs(row->needs, RequestNeeds::kObstacles) && body.obstacles.empty() && !sealed_instead) {
        return "void.status_obstacle";
    }
    if (needs(row->needs, RequestNeeds::kRemark) && !body.remark && !sealed_instead) return "void.status_remark";
    if (const auto reason = obstacles(body, mine); !reason.empty()) return reason;
    const bool known = std::all_of(body.refs.begin(), body.refs.end(),
                                   [this](const model::StatementId& id) { return state_.seq_by_id_.contains(id); });
    return known ? "" : "void.unknown_statement";
}

Reason DossierJudge::check(const Reminded& body) const {
    std::optional<RequestSide> side;
    if (const auto reason = of_a_side(side); !reason.empty()) return reason;
    const auto& request = *state_.request_;
    if (request.over()) return "void.request_over";
    // A person reminds: a finding may rest on it one day.
    if (author_->member.service) return "void.not_a_person";
    return body.number == request.reminders_of(*side) + 1 ? "" : "void.reminder_number";
}

Reason DossierJudge::check(const DueProposed& body) const {
    std::optional<RequestSide> side;
    if (const auto reason = of_a_side(side); !reason.empty()) return reason;
    const auto& request = *state_.request_;
    if (request.over()) return "void.request_over";
    if (body.due <= s_.at) return "void.due";
    return request.due == body.due ? "void.nothing_changed" : "";
}

Reason DossierJudge::check(const DueAgreed& body) const {
    std::optional<RequestSide> side;
    if (const auto reason = of_a_side(side); !reason.empty()) return reason;
    const auto& request = *state_.request_;
    if (request.over()) return "void.request_over";
    if (!request.proposal || request.proposal->id != body.proposal) return "void.due_proposal";
    return request.proposal->by == *side ? "void.due_own" : "";
}

Reason DossierJudge::check(const OffPlatform& body) const {
    std::optional<RequestSide> side;
    if (const auto reason = of_a_side(side); !reason.empty()) return reason;
    if (state_.request_->over()) return "void.request_over";
    // The kind of act would tell what the routing withholds no more than a status does.
    if ((model::off_platform_by(body.act) & model::by_bit(*side)) == 0) return "void.status_side";
    if (body.date > s_.at + kDateAhead) return "void.off_platform_date";
    if (!body.entry) return "";
    const auto* item = state_.item(*body.entry);
    if (item == nullptr || item->kind != Kind::entry) return "void.unknown_entry";
    return item->owner == author_->ref ? "" : "void.not_owner";
}

Reason DossierJudge::check(const OffPlatformConfirmed& body) const {
    std::optional<RequestSide> side;
    if (const auto reason = of_a_side(side); !reason.empty()) return reason;
    const auto& acts = state_.request_->off_platform;
    const auto found = std::find_if(acts.begin(), acts.end(), [&](const auto& act) { return act.id == body.act; });
    if (found == acts.end()) return "void.unknown_statement";
    if (found->side == *side) return "void.off_platform_own";
    return found->confirmed_by ? "void.nothing_changed" : "";
}

Reason DossierJudge::check(const RoutingDisclosed& body) const {
    std::optional<RequestSide> side;
    if (const auto reason = of_a_side(side); !reason.empty()) return reason;
    const auto& request = *state_.request_;
    if (*side != RequestSide::requesting) return "void.status_side";
    if (!request.confidential()) return "void.nothing_changed";
    return routing_commit(body.routing, body.salt) == *request.commit ? "" : "void.routing_commit";
}

void DossierJudge::change_request(Dossier& d, const SignedStatement& statement, const model::AuthorityRef& author) {
    const auto& s = statement.statement();
    const auto& id = statement.id();
    if (const auto* entry = statement.body<Entry>(); entry != nullptr && entry->routing) {
        const auto& routing = *entry->routing;
        RequestState request;
        request.sent_by = id;
        request.sent_at = s.at;
        request.requesting = author;
        if (routing.party) request.requested = model::AuthorityRef{*routing.party, *routing.authority};
        request.code = routing.code;
        request.routing = routing.clear;
        request.commit = routing.commit;
        request.status = routing.status;
        request.status_by = id;
        request.status_at = s.at;
        request.moves.push_back({routing.status, s.at, false});
        request.first_due = request.due = routing.due;
        d.request_ = std::move(request);
        return;
    }
    if (!d.request_) return;
    auto& request = *d.request_;
    if (const auto* status = statement.body<StatusSet>()) {
        if (status->to != status->from || status->to == RequestStatus::partly_executed) {
            move(request, status->to, s.at, id, s.at, status->in_part);
        }
        for (const auto code : status->obstacles) request.obstacles.try_emplace(code, s.at);
    } else if (statement.body<Reminded>() != nullptr) {
        ++request.reminders[request.side(author) == RequestSide::requesting ? 0 : 1];
    } else if (const auto* proposed = statement.body<DueProposed>()) {
        request.proposal = RequestState::Proposal{id, request.side(author), proposed->due};
    } else if (statement.body<DueAgreed>() != nullptr) {
        request.due = request.proposal->due;
        // Reports keep the first due date.
        if (!request.first_due) request.first_due = request.due;
        request.proposal.reset();
    } else if (const auto* outside = statement.body<OffPlatform>()) {
        request.off_platform.push_back({id, author, request.side(author), *outside, std::nullopt});
        if (const auto to = model::off_platform_move(outside->act, request.status)) {
            // Nothing was answered before it was asked; only the asking itself may have been earlier, by other means.
            const bool asking =
                outside->act == model::OffPlatformAct::sent || outside->act == model::OffPlatformAct::reminded;
            move(request, *to, asking ? outside->date : std::max(outside->date, request.sent_at), id, s.at);
        }
    } else if (const auto* confirmed = statement.body<OffPlatformConfirmed>()) {
        for (auto& act : request.off_platform) {
            if (act.id == confirmed->act) act.confirmed_by = id;
        }
    } else if (const auto* disclosed = statement.body<RoutingDisclosed>()) {
        request.routing = disclosed->routing;
    }
}

}  // namespace rogatory::record
