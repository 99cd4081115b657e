#include "platform/agent/library.hpp"

#include <algorithm>

#include "platform/agent/audience.hpp"
#include "platform/agent/content_cache.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/inbox.hpp"
#include "platform/agent/open.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/text_import.hpp"

namespace rogatory::agent {
namespace {

using Item = record::Dossier::Item;

constexpr std::string_view kWaits = "log.not_yet_witnessed";

// What a version says. The receipt is for its documents: nobody is asked, or told on, for having seen a title.
Result<> open_title(Agent::State& state, const DossierBook::Known& known, const Item& item, ContentCache& cache) {
    if (item.withdrawn || cache.find(item.id) != nullptr) return {};
    if (!may_read_of(state, item.owner.party)) return fail(ErrorCode::forbidden, "party.not_pinned");
    ROGATORY_TRY_VOID(state.require_counts(item.index, item.at));
    ROGATORY_TRY(const auto identity, open_epoch(state, known, item.epoch));
    ROGATORY_TRY(auto body, open_body(state, known, item, identity));
    cache.put(item.id, std::move(body));
    return {};
}

bool is_of_the_moment(const Error& error) {
    return (error.code() == ErrorCode::unavailable && error.key() != kWaits) ||
           error.code() == ErrorCode::unauthenticated || error.code() == ErrorCode::storage_full;
}

Result<WorkView> view_of_work(Agent::State& state, DossierBook::Known& known) {
    const auto& dossier = known.replayed;
    WorkView work;
    work.chain = known.copy.chain().value();
    work.publisher = label_of(state, dossier.opener());
    work.own = dossier.opener() == state.authority();
    ROGATORY_TRY(auto cache, ContentCache::load(state, known.copy.chain()));
    bool opened = false;
    bool waits = false;
    std::vector<const Item*> entries;
    for (const auto& item : dossier.items()) {
        if (item.kind == record::Kind::entry) entries.push_back(&item);
    }
    std::reverse(entries.begin(), entries.end());
    for (const auto* item : entries) {
        const bool was_known = cache.find(item->id) != nullptr;
        auto done = open_title(state, known, *item, cache);
        if (!done && is_of_the_moment(done.error())) return fail(std::move(done).error());
        opened = opened || (!was_known && cache.find(item->id) != nullptr);
        work.versions.push_back(view_of_entry(state, known, cache, *item));
        if (item->withdrawn || work.current || !work.problem.empty()) continue;
        // Until a newer one counts, the one before it is the current one.
        if (!done && done.error().key() == kWaits) {
            waits = true;
        } else if (!done) {
            work.problem = done.error().key();
        } else if (!work.versions.back().work) {
            work.problem = "library.no_work";
        } else {
            work.current = work.versions.size() - 1;
        }
    }
    if (opened) ROGATORY_TRY_VOID(cache.save(state));
    if (waits && !work.current && work.problem.empty()) work.problem = kWaits;
    if (known.copy.incomplete() && work.problem.empty()) work.problem = "dossier.incomplete";
    work.withdrawn = !entries.empty() &&
                     std::all_of(entries.begin(), entries.end(), [](const Item* item) { return item->withdrawn; });
    return work;
}

// Until which index of the log this person has seen the library on this device. No more than a place: a wrong one shows
// "new" once too often or once too seldom.
std::string visit_name(const Agent::State& state) {
    return "library/visited-" + model::to_hex(state.membership().member);
}
Result<model::LogIndex> last_visit(const Agent::State& state) {
    ROGATORY_TRY(const auto stored, state.environment.profile.load(visit_name(state)));
    model::LogIndex seen = 0;
    if (!stored || stored->size() > 16) return seen;
    for (const auto byte : *stored) {
        if (byte < '0' || byte > '9') return model::LogIndex{0};
        seen = seen * 10 + static_cast<model::LogIndex>(byte - '0');
    }
    return seen;
}
Result<> remember_visit(const Agent::State& state) {
    const auto text = std::to_string(state.log.size());
    return state.environment.profile.save(visit_name(state), as_bytes(text));
}

std::string texts_of(const WorkView& work) {
    const auto* says = work.says();
    std::string all;
    if (says == nullptr) return all;
    for (const auto* text : {&says->title_en, &says->title_fr, &says->summary_en, &says->summary_fr}) {
        if (*text) all.append(**text).append("\n");
    }
    all.append(says->version).append("\n");
    for (const auto& file : work.versions[*work.current].attachments) all.append(file.name).append("\n");
    return all;
}

bool answers(const WorkView& work, const LibraryQuery& query) {
    const auto* says = work.says();
    if (says == nullptr) return query.kind.empty() && query.language.empty() && query.words.empty();
    if (!query.kind.empty() && model::name_of(says->kind) != query.kind) return false;
    const auto& languages = says->languages;
    if (!query.language.empty() && std::find(languages.begin(), languages.end(), query.language) == languages.end()) {
        return false;
    }
    const auto text = casework::plain_words(texts_of(work));
    const auto wanted = casework::plain_words(query.words);
    std::string_view rest{wanted};
    while (!rest.empty()) {
        const auto end = std::min(rest.find(' '), rest.size());
        if (text.find(rest.substr(0, end)) == std::string::npos) return false;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return true;
}

UnixSeconds newest_at(const WorkView& work) { return work.versions.empty() ? 0 : work.versions.front().at; }

}  // namespace

Result<std::vector<model::ChainId>> library_dossiers(Agent::State& state) {
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    std::vector<model::ChainId> out;
    for (const auto& chain : chains) {
        const auto known = state.dossier(chain);
        // What is broken says so where files are listed.
        if (!known && known.error().code() == ErrorCode::unavailable) return fail(known.error());
        if (known && is_library((*known)->replayed)) out.push_back(chain);
    }
    return out;
}

Result<std::vector<WorkView>> list_works(Agent& agent, const LibraryQuery& query) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto seen, last_visit(state));
    ROGATORY_TRY(const auto chains, library_dossiers(state));
    std::vector<WorkView> works;
    std::optional<Audience> audience;
    for (const auto& chain : chains) {
        ROGATORY_TRY(auto* const known, state.dossier(chain));
        ROGATORY_TRY(auto work, view_of_work(state, *known));
        if (work.versions.empty()) continue;
        work.fresh = work.current && !work.own && work.versions[*work.current].index >= seen;
        if (work.own && !work.withdrawn && known->replayed.open()) {
            if (!audience) {
                ROGATORY_TRY(audience, every_authority(state));
            }
            for (const auto& to : lacking(known->replayed, *audience)) {
                work.lacking.push_back(text_of(label_of(state, to)));
            }
        }
        if (answers(work, query)) works.push_back(std::move(work));
    }
    // Who looked at a part only has not seen the rest.
    if (query.kind.empty() && query.language.empty() && query.words.empty()) {
        ROGATORY_TRY_VOID(remember_visit(state));
    }
    std::stable_sort(works.begin(), works.end(),
                     [](const WorkView& a, const WorkView& b) { return newest_at(a) > newest_at(b); });
    return works;
}

