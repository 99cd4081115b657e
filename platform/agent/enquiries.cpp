#include "platform/agent/enquiries.hpp"

#include <algorithm>
#include <set>

#include "platform/agent/content_cache.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/agent/enquiry_link.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/inbox.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/send.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/date.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {
namespace {

using Item = record::Dossier::Item;

template <class Enum>
Result<Enum> word(std::string_view text) {
    const auto value = model::parse_name<Enum>(text);
    if (!value) return fail(Error{ErrorCode::invalid_input, "enquiry.word"}.with("what", std::string{text}));
    return *value;
}

Result<model::Enquiry> enquiry_of(const EnquiryOrder& order) {
    model::Enquiry out;
    for (const auto& text : order.kinds) {
        ROGATORY_TRY(const auto kind, word<model::EnquiryKind>(text));
        out.kinds.push_back(kind);
    }
    std::sort(out.kinds.begin(), out.kinds.end());
    out.kinds.erase(std::unique(out.kinds.begin(), out.kinds.end()), out.kinds.end());
    if (out.kinds.empty()) return fail(ErrorCode::invalid_input, "enquiry.kinds_missing");
    if (order.answer_by.empty()) return out;
    if (!model::is_day(order.answer_by)) {
        return fail(Error{ErrorCode::invalid_input, "enquiry.word"}.with("what", order.answer_by));
    }
    out.answer_by = order.answer_by;
    return out;
}

// Rows that an enquiry may be about; what would make it a request is refused.
Result<> require_rows(const EnquiryOrder& order) {
    model::RequestContent rows;
    rows.persons = order.content.persons;
    rows.entities = order.content.entities;
    rows.accounts = order.content.accounts;
    rows.assets = order.content.assets;
    if (rows != order.content) return fail(ErrorCode::invalid_input, "enquiry.rows");
    if (rows == model::RequestContent{} && order.message.empty()) {
        return fail(ErrorCode::invalid_input, "enquiry.nothing_asked");
    }
    return {};
}

// The entry that asks: the first of a share.
const Item* asking(const DossierBook::Known& known) {
    const auto& dossier = known.replayed;
    if (!dossier.opened() || dossier.kind() != record::DossierKind::share) return nullptr;
    for (const auto& item : dossier.items()) {
        if (item.kind == record::Kind::entry) return &item;
    }
    return nullptr;
}

std::int64_t days_late(const Agent::State& state, const EnquiryView& view) {
    if (!view.asks.answer_by || !view.answers.empty()) return 0;
    const auto day = casework::Date::parse(*view.asks.answer_by);
    return day ? std::max<std::int64_t>(0, days_between(*day, casework::Date::at(state.latest_now(), 0))) : 0;
}

Result<EnquiryView> view_of_enquiry(Agent::State& state, DossierBook::Known& known, const ContentCache& cache,
                                    const Item& first) {
    const auto& says = *cache.find(first.id);
    ROGATORY_TRY(const auto dossier, view_of_dossier(state, known));
    EnquiryView view;
    view.chain = known.copy.chain().value();
    view.seq = first.seq;
    view.entry = first.id.value();
    view.title = says.title.value_or("");
    view.message = says.message.value_or("");
    view.from = label_of(state, first.owner);
    view.mine = first.owner.party == state.authority().party;
    for (const auto& who : known.replayed.participants()) {
        if (who != first.owner) view.to.push_back(label_of(state, who));
    }
    view.asks = *says.enquiry;
    if (says.request) view.content = *says.request;
    view.at = first.at;
    view.unread = dossier.unread;
    view.state = dossier.state;
    view.warnings = dossier.warnings;
    if (first.withdrawn) view.warnings.emplace_back("withdrawn");
    for (const auto& item : known.replayed.items()) {
        const auto* body = cache.find(item.id);
        // Whoever asks does not answer himself.
        if (body == nullptr || !body->enquiry_answer || item.withdrawn || item.owner.party == first.owner.party)
            continue;
        view.answers.push_back({item.seq, label_of(state, item.owner), item.at,
                                std::string{model::name_of(body->enquiry_answer->answer)}, body->message.value_or("")});
    }
    view.late = days_late(state, view);
    return view;
}

// The requests that say they follow one of these enquiries.
Result<> find_requests(Agent::State& state, const std::vector<model::ChainId>& chains,
                       std::vector<EnquiryView>& views) {
    for (const auto& chain : chains) {
        auto known = state.dossier(chain);
        if (!known) {
            if (known.error().code() == ErrorCode::unavailable) return fail(std::move(known).error());
            continue;
        }
        const auto& request = (*known)->replayed.request();
        if (!(*known)->replayed.opened() || !request) continue;
        ROGATORY_TRY(const auto cache, ContentCache::load(state, chain));
        const auto* body = cache.find(request->sent_by);
        if (body == nullptr || !body->request || !body->request->enquiry) continue;
        auto routing = request->routing;
        if (!routing && body->routing) routing = body->routing->routing;
        for (auto& view : views) {
            // Anybody may say that he follows anything: only what one of the two authorities sent counts.
            const bool named = body->request->enquiry->dossier.value() == view.chain &&
                               body->request->enquiry->entry.value() == view.entry &&
                               request->requesting.party == (*state.dossier(model::ChainId{view.chain}))
                                                                ->replayed.item(model::StatementId{view.entry})
                                                                ->owner.party;
            if (named) {
                view.requests.push_back({chain.value(), routing ? routing->reference : std::string{},
                                         std::string{model::name_of(request->status)}});
            }
        }
    }
    return {};
}

}  // namespace

