#include <algorithm>

#include "platform/agent/act.hpp"
#include "platform/agent/content_cache.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/request_step.hpp"
#include "platform/base/try.hpp"

// The steps of a request's table of states and the acts beside it. The judge of platform/record says what may be, in
// the words of the server's refusal, before anything is signed.
namespace rogatory::agent {
namespace {

template <class Enum>
Result<Enum> word(std::string_view text) {
    const auto value = model::parse_name<Enum>(text);
    if (!value) return fail(Error{ErrorCode::invalid_input, "request.word"}.with("what", std::string{text}));
    return *value;
}

Result<const record::RequestState*> request_of(const DossierBook::Known& known) {
    const auto& dossier = known.replayed;
    if (dossier.kind() != record::DossierKind::request) return fail(ErrorCode::forbidden, "void.not_a_request");
    if (!dossier.request()) return fail(ErrorCode::forbidden, "void.request_not_sent");
    return &*dossier.request();
}

Result<std::optional<record::SealedBody>> message_body(std::string_view text) {
    if (text.empty()) return std::nullopt;
    record::SealedBody body;
    ROGATORY_TRY(body.message, normalised(text));
    return body;
}

Result<std::optional<std::string>> words_or_none(const std::string& text) {
    if (text.empty()) return std::nullopt;
    ROGATORY_TRY(auto normal, normalised(text));
    return std::optional{std::move(normal)};
}

// What a step says under seal: reasons, obstacles in words, the number of a decision.
Result<std::optional<record::SealedBody>> status_body(const StatusOrder& order,
                                                      const std::vector<model::ObstacleWords>& obstacles,
                                                      bool confidential) {
    record::SealedBody body;
    ROGATORY_TRY(body.reason, words_or_none(order.reason));
    ROGATORY_TRY(body.decision, words_or_none(order.decision));
    const bool in_words = std::any_of(obstacles.begin(), obstacles.end(),
                                      [](const auto& one) { return one.text.has_value() || one.help.has_value(); });
    if (confidential || in_words) body.obstacles = obstacles;
    if (!body.reason && !body.decision && body.obstacles.empty()) return std::nullopt;
    return body;
}

Result<std::vector<model::ObstacleWords>> obstacles_of(const std::vector<ObstacleText>& texts) {
    std::vector<model::ObstacleWords> out;
    for (const auto& one : texts) {
        model::ObstacleWords words;
        ROGATORY_TRY(words.code, word<model::Obstacle>(one.code));
        ROGATORY_TRY(words.text, words_or_none(one.text));
        ROGATORY_TRY(words.help, words_or_none(one.help));
        out.push_back(std::move(words));
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
    const auto same = [](const auto& a, const auto& b) { return a.code == b.code; };
    if (std::adjacent_find(out.begin(), out.end(), same) != out.end()) {
        return fail(ErrorCode::invalid_input, "request.obstacle_twice");
    }
    return out;
}

}  // namespace

Result<> require_step(const Agent::State& state, const record::RequestState& request, model::RequestStatus from,
                      model::RequestStatus to, const StatusOrder& order) {
    const auto* row = model::request_move(from, to);
    if (row == nullptr) return fail(ErrorCode::forbidden, "void.status_move");
    const auto side = request.side(state.authority());
    auto mine = model::by_bit(side);
    if (model::is_registry(state.own().code())) mine |= model::RequestBy::kRegistry;
    const auto needs = [row](std::uint8_t bit) { return (row->needs & bit) != 0; };
    // Words for the Assembly are clear: about a confidential request there are none.
    if (request.confidential() && !order.remark.empty()) return fail(ErrorCode::forbidden, "void.confidential");
    if ((row->by & mine) == 0) {
        return fail(ErrorCode::forbidden,
                    row->by == model::RequestBy::kRegistry ? "void.status_registry" : "void.status_side");
    }
    if (needs(model::RequestNeeds::kReason) && order.reason.empty()) {
        return fail(ErrorCode::forbidden, "void.status_reason");
    }
    if (needs(model::RequestNeeds::kObstacles) && order.obstacles.empty()) {
        return fail(ErrorCode::forbidden, "void.status_obstacle");
    }
    if (needs(model::RequestNeeds::kRemark) && order.remark.empty() && !request.confidential()) {
        return fail(ErrorCode::forbidden, "void.status_remark");
    }
    for (const auto& one : order.obstacles) {
        ROGATORY_TRY(const auto code, word<model::Obstacle>(one.code));
        const auto reason = request.refuses(code, side, mine);
        if (!reason.empty()) return fail(ErrorCode::forbidden, std::string{reason});
    }
    return {};
}

Result<> set_request_status(Agent& agent, const StatusOrder& order) {
    const auto& state = agent.state();
    ROGATORY_TRY(const auto obstacles, obstacles_of(order.obstacles));
    std::optional<model::RequestStatus> to;
    if (!order.to.empty()) {
        ROGATORY_TRY(to, word<model::RequestStatus>(order.to));
    }
    // Signed words cannot be checked by any judge: here is the place to ask for them.
    if (to == model::RequestStatus::referred && order.decision.empty()) {
        return fail(ErrorCode::invalid_input, "request.decision_missing");
    }
    ROGATORY_TRY(const auto remark, words_or_none(order.remark));
    return append_act(agent, order.chain, [&](const DossierBook::Known& known) -> Result<Act> {
        ROGATORY_TRY(const auto* const request, request_of(known));
        record::StatusSet status;
        status.from = request->status;
        status.to = to.value_or(request->status);
        status.basis = known.replayed.basis();
        status.in_part = order.in_part;
        if (order.in_part && status.to != model::RequestStatus::refused) {
            return fail(ErrorCode::invalid_input, "request.in_part");
        }
        for (const auto& id : order.refs) status.refs.emplace_back(id);
        std::sort(status.refs.begin(), status.refs.end());
        if (!request->confidential()) {
            for (const auto& one : obstacles) status.obstacles.push_back(one.code);
            if (remark) status.remark = model::AssemblyRemark{*remark, order.remark_named};
        }
        ROGATORY_TRY_VOID(require_step(state, *request, status.from, status.to, order));
        ROGATORY_TRY(auto body, status_body(order, obstacles, request->confidential()));
        return Act{std::move(status), {}, std::move(body), std::nullopt};
    });
}

Result<> acknowledge_request(Agent& agent, const Hash& chain) {
    StatusOrder order;
    order.chain = chain;
    order.to = model::name_of(model::RequestStatus::acknowledged);
    return set_request_status(agent, order);
}

Result<std::uint64_t> remind(Agent& agent, const Hash& chain, std::string_view message) {
    auto& state = agent.state();
    std::uint64_t number = 0;
    ROGATORY_TRY_VOID(append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        ROGATORY_TRY(const auto* const request, request_of(known));
        number = request->reminders_of(request->side(state.authority())) + 1;
        ROGATORY_TRY(auto body, message_body(message));
        return Act{record::Reminded{number, std::nullopt}, {}, std::move(body), std::nullopt};
    }));
    return number;
}

