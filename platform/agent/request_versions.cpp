#include "platform/agent/request_versions.hpp"

#include <algorithm>

#include "crypto/encoding/hex.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/date.hpp"
#include "platform/model/request_content.hpp"

namespace rogatory::agent {
namespace {

using record::VersionedEntry;
using Item = record::Dossier::Item;

// The entries of a request, in order, and what this reader knows of each.
struct Entries {
    std::vector<const Item*> items;
    std::vector<const record::SealedBody*> bodies;  // nullptr: not opened
    std::vector<VersionedEntry> versioned;
};

std::string language_of(const record::RequestState& request, const Item& item, const record::SealedBody* body) {
    if (item.id != request.sent_by) return body == nullptr ? std::string{} : body->language.value_or("");
    if (request.routing) return request.routing->language;
    return body != nullptr && body->routing ? body->routing->routing.language : std::string{};
}

Entries entries_of(const DossierBook::Known& known, const ContentCache& cache) {
    const auto& request = *known.replayed.request();
    Entries out;
    for (const auto& item : known.replayed.items()) {
        if (item.kind != record::Kind::entry) continue;
        const auto* body = cache.find(item.id);
        out.items.push_back(&item);
        out.bodies.push_back(body);
        out.versioned.push_back({item.id, item.owner.party, request.side(item.owner), !item.withdrawn,
                                 language_of(request, item, body),
                                 body == nullptr ? std::nullopt : body->language_version});
    }
    return out;
}

// Who named the obstacle "translation" last, and after how many entries.
struct Named {
    model::RequestSide side;
    std::size_t entries;
};
std::optional<Named> translation_named(const Agent::State& state, const DossierBook::Known& known,
                                       const ContentCache& cache) {
    const auto& request = *known.replayed.request();
    std::optional<Named> out;
    std::size_t entries = 0;
    const auto& items = known.copy.items();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& said = items[i].statement.statement();
        if (!known.outcomes[i].effective()) continue;
        if (said.kind() == record::Kind::entry) ++entries;
        const auto* status = std::get_if<record::StatusSet>(&said.body);
        const auto* author = state.book.by_chain(said.author.register_chain);
        if (status == nullptr || author == nullptr) continue;
        const auto& clear = status->obstacles;
        bool named = std::find(clear.begin(), clear.end(), model::Obstacle::translation) != clear.end();
        if (const auto* body = cache.find(items[i].statement.id()); body != nullptr && request.confidential()) {
            named = named || std::any_of(body->obstacles.begin(), body->obstacles.end(),
                                         [](const auto& words) { return words.code == model::Obstacle::translation; });
        }
        if (named) out = Named{request.side({author->party(), said.author.authority}), entries};
    }
    return out;
}

std::int64_t days_late(UnixSeconds now, const std::string& due) {
    const auto day = casework::Date::parse(due);
    return day ? std::max<std::int64_t>(0, days_between(*day, casework::Date::at(now, 0))) : 0;
}

VersionView view_of_version(Agent::State& state, const Entries& entries, const record::VersionStanding& standing) {
    VersionView view;
    const auto newest = standing.asked ? *standing.asked : *standing.text;
    const auto& says = *entries.versioned[newest].version;
    view.language = standing.language;
    view.state = model::name_of(says.state);
    view.by = label_of(state, entries.items[newest]->owner);
    view.own = standing.own;
    view.translator = says.translator.value_or("");
    view.due = says.due.value_or("");
    if (!view.due.empty()) view.late = days_late(state.latest_now(), view.due);
    view.authentic = standing.authentic;
    if (!standing.text) return view;
    const auto& text = *entries.bodies[*standing.text];
    view.seq = entries.items[*standing.text]->seq;
    view.title = text.title.value_or("");
    view.message = text.message.value_or("");
    view.content = text.request;
    if (view.translator.empty()) view.translator = text.language_version->translator.value_or("");
    return view;
}

// What binds the entry it translates binds the translation, unless somebody says something stricter.
std::optional<PolicyOrder> policy_of_entry(const DossierBook::Known& known, const ContentCache& cache,
                                           const Item& item) {
    const auto caveats = caveats_in_force(known, cache, item);
    const auto view = view_of(item.in_force, caveats ? &*caveats : nullptr);
    if (item.in_force == known.replayed.policy() && (!caveats || is_empty(*caveats))) return std::nullopt;
    PolicyOrder order;
    order.onward = view.onward;
    order.review_at = view.review_at;
    order.expires_at = view.expires_at;
    order.caveats = view.caveats;
    order.handling = view.handling;
    order.words = view.words;
    return order;
}

Result<std::size_t> place_of(const Entries& entries, const record::RequestState& request,
                             const std::optional<std::uint64_t>& seq) {
    for (std::size_t i = 0; i < entries.items.size(); ++i) {
        if (seq ? entries.items[i]->seq == *seq : entries.items[i]->id == request.sent_by) return i;
    }
    return fail(Error{ErrorCode::not_found, "entry.unknown"}.with("entry", std::to_string(seq.value_or(1))));
}

}  // namespace