Result<EnquiryLink> enquiry_link(Agent::State& state, const model::FollowedEnquiry& followed) {
    EnquiryLink link;
    link.dossier = followed.dossier.value();
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    if (std::find(chains.begin(), chains.end(), followed.dossier) == chains.end()) return link;
    auto known = state.dossier(followed.dossier);
    if (!known) {
        if (known.error().code() == ErrorCode::unavailable) return fail(std::move(known).error());
        return link;
    }
    const auto* item = (*known)->replayed.opened() ? (*known)->replayed.item(followed.entry) : nullptr;
    if (item == nullptr) return link;
    link.here = true;
    link.at = item->at;
    ROGATORY_TRY(const auto cache, ContentCache::load(state, followed.dossier));
    if (const auto* body = cache.find(followed.entry)) link.title = body->title.value_or("");
    return link;
}

Result<> require_asked(Agent::State& state, const model::FollowedEnquiry& followed,
                       const std::optional<model::AuthorityRef>& requested) {
    const auto known = state.dossier(followed.dossier);
    if (!known) return fail(known.error());
    const auto* first = asking(**known);
    if (first == nullptr || first->id != followed.entry) return fail(ErrorCode::forbidden, "enquiry.not_one");
    if (first->owner.party != state.authority().party) return fail(ErrorCode::forbidden, "enquiry.not_own");
    const auto ever = (*known)->replayed.ever_let_in();
    // Whoever was not asked is not told that somebody was.
    const bool asked = requested && std::any_of(ever.begin(), ever.end(),
                                                [&](const auto& who) { return who.party == requested->party; });
    return asked ? Result<>{} : fail(ErrorCode::forbidden, "enquiry.other_state");
}

Result<> follow_enquiry(Agent& agent, const Hash& chain, model::RequestContent& content) {
    ROGATORY_TRY(const auto enquiry, show_enquiry(agent, chain));
    if (!enquiry.mine) return fail(ErrorCode::forbidden, "enquiry.not_own");
    content.enquiry = model::FollowedEnquiry{model::ChainId{enquiry.chain}, model::StatementId{enquiry.entry}};
    std::set<std::string> used;
    const auto note = [&used](const auto& rows) {
        for (const auto& row : rows) used.insert(row.key);
    };
    note(content.persons);
    note(content.entities);
    note(content.accounts);
    note(content.transactions);
    note(content.assets);
    note(content.measures);
    const auto take = [&used](auto& into, const auto& from) {
        for (const auto& row : from) {
            if (!used.contains(row.key)) into.push_back(row);
        }
    };
    take(content.persons, enquiry.content.persons);
    take(content.entities, enquiry.content.entities);
    take(content.accounts, enquiry.content.accounts);
    take(content.assets, enquiry.content.assets);
    return {};
}