Result<WorkView> show_work(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(auto* const known, state.dossier(model::ChainId{chain}));
    if (!is_library(known->replayed) ||
        known->replayed.standing(state.authority()) == record::Dossier::Standing::none) {
        return fail(ErrorCode::not_found, "library.unknown");
    }
    ROGATORY_TRY(auto work, view_of_work(state, *known));
    if (work.own && !work.withdrawn && known->replayed.open()) {
        ROGATORY_TRY(const auto audience, every_authority(state));
        for (const auto& to : lacking(known->replayed, audience)) work.lacking.push_back(text_of(label_of(state, to)));
    }
    return work;
}

Result<Hash> find_work(Agent& agent, std::string_view text) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto chains, library_dossiers(state));
    std::vector<Hash> found;
    for (const auto& chain : chains) {
        if (text.size() >= 6 && model::to_hex(chain).starts_with(text)) found.push_back(chain.value());
    }
    if (found.size() > 1)
        return fail(Error{ErrorCode::invalid_input, "name.ambiguous"}.with("name", std::string{text}));
    if (found.empty()) return fail(Error{ErrorCode::not_found, "library.unknown"}.with("name", std::string{text}));
    return found.front();
}

Result<std::uint64_t> find_version(const WorkView& work, const std::optional<std::string>& version) {
    if (!version) {
        if (work.current) return work.versions[*work.current].seq;
        if (work.withdrawn) return fail(ErrorCode::not_found, "library.withdrawn");
        return fail(ErrorCode::not_found, work.problem.empty() ? "library.no_work" : work.problem);
    }
    for (const auto& one : work.versions) {
        if (one.work && one.work->version == *version) return one.seq;
    }
    return fail(Error{ErrorCode::not_found, "library.no_version"}.with("version", *version));
}

}  // namespace rogatory::agent