const VersionView* VersionedView::first_for(std::string_view reader) const {
    if (language == reader) return nullptr;
    // In their order: the entry's own Party before others.
    const auto found = std::find_if(versions.begin(), versions.end(), [&](const VersionView& one) {
        return one.language == reader && one.seq.has_value();
    });
    return found == versions.end() ? nullptr : &*found;
}

Result<model::LanguageVersion> language_version(const std::string& language, const std::string& translator,
                                                const std::string& due, bool authentic, model::VersionState state) {
    if (!model::is_language(language)) {
        return fail(Error{ErrorCode::invalid_input, "version.language"}.with("language", language));
    }
    const bool asked = state == model::VersionState::asked;
    if (asked && authentic) return fail(ErrorCode::invalid_input, "version.asked_authentic");
    if (!due.empty() && (!asked || !model::is_day(due))) return fail(ErrorCode::invalid_input, "version.due");
    model::LanguageVersion version{{}, language, std::nullopt, std::nullopt, state, authentic};
    if (!translator.empty()) {
        ROGATORY_TRY(version.translator, normalised(translator));
    }
    if (!due.empty()) version.due = due;
    return version;
}

Result<> fill_versions(Agent::State& state, const DossierBook::Known& known, const ContentCache& cache,
                       RequestView& view) {
    const auto& request = *known.replayed.request();
    const auto entries = entries_of(known, cache);
    const auto refused = record::judge_versions(entries.versioned);
    const auto standing = record::standing_versions(entries.versioned);
    for (std::size_t i = 0; i < entries.items.size(); ++i) {
        const auto& item = *entries.items[i];
        if (!refused[i].empty()) {
            view.refused_versions.push_back({item.seq, label_of(state, item.owner),
                                             entries.versioned[i].version->language, std::string{refused[i]}});
        }
        VersionedView text;
        for (const auto& one : standing) {
            if (one.of != i) continue;
            text.versions.push_back(view_of_version(state, entries, one));
            if (one.authentic) text.authentic = false;
        }
        if (text.versions.empty() && item.id != request.sent_by) continue;
        text.seq = item.seq;
        text.author = label_of(state, item.owner);
        text.title = entries.bodies[i] == nullptr ? "" : entries.bodies[i]->title.value_or("");
        text.language = entries.versioned[i].language;
        view.texts.push_back(std::move(text));
    }
    const auto named = translation_named(state, known, cache);
    view.translation_answered = named && record::translation_answered(entries.versioned, named->side, named->entries);
    return {};
}

Result<Sent> send_version(Agent& agent, const VersionOrder& order, const Reconfirm& reconfirm) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    DraftPlan plan;
    plan.name = encoding::hex_encode(crypto::system_random().bytes<8>());
    plan.chain = model::ChainId{order.chain};
    plan.at = state.now();
    ROGATORY_TRY(const auto* const known, state.dossier(plan.chain));
    const auto& request = known->replayed.request();
    if (!request) return fail(ErrorCode::forbidden, "void.request_not_sent");
    ROGATORY_TRY(const auto cache, ContentCache::load(state, plan.chain));
    auto entries = entries_of(*known, cache);
    ROGATORY_TRY(const auto of, place_of(entries, *request, order.of));
    // Nobody translates, or asks to translate, what he has not read; and what language it is in is not known before.
    if (entries.bodies[of] == nullptr) return fail(ErrorCode::forbidden, "version.unopened");
    ROGATORY_TRY(plan.version,
                 language_version(order.language, order.translator, order.due, order.authentic, order.state));
    plan.version->of = entries.items[of]->id;
    const auto mine = state.authority();
    const auto standing = record::standing_versions(entries.versioned);
    const bool there = std::any_of(standing.begin(), standing.end(), [&](const auto& one) {
        return one.of == of && one.language == order.language && one.by == mine.party && one.text;
    });
    if (order.state == model::VersionState::delivered && there) {
        return fail(ErrorCode::conflict, "version.there_before");
    }
    if (order.state == model::VersionState::revised && !there) {
        return fail(ErrorCode::not_found, "version.nothing_to_revise");
    }
    // What every reader would say of it.
    entries.versioned.push_back({{}, mine.party, request->side(mine), true, "", plan.version});
    if (const auto refused = record::judge_versions(entries.versioned).back(); !refused.empty()) {
        return fail(ErrorCode::forbidden, std::string{refused});
    }
    ROGATORY_TRY(plan.title, normalised(order.title));
    ROGATORY_TRY(plan.message, normalised(order.message));
    plan.content = order.content;
    ROGATORY_TRY(plan.files, outgoing_files(order.files));
    const bool text = !plan.files.empty() || !plan.message.empty() || plan.content;
    if (order.state == model::VersionState::asked) {
        if (text || !plan.title.empty()) return fail(ErrorCode::invalid_input, "version.asked_text");
    } else if (!text) {
        return fail(ErrorCode::invalid_input, "send.nothing");
    }
    plan.policy = order.policy ? order.policy : policy_of_entry(*known, cache, *entries.items[of]);
    ROGATORY_TRY(const auto before, begun_before(state, plan));
    return before ? resume_draft(agent, *before, reconfirm) : carry_out(state, plan, reconfirm);
}

}  // namespace rogatory::agent