Result<Sent> send_enquiry(Agent& agent, const EnquiryOrder& order) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(require_may_send(state));
    ROGATORY_TRY([[maybe_unused]] const auto halves, policy_of(order.policy));
    ROGATORY_TRY_VOID(require_rows(order));
    DraftPlan plan;
    plan.name = fresh_plan_name();
    plan.opens = true;
    plan.at = state.now();
    ROGATORY_TRY(plan.enquiry, enquiry_of(order));
    ROGATORY_TRY(const auto recipients, recipients_of(state, {order.to}));
    for (const auto& one : recipients) {
        plan.to.push_back(one.to);
        plan.to_text.push_back(one.text);
    }
    plan.identity = age::HybridIdentity::generate(crypto::system_random());
    plan.chain = record::dossier_chain(state.authority().authority, plan.identity->recipient());
    ROGATORY_TRY(plan.title, normalised(order.title));
    ROGATORY_TRY(plan.message, normalised(order.message));
    if (order.content != model::RequestContent{}) plan.content = order.content;
    plan.policy = order.policy;
    ROGATORY_TRY(plan.files, outgoing_files(order.files));
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    return before ? resume_draft(agent, *before, nullptr) : carry_out(state, plan, nullptr);
}

Result<Sent> answer_enquiry(Agent& agent, const EnquiryReplyOrder& order, const Reconfirm& reconfirm) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    DraftPlan plan;
    plan.name = fresh_plan_name();
    plan.chain = model::ChainId{order.chain};
    plan.at = state.now();
    ROGATORY_TRY(const auto* const known, state.dossier(plan.chain));
    const auto* first = asking(*known);
    if (first == nullptr) return fail(ErrorCode::forbidden, "enquiry.not_one");
    ROGATORY_TRY(const auto cache, ContentCache::load(state, plan.chain));
    const auto* body = cache.find(first->id);
    if (body == nullptr) return fail(ErrorCode::forbidden, "enquiry.unopened");
    if (!body->enquiry) return fail(ErrorCode::forbidden, "enquiry.not_one");
    if (first->owner.party == state.authority().party) return fail(ErrorCode::forbidden, "enquiry.own");
    ROGATORY_TRY(const auto answer, word<model::EnquiryReply>(order.answer));
    plan.answer = model::EnquiryAnswer{answer};
    ROGATORY_TRY(plan.message, normalised(order.message));
    ROGATORY_TRY(plan.files, outgoing_files(order.files));
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    return before ? resume_draft(agent, *before, reconfirm) : carry_out(state, plan, reconfirm);
}

Result<Enquiries> list_enquiries(Agent& agent) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    Enquiries out;
    for (const auto& chain : chains) {
        auto known = state.dossier(chain);
        if (!known) {
            if (known.error().code() == ErrorCode::unavailable) return fail(std::move(known).error());
            continue;  // `dossier list` shows what is broken
        }
        const auto* first = asking(**known);
        if (first == nullptr) continue;
        ROGATORY_TRY(const auto cache, ContentCache::load(state, chain));
        const auto* body = cache.find(first->id);
        if (body == nullptr) {
            if (!first->withdrawn) ++out.unopened;
            continue;
        }
        if (!body->enquiry) continue;
        ROGATORY_TRY(auto view, view_of_enquiry(state, **known, cache, *first));
        out.items.push_back(std::move(view));
    }
    if (!out.items.empty()) ROGATORY_TRY_VOID(find_requests(state, chains, out.items));
    std::stable_sort(out.items.begin(), out.items.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
    return out;
}

Result<EnquiryView> show_enquiry(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(auto* const known, state.dossier(model::ChainId{chain}));
    if (known->copy.items().empty()) return fail(ErrorCode::not_found, "dossier.unknown");
    const auto* first = asking(*known);
    if (first == nullptr) return fail(ErrorCode::forbidden, "enquiry.not_one");
    ROGATORY_TRY(const auto cache, ContentCache::load(state, known->copy.chain()));
    const auto* body = cache.find(first->id);
    if (body == nullptr) return fail(ErrorCode::forbidden, "enquiry.unopened");
    if (!body->enquiry) return fail(ErrorCode::forbidden, "enquiry.not_one");
    std::vector<EnquiryView> views;
    ROGATORY_TRY(auto view, view_of_enquiry(state, *known, cache, *first));
    views.push_back(std::move(view));
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    ROGATORY_TRY_VOID(find_requests(state, chains, views));
    return std::move(views.front());
}

}  // namespace rogatory::agent