Result<> propose_due(Agent& agent, const Hash& chain, UnixSeconds due, std::string_view reason) {
    return append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        ROGATORY_TRY([[maybe_unused]] const auto* const request, request_of(known));
        ROGATORY_TRY(auto body, message_body(reason));
        return Act{record::DueProposed{due, std::nullopt}, {}, std::move(body), std::nullopt};
    });
}

Result<> agree_due(Agent& agent, const Hash& chain, const Hash& proposal) {
    return append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        ROGATORY_TRY(const auto* const request, request_of(known));
        if (!request->proposal) return fail(ErrorCode::not_found, "request.no_proposal");
        if (request->proposal->id.value() != proposal) return fail(ErrorCode::conflict, "void.due_proposal");
        return Act{record::DueAgreed{request->proposal->id, std::nullopt}, {}, std::nullopt, std::nullopt};
    });
}

Result<> record_off_platform(Agent& agent, const RecordOrder& order) {
    ROGATORY_TRY(const auto act, word<model::OffPlatformAct>(order.act));
    ROGATORY_TRY(const auto medium, word<model::Medium>(order.medium));
    return append_act(agent, order.chain, [&](const DossierBook::Known& known) -> Result<Act> {
        ROGATORY_TRY([[maybe_unused]] const auto* const request, request_of(known));
        record::OffPlatform outside{act, medium, order.date, std::nullopt, std::nullopt};
        if (order.scan_entry) {
            const auto& items = known.replayed.items();
            const auto found = std::find_if(items.begin(), items.end(), [&](const auto& item) {
                return item.seq == *order.scan_entry && item.kind == record::Kind::entry;
            });
            if (found == items.end()) {
                return fail(
                    Error{ErrorCode::not_found, "entry.unknown"}.with("entry", std::to_string(*order.scan_entry)));
            }
            outside.entry = found->id;
        }
        ROGATORY_TRY(auto body, message_body(order.note));
        return Act{std::move(outside), {}, std::move(body), std::nullopt};
    });
}

Result<> confirm_off_platform(Agent& agent, const Hash& chain, const Hash& act) {
    return append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        ROGATORY_TRY(const auto* const request, request_of(known));
        const auto& acts = request->off_platform;
        const auto found =
            std::find_if(acts.begin(), acts.end(), [&](const auto& one) { return one.id.value() == act; });
        if (found == acts.end()) return fail(ErrorCode::not_found, "request.nothing_to_confirm");
        // A colleague was quicker.
        if (found->confirmed_by) return fail(ErrorCode::conflict, "void.nothing_changed");
        return Act{record::OffPlatformConfirmed{found->id, std::nullopt}, {}, std::nullopt, std::nullopt};
    });
}

Result<> disclose_routing(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    return append_act(agent, chain, [&](const DossierBook::Known& known) -> Result<Act> {
        ROGATORY_TRY(const auto* const request, request_of(known));
        if (!request->confidential()) return fail(ErrorCode::conflict, "void.nothing_changed");
        ROGATORY_TRY(const auto cache, ContentCache::load(state, known.copy.chain()));
        const auto* body = cache.find(request->sent_by);
        if (body == nullptr || !body->routing) return fail(ErrorCode::not_found, "request.routing_unopened");
        return Act{
            record::RoutingDisclosed{body->routing->routing, body->routing->salt}, {}, std::nullopt, std::nullopt};
    });
}

}  // namespace rogatory::agent
