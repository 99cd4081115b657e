#include <algorithm>
#include <map>

#include "platform/agent/enquiry_link.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/inbox.hpp"
#include "platform/agent/open.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/request_versions.hpp"
#include "platform/agent/requests.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/measure_end.hpp"

namespace rogatory::agent {
namespace {

std::string_view side_name(model::RequestSide side) {
    switch (side) {
        case model::RequestSide::requesting:
            return "requesting";
        case model::RequestSide::requested:
            return "requested";
        case model::RequestSide::none:
            break;
    }
    return "none";
}

std::vector<std::string> needs_of(const model::RequestMove& move) {
    std::vector<std::string> needs;
    const auto add = [&](std::uint8_t bit, const char* name) {
        if ((move.needs & bit) != 0) needs.emplace_back(name);
    };
    add(model::RequestNeeds::kReason, "reason");
    add(model::RequestNeeds::kObstacles, "obstacles");
    add(model::RequestNeeds::kRemark, "remark");
    return needs;
}

// What this reader may do from here.
std::vector<RequestMoveView> moves_of(const Agent::State& state, const record::RequestState& request) {
    auto mine = model::by_bit(request.side(state.authority()));
    if (model::is_registry(state.own().code())) mine |= model::RequestBy::kRegistry;
    const auto* requesting = state.book.by_party(request.requesting.party);
    const bool court = requesting != nullptr && model::is_court(requesting->code());
    std::vector<RequestMoveView> out;
    for (const auto& move : model::request_moves()) {
        if (move.from != request.status || (move.by & mine) == 0) continue;
        if ((move.needs & model::RequestNeeds::kCourt) != 0 && !court) continue;
        out.push_back({std::string{model::name_of(move.to)}, needs_of(move)});
    }
    return out;
}

// What the other side recorded and nobody has confirmed: what a person of this side is asked to vouch for.
std::vector<OffPlatformView> to_confirm(const DossierBook::Known& known, const record::RequestState& request,
                                        model::RequestSide mine, const ContentCache& cache) {
    std::vector<OffPlatformView> out;
    if (mine == model::RequestSide::none) return out;
    for (const auto& one : request.off_platform) {
        if (one.side == mine || one.confirmed_by) continue;
        OffPlatformView view;
        view.id = one.id.value();
        const auto& items = known.copy.items();
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (items[i].statement.id() == one.id) view.seq = i;
        }
        view.act = model::name_of(one.body.act);
        view.medium = model::name_of(one.body.medium);
        view.date = one.body.date;
        if (const auto* body = cache.find(one.id)) view.words = body->message.value_or("");
        out.push_back(std::move(view));
    }
    return out;
}

// What set the status: whether it counts, and which side tells it, if it happened off the platform.
void fill_status(const Agent::State& state, const DossierBook::Known& known, const record::RequestState& request,
                 RequestView& view) {
    view.status = model::name_of(request.status);
    view.status_at = request.status_at;
    for (const auto& item : known.copy.items()) {
        if (item.statement.id() == request.status_by) view.status_counting = item.index < state.log.counting_size();
    }
    for (const auto& one : request.off_platform) {
        if (one.id != request.status_by) continue;
        view.status_recorded = {std::string{side_name(one.side)}, one.confirmed_by.has_value()};
    }
}

// Of each measure that an authority tells of, what it said last.
std::vector<MeasureEndView> measures_of(const Agent::State& state, const DossierBook::Known& known,
                                        const ContentCache& cache) {
    std::map<std::pair<model::AuthorityRef, std::string>, MeasureEndView> newest;
    for (const auto& item : known.replayed.items()) {
        const auto* body = cache.find(item.id);
        if (body == nullptr || !body->request || item.withdrawn) continue;
        for (const auto& measure : body->request->measures) {
            const auto end = casework::measure_end(measure);
            newest[{item.owner, measure.key}] = {label_of(state, item.owner), measure.key,
                                                 std::string{model::name_of(measure.kind)}, measure.order.value_or(""),
                                                 end ? end->text() : std::string{}};
        }
    }
    std::vector<MeasureEndView> out;
    for (auto& [key, view] : newest) {
        if (!view.ends.empty()) out.push_back(std::move(view));
    }
    return out;
}

// The view of a request whose dossier is one; nothing: it is none, or was never sent.
Result<std::optional<RequestView>> view_of_request(Agent::State& state, DossierBook::Known& known) {
    if (!known.replayed.opened() || !known.replayed.request()) return std::nullopt;
    const auto& request = *known.replayed.request();
    ROGATORY_TRY(const auto dossier, view_of_dossier(state, known));
    ROGATORY_TRY(const auto cache, ContentCache::load(state, known.copy.chain()));
    RequestView view;
    view.chain = dossier.chain;
    view.title = dossier.title;
    view.state = dossier.state;
    view.unread = dossier.unread;
    view.warnings = dossier.warnings;
    view.side = side_name(request.side(state.authority()));
    view.requesting = label_of(state, request.requesting);
    if (request.requested) view.requested = label_of(state, *request.requested);
    if (request.code) view.requested_code = request.code->text();
    view.routing = request.routing;
    view.confidential = request.confidential();
    if (const auto* body = cache.find(request.sent_by)) {
        view.content = body->request;
        if (body->title) view.title = *body->title;
        if (view.confidential && body->routing) {
            view.routing = body->routing->routing;
            view.withheld_known = true;
        }
    }
    fill_status(state, known, request, view);
    view.sent_at = request.sent_at;
    view.first_due = request.first_due;
    view.due = request.due;
    view.overdue = request.due && *request.due < state.latest_now() && !request.over();
    if (request.proposal) {
        view.proposal = {request.proposal->id.value(), request.proposal->by == request.side(state.authority()),
                         request.proposal->due};
    }
    view.acknowledged_at = request.acknowledged_at;
    view.replied_at = request.replied_at;
    view.executed_at = request.executed_at;
    view.over_at = request.over_at;
    view.refused_in_part = request.refused_in_part;
    for (const auto& [code, at] : request.obstacles) view.obstacles.emplace_back(model::name_of(code));
    view.reminders = request.reminders_of(model::RequestSide::requesting);
    view.off_platform = request.off_platform.size();
    ROGATORY_TRY_VOID(fill_versions(state, known, cache, view));
    if (view.content && view.content->enquiry) {
        ROGATORY_TRY(view.enquiry, enquiry_link(state, *view.content->enquiry));
    }
    view.measures = measures_of(state, known, cache);
    view.to_confirm = to_confirm(known, request, request.side(state.authority()), cache);
    view.next = moves_of(state, request);
    return view;
}

bool matches(const RequestView& view, const RequestQuery& query) {
    if (query.direction == "sent" && view.side != "requesting") return false;
    if (query.direction == "received" && view.side != "requested") return false;
    if (!query.status.empty() && view.status != query.status) return false;
    if (query.overdue && !view.overdue) return false;
    const auto other = view.requested ? view.requested->party_code : view.requested_code;
    return query.party.empty() || query.party == other || query.party == view.requesting.party_code;
}

// The sealed words of acts that are no entries: nobody's documents, so they need no receipt. As with an entry, nothing
// is opened of a Party that is not pinned, nor before it counts; what cannot be opened now is not shown.
Result<> open_words(Agent::State& state, const DossierBook::Known& known, ContentCache& cache) {
    bool more = false;
    for (const auto& item : known.replayed.items()) {
        if (item.kind < record::Kind::status || item.kind > record::Kind::routing_disclosed) continue;
        if (cache.find(item.id) != nullptr || !known.replayed.holds(state.authority(), item.epoch)) continue;
        if (!may_read_of(state, item.owner.party) || !state.counts(item.index, item.at)) continue;
        const auto identity = open_epoch(state, known, item.epoch);
        if (!identity) {
            if (identity.error().code() == ErrorCode::unavailable) return fail(identity.error());
            continue;
        }
        auto body = open_body(state, known, item, *identity);
        if (!body) {
            if (body.error().code() == ErrorCode::unavailable) return fail(body.error());
            continue;
        }
        cache.put(item.id, *std::move(body));
        more = true;
    }
    return more ? cache.save(state) : Result<>{};
}

void fill_act(ChronologyRow& row, const record::Statement& said, const record::RequestState& request) {
    if (const auto* entry = std::get_if<record::Entry>(&said.body)) {
        row.files = entry->attachments.size();
        if (entry->routing) {
            row.to = model::name_of(entry->routing->status);
            row.date = entry->routing->due;
        }
    } else if (const auto* status = std::get_if<record::StatusSet>(&said.body)) {
        row.from = model::name_of(status->from);
        row.to = model::name_of(status->to);
        row.in_part = status->in_part;
        for (const auto code : status->obstacles) row.obstacles.push_back({std::string{model::name_of(code)}, {}, {}});
        if (status->remark) row.remark = status->remark->text;
    } else if (const auto* reminded = std::get_if<record::Reminded>(&said.body)) {
        row.number = reminded->number;
    } else if (const auto* proposed = std::get_if<record::DueProposed>(&said.body)) {
        row.date = proposed->due;
    } else if (const auto* outside = std::get_if<record::OffPlatform>(&said.body)) {
        row.act = model::name_of(outside->act);
        row.medium = model::name_of(outside->medium);
        row.date = outside->date;
        for (const auto& act : request.off_platform) {
            if (act.id.value() == row.id) row.confirmed = act.confirmed_by.has_value();
        }
    }
}

// The codes of a confidential request are sealed, so no judge saw them: what its author may not name is not taken.
void fill_words(ChronologyRow& row, const record::SealedBody& body, const record::RequestState& request,
                model::RequestSide side, std::uint8_t by) {
    row.words = body.reason.value_or(body.message.value_or(""));
    if (body.decision) row.words += (row.words.empty() ? "" : "\n") + *body.decision;
    for (const auto& words : body.obstacles) {
        if (!request.refuses(words.code, side, by).empty()) continue;
        const std::string code{model::name_of(words.code)};
        auto found = std::find_if(row.obstacles.begin(), row.obstacles.end(),
                                  [&](const ObstacleText& one) { return one.code == code; });
        if (found == row.obstacles.end()) found = row.obstacles.insert(found, ObstacleText{code, {}, {}});
        found->text = words.text.value_or("");
        found->help = words.help.value_or("");
    }
}

}  // namespace

