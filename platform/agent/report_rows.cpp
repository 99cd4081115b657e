#include "platform/agent/report_rows.hpp"

#include <algorithm>
#include <map>

#include "platform/agent/content_cache.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/inbox.hpp"
#include "platform/agent/kept_bodies.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/report.hpp"
#include "platform/agent/row_answer.hpp"
#include "platform/agent/send.hpp"
#include "platform/agent/state.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {
namespace {

using Item = record::Dossier::Item;

std::string code_of(const Agent::State& state, const model::PartyId& party) {
    const auto* reg = state.book.by_party(party);
    return reg == nullptr ? std::string{} : reg->code().text();
}

// Whether the entry tells of a row, by the hand of the organ whose row it is. Taken back it told of it all the same: or
// else whoever published something else would silence what says so.
bool tells(const Agent::State& state, const Item& item, const record::SealedBody* body) {
    return body != nullptr && body->report_row && code_of(state, item.owner.party) == body->report_row->organ;
}

std::string side_of(const Agent::State& state, const model::ReportRow& row) {
    const auto& own = state.own().code().text();
    return own == row.organ ? "organ" : own == row.party ? "state" : "none";
}

// The newest row that a dossier tells of, and what the State says of it.
std::optional<RowView> newest_row(Agent::State& state, const DossierBook::Known& known, const ContentCache& cache) {
    std::optional<RowView> view;
    for (const auto& item : known.replayed.items()) {
        if (item.kind != record::Kind::entry) continue;
        const auto* body = cache.find(item.id);
        if (tells(state, item, body)) {
            view = RowView{};
            view->chain = known.copy.chain().value();
            view->seq = item.seq;
            view->told = item.id.value();
            view->withdrawn = item.withdrawn;
            view->row = *body->report_row;
            view->organ = label_of(state, item.owner);
            view->side = side_of(state, view->row);
            view->proposed_at = item.at;
            view->publish_from = item.at + model::kTimeToAnswer;
            view->counting = state.counts(item.index, item.at);
            continue;
        }
        if (!view) continue;
        if (body == nullptr) view->unread = view->unread || !item.withdrawn;
        const bool of_state = code_of(state, item.owner.party) == view->row.party;
        if (body == nullptr || !body->row_answer || !of_state || !state.counts(item.index, item.at)) continue;
        // What was said of another row, told before or in between, is no answer to this one.
        if (body->row_answer->row.value() != view->told) continue;
        const auto said = body->row_answer->answer;
        view->answers.push_back({item.index, item.at, said, item.withdrawn});
        if (item.withdrawn) continue;
        view->answer = said;
        view->answered_at = item.at;
        view->words = body->message.value_or("");
        const auto* reg = state.book.by_party(item.owner.party);
        const auto person = reg == nullptr ? std::nullopt : reg->member(item.author, item.index);
        view->answered_by = person ? person->display_name.text() : std::string{};
    }
    return view;
}

model::PublishedAnswer to_publish(model::RowAnswer answer) {
    return answer == model::RowAnswer::confirmed ? model::PublishedAnswer::confirmed
                                                 : model::PublishedAnswer::commented;
}
model::PublishedAnswer answer_to_publish(const RowView& view) {
    return view.answer ? to_publish(*view.answer) : model::PublishedAnswer::none;
}

bool same_place(const model::ReportRow& a, const model::ReportRow& b) {
    return a.party == b.party && a.organ == b.organ && a.from == b.from && a.to == b.to;
}

// The clocks of two devices need not agree: nobody confirms what he was not told of.
UnixSeconds confirmed_at(UnixSeconds answered, UnixSeconds proposed) { return std::max(answered, proposed); }

// What the State had said when the row was published, by the log's order, for the clocks of two devices need not agree;
// what it took back is read both ways, for the time of a withdrawal is not kept. What it said later is no difference.
bool says_answer(const RowView& view, bool withdrawn_too) {
    auto said = model::PublishedAnswer::none;
    std::optional<UnixSeconds> at;
    for (const auto& one : view.answers) {
        if (one.index > view.published_index || (one.withdrawn && !withdrawn_too)) continue;
        said = to_publish(one.answer);
        at = one.answer == model::RowAnswer::confirmed ? std::optional{confirmed_at(one.at, view.proposed_at)}
                                                       : std::nullopt;
    }
    return view.published->answer == said && view.published->confirmed_at == at;
}

void fill_published(RowView& view, const std::vector<NoticeView>& board) {
    for (const auto& notice : board) {
        const auto* published = std::get_if<model::PublishedRow>(&notice.notice);
        if (published == nullptr || notice.party != view.row.organ) continue;
        const auto& row = published->report_row;
        // Other days of the same year are the same row told otherwise; the same days come first.
        const bool exact = same_place(row, view.row);
        const bool shares = row.party == view.row.party && row.from <= view.row.to && view.row.from <= row.to;
        if (!exact && (!shares || (view.published && same_place(view.published->report_row, view.row)))) continue;
        view.published = *published;
        view.published_id = notice.id;
        view.published_index = notice.index;
        view.published_at = notice.at;
    }
    if (!view.published) return;
    const auto& row = view.published->report_row;
    if (!same_place(row, view.row)) view.published_differs.emplace_back("period");
    if (row.received != view.row.received || row.sent != view.row.sent || row.hide_below != view.row.hide_below ||
        row.as_of != view.row.as_of)
        view.published_differs.emplace_back("figures");
    if (view.published->proposed_at != view.proposed_at) view.published_differs.emplace_back("date");
    if (!says_answer(view, true) && !says_answer(view, false)) view.published_differs.emplace_back("answer");
}

Result<std::vector<NoticeView>> boards(Agent& agent) {
    NoticeQuery query;
    query.kind = NoticeKind::published_row;
    ROGATORY_TRY(auto list, list_notices(agent, query));
    return std::move(list.rows);
}

// A share, whose entries are read by those who take part in it.
bool may_tell(const Agent::State& state, const record::Dossier& dossier) {
    return dossier.opened() && dossier.kind() == record::DossierKind::share &&
           dossier.standing(state.authority()) != record::Dossier::Standing::none;
}

Result<Sent> carry(Agent::State& state, Agent& agent, DraftPlan& plan, const Reconfirm& reconfirm) {
    plan.name = fresh_plan_name();
    plan.at = state.now();
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    return before ? resume_draft(agent, *before, reconfirm) : carry_out(state, plan, reconfirm);
}

bool is_organ(const model::PartyCode& code) {
    return model::is_court(code) || model::organ_of(code) == model::Organ::trust_fund;
}

// Of the line or the session, not of one entry.
bool stops_reading(const Error& error) {
    return error.code() == ErrorCode::unauthenticated ||
           (error.code() == ErrorCode::unavailable && error.key() != "log.not_yet_witnessed");
}

}  // namespace

