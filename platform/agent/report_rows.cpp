#include "platform/agent/report_rows.hpp"

#include <algorithm>
#include <map>

#include "crypto/encoding/hex.hpp"
#include "platform/agent/content_cache.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/inbox.hpp"
#include "platform/agent/kept_bodies.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/report.hpp"
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

// Whether the entry tells of a row, by the hand of the organ whose row it is.
bool tells(const Agent::State& state, const Item& item, const record::SealedBody* body) {
    return body != nullptr && body->report_row && !item.withdrawn &&
           code_of(state, item.owner.party) == body->report_row->organ;
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
        if (body == nullptr || !body->row_answer || item.withdrawn || !of_state) continue;
        if (!state.counts(item.index, item.at)) continue;
        view->answer = body->row_answer;
        view->answered_at = item.at;
        view->answers.emplace_back(item.at, *body->row_answer);
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

void fill_published(RowView& view, const std::vector<NoticeView>& board) {
    for (const auto& notice : board) {
        const auto* published = std::get_if<model::PublishedRow>(&notice.notice);
        if (published == nullptr || notice.party != view.row.organ) continue;
        if (!same_place(published->report_row, view.row)) continue;
        view.published = *published;
        view.published_id = notice.id;
        view.published_at = notice.at;
    }
    if (!view.published) return;
    if (view.published->report_row != view.row) view.published_differs.emplace_back("figures");
    if (view.published->proposed_at != view.proposed_at) view.published_differs.emplace_back("date");
    // What the State said after the row was published is no difference.
    auto said = model::PublishedAnswer::none;
    std::optional<UnixSeconds> confirmed_at;
    for (const auto& [at, answer] : view.answers) {
        if (at > view.published_at) continue;
        said = to_publish(answer);
        confirmed_at = answer == model::RowAnswer::confirmed ? std::optional{at} : std::nullopt;
    }
    if (view.published->answer != said || view.published->confirmed_at != confirmed_at)
        view.published_differs.emplace_back("answer");
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

std::string fresh_name() { return encoding::hex_encode(crypto::system_random().bytes<8>()); }

Result<Sent> carry(Agent::State& state, Agent& agent, DraftPlan& plan, const Reconfirm& reconfirm) {
    plan.name = fresh_name();
    plan.at = state.now();
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    return before ? resume_draft(agent, *before, reconfirm) : carry_out(state, plan, reconfirm);
}

bool is_organ(const model::PartyCode& code) {
    return model::is_court(code) || model::organ_of(code) == model::Organ::trust_fund;
}

}  // namespace

Result<std::vector<RowView>> list_rows(Agent& agent) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto board, boards(agent));
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    std::vector<RowView> out;
    for (const auto& chain : chains) {
        const auto known = state.dossier(chain);
        if (!known) {
            if (known.error().code() == ErrorCode::unavailable) return fail(known.error());
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
    for (const auto& item : items) {
        if (item.kind != record::Kind::entry || item.withdrawn || !may_read_of(state, item.owner.party)) continue;
        ROGATORY_TRY([[maybe_unused]] const auto body, kept_body(state, id, item));
    }
    ROGATORY_TRY(const auto* const known, state.dossier(id));
    ROGATORY_TRY(const auto cache, ContentCache::load(state, id));
    auto view = newest_row(state, *known, cache);
    if (!view) return fail(ErrorCode::not_found, "report_row.unknown");
    ROGATORY_TRY(const auto board, boards(agent));
    fill_published(*view, board);
    RowComparison out{*std::move(view), false, {}, 0};
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
        if (one.row == out.row) return fail(ErrorCode::conflict, "report_row.told_already");
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

Result<Sent> answer_row(Agent& agent, const Hash& chain, model::RowAnswer answer, const std::string& words,
                        const Reconfirm& reconfirm) {
    auto& state = agent.state();
    ROGATORY_TRY(const auto told, show_row(agent, chain));
    if (told.view.side != "state") return fail(ErrorCode::forbidden, "report_row.not_state_of_row");
    if (answer == model::RowAnswer::commented && words.empty())
        return fail(ErrorCode::invalid_input, "report_row.no_words");
    DraftPlan plan;
    plan.chain = model::ChainId{chain};
    plan.row_answer = answer;
    ROGATORY_TRY(plan.message, normalised(words));
    return carry(state, agent, plan, reconfirm);
}

Result<RowView> publish_row(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    ROGATORY_TRY(const auto told, show_row(agent, chain));
    const auto& view = told.view;
    if (view.side != "organ") return fail(ErrorCode::forbidden, "report_row.not_organ");
    if (!view.counting) return fail(ErrorCode::unavailable, "log.not_yet_witnessed");
    model::PublishedRow published{view.row, view.proposed_at, answer_to_publish(view), std::nullopt};
    if (published.answer == model::PublishedAnswer::confirmed) {
        published.confirmed_at = view.answered_at;
    } else if (state.now() < view.publish_from) {
        return fail(Error{ErrorCode::conflict, "report_row.too_early"}.with(
            "until", casework::Date::at(view.publish_from, 0).text()));
    }
    NoticeChange change;
    if (view.published) change.id = view.published_id;
    change.notice = std::move(published);
    ROGATORY_TRY([[maybe_unused]] const auto ids, publish_notices(agent, NoticeKind::published_row, {change}));
    ROGATORY_TRY(auto after, show_row(agent, chain));
    return std::move(after.view);
}

}  // namespace rogatory::agent