Result<std::vector<RequestView>> list_requests(Agent& agent, const RequestQuery& query) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    std::vector<RequestView> views;
    for (const auto& chain : chains) {
        auto known = state.dossier(chain);
        if (!known) {
            if (known.error().code() == ErrorCode::unavailable) return fail(std::move(known).error());
            continue;  // `dossier list` shows what is broken
        }
        ROGATORY_TRY(auto view, view_of_request(state, **known));
        if (view && matches(*view, query)) views.push_back(*std::move(view));
    }
    return views;
}

Result<RequestView> show_request(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(auto* const known, state.dossier(model::ChainId{chain}));
    if (known->copy.items().empty()) return fail(ErrorCode::not_found, "dossier.unknown");
    ROGATORY_TRY(auto cache, ContentCache::load(state, known->copy.chain()));
    ROGATORY_TRY_VOID(open_words(state, *known, cache));
    ROGATORY_TRY(auto view, view_of_request(state, *known));
    if (!view) return fail(ErrorCode::forbidden, "void.not_a_request");
    return *std::move(view);
}

Result<std::vector<ChronologyRow>> chronology(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(auto* const known, state.dossier(model::ChainId{chain}));
    if (!known->replayed.opened() || !known->replayed.request()) {
        return fail(ErrorCode::forbidden, "void.not_a_request");
    }
    const auto& request = *known->replayed.request();
    ROGATORY_TRY(auto cache, ContentCache::load(state, known->copy.chain()));
    ROGATORY_TRY_VOID(open_words(state, *known, cache));
    std::vector<ChronologyRow> rows;
    const auto& items = known->copy.items();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& statement = items[i].statement;
        const auto& said = statement.statement();
        ChronologyRow row;
        row.seq = i;
        row.id = statement.id().value();
        row.at = said.at;
        row.counting = items[i].index < state.log.counting_size();
        row.kind = record::to_text(statement.kind());
        auto side = model::RequestSide::none;
        std::uint8_t by = 0;
        if (const auto* reg = state.book.by_chain(said.author.register_chain)) {
            const model::AuthorityRef author{reg->party(), said.author.authority};
            row.author = label_of(state, author);
            side = request.side(author);
            by = model::by_bit(side);
            if (model::is_registry(reg->code())) by |= model::RequestBy::kRegistry;
            row.side = side_name(side);
            if (const auto person = reg->member(said.author.member, items[i].index)) {
                row.author_name = person->display_name.text();
            }
        }
        row.void_ = !known->outcomes[i].effective();
        row.void_reason = known->outcomes[i].reason;
        fill_act(row, said, request);
        if (const auto* body = cache.find(statement.id()); body != nullptr && !row.void_) {
            fill_words(row, *body, request, side, by);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace rogatory::agent