Result<> require_answers_newest(Agent::State& state, const DraftPlan& plan) {
    if (!plan.row_answer) return {};
    ROGATORY_TRY(const auto* const known, state.dossier(plan.chain));
    ROGATORY_TRY(const auto cache, ContentCache::load(state, plan.chain));
    const auto view = newest_row(state, *known, cache);
    if (view && view->told == plan.row_answer->row.value()) return {};
    return fail(ErrorCode::conflict, "report_row.told_anew");
}

Result<std::vector<RowView>> list_rows(Agent& agent) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto board, boards(agent));
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    std::vector<RowView> out;
    for (const auto& chain : chains) {
        const auto known = state.dossier(chain);
        if (!known) {
            const auto code = known.error().code();
            if (code == ErrorCode::unavailable || code == ErrorCode::unauthenticated) return fail(known.error());
            continue;  // what is broken says so where files are listed
        }
        if (!may_tell(state, (*known)->replayed)) continue;
        ROGATORY_TRY(const auto cache, ContentCache::load(state, chain));
        auto view = newest_row(state, **known, cache);
        if (!view) continue;
        fill_published(*view, board);
        out.push_back(*std::move(view));
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const RowView& a, const RowView& b) { return a.proposed_at > b.proposed_at; });
    return out;
}

Result<RowComparison> show_row(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    const model::ChainId id{chain};
    ROGATORY_TRY(const auto* const first, state.dossier(id));
    if (!may_tell(state, first->replayed)) return fail(ErrorCode::not_found, "report_row.unknown");
    ROGATORY_TRY_VOID(state.require_complete(*first));
    const auto items = first->replayed.items();
    std::optional<Error> unopened;
    for (const auto& item : items) {
        if (item.kind != record::Kind::entry || item.withdrawn || !may_read_of(state, item.owner.party)) continue;
        // One that does not open, for whatever reason, is named and hinders nothing: it need not be the row's.
        if (const auto body = kept_body(state, id, item); !body) {
            if (stops_reading(body.error())) return fail(body.error());
            if (!unopened) unopened = body.error();
        }
    }
    ROGATORY_TRY(const auto* const known, state.dossier(id));
    ROGATORY_TRY(const auto cache, ContentCache::load(state, id));
    auto view = newest_row(state, *known, cache);
    if (!view && unopened) return fail(*unopened);
    if (!view) return fail(ErrorCode::not_found, "report_row.unknown");
    ROGATORY_TRY(const auto board, boards(agent));
    fill_published(*view, board);
    RowComparison out{*std::move(view), false, {}, {}, 0};
    out.unknown = casework::unknown_figures(out.view.row);
    if (out.view.side != "state") return out;
    const auto& row = out.view.row;
    ROGATORY_TRY(const auto from, casework::Date::parse(row.from));
    ROGATORY_TRY(const auto to, casework::Date::parse(row.to));
    ROGATORY_TRY(const auto as_of, casework::Date::parse(row.as_of));
    const casework::ReportOptions options{{from, to}, as_of, 0, {}};
    ROGATORY_TRY(const auto own, own_report(agent, options));
    ROGATORY_TRY(const auto organ, model::PartyCode::parse(row.organ));
    ROGATORY_TRY(const auto counted, casework::count_row(own.facts, own.own, organ, options));
    out.counted = true;
    out.differences = casework::row_differences(row, counted);
    out.unreadable = own.unreadable;
    return out;
}

Result<ProposedRow> propose_row(Agent& agent, const RowOrder& order, const Reconfirm& reconfirm) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(require_may_send(state));
    const auto own = state.own().code();
    if (!is_organ(own)) return fail(ErrorCode::forbidden, "report_row.not_organ");
    ROGATORY_TRY(const auto party, model::PartyCode::parse(order.party));
    if (!party.is_state()) return fail(ErrorCode::invalid_input, "report_row.not_state");
    if (order.period.to >= casework::Date::at(state.now(), 0))
        return fail(ErrorCode::invalid_input, "report_row.period");
    if (order.as_of < order.period.to) return fail(ErrorCode::invalid_input, "report_row.as_of");
    const casework::ReportOptions options{order.period, order.as_of, order.hide_below, {}};
    ROGATORY_TRY(const auto report, own_report(agent, options));
    ProposedRow out;
    ROGATORY_TRY(out.row, casework::count_row(report.facts, party, own, options));
    out.unreadable = report.unreadable;

    DraftPlan plan;
    ROGATORY_TRY(plan.title, normalised(order.title));
    ROGATORY_TRY(plan.message, normalised(order.message));
    plan.report_row = out.row;
    ROGATORY_TRY(const auto rows, list_rows(agent));
    for (const auto& one : rows) {
        if (one.side != "organ" || !same_place(one.row, out.row)) continue;
        const model::ChainId chain{one.chain};
        ROGATORY_TRY(const auto* const known, state.dossier(chain));
        if (known->replayed.opener() != state.authority() || !known->replayed.open()) continue;
        if (one.row == out.row && !one.withdrawn) return fail(ErrorCode::conflict, "report_row.told_already");
        plan.chain = chain;
        ROGATORY_TRY(out.sent, carry(state, agent, plan, reconfirm));
        return out;
    }
    ROGATORY_TRY(const auto to, recipients_of(state, {order.to.empty() ? order.party : order.to}));
    if (code_of(state, to.front().to.party) != order.party)
        return fail(ErrorCode::invalid_input, "report_row.not_state");
    plan.opens = true;
    plan.identity = age::HybridIdentity::generate(crypto::system_random());
    plan.chain = record::dossier_chain(state.authority().authority, plan.identity->recipient());
    plan.to = {to.front().to};
    plan.to_text = {to.front().text};
    plan.policy = PolicyOrder{};
    ROGATORY_TRY(out.sent, carry(state, agent, plan, reconfirm));
    return out;
}

Result<Sent> answer_row(Agent& agent, const Hash& chain, const Hash& shown, model::RowAnswer answer,
                        const std::string& words, const Reconfirm& reconfirm) {
    auto& state = agent.state();
    ROGATORY_TRY(const auto told, show_row(agent, chain));
    if (told.view.side != "state") return fail(ErrorCode::forbidden, "report_row.not_state_of_row");
    if (answer == model::RowAnswer::commented && words.empty())
        return fail(ErrorCode::invalid_input, "report_row.no_words");
    if (told.view.told != shown) return fail(ErrorCode::conflict, "report_row.told_anew");
    if (told.view.withdrawn) return fail(ErrorCode::conflict, "report_row.withdrawn");
    if (answer == model::RowAnswer::confirmed && !told.unknown.empty())
        return fail(ErrorCode::unsupported, "report_row.unknown_figures");
    DraftPlan plan;
    plan.chain = model::ChainId{chain};
    plan.row_answer = {answer, model::StatementId{shown}};
    ROGATORY_TRY(plan.message, normalised(words));
    return carry(state, agent, plan, reconfirm);
}

Result<RowView> publish_row(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    ROGATORY_TRY(const auto told, show_row(agent, chain));
    const auto& view = told.view;
    if (view.side != "organ") return fail(ErrorCode::forbidden, "report_row.not_organ");
    if (!view.counting) return fail(ErrorCode::unavailable, "log.not_yet_witnessed");
    if (view.withdrawn) return fail(ErrorCode::conflict, "report_row.withdrawn");
    model::PublishedRow published{view.row, view.proposed_at, answer_to_publish(view), std::nullopt};
    if (published.answer == model::PublishedAnswer::confirmed) {
        published.confirmed_at = confirmed_at(view.answered_at, view.proposed_at);
    } else if (state.now() < view.publish_from) {
        return fail(Error{ErrorCode::conflict, "report_row.too_early"}.with(
            "until", casework::Date::at(view.publish_from, 0).text()));
    }
    NoticeChange change;
    // Other days have a row of their own, and the board's judge says that they overlap.
    if (view.published && same_place(view.published->report_row, view.row)) change.id = view.published_id;
    change.notice = std::move(published);
    ROGATORY_TRY([[maybe_unused]] const auto ids, publish_notices(agent, NoticeKind::published_row, {change}));
    ROGATORY_TRY(auto after, show_row(agent, chain));
    return std::move(after.view);
}

}  // namespace rogatory::agent
